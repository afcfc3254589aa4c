#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The kernel's own records of real containers: every one decoded, and of the right container, also when
# its process lived a millisecond; a burst is complete, or what lacks is counted as the kernel counts it.
#
#   audit.sh ENGINE...   docker-runc docker-crun podman-runc podman-crun (default: all)
#
# The kernel's log is the machine's: only records of containers of this test are looked at.
set -u
# shellcheck source-path=SCRIPTDIR source=../support/tap.sh
. "$(dirname "$0")/../support/tap.sh"
support=$(cd "$(dirname "$0")/../support" && pwd)
# shellcheck source=../support/engines.sh
. "$support/engines.sh"

engines=("$@")
[ ${#engines[@]} -gt 0 ] || engines=(docker-runc docker-crun podman-runc podman-crun)
burst=${BURST:-100000}

[ "$(id -u)" -eq 0 ] || tap_skip_all "the audit group needs root"
cache=${SYSCULL_TEST_IMAGES:-${TMPDIR:-/var/tmp}/syscull-test-images}
mkdir -p "$cache"
home=$(mktemp -d /tmp/syscull-engines-XXXXXX)
follower=""
end() {
    cd /
    [ -z "$follower" ] || kill -TERM "$follower" 2>/dev/null
    bash "$support/engines.sh" stop "$home" >&2
    rm -rf "$TAP_DIR"
}
trap end EXIT
bash "$support/engines.sh" start "$home" >&2 || tap_skip_all "no container engine could be started"
eval "$(bash "$support/engines.sh" env "$home")"
bash "$support/images.sh" "$cache" "$home" docker podman >&2 || tap_skip_all "the images could not be made"
cd "$TAP_DIR" || exit 1
chmod 755 .

cat >calls.c <<'END'
/*
 * Calls for the audit tests, by programs of odd kinds; static, it is copied into containers.
 *
 *   audit-calls burst N       getpgid N times
 *   audit-calls spawn N       N children, one after another, that call getpgid and end at once
 *   audit-calls named NAME... for each name: a child of that name calls getpgid
 *   audit-calls once          getpgid once
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void call(void)
{
    syscall(SYS_getpgid, 0);
}

static int child(const char *name)
{
    pid_t pid = fork();
    int status = 0;

    if (pid == 0) {
        if (name != NULL)
            prctl(PR_SET_NAME, name);
        call();
        _exit(0);
    }
    if (pid < 0 || waitpid(pid, &status, 0) < 0)
        return 1;
    return status != 0;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "once";
    long count = argc > 2 ? atol(argv[2]) : 1;
    int failed = 0;

    if (strcmp(what, "burst") == 0)
        for (long i = 0; i < count; i++)
            call();
    else if (strcmp(what, "spawn") == 0)
        for (long i = 0; i < count; i++)
            failed |= child(NULL);
    else if (strcmp(what, "named") == 0)
        for (int i = 2; i < argc; i++)
            failed |= child(argv[i]);
    else
        call();
    printf("done\n");
    return failed;
}
END
gcc -O2 -static -o calls calls.c || tap_skip_all "no static programs can be built here"
gcc -O2 -m32 -static -o calls32 calls.c 2>/dev/null || rm -f calls32

# All calls are logged; only the test's own call is; it is killed for it; it is denied, and that logged.
echo '{"defaultAction":"SCMP_ACT_LOG"}' >audit.json
rule='"syscalls":[{"names":["getpgid"],"action"'
archs='"architectures":["SCMP_ARCH_X86_64","SCMP_ARCH_X86"]'
echo "{\"defaultAction\":\"SCMP_ACT_ALLOW\",$archs,$rule:\"SCMP_ACT_LOG\"}]}" >one.json
echo "{\"defaultAction\":\"SCMP_ACT_ALLOW\",$archs,$rule:\"SCMP_ACT_KILL_PROCESS\"}]}" >kill.json
echo "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"flags\":[\"SECCOMP_FILTER_FLAG_LOG\"],$archs,$rule:\"SCMP_ACT_ERRNO\",\"errnoRet\":13}]}" >flag.json
echo "{\"defaultAction\":\"SCMP_ACT_ALLOW\",$archs,$rule:\"SCMP_ACT_ERRNO\",\"errnoRet\":13}]}" >deny.json

cat >query.py <<'END'
"""query.py FILE EXPRESSION [CONTAINER]: records of the container (r is one of them) for which it holds."""
import json, sys
path, expression = sys.argv[1:3]
name = sys.argv[3] if len(sys.argv) > 3 else None
count = 0
for line in open(path):
    r = json.loads(line)
    if name is not None and (r.get("container") or {}).get("name") != name:
        continue
    count += bool(eval(expression))
print(count)
END
cat >comms.py <<'END'
"""comms.py FILE CONTAINER: did each name come, as the kernel keeps it (15 bytes)?"""
import json, sys
wanted = ['two words', 'q"uote', 'new\nline', 'éclair', '123456789012345', 'a\\b', "it's"]
found = [r["comm"] for r in map(json.loads, open(sys.argv[1])) if r.get("syscall") == "getpgid"
         and (r.get("container") or {}).get("name") == sys.argv[2]]
print(f"all of {len(wanted)}" if found == wanted else found)
END
count() { python3 query.py "$@"; }

# follow NAME [OPTION...]: until unfollow; records in NAME.jsonl, what is said in NAME.err
follow() {
    local name=$1

    shift
    "$SYSCULL" audit --follow --output jsonl "$@" >"$name.jsonl" 2>"$name.err" &
    follower=$!
    engines_wait 10 grep -q following "$name.err" || cat "$name.err"
}
unfollow() {
    sleep 1
    kill -TERM "$follower"
    wait "$follower"
    status=$?
    follower=""
    return "$status"
}
# contain ENGINE NAME PROFILE COMMAND...: prints nothing; the engine's status
contain() {
    local engine=$1 name=$2 profile=$3

    shift 3
    engine_run "$engine" --name "$name" --network none --security-opt "seccomp=$PWD/$profile" \
        -v "$PWD:/test:ro" -- syscull-test/tiny "$@" >"$name.out" 2>&1
}
remove() { "$home/${1%-*}" rm -f "$2" >/dev/null 2>&1; }
is() { echo "is $1, wants $2"; [ "$1" = "$2" ]; }
at_least() { echo "is $1, wants $2 or more"; [ "$1" -ge "$2" ]; }

for engine in "${engines[@]}"; do
    if ! reason=$(engine_available "$engine"); then
        tap_skip "$engine: records of containers are read" "$reason"
        continue
    fi
    id=$engine-$$

    follow "$id"
    contain "$engine" "audit-$id" audit.json /test/calls once
    contain "$engine" "kill-$id" kill.json /test/calls once
    [ ! -e calls32 ] || contain "$engine" "compat-$id" one.json /test/calls32 once
    contain "$engine" "flag-$id" flag.json /test/calls once
    flag_status=$?
    contain "$engine" "named-$id" one.json /test/calls named \
        'two words' 'q"uote' $'new\nline' 'éclair' '1234567890123456' 'a\b' "it's"
    unfollow
    tap_ok "$engine: following ends well when it is asked to" is "$?" 0

    log=$id.jsonl
    tap_ok "$engine: an audit profile: getpgid is logged, allowed" \
        is "$(count "$log" 'r.get("syscall") == "getpgid" and r["outcome"] == "allowed" and r["comm"] == "calls"' "audit-$id")" 1
    tap_ok "$engine: and so is execve of the runtime, before the program" \
        at_least "$(count "$log" 'r.get("syscall") == "execve"' "audit-$id")" 1
    tap_ok "$engine: a kill profile: killed by SIGSYS" \
        is "$(count "$log" 'r.get("syscall") == "getpgid" and r["outcome"] == "killed" and r["sig"] == 31' "kill-$id")" 1
    if [ -e calls32 ]; then
        tap_ok "$engine: a 32-bit program: getpgid of x86" \
            is "$(count "$log" 'r["arch"] == "x86" and r["nr"] == 132 and r["syscall"] == "getpgid" and r["compat"] == 1' "compat-$id")" 1
    else
        tap_skip "$engine: a 32-bit program" "gcc -m32 -static does not work here"
    fi
    # Docker 20.10 drops a profile's flags, runc 1.1 refuses them: then there is nothing to be seen.
    flagged=$(count "$log" 'r.get("syscall") == "getpgid" and r["outcome"] == "denied" and r["code"] == "0x50000"' "flag-$id")
    if [ "$flag_status" -ne 0 ] || { [ "$flagged" -eq 0 ] && [ "${engine%-*}" = docker ]; }; then
        tap_skip "$engine: FLAG_LOG: a denial is logged" "this engine or runtime does not take SECCOMP_FILTER_FLAG_LOG"
    else
        tap_ok "$engine: FLAG_LOG: a denial is logged" is "$flagged" 1
    fi
    tap_ok "$engine: processes with blanks, quotes, newlines, UTF-8, 16 characters in their names" \
        is "$(python3 comms.py "$log" "named-$id")" "all of 7"
    for name in audit kill compat flag named; do remove "$engine" "$name-$id"; done
done

# --- a thousand processes of a millisecond, in three containers --------------------------------------

engine=""
for candidate in docker-runc podman-crun podman-runc; do
    engine_available "$candidate" >/dev/null && engine=$candidate && break
done
if [ -z "$engine" ]; then
    tap_skip "a thousand processes in three containers" "no engine works"
    tap_done
fi
follow spawn
for i in 1 2 3; do
    contain "$engine" "spawn$i-$$" one.json /test/calls spawn $((333 + (i == 3))) &
    pids[i]=$!
done
wait "${pids[@]}"
unfollow
ours='r.get("syscall") == "getpgid" and r["comm"] == "calls"'
for i in 1 2 3; do
    tap_ok "processes of 1 ms: each of container $i is known to be its" \
        is "$(count spawn.jsonl "$ours" "spawn$i-$$")" $((333 + (i == 3)))
    remove "$engine" "spawn$i-$$"
done
tap_ok "no record is of an unknown container" is "$(count spawn.jsonl "$ours and 'containerUnknown' in r")" 0

# --- a burst ------------------------------------------------------------------------------------------

started=$(date +%s)
follow burst
contain "$engine" "burst-$$" one.json /test/calls burst "$burst"
sleep 1
unfollow
got=$(count burst.jsonl "$ours" "burst-$$")
lost=$(sed -n 's/.*records\{0,1\}, \([0-9]*\) lost.*/\1/p' burst.err)
tap_note "$burst calls: $got records by netlink, ${lost:-0} lost as the kernel counts"
complete() {
    echo "$got records and ${lost:-0} lost of $burst"
    # What others lost at the same time may be among the lost ones.
    [ "$got" -eq "$burst" ] || [ $((got + lost)) -ge "$burst" ]
}
tap_ok "a burst of $burst calls: all are delivered, or the kernel counts what is not" complete
kept=$("$SYSCULL" audit --source kmsg --since "@$started" --output jsonl 2>/dev/null | grep -c '"comm":"calls"')
tap_note "/dev/kmsg has $kept of them"
remove "$engine" "burst-$$"

# --- to a profile ---------------------------------------------------------------------------------------

follow profile --container "learn-$$" --profile-out learnt.json --raw learnt.rec
contain "$engine" "learn-$$" audit.json sh -c 'mkdir /tmp/d; ls / >/dev/null; uname -a; rmdir /tmp/d; date'
unfollow
remove "$engine" "learn-$$"
contain "$engine" "again-$$" learnt.json sh -c 'mkdir /tmp/d; ls / >/dev/null; uname -a; rmdir /tmp/d; date'
tap_ok "the profile of an audit-mode run lets the same run pass" is "$?" 0
remove "$engine" "again-$$"
"$SYSCULL" record --container "bpf-$$" --wait -o bpf.json --raw bpf.rec 2>bpf.err &
recorder=$!
engines_wait 10 grep -q waiting bpf.err
contain "$engine" "bpf-$$" audit.json sh -c 'mkdir /tmp/d; ls / >/dev/null; uname -a; rmdir /tmp/d; date; sleep 1'
wait "$recorder"
remove "$engine" "bpf-$$"
cat >same.py <<'END'
import json, sys
def names(path, extra=()):
    return {n for s in json.load(open(path))["syscalls"] if s["action"] == "SCMP_ACT_ALLOW" for n in s["names"]} - set(extra)
audit, bpf = names("learnt.json"), names("bpf.json", ("nanosleep", "clock_nanosleep", "restart_syscall"))
audit -= {"nanosleep", "clock_nanosleep", "restart_syscall"}
print("by audit alone:", sorted(audit - bpf), "by eBPF alone:", sorted(bpf - audit))
sys.exit(audit != bpf)
END
tap_ok "and it is the one that the eBPF recorder makes of the same run" python3 same.py

# --- denials that no log has ------------------------------------------------------------------------------

engine_run "$engine" -d --name "deny-$$" --network none --security-opt "seccomp=$PWD/deny.json" \
    -v "$PWD:/test:ro" -- syscull-test/tiny sh -c 'while :; do /test/calls once; sleep 0.2; done' >/dev/null
"$SYSCULL" audit --follow --denied --container "deny-$$" --for 3s >denied.out 2>denied.err
cat denied.err >>denied.out
tap_ok "--denied shows what is never logged, with its errno" \
    grep -E 'getpgid \(121\) +denied EACCES \(seen by eBPF' denied.out
remove "$engine" "deny-$$"

# --- a terminal ---------------------------------------------------------------------------------------------

redrawn() {
    script -qc "'$SYSCULL' audit --follow --group --for 4s" typescript </dev/null >/dev/null 2>&1 &
    local terminal=$!

    sleep 1.5
    for _ in 1 2 3; do
        "$SYSCULL" run --profile one.json -- ./calls burst 2 >/dev/null
        sleep 0.3
    done
    wait "$terminal"
    cat -v typescript
    grep -q $'\033\\[[0-9]*A\033\\[J' typescript && grep -qE 'calls +getpgid \(121\) +logged, allowed +6 ' typescript
}
if command -v script >/dev/null; then
    tap_ok "groups are redrawn in place, their counts grow" redrawn
else
    tap_skip "groups are redrawn in place, their counts grow" "script is not installed"
fi
tap_done
