#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The recorder's promises: every call of every descendant, denied ones, each ABI; what happens when
# a right or a part of the kernel is missing, when the target dies, daemonises or is interrupted.
set -u
# shellcheck source-path=SCRIPTDIR source=../support/tap.sh
. "$(dirname "$0")/../support/tap.sh"

[ "$(id -u)" -eq 0 ] || tap_skip_all "recording needs root"
cd "$TAP_DIR" || exit 1

# recorded REC NAME [ABI]: the name is among the calls that reached the kernel.
recorded() { python3 "$TAP_DIR/query.py" "$1" allowed "$2" "${3:-x86_64}"; }
denied() { python3 "$TAP_DIR/query.py" "$1" denied "$2" "${3:-x86_64}"; }
cat >query.py <<'END'
import json, sys
path, kind, name, arch = sys.argv[1:5]
phases = json.load(open(path))["calls"].get(arch, {})
found = [c for calls in phases.values() for c in calls if c.get("name") == name]
count = sum(c.get("denied" if kind == "denied" else "count", 0) or 0 for c in found)
print(kind, name, arch, count)
sys.exit(0 if count else 1)
END
expect_message() {
    local text=$1 status=0

    shift
    "$@" >said 2>&1 || status=$?
    cat said
    [ "$status" -ne 0 ] && [ "$status" -lt 128 ] && grep -q -- "$text" said
}

# --- descendants, namespaces, ABIs ----------------------------------------------------------------

"$SYSCULL" record -o ns.json --raw ns.rec -- \
    unshare -m -u -i -n -p -f sh -c 'hostname syscull-test; (mkfifo f; rm f)' >/dev/null 2>ns.err
tap_ok "a child in other namespaces is followed: sethostname" recorded ns.rec sethostname
tap_ok "and its child: mknodat or mknod" sh -c \
    "python3 query.py ns.rec allowed mknodat x86_64 || python3 query.py ns.rec allowed mknod x86_64"
tap_ok "what the recorder itself did before execve is not recorded: pidfd_open" \
    sh -c '! python3 query.py ns.rec allowed pidfd_open x86_64'

cat >abi.c <<'END'
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>
static void *work(void *nothing)
{
    syscall(SYS_getpgid, 0);                       /* 64-bit, in a thread */
    __asm__ volatile("int $0x80" ::"a"(64));        /* i386 getppid */
    syscall(0x40000000 | 111);                      /* x32 getpgrp */
    syscall(7777);                                  /* no such number */
    return nothing;
}
int main(void)
{
    pthread_t thread;
    pthread_create(&thread, 0, work, 0);
    pthread_join(thread, 0);
    return 0;
}
END
if [ "$(uname -m)" = x86_64 ] && gcc -pthread abi.c -o abi 2>abi.err; then
    "$SYSCULL" record -o abi.json --raw abi.rec -- ./abi 2>/dev/null
    tap_ok "a thread's call is recorded" recorded abi.rec getpgid
    tap_ok "an int 0x80 call is recorded as x86" recorded abi.rec getppid x86
    tap_ok "and not as x86_64" sh -c '! python3 query.py abi.rec allowed getppid x86_64'
    tap_ok "an x32 call is recorded as x32" recorded abi.rec getpgrp x32
    tap_ok "a number that no table knows is kept" grep -q 7777 abi.rec
else
    tap_skip "ABIs are told apart" "not x86_64, or gcc is missing"
fi

# --- denied calls ------------------------------------------------------------------------------------

cat >nomkdir.json <<'END'
{"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"],
 "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 13},
              {"names": ["rmdir"], "action": "SCMP_ACT_KILL_PROCESS"}]}
END
"$SYSCULL" record -o denied.json --raw denied.rec -- \
    "$SYSCULL" run --profile nomkdir.json -- sh -c 'mkdir a; mkdir b; rmdir c; true' >/dev/null 2>&1
tap_ok "a call denied by ERRNO is recorded as denied" denied denied.rec mkdir
tap_ok "with its errno" grep -q '"deniedResult": *-13' denied.rec
tap_ok "a call that killed is recorded as denied" denied denied.rec rmdir
tap_ok "a call that was never denied is not" sh -c '! python3 query.py denied.rec denied openat x86_64'
tap_ok "what was only denied is not allowed by the profile" sh -c \
    "$SYSCULL explain --profile denied.json mkdir >e 2>&1; python3 - <<'P'
import json,sys
p=json.load(open('denied.json'))
sys.exit(any('mkdir' in r['names'] and r['action']=='SCMP_ACT_ALLOW' for r in p['syscalls']))
P"

# --- ends ---------------------------------------------------------------------------------------------

"$SYSCULL" record -o daemon.json --raw daemon.rec -- \
    sh -c '(sleep 0.5; mkdir daemon.d; rmdir daemon.d) >/dev/null 2>&1 & exit 0' >/dev/null 2>daemon.err
tap_ok "a target that daemonises is followed to its end" recorded daemon.rec rmdir

# A terminal's Ctrl-C reaches the whole process group.  A shell without job control starts what is in
# the background with SIGINT ignored; a terminal does not.
cat >as-on-terminal.py <<'END'
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.setsid()
os.execv(sys.argv[1], sys.argv[1:])
END
before=$SECONDS
python3 as-on-terminal.py "$SYSCULL" record -o int.json --raw int.rec -- sh -c 'mkdir int.d; exec sleep 60' >/dev/null 2>int.err &
recorder=$!
for _ in $(seq 100); do [ -d int.d ] && break; sleep 0.1; done
kill -INT -- -"$recorder"
wait "$recorder"
tap_ok "Ctrl-C ends the recording" test $((SECONDS - before)) -lt 30
tap_ok "the recording so far is written" recorded int.rec mkdir
tap_ok "and the profile" "$SYSCULL" profile check int.json

"$SYSCULL" record -o kill.json --raw kill.rec -- sh -c 'mkdir kill.d; kill -KILL $$' >/dev/null 2>kill.err
tap_result $(($? == 137 ? 0 : 1)) "a killed target: its status is passed on (137)"
tap_ok "and what it called is written" recorded kill.rec mkdir

"$SYSCULL" record -o exit.json -- sh -c 'exit 7' 2>/dev/null
tap_result $(($? == 7 ? 0 : 1)) "the command's exit status is passed on"

timeout 30 "$SYSCULL" record --for 1s -o for.json --raw for.rec -- sh -c 'mkdir for.d; sleep 3' >/dev/null 2>for.err
tap_ok "--for: the recording is written" recorded for.rec mkdir

# --- outputs --------------------------------------------------------------------------------------------

tap_ok "a path that cannot be written is refused before the command runs" sh -c \
    "! $SYSCULL record -o no/such/x.json -- touch ran 2>out.err && [ ! -e ran ] && grep -q no/such out.err"
tap_ok "a full disk is an error" sh -c "! $SYSCULL record -o /dev/full -- true 2>full.err && grep -qi 'no space' full.err"
tap_ok "nothing half-written is left behind" sh -c '! ls -- *.json.* 2>/dev/null'

# --- what may be missing --------------------------------------------------------------------------------

chmod 755 "$TAP_DIR"
tap_ok "without root: says so and names sudo" \
    expect_message sudo setpriv --reuid 65534 --regid 65534 --clear-groups "$SYSCULL" record -- true
tap_ok "without BTF: says CONFIG_DEBUG_INFO_BTF" expect_message CONFIG_DEBUG_INFO_BTF \
    unshare -m sh -c 'mount -t tmpfs none /sys/kernel/btf && exec "$0" record -- true' "$SYSCULL"
cat >norawtp.json <<'END'
{"defaultAction": "SCMP_ACT_ALLOW",
 "syscalls": [{"names": ["bpf"], "action": "SCMP_ACT_ERRNO", "errnoRet": 2,
               "args": [{"index": 0, "value": 17, "op": "SCMP_CMP_EQ"}]},
              {"names": ["bpf"], "action": "SCMP_ACT_ERRNO", "errnoRet": 2,
               "args": [{"index": 0, "value": 28, "op": "SCMP_CMP_EQ"}]}]}
END
tap_ok "without raw tracepoints: says CONFIG_FTRACE_SYSCALLS" expect_message CONFIG_FTRACE_SYSCALLS \
    "$SYSCULL" run --profile norawtp.json -- "$SYSCULL" record -- true
cat >nobpf.json <<'END'
{"defaultAction": "SCMP_ACT_ALLOW",
 "syscalls": [{"names": ["bpf"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1}]}
END
tap_ok "root whose bpf(2) is refused: says what a container needs" expect_message CAP_BPF \
    "$SYSCULL" run --profile nobpf.json -- "$SYSCULL" record -- true
tap_done
