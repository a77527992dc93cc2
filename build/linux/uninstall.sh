#!/bin/sh
# Removes what install.sh made; --all also removes logs, the list of recent studies and models of your own.
set -eu
data=${XDG_DATA_HOME:-$HOME/.local/share}
rm -rf "$data/hescope-program" "$data/applications/hescope.desktop" "$HOME/.local/bin/hescope"
if [ "${1:-}" = "--all" ]; then
    rm -rf "$data/hescope" "${XDG_STATE_HOME:-$HOME/.local/state}/hescope"
fi
echo "HEscope is removed."
