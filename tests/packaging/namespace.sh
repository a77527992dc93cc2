#!/bin/sh
# Runs a command where there is no network but loopback and a folder that cannot be written:
# namespace.sh FOLDER COMMAND...; inside `unshare --net --mount`.
set -eu
folder=$1
shift
ip link set lo up
mount --bind "$folder" "$folder"
mount -o remount,bind,ro "$folder"
exec "$@"
