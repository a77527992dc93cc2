#!/bin/sh
# Packs DIST/hescope with its install scripts: archive.sh DIST -> DIST/hescope-linux-x64.tar.xz
# Same bundle, same archive: sorted, without owner or time.  gzip -9 makes it 403 MB, xz -2 327 MB,
# xz -6 302 MB in two and a half times the time.
set -eu
dist=$1
here=$(dirname "$0")
cp "$here/install.sh" "$here/uninstall.sh" "$here/hescope.desktop" "$dist/hescope/"
tar --create --file "$dist/hescope-linux-x64.tar.xz" --directory "$dist" \
    --use-compress-program "xz -2 --threads=0 --block-size=64MiB" \
    --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=u+rwX,go+rX,go-w hescope
(cd "$dist" && sha256sum hescope-linux-x64.tar.xz >hescope-linux-x64.tar.xz.sha256)
echo "unpacked: $(($(du -sb "$dist/hescope" | cut -f1) / 1000000)) MB"
echo "compressed: $(($(stat -c %s "$dist/hescope-linux-x64.tar.xz") / 1000000)) MB"
