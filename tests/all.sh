#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Everything that `make test` runs: all.sh [--long] [OPTION OF run.py...]
#
#   build-gcc      gcc, warnings are errors: all tests
#   build-clang    clang, warnings are errors: unit tests
#   build-asan     address and undefined behaviour sanitizers: unit tests, fuzz corpora
#   build-static   one static file: its size, and that it runs where there is nothing else
#   build-fuzz     with --long: libFuzzer and the sanitizers, 60 seconds for each target

set -u

cd "$(dirname "$0")/.." || exit 1

# A folder that cannot be set up does not build, and that is what run.py counts.
setup() {
    dir=$1
    compiler=$2
    shift 2
    CC=$compiler SETUP_ONLY=yes tools/build.sh "$dir" -Dtests=enabled "$@" || rm -f "$dir/build.ninja"
}

folders="build-static:static build-asan:unit,fuzz build-clang:unit build-gcc"
setup build-gcc gcc -Dwerror=true
setup build-clang clang -Dwerror=true
setup build-asan gcc -Db_sanitize=address,undefined
setup build-static gcc -Dstatic=true -Dbuildtype=release
if [ "${1:-}" = --long ]; then
    shift
    # Objects for libFuzzer have symbols that only its own library defines.
    setup build-fuzz clang -Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false
    folders="$folders build-fuzz:fuzz"
fi
export ASAN_OPTIONS="${ASAN_OPTIONS:-detect_leaks=1:abort_on_error=1}"
export UBSAN_OPTIONS="${UBSAN_OPTIONS:-halt_on_error=1:print_stacktrace=1}"
# shellcheck disable=SC2086 # one folder a word
exec tests/run.py "$@" $folders
