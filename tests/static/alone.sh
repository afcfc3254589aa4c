#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The static program: small, without shared libraries, and at work where there is no other file.

set -u
. "$(dirname "$0")/../support/tap.sh"

program=${SYSCULL:?the path of the static program}
most=3000000 # bytes

# A root with this one file in it: no /proc, no /dev, no libraries, no shell.
alone=$TAP_DIR/root
mkdir "$alone" && cp "$program" "$alone/syscull" || exit 1
inside() { unshare "${user[@]}" --mount --pid --net --ipc --uts --fork chroot "$alone" /syscull "$@"; }
user=()
[ "$(id -u)" = 0 ] || user=(--user --map-root-user)

is_small() {
    local size
    size=$(stat -c %s "$program")
    echo "$size bytes, $most are the most"
    [ "$size" -lt "$most" ]
}

is_static() {
    ! readelf --program-headers --dynamic "$program" | grep -E 'INTERP|NEEDED'
}

prints() {
    local wanted=$1 output
    shift
    output=$(inside "$@" 2>&1) || { echo "exit status $?: $output"; return 1; }
    printf '%s\n' "$output"
    printf '%s\n' "$output" | grep -q -e "$wanted"
}

tap_ok "smaller than 3 MB" is_small
tap_ok "no interpreter, no shared library" is_static
if inside --version >/dev/null 2>&1 || [ "$(id -u)" = 0 ]; then
    tap_ok "says its version in an empty root" prints '[0-9]\.[0-9]' --version
    tap_ok "knows its tables in an empty root" prints '101' syscall nanosleep --arch aarch64
    tap_ok "prints a profile in an empty root" prints SCMP_ACT_LOG profile new audit
    inside profile new runtime-default >"$alone/default.json"
    tap_ok "reads a profile in an empty root" prints nanosleep profile show --output json default.json
    tap_ok "runs a command under it in an empty root" \
        prints SCMP_ACT_LOG run --profile default.json -- /syscull profile new audit
else
    tap_skip "at work in an empty root" "user namespaces are not allowed here, and this is not root"
fi
tap_done
