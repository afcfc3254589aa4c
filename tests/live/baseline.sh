#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The runtimes' baseline: containers start, and `exec` works in them, under a profile of what runc
# and crun need themselves and of what the programs called while they were recorded as commands,
# outside of any container. Each is tried 20 times: some of what runc needs, it needs in some starts
# only. Created and then started, as engines do it.
set -u

if [ -z "${BASELINE_INSIDE:-}" ] && [ "$(id -u)" -eq 0 ] && command -v unshare >/dev/null; then
    # crun before 1.9 refuses the hybrid cgroup layout: without the empty cgroup2 it is none.
    # shellcheck disable=SC2016 # the inner shell expands these
    BASELINE_INSIDE=1 exec unshare --mount --propagation private bash -c '
        if [ "$(stat -f -c %T /sys/fs/cgroup)" != cgroup2fs ]; then
            umount /sys/fs/cgroup/unified 2>/dev/null
        fi
        exec "$0" "$@"' "$0" "$@"
fi
# shellcheck source-path=SCRIPTDIR source=../support/tap.sh
. "$(dirname "$0")/../support/tap.sh"

TIMES=20

[ "$(id -u)" -eq 0 ] || tap_skip_all "recording and runtimes need root"
[ -n "${BASELINE_INSIDE:-}" ] || tap_skip_all "unshare is not installed"
command -v python3 >/dev/null || tap_skip_all "python3 is not installed"
busybox=$(command -v busybox) || tap_skip_all "busybox-static is not installed"
# A dynamic one would need its loader and its libraries in the container.
if ldd "$busybox" >/dev/null 2>&1; then
    tap_skip_all "busybox is not static: install busybox-static"
fi
cd "$TAP_DIR" || exit 1

mkdir -p root/bin root/proc root/dev bundle
cp "$busybox" root/bin/busybox

# bundle/config.json: configure PROFILE|none nnp|priv USER terminal|pipe COMMAND...
cat >configure.py <<'END'
import json, sys
profile, privileges, user, stdio = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
caps = ["CAP_CHOWN", "CAP_KILL", "CAP_SETGID", "CAP_SETUID"]
config = {
    "ociVersion": "1.0.2",
    "process": {
        "terminal": stdio == "terminal",
        "user": {"uid": user, "gid": user, "additionalGids": [5, 6] if user else []},
        "args": sys.argv[5:],
        "env": ["PATH=/bin"],
        "cwd": "/",
        "capabilities": {key: caps for key in ("bounding", "effective", "permitted")},
        "noNewPrivileges": privileges == "nnp",
    },
    "root": {"path": "../root"},
    "mounts": [
        {"destination": "/proc", "type": "proc", "source": "proc"},
        {"destination": "/dev", "type": "tmpfs", "source": "tmpfs",
         "options": ["nosuid", "mode=755"]},
        {"destination": "/dev/pts", "type": "devpts", "source": "devpts",
         "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"]},
    ],
    "linux": {"namespaces": [{"type": t} for t in ("pid", "ipc", "uts", "mount")]},
}
if profile != "none":
    config["linux"]["seccomp"] = json.load(open(profile))
json.dump(config, open("bundle/config.json", "w"))
END
configure() { python3 configure.py "$@"; }

# The profile without one name: what shows that these tests can fail.
cat >without.py <<'END'
import json, sys
profile = json.load(open(sys.argv[1]))
for rule in profile["syscalls"]:
    rule["names"] = [name for name in rule["names"] if name != sys.argv[2]]
profile["syscalls"].append({"names": [sys.argv[2]], "action": "SCMP_ACT_ERRNO", "errnoRet": 1})
json.dump(profile, sys.stdout)
END

# A name of our own: nothing else on the machine has it.
ID=syscull-baseline-$$
runtime() {
    local name=$1

    shift
    if [ "$name" = crun ]; then
        crun --cgroup-manager=disabled "$@"
    else
        "$name" "$@"
    fi
}
remove() { runtime "$1" delete --force "$ID" >/dev/null 2>&1; }
trap 'remove runc; remove crun; rm -rf "$TAP_DIR"' EXIT

# until_says FILE WORDS: for five seconds.
until_says() {
    local tries=500

    until grep -q "$2" "$1"; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || return 1
        sleep 0.01
    done
}

# Create, start, and hear from the program: starts RUNTIME [TIMES].
starts() {
    local name=$1 times=${2:-$TIMES} i

    for ((i = 1; i <= times; i++)); do
        remove "$name"
        if ! runtime "$name" create --bundle bundle "$ID" </dev/null >out 2>&1 ||
            ! runtime "$name" start "$ID" 2>err || ! until_says out "$WORDS"; then
            echo "start $i of $times"
            cat out err 2>/dev/null
            remove "$name"
            return 1
        fi
        remove "$name"
    done
}

# exec in one container that stays: executes RUNTIME USER.
executes() {
    local name=$1 user=$2 i status=0

    remove "$name"
    runtime "$name" run --detach --bundle bundle "$ID" </dev/null >out 2>&1 || {
        cat out
        return 1
    }
    for ((i = 1; i <= TIMES; i++)); do
        if ! runtime "$name" exec --user "$user" "$ID" /bin/busybox id </dev/null >out 2>&1 ||
            ! grep -q "$WORDS" out; then
            echo "exec $i of $TIMES"
            cat out
            status=1
            break
        fi
    done
    remove "$name"
    return "$status"
}

# On a terminal, in the foreground, as `docker run -t` does: interacts RUNTIME.
interacts() {
    local name=$1 flags='' i

    [ "$name" = crun ] && flags=--cgroup-manager=disabled
    for ((i = 1; i <= TIMES; i++)); do
        remove "$name"
        script -qec "$name $flags run --bundle bundle $ID" /dev/null </dev/null >out 2>&1
        grep -q "$WORDS" out || {
            echo "run $i of $TIMES"
            cat out
            return 1
        }
    done
}

# --- the profiles ----------------------------------------------------------------------------------

"$SYSCULL" record --raw id.rec -- "$busybox" id >/dev/null 2>record.err ||
    tap_skip_all "no recording: $(tail -n 1 record.err)"
"$SYSCULL" record --raw sleep.rec -- "$busybox" sleep 0.01 2>>record.err
tap_ok "recordings of two commands are merged" \
    "$SYSCULL" record merge -o both.rec id.rec sleep.rec
tap_ok "a profile for containers" \
    "$SYSCULL" profile generate both.rec -o errno.json --for container
tap_ok "a profile for containers that kills" "$SYSCULL" profile generate both.rec -o kill.json \
    --for container --default-action SCMP_ACT_KILL_PROCESS

# --- the runtimes ----------------------------------------------------------------------------------

try_runtime() {
    local name=$1 privileges

    for privileges in priv nnp; do
        WORDS='uid=0'
        configure errno.json "$privileges" 0 pipe /bin/busybox id
        tap_ok "$name, $privileges: starts as root" starts "$name"
        configure kill.json "$privileges" 0 pipe /bin/busybox id
        tap_ok "$name, $privileges: starts as root under a profile that kills" starts "$name"
        configure errno.json "$privileges" 0 pipe /bin/busybox sleep 600
        tap_ok "$name, $privileges: exec as root" executes "$name" 0
        WORDS='uid=1000'
        configure errno.json "$privileges" 1000 pipe /bin/busybox id
        tap_ok "$name, $privileges: starts as a user with groups" starts "$name"
        configure errno.json "$privileges" 1000 pipe /bin/busybox sleep 600
        tap_ok "$name, $privileges: exec as a user" executes "$name" 1000
        configure errno.json "$privileges" 1000 terminal /bin/busybox id
        if command -v script >/dev/null; then
            tap_ok "$name, $privileges: starts on a terminal" interacts "$name"
        else
            tap_skip "$name, $privileges: starts on a terminal" "script is not installed"
        fi
    done
    WORDS='uid=0'
    python3 without.py errno.json capset >less.json
    configure less.json priv 0 pipe /bin/busybox id
    ! starts "$name" 1 >/dev/null 2>&1
    tap_result $? "$name: without capset it does not start"
}

for name in runc crun; do
    if ! command -v "$name" >/dev/null; then
        tap_skip "$name: starts containers" "$name is not installed"
        continue
    fi
    WORDS='uid=0'
    configure none priv 0 pipe /bin/busybox id
    if ! starts "$name" 1 >why 2>&1; then
        tap_skip "$name: starts containers" "not even without a profile: $(tail -n 1 why)"
        continue
    fi
    tap_note "$(runtime "$name" --version | head -n 1)"
    try_runtime "$name"
done
tap_done
