#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The main job on real input: record a program and a Docker container, cull to a small profile, run
# under it, see an escape refused.  Every line that begins with $ is what a user types.
#
# The container runs on the machine's Docker if that answers; else on a private one that is started
# for the demo and stopped again.

set -u

top=$(cd "$(dirname "$0")/.." && pwd) || exit 1
work=$(mktemp -d /tmp/syscull-demo-XXXXXX)
engines=""
container=syscull-demo-$$
port=18080
PATH=$top/build/src/cli:$PATH
failed=0

finish() {
    [ -z "${recorder:-}" ] || kill -INT "$recorder" 2>/dev/null
    docker rm -f "$container" >/dev/null 2>&1
    docker rmi "$container" >/dev/null 2>&1
    [ -z "$engines" ] || "$top/tests/support/engines.sh" stop "$engines" >/dev/null 2>&1
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

title() { printf '\n== %s ==\n' "$*"; }
exec 3>&1 # what the user types is shown, even where the answer is of no interest
show() {
    printf '\n$ %s\n' "$*" >&3
    "$@"
}
# expect WHAT STATUS: the demo is a promise, too.
expect() {
    if [ "$2" -eq 0 ]; then
        printf -- '-> %s\n' "$1"
    else
        printf -- '-> NOT SO: %s\n' "$1"
        failed=1
    fi
}
fails() { ! "$@"; }

if [ "$(id -u)" -ne 0 ]; then
    echo "demo: recording needs root: sudo make demo" >&2
    exit 1
fi
cd "$work" || exit 1

title "A program: learn what it calls, then let it call nothing else"
show syscull record -o tar.json -- tar czf x.tgz /etc
show syscull profile show tar.json | sed -n 1,12p
echo "  ..."
show syscull run --profile tar.json -- tar czf x.tgz /etc
expect "tar works under the calls that it was seen to make" $?
fails show syscull run --profile tar.json -- unshare -r true
expect "a new user namespace, the beginning of many escapes, is refused" $?

# --- a container --------------------------------------------------------------------------------------

# A web site in one file: busybox, static, serves a folder.
make_image() {
    local busybox

    busybox=$(command -v busybox) || return 1
    mkdir -p root/bin root/www
    cp "$busybox" root/bin/busybox && echo "hello from a culled container" >root/www/index.html
    tar -C root -c . | docker import -c 'ENV PATH=/bin' \
        -c "CMD [\"/bin/busybox\", \"httpd\", \"-f\", \"-p\", \"127.0.0.1:$port\", \"-h\", \"/www\"]" \
        - "$container" >/dev/null
}
find_docker() {
    docker version >/dev/null 2>&1 && return 0
    command -v dockerd >/dev/null || return 1
    engines=$(mktemp -d /tmp/syscull-demo-docker-XXXXXX)
    "$top/tests/support/engines.sh" start "$engines" >"$work/engines.log" 2>&1
    eval "$("$top/tests/support/engines.sh" env "$engines")"
    docker version >/dev/null 2>&1
}
site=http://127.0.0.1:$port/
ready() {
    for _ in $(seq 50); do
        curl -sf -o page "$site" && return 0
        sleep 0.1
    done
    return 1
}
run_site() { show docker run -d --name "$container" --network host "$@" "$container" >/dev/null; }

title "A Docker container: the same"
if ! find_docker; then
    echo "demo: no Docker here, so no container; what it said:" >&2
    tail -n 3 "$work/engines.log" 2>/dev/null >&2
    exit 1
fi
make_image || exit 1

run_site --security-opt seccomp=unconfined
ready
printf '\n$ syscull record --container %s -o web.json &\n' "$container"
syscull record --container "$container" -o web.json &
recorder=$!
sleep 1
show docker restart -t 1 "$container" >/dev/null
ready
show curl -s "$site"
show docker stop -t 1 "$container" >/dev/null
wait "$recorder"
expect "its start, its work and its end are recorded" $?
recorder=""
docker rm -f "$container" >/dev/null 2>&1

run_site --security-opt seccomp=web.json
ready
show curl -sf "$site"
expect "it serves under its own system calls alone" $?
fails show docker exec "$container" busybox unshare -r true
expect "in it, a new user namespace is refused" $?
fails show docker exec "$container" busybox mount -t tmpfs none /www
expect "and so is a mount" $?
show syscull profile show web.json | sed -n 1,5p

title "Done"
echo "The profiles are ordinary OCI JSON: runc, crun, Docker, Podman, containerd and CRI-O read them."
exit "$failed"
