#!/bin/sh
# Packs DIST/hescope with its install scripts: archive.sh DIST -> DIST/hescope-linux-x64.tar.xz
# Same bundle, same archive: sorted, without owner or time. xz, because gzip is a third larger.
set -eu
dist=$1
here=$(dirname "$0")
cp "$here/install.sh" "$here/uninstall.sh" "$here/hescope.desktop" "$dist/hescope/"
tar --create --file "$dist/hescope-linux-x64.tar.xz" --directory "$dist" \
    --use-compress-program "xz -6 --threads=0 --block-size=64MiB" \
    --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=u+rwX,go+rX,go-w hescope
(cd "$dist" && sha256sum hescope-linux-x64.tar.xz >hescope-linux-x64.tar.xz.sha256)
echo "unpacked: $(($(du -sb "$dist/hescope" | cut -f1) / 1000000)) MB"
echo "compressed: $(($(stat -c %s "$dist/hescope-linux-x64.tar.xz") / 1000000)) MB"
