#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Do the engines and the images that the live tests use work here? TAP on stdout.
#
#   engines-selftest.sh [OUTDIR]   OUTDIR keeps the images (default: SYSCULL_TEST_IMAGES, or a
#                                  folder in TMPDIR)
#
# Starts private engines in a temporary folder, proves each in turn, kills them hard, and proves
# that `stop` leaves nothing. What cannot work on this machine is skipped with its reason.

set -u

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd) || exit 1
# shellcheck source-path=SCRIPTDIR source=engines.sh
. "$here/engines.sh"

images=${1:-${SYSCULL_TEST_IMAGES:-${TMPDIR:-/var/tmp}/syscull-test-images}}
count=0
failed=0

# --- TAP -----------------------------------------------------------------------------------------

ok() {
    count=$((count + 1))
    printf 'ok %d - %s\n' "$count" "$1"
}

not_ok() {
    count=$((count + 1))
    failed=$((failed + 1))
    printf 'not ok %d - %s\n' "$count" "$1"
    printf '%s\n' "${2:-}" | sed 's/^/# /'
}

skip() {
    count=$((count + 1))
    printf 'ok %d - %s # SKIP %s\n' "$count" "$1" "$2"
}

# check NAME PATTERN COMMAND... : the command's output has a line that matches.
check() {
    local name=$1 pattern=$2 output

    shift 2
    output=$("$@" 2>&1)
    if grep -qE "$pattern" <<<"$output"; then
        ok "$name"
    else
        not_ok "$name" "$output"
    fi
}

# An engine_run that ends, whatever the engine does. (timeout runs programs only, hence the shell.)
run() {
    # shellcheck disable=SC2016
    timeout 60 bash -c '. "$0/engines.sh" && engine_run "$@"' "$here" "$@"
}

# --- containers ----------------------------------------------------------------------------------

check_engine() {
    local engine=$1 reason unconfined=--security-opt=seccomp=unconfined confined=()

    if ! reason=$(engine_available "$engine"); then
        skip "$engine: default profile" "$reason"
        skip "$engine: unconfined" "$reason"
        return
    fi
    # ctr is the other way round: nothing unless asked for.
    [ "$engine" = containerd ] && { confined=(--seccomp); unconfined=--cwd=/; }
    check "$engine: default profile" 'Seccomp:[[:space:]]2' \
        run "$engine" --rm "${confined[@]}" -- syscull-test/tiny cat /proc/self/status
    check "$engine: unconfined" 'Seccomp:[[:space:]]0' \
        run "$engine" --rm "$unconfined" -- syscull-test/tiny cat /proc/self/status
}

# A port of the loopback device that nobody listens on now.
free_port() {
    local port

    for _ in 1 2 3 4 5 6 7 8 9 10; do
        port=$((20000 + RANDOM % 12000))
        (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    echo "$port"
}

# ask PORT TEXT : what the server there answers within two seconds.
ask() {
    # shellcheck disable=SC2016
    timeout 2 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1" && printf "$2" >&3 && cat <&3' \
        ask "$1" "$2" 2>/dev/null
}

# check_service ENGINE IMAGE : does service_IMAGE CLIENT CONTAINER PORT come true?
check_service() {
    local engine=$1 image=$2 client=${1%-*} port reason name

    if ! reason=$(engine_available "$engine"); then
        skip "$engine: $image answers" "$reason"
        return
    fi
    port=$(free_port)
    name=selftest-$image-$port
    if ! run "$engine" -d --network host --name "$name" -e "PORT=$port" -- \
        "syscull-test/$image" >/dev/null 2>"$ENGINES_DIR/log/selftest"; then
        not_ok "$engine: $image answers" "$(cat "$ENGINES_DIR/log/selftest")"
        return
    fi
    if engines_wait 20 "service_$image" "$client" "$name" "$port"; then
        ok "$engine: $image answers"
    else
        not_ok "$engine: $image answers" "$("$ENGINES_DIR/$client" logs "$name" 2>&1 | tail -n 5)"
    fi
    "$ENGINES_DIR/$client" rm -f "$name" >/dev/null 2>&1
}

service_site() { ask "$3" 'GET / HTTP/1.0\r\n\r\n' | grep -q '<p>served'; }
service_redis() { ask "$3" 'PING\r\nQUIT\r\n' | grep -q '^+PONG'; }
service_postgres() {
    "$ENGINES_DIR/$1" exec "$2" psql -h 127.0.0.1 -p "$3" -U postgres -Atc 'select 6*7' |
        grep -qx 42
}
service_shell() { "$ENGINES_DIR/$1" logs "$2" 2>&1 | grep -qx ready; }

# --- the end -------------------------------------------------------------------------------------

# The worst that can happen to a test: everything but the containers is killed at once.
crash() {
    local engine pid

    for engine in docker-runc podman-crun; do
        engine_available "$engine" >/dev/null &&
            run "$engine" -d --network none --name left-over -- syscull-test/tiny sleep 1000 \
                >/dev/null 2>&1
    done
    for pid in $(engines_pids "$ENGINES_DIR"); do
        # A container's processes have another root than the daemons.
        [ "$(stat -Lc %d:%i "/proc/$pid/root/" 2>/dev/null)" = "$(stat -Lc %d:%i /)" ] &&
            kill -KILL "$pid"
    done
}

leftovers() {
    local dir=$1

    engines_pids "$dir" | sed 's/^/process /'
    grep -lsF "$dir/" /proc/[0-9]*/mountinfo
    grep -lsF "$dir/" /proc/[0-9]*/cmdline | while read -r file; do
        { tr '\0' ' ' <"$file"; } 2>/dev/null | grep -E 'dockerd|containerd|conmon|infinity'
    done
    [ ! -e "$dir" ] || echo "$dir is still there"
}

check_stop() {
    local name=$1 left

    engines_stop "$ENGINES_DIR"
    left=$(leftovers "$ENGINES_DIR")
    if [ -z "$left" ]; then ok "$name"; else not_ok "$name" "$left"; fi
}

# --- main ----------------------------------------------------------------------------------------

main() {
    local engine service

    if [ "$(id -u)" != 0 ]; then
        echo '1..0 # SKIP private engines need root'
        return 0
    fi
    ENGINES_DIR=$(mktemp -d "${TMPDIR:-/tmp}/engines.XXXXXX") || return 1
    export ENGINES_DIR
    trap 'engines_stop "$ENGINES_DIR"' EXIT
    trap 'exit 1' INT TERM HUP

    if ! engines_start "$ENGINES_DIR"; then
        echo "1..0 # SKIP $(cat "$ENGINES_DIR"/why/* 2>/dev/null | head -n 1)"
        return 0
    fi
    if "$here/images.sh" "$images" "$ENGINES_DIR"; then
        ok "the images are made and loaded"
    else
        not_ok "the images are made and loaded"
    fi
    for engine in $ENGINES_ALL; do
        check_engine "$engine"
    done
    for service in site redis postgres shell; do
        check_service docker-runc "$service"
    done
    check_service docker-crun site
    check_service podman-crun site
    check_service podman-runc redis

    check_stop "stop leaves nothing"
    if engines_start "$ENGINES_DIR" &&
        "$here/images.sh" "$images" "$ENGINES_DIR" docker podman; then
        crash
        check_stop "stop leaves nothing after a crash"
    else
        not_ok "started a second time in the same folder"
    fi
    printf '1..%d\n' "$count"
    [ "$failed" = 0 ]
}

main
