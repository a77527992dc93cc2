#!/bin/sh
# DIST/HEscope.app -> DIST/hescope-macos-arm64.dmg.  UNTESTED: never run by its authors.
# The app is signed ad hoc only: the first start needs "Open" from the menu of its icon.
set -eu
dist=$1
codesign --force --deep --sign - "$dist/HEscope.app"
rm -rf "$dist/dmg" && mkdir "$dist/dmg"
cp -R "$dist/HEscope.app" "$dist/dmg/"
ln -s /Applications "$dist/dmg/Applications"
hdiutil create -volname HEscope -srcfolder "$dist/dmg" -format ULMO -ov "$dist/hescope-macos-arm64.dmg"
