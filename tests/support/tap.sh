#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# TAP for shell tests, to be sourced.  The test says what it does, these print and count:
#   tap_ok "name" CMD ARG...     ok when CMD succeeds, else its output follows as comments
#   tap_result STATUS "name"     the same for a status that is at hand
#   tap_skip "name" "reason"     could not be tried
#   tap_note TEXT                a comment
#   tap_done                     the plan; exits 1 if something was not ok
# TAP_DIR is a folder of the test's own, removed at the end.

TAP_COUNT=0
TAP_FAILED=0
TAP_DIR=$(mktemp -d /tmp/syscull-test-XXXXXX)

tap_note() { printf '%s\n' "$*" | sed 's/^/# /'; }

tap_result() {
    TAP_COUNT=$((TAP_COUNT + 1))
    if [ "$1" -eq 0 ]; then
        printf 'ok %d - %s\n' "$TAP_COUNT" "$2"
    else
        TAP_FAILED=$((TAP_FAILED + 1))
        printf 'not ok %d - %s\n' "$TAP_COUNT" "$2"
    fi
}

tap_ok() {
    local tap_name=$1 tap_status=0 # the command sees them: names that a test does not use

    shift
    "$@" >"$TAP_DIR/tap.out" 2>&1 || tap_status=$?
    tap_result "$tap_status" "$tap_name"
    if [ "$tap_status" -ne 0 ]; then
        tap_note "exit status $tap_status of: $*"
        tail -n 40 "$TAP_DIR/tap.out" | sed 's/^/#   /'
    fi
    return 0
}

tap_skip() {
    TAP_COUNT=$((TAP_COUNT + 1))
    printf 'ok %d - %s # SKIP %s\n' "$TAP_COUNT" "$1" "$2"
}

# The whole test is not possible here.
tap_skip_all() {
    printf '1..0 # SKIP %s\n' "$1"
    rm -rf "$TAP_DIR"
    exit 0
}

tap_done() {
    printf '1..%d\n' "$TAP_COUNT"
    rm -rf "$TAP_DIR"
    [ "$TAP_FAILED" -eq 0 ]
    exit
}
