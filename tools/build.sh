#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Build in a folder with meson's options: build.sh DIR [OPTION...]
#
# Set up when the folder is new or was set up by this script with other options; a folder that
# somebody set up by hand keeps his options.  Quiet, unless something is wrong.

set -u

dir=$1
shift
stamp=$dir/build.sh-options
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT

wanted="${CC:-cc} $*"
if [ ! -e "$dir/build.ninja" ] || { [ -e "$stamp" ] && [ "$(cat "$stamp")" != "$wanted" ]; }; then
    echo "setting up $dir" >&2
    wipe=
    [ ! -e "$dir/build.ninja" ] || wipe=--wipe
    if ! meson setup $wipe "$dir" "$@" >"$log" 2>&1; then
        cat "$log" >&2
        exit 1
    fi
    printf '%s\n' "$wanted" >"$stamp"
fi
[ "${SETUP_ONLY:-}" ] && exit 0
if ninja -C "$dir" -n 2>/dev/null | grep -q 'no work to do'; then
    exit 0
fi
echo "building in $dir" >&2
if ! ninja --quiet -C "$dir" >"$log" 2>&1; then
    cat "$log" >&2
    exit 1
fi
