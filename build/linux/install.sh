#!/bin/sh
# Copies HEscope into your home folder and into the menu; needs no administrator.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
data=${XDG_DATA_HOME:-$HOME/.local/share}
program=$data/hescope-program

needed_kb=$(du -sk "$here" | cut -f1)
mkdir -p "$data" "$HOME/.local/bin" "$data/applications"
free_kb=$(df -Pk "$data" | awk 'NR == 2 { print $4 }')
if [ "$free_kb" -lt "$needed_kb" ]; then
    echo "error: Found $((free_kb / 1024)) MB free in $data; expected $((needed_kb / 1024)) MB." >&2
    echo "do this: Delete what is not needed there, or set XDG_DATA_HOME to another folder." >&2
    exit 1
fi

rm -rf "$program.new"
cp -R "$here" "$program.new"
rm -rf "$program"
mv "$program.new" "$program"
ln -sf "$program/hescope" "$HOME/.local/bin/hescope"
sed "s|@PROGRAM@|$program|g" "$here/hescope.desktop" >"$data/applications/hescope.desktop"
echo "HEscope is in the menu, and in $HOME/.local/bin for the command line. uninstall.sh removes it."
