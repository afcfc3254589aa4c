#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Real containers: record one while it starts, serves and stops; the same image then starts and serves
# under its profile STARTS times of STARTS, and an escape is refused.
#
#   containers.sh ENGINE...   docker-runc docker-crun podman-runc podman-crun (default: all)
# STARTS (20) may be set lower while working on it.
set -u
# shellcheck source-path=SCRIPTDIR source=../support/tap.sh
. "$(dirname "$0")/../support/tap.sh"
support=$(cd "$(dirname "$0")/../support" && pwd)
# shellcheck source=../support/engines.sh
. "$support/engines.sh"

starts=${STARTS:-20}
engines=("$@")
[ ${#engines[@]} -gt 0 ] || engines=(docker-runc docker-crun podman-runc podman-crun)
images=(site redis postgres shell)
port=18100

[ "$(id -u)" -eq 0 ] || tap_skip_all "recording needs root"
cache=${SYSCULL_TEST_IMAGES:-${TMPDIR:-/var/tmp}/syscull-test-images}
mkdir -p "$cache"
home=$(mktemp -d /tmp/syscull-engines-XXXXXX)
trap 'bash "$support/engines.sh" stop "$home" >&2; rm -rf "$TAP_DIR"' EXIT
if ! bash "$support/engines.sh" start "$home" >&2; then
    tap_skip_all "no container engine could be started"
fi
eval "$(bash "$support/engines.sh" env "$home")"
bash "$support/images.sh" "$cache" "$home" docker podman >&2 || tap_skip_all "the images could not be made"
cd "$TAP_DIR" || exit 1

# The engine's own command, without the runtime.
engine_cli() { "$home/${1%-*}" "${@:2}"; }

# --- what the containers serve: the load is the same while recording and afterwards --------------

client() { "$home/docker" exec clients timeout 20 "$@"; }
load_site() {
    [ "$(client curl -sf "http://127.0.0.1:$port/" | grep -c served)" -eq 1 ] &&
        client curl -sf --compressed "http://127.0.0.1:$port/page.html" >/dev/null &&
        ! client curl -sf "http://127.0.0.1:$port/missing"
}
load_redis() {
    [ "$(client redis-cli -p "$port" set key value)" = OK ] &&
        [ "$(client redis-cli -p "$port" get key)" = value ]
}
load_postgres() {
    [ "$(client psql -qAt -h 127.0.0.1 -p "$port" -U postgres -c \
        'create table if not exists t(x int); insert into t select generate_series(1, 1000);
         select count(*) >= 1000 from t; drop table t')" = t ]
}
load_shell() { engine_cli "$engine" logs "$name" 2>&1 | grep -q ready; }

# Ready when the load succeeds; a second or two for most.
serves() {
    for _ in $(seq 100); do
        "load_$image" >/dev/null 2>&1 && return 0
        [ "$(engine_cli "$engine" inspect -f '{{.State.Running}}' "$name")" = true ] || break
        sleep 0.1
    done
    engine_cli "$engine" logs "$name" 2>&1 | tail -n 20
    return 1
}
start() { engine_run "$engine" -d --name "$name" --network host -e PORT="$port" "$@" -- "syscull-test/$image" >/dev/null; }
remove() { engine_cli "$engine" rm -f -t 1 "$name" >/dev/null 2>&1 || engine_cli "$engine" rm -f "$name" >/dev/null 2>&1; }

# --- record ------------------------------------------------------------------------------------------

# Starts the recorder and waits until it says that it records (or waits for the container).
record_in_background() {
    "$SYSCULL" record --container "$name" -o "$profile" --raw "$profile.rec" "$@" \
        >"$profile.out" 2>"$profile.err" &
    recorder=$!
    for _ in $(seq 100); do
        grep -qE 'recording|waiting' "$profile.err" && return 0
        sleep 0.1
    done
    return 1
}
serve_and_stop() {
    local status=0

    serves || status=1
    for _ in 1 2 3; do "load_$image" >/dev/null || status=1; done
    engine_cli "$engine" stop -t 10 "$name" >/dev/null
    wait "$recorder" || status=1
    remove
    cat "$profile.err"
    return "$status"
}

# From its first call on: --wait, then it is started.
recorded() {
    record_in_background --wait && start "$@" && serve_and_stop && is_complete
}
# It runs already; a restart shows its start.
recorded_over_restart() {
    start && serves && record_in_background || return 1
    engine_cli "$engine" restart -t 5 "$name" >/dev/null
    serve_and_stop && is_complete
}
# It runs already, and nobody restarts it: what it calls while it starts is a guess.
recorded_while_running() {
    start --security-opt seccomp=unconfined && serves && record_in_background && serve_and_stop &&
        grep -q 'a guess' "$profile.err"
}
is_complete() {
    python3 - "$profile.rec" <<'END'
import json, sys
r = json.load(open(sys.argv[1]))
print(r["evidence"], r["losses"])
sys.exit(not r["evidence"]["startSeen"] or any(r["losses"].values()))
END
}

# --- run under the profile -----------------------------------------------------------------------------

starts_and_serves() {
    local good=0

    for _ in $(seq "$starts"); do
        if start --security-opt "seccomp=$profile" && serves; then
            good=$((good + 1))
        fi
        remove
    done
    echo "$good of $starts"
    [ "$good" -eq "$starts" ]
}
escape_is_refused() {
    local said status=0

    said=$(engine_run "$engine" --rm --network host --security-opt "seccomp=$profile" \
        --entrypoint unshare -- "syscull-test/$image" -r true 2>&1) || status=$?
    echo "$said"
    # It started, and was refused: not a container that could not start.
    [ "$status" -ne 0 ] && grep -q 'unshare failed: Operation not permitted' <<<"$said"
}
allowed_count() {
    python3 - "$1" <<'END'
import json, sys
print(sum(len(rule["names"]) for rule in json.load(open(sys.argv[1]))["syscalls"]
          if rule["action"] == "SCMP_ACT_ALLOW"))
END
}

engine_run docker-runc -d --name clients --network host --security-opt seccomp=unconfined \
    -- syscull-test/shell sleep 3600 >/dev/null || tap_note "no client container"

for engine in "${engines[@]}"; do
    if ! reason=$(engine_available "$engine"); then
        tap_skip "$engine: containers are recorded and confined" "$reason"
        continue
    fi
    for image in "${images[@]}"; do
        name=syscull-test-$image
        profile=$TAP_DIR/$engine-$image.json
        # Two of the four under the engine's default profile, two unconfined: both must work.
        case $image in
        site | shell) confinement=(--security-opt seccomp=unconfined) ;;
        *) confinement=() ;;
        esac
        tap_ok "$engine: $image is recorded from its start, without loss" recorded "${confinement[@]}"
        remove
        [ -s "$profile" ] || continue
        tap_ok "$engine: $image starts and serves under its profile $starts times of $starts" starts_and_serves
        tap_ok "$engine: $image: an escape is refused" escape_is_refused
        count=$(allowed_count "$profile")
        tap_note "$engine: $image: $count system calls, runtime included"
        port=$((port + 1))
    done
done

# --- other ways to record, and the size of a server's profile --------------------------------------

engine=docker-runc
image=site
name=syscull-test-$image
if engine_available "$engine" >/dev/null; then
    # nginx itself, without the start script of the image.
    engine_run "$engine" --rm --network none --entrypoint cat -- syscull-test/site \
        /etc/nginx/site.conf.in 2>/dev/null | sed "s/@PORT@/$port/" >nginx.conf
    chmod 755 "$TAP_DIR"
    nginx_alone() {
        record_in_background --wait &&
            engine_run "$engine" -d --name "$name" --network host \
                -v "$TAP_DIR/nginx.conf:/etc/nginx/nginx.conf:ro" --entrypoint nginx \
                -- syscull-test/site -g 'daemon off;' >/dev/null &&
            serve_and_stop && is_complete
    }
    profile=$TAP_DIR/nginx.json
    tap_ok "nginx alone is recorded" nginx_alone
    remove
    count=$(allowed_count "$profile")
    tap_ok "nginx alone: $count system calls, runtime included, fewer than 90" test "$count" -lt 90
    port=$((port + 1))

    starts=3
    profile=$TAP_DIR/restart.json
    tap_ok "a running container is recorded over a restart" recorded_over_restart
    remove
    profile=$TAP_DIR/running.json
    tap_ok "a running container is recorded without a restart" recorded_while_running
    remove
    tap_ok "and starts and serves under its profile, start-up guessed" starts_and_serves
    port=$((port + 1))
else
    tap_skip "other ways to record" "no docker with runc"
fi

# A profile that was made on one runtime starts on the other.
for image in "${images[@]}"; do
    for pair in docker-runc:docker-crun docker-crun:docker-runc; do
        engine=${pair#*:}
        name=syscull-test-$image
        profile=$TAP_DIR/${pair%:*}-$image.json
        if ! [ -s "$profile" ] || ! engine_available "$engine" >/dev/null; then
            tap_skip "$image: the profile of ${pair%:*} on $engine" "one of the two is not here"
            continue
        fi
        starts=3
        tap_ok "$image: the profile of ${pair%:*} starts on $engine" starts_and_serves
        port=$((port + 1))
    done
done
tap_done
