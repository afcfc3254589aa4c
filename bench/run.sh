#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What syscull costs beside its peers, in one run; ratios of medians.  `make bench` calls it.

set -u

cd "$(dirname "$0")/.." || exit 1
if [ "$(id -u)" -ne 0 ]; then
    echo "bench: recording needs root: sudo make bench" >&2
    exit 1
fi
ninja -C build --quiet bench/sysloop bench/floor || exit 1
bench/record.py build "$@"
status=$?
bench/audit.py build || status=1
tools/build.sh build-static -Dtests=disabled -Dstatic=true -Dbuildtype=release &&
    bench/inspect.py build-static/src/cli/syscull || status=1
exit $status
