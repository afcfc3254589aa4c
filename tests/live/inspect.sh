#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What `syscull inspect` promises: inside and outside give the same answers to every number, whatever
# the profile and the runtime; nothing changes by asking; it works where there is nothing; what it
# cannot do it says. The filters that it read are evaluated by an interpreter of this test's own.
set -u
# shellcheck source-path=SCRIPTDIR source=../support/tap.sh
. "$(dirname "$0")/../support/tap.sh"
# shellcheck source-path=SCRIPTDIR source=../support/engines.sh
. "$(dirname "$0")/../support/engines.sh"
support=$(cd "$(dirname "$0")/../support" && pwd)

[ "$(id -u)" -eq 0 ] || tap_skip_all "reading filters and running engines needs root"
[ "$(uname -m)" = x86_64 ] || tap_skip_all "the profiles of this test are for x86_64"
cd "$TAP_DIR" || exit 1
chmod 755 "$TAP_DIR"

cat >compare.py <<'END'
"""compare.py INSIDE.json OUTSIDE.json: evaluate OUTSIDE's filters, compare both with that."""
import json, sys
inside, outside = (json.load(open(path)) for path in sys.argv[1:3])
AUDIT = {"x86_64": 0xc000003e, "x32": 0xc000003e, "x86": 0x40000003}
BASE = {"x86_64": 0, "x32": 0x40000000, "x86": 0}
ERRNO = {}
import errno
for number, name in errno.errorcode.items():
    ERRNO[number] = {"EWOULDBLOCK": "EAGAIN", "EDEADLOCK": "EDEADLK", "ENOTSUP": "EOPNOTSUPP"}.get(name, name)

def run(program, words):
    a = x = 0
    mem = [0] * 16
    at = 0
    while True:
        code, jt, jf, k = program[at]
        at += 1
        kind = code & 7
        if kind in (0, 1):
            mode = code & 0xe0
            value = words[k // 4] if mode == 0x20 else 64 if mode == 0x80 else mem[k] if mode == 0x60 else k
            if kind == 0: a = value
            else: x = value
        elif kind == 2: mem[k] = a
        elif kind == 3: mem[k] = x
        elif kind == 4:
            b = x if code & 8 else k
            op = code & 0xf0
            if op == 0x30 and b == 0: return 0
            a = {0: a + b, 0x10: a - b, 0x20: a * b, 0x40: a | b, 0x50: a & b, 0x60: a << (b & 31),
                 0x70: a >> (b & 31), 0xa0: a ^ b, 0x80: -a}.get(op, a // b if b else 0) & 0xffffffff
        elif kind == 5:
            b = x if code & 8 else k
            op = code & 0xf0
            if op == 0: at += k
            else: at += jt if {0x10: a == b, 0x20: a > b, 0x30: a >= b, 0x40: bool(a & b)}[op] else jf
        elif kind == 6: return a if code & 0x18 == 0x10 else k
        elif code & 0xf8: a = x
        else: x = a

programs = [[tuple(int(word, 0) for word in line.split()) for line in f["instructions"]]
            for f in outside["filters"]]

def signed(value):
    value &= 0xffff0000
    return value - (1 << 32) if value & 0x80000000 else value

def verdict(arch, nr, args=(0,) * 6):
    words = [nr & 0xffffffff, AUDIT[arch], 0, 0]
    for arg in args:
        words += [arg & 0xffffffff, arg >> 32]
    result = 0x7fff0000
    for program in reversed(programs):
        one = run(program, words)
        if signed(one) < signed(result):
            result = one
    action, data = result & 0xffff0000, result & 0xffff
    return {0x80000000: "kill process", 0: "kill thread", 0x7fc00000: "notify", 0x7ffc0000: "log",
            0x7fff0000: "allow"}.get(action) or (
        ("trap %d" % data if data else "trap") if action == 0x30000 else
        ("trace %d" % data if data else "trace") if action == 0x7ff00000 else
        ("success, not run" if data == 0 else ERRNO.get(data, "errno %d" % data)) if action == 0x50000
        else "0x%08x" % result)

thorough = not any("--thorough" in note for note in inside.get("notes", []))
def alike(seen, true):
    if seen == "trace": return true.startswith("trace") # its data cannot be seen
    if seen == "pass" and not thorough and true.startswith(("trace", "notify")): return True
    return seen == true or seen == "exempt" or (seen == "pass" and true in ("allow", "log", "pass")) \
        or (seen == "pass or agent" and true.split()[0] in ("allow", "log", "notify", "trace"))

numbers = vectors = wrong = 0
kinds = set()
for name, report in (("inside", inside), ("outside", outside)):
    for arch, answers in report["verdicts"].items():
        assert len(answers) == 1024, (name, arch, len(answers))
        for nr, seen in enumerate(answers):
            true = verdict(arch, BASE[arch] + nr)
            kinds.add(true)
            numbers += 1
            if not alike(seen, true):
                wrong += 1
                if wrong < 20: print(name, arch, nr, "seen:", seen, "true:", true)
    assert set(report["verdicts"]) == set(AUDIT), report["verdicts"].keys()
    for call in report["dependsOnArguments"]:
        for tried in call["tried"]:
            args, seen = tried.split(" ", 1)
            true = verdict(call["arch"], call["nr"], [int(arg, 16) for arg in args.split(",")])
            vectors += 1
            kinds.add(true)
            if not alike(seen, true):
                wrong += 1
                if wrong < 20: print(name, call["name"], args, "seen:", seen, "true:", true)
# What outside found to depend on arguments that are looked at alone, inside finds, too.
found = {(call["arch"], call["nr"]) for call in inside["dependsOnArguments"]}
for call in outside["dependsOnArguments"]:
    passes = {tried.split(" ", 1)[1] for tried in call["tried"]} <= {"allow", "log"}
    if (call["arch"], call["nr"]) not in found and "and arg" not in call["summary"] and not passes:
        wrong += 1
        print("not found inside:", call["arch"], call["name"], call["summary"])
print("method %s, %d filters, %d numbers, %d argument vectors, answers: %s; %d differences" % (
    inside["method"], len(programs), numbers, vectors, ", ".join(sorted(kinds)), wrong))
sys.exit(wrong != 0)
END

cat >profiles.py <<'END'
"""Writes the profiles. needed: what runc, crun, busybox sleep and syscull itself call."""
import json
needed = """access arch_prctl brk capget capset chdir clone clone3 close close_range connect dup2 epoll_create1
epoll_ctl epoll_pwait eventfd2 execve exit exit_group faccessat faccessat2 fchdir fcntl fstat fstatfs
futex getcwd getdents64 getegid geteuid getgid getpid getppid getrandom getresgid getresuid getuid
gettid ioctl lseek madvise mmap mount mprotect mremap munmap nanosleep clock_nanosleep newfstatat open
openat openat2 pause pipe2 poll ppoll prctl prlimit64 pselect6 read readlink readlinkat rseq
rt_sigaction rt_sigprocmask rt_sigreturn sched_getaffinity sched_yield seccomp sendto recvfrom
set_robust_list set_tid_address setgid setgroups setresgid setresuid setuid sigaltstack socket stat
statfs statx tgkill umask uname wait4 waitid write writev sysinfo""".split()
both = ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"]
def rule(names, action, **more): return dict(names=names, action="SCMP_ACT_" + action, **more)
def arg(index, value, op, two=0):
    return {"index": index, "value": value, "valueTwo": two, "op": "SCMP_CMP_" + op}
def write(name, default, rules, archs=both, **more):
    profile = dict(defaultAction="SCMP_ACT_" + default, architectures=archs, syscalls=rules, **more)
    json.dump(profile, open(name + ".json", "w"))
write("audit", "LOG", [])
write("deny", "ERRNO", [rule(needed, "ALLOW")])
write("deny-native-only", "ERRNO", [rule(needed, "ALLOW")], ["SCMP_ARCH_X86_64"], defaultErrnoRet=13)
write("kill-process", "KILL_PROCESS", [rule(needed, "ALLOW")])
write("kill-thread", "KILL", [rule(needed, "ALLOW")])
write("trap", "TRAP", [rule(needed, "ALLOW")])
write("without-seccomp", "ERRNO", [rule([n for n in needed if n != "seccomp"], "ALLOW")])
write("without-ptrace-and-clone3", "ALLOW", [rule(["ptrace"], "ERRNO"), rule(["clone3"], "ERRNO", errnoRet=38)])
write("errno-varied", "ALLOW", [
    rule(["acct", "msgget"], "ERRNO", errnoRet=0), rule(["reboot", "swapon"], "ERRNO", errnoRet=1),
    rule(["mount"], "ERRNO", errnoRet=38), rule(["umount2"], "ERRNO", errnoRet=4094),
    rule(["bpf"], "ERRNO", errnoRet=13), rule(["keyctl"], "ERRNO", errnoRet=95),
    rule(["add_key"], "KILL_PROCESS"), rule(["request_key", "vhangup"], "KILL_THREAD"),
    rule(["pivot_root", "umask"], "TRAP"), rule(["sethostname"], "LOG")])
write("arguments", "ALLOW", [
    rule(["socket"], "ERRNO", errnoRet=97, args=[arg(0, 40, "EQ")]),
    rule(["clone"], "ERRNO", args=[arg(0, 0x7e020000, "MASKED_EQ", 0x10000000)]),
    rule(["personality"], "ERRNO", errnoRet=71, args=[arg(0, 0x40000, "GE")]),
    rule(["ioctl"], "ERRNO", errnoRet=25, args=[arg(1, 0x5412, "EQ")]),
    rule(["setns"], "TRAP", args=[arg(1, 0, "NE")]), rule(["kill"], "ERRNO", args=[arg(1, 9, "GT")]),
    rule(["ptrace"], "ERRNO", args=[arg(0, 16, "LE")]), rule(["mkdir"], "ERRNO", args=[arg(1, 64, "LT")]),
    rule(["setpgid"], "ERRNO", errnoRet=3, args=[arg(0, 2, "EQ"), arg(1, 3, "EQ")])])
write("arguments-that-kill", "ALLOW", [
    rule(["personality"], "KILL_PROCESS", args=[arg(0, 0x40000, "GE")]),
    rule(["socket"], "KILL_THREAD", args=[arg(0, 40, "EQ")]),
    rule(["fcntl"], "LOG", args=[arg(1, 1024, "EQ")])])
END
python3 profiles.py || exit 1

cat >load.py <<'END'
"""load.py 1|2|12 COMMAND...: under one or two filters of this test's own, so that what is read was
made by nobody who is tested. (syscull run traces what may be killed; then nobody else can.)"""
import ctypes, os, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
def insn(code, k, jt=0, jf=0): return struct.pack("HBBI", code, jt, jf, k)
def load(k): return insn(0x20, k)
def ret(k): return insn(0x06, k)
def calls(table):
    return b"".join(insn(0x15, nr, 0, 1) + ret(verdict) for nr, verdict in table)
def argument(nr, index, code, k, verdict): # of the low half; the number is loaded again after it
    return insn(0x15, nr, 0, 4) + load(16 + 8 * index) + insn(code, k, 0, 1) + ret(verdict) + load(0)
ERRNO, TRAP, TRACE, LOG, ALLOW = 0x50000, 0x30000, 0x7ff00000, 0x7ffc0000, 0x7fff0000
PROGRAMS = {
    "1": load(0) + calls([(165, ERRNO), (68, ERRNO), (166, ERRNO | 38), (163, TRAP | 9), (103, LOG),
                          (83, TRACE | 7), (161, TRACE | 7), (179, 0x80000000), (134, 0),
                          (0x40000000 + 100, ERRNO | 22)])
         + load(4) + insn(0x15, 0xc000003e, 1, 0) + ret(ALLOW) + load(0)
         + argument(41, 0, 0x15, 16, ERRNO | 13) + ret(ALLOW),
    "2": load(4) + insn(0x15, 0x40000003, 0, 4) + load(0) + insn(0x35, 400, 0, 1) + ret(ERRNO | 38)
         + ret(ALLOW) + load(0) + calls([(83, ERRNO | 5), (166, LOG)])
         + argument(62, 1, 0x25, 9, ERRNO | 1) + argument(16, 1, 0x15, 0x5412, ERRNO | 25)
         + argument(272, 0, 0x45, 0x7e020000, TRAP) + ret(ALLOW),
}
libc.prctl(38, 1, 0, 0, 0)
for name in sys.argv[1]:
    code = PROGRAMS[name]
    buffer = ctypes.create_string_buffer(code)
    program = struct.pack("HxxxxxxQ", len(code) // 8, ctypes.addressof(buffer))
    if libc.prctl(22, 2, program, 0, 0) != 0:
        sys.exit("seccomp: " + os.strerror(ctypes.get_errno()))
os.execvp(sys.argv[2], sys.argv[2:])
END
sleeping() { # sleeping PROGRAMS: a confined process, its pid in $confined
    python3 load.py "$1" sleep 300 &
    confined=$!
    for _ in $(seq 50); do
        [ "$(cat "/proc/$confined/comm" 2>/dev/null)" = sleep ] && return
        sleep 0.1
    done
}

# --- bad input, and the host: no engine is needed -----------------------------------------------------

says() { # says STATUS TEXT COMMAND...
    local wanted=$1 text=$2 status=0

    shift 2
    "$@" >said 2>&1 || status=$?
    cat said
    [ "$status" -eq "$wanted" ] && grep -q -- "$text" said
}
nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)
"$SYSCULL" inspect --output json >host.json
tap_ok "the host: nothing is confined, and nothing is asked" \
    python3 -c 'import json; r = json.load(open("host.json"))
assert r["method"] == "none" and all(set(v) == {"allow"} for v in r["verdicts"].values()), r["method"]'
tap_ok "a pid that is gone" says 3 "no process with pid 4194303" "$SYSCULL" inspect --pid 4194303
tap_ok "a thread of the kernel" says 3 "thread of the kernel" "$SYSCULL" inspect --pid 2
sh -c 'sleep 0 & exec sleep 20' &
parent=$!
zombie=
for _ in $(seq 50); do
    zombie=$(ps -o pid=,stat= --ppid "$parent" | awk '$2 ~ /^Z/ { print $1 }')
    [ -n "$zombie" ] && break
    sleep 0.1
done
tap_ok "a zombie" says 3 "is a zombie" "$SYSCULL" inspect --pid "$zombie"
kill "$parent"
tap_ok "not a pid" says 2 "not a process id" "$SYSCULL" inspect --pid 12x
tap_ok "no such container" says 3 'no running container is called "nosuch"' \
    "$SYSCULL" inspect --container nosuch
tap_ok "an unknown requirement" says 2 'did you mean "no-new-privs"' \
    "$SYSCULL" inspect --require no-new-priv
sleeping 2
tap_ok "another user's process: the reason, and what is needed" says 3 "CAP_SYS_PTRACE" \
    "${nobody[@]}" "$SYSCULL" inspect --pid "$confined"
tap_ok "a reader that is confined itself" says 3 "no seccomp filter confines" \
    python3 load.py 1 "$SYSCULL" inspect --pid "$confined"
tap_ok "--all has a line for it" says 0 "^ *$confined  *sleep" "$SYSCULL" inspect --all
tap_ok "the target goes on after it was read" sh -c "kill -0 $confined &&
    grep -q 'State:.S' /proc/$confined/status && grep -q 'TracerPid:.0' /proc/$confined/status"
tap_ok "--require: what holds is 0" says 0 "holds" "$SYSCULL" inspect --pid "$confined" \
    --require 'seccomp=filter,no-new-privs,allowed:mount'
tap_ok "--require: what does not is 1 and is named" says 1 "failed.*0x5412\|failed.*ioctl\|denied:ioctl" \
    "$SYSCULL" inspect --pid "$confined" --require 'seccomp=filter,denied:ioctl'

# --- exact, without engines: our own filter, several at once ------------------------------------------

exact() { # exact NAME INSIDE OUTSIDE
    tap_ok "$1" python3 compare.py "$2" "$3"
    grep differences "$TAP_DIR/tap.out" | sed 's/^/#   /'
}
kill "$confined"
sleeping 12
tap_ok "two filters are counted" grep -q 'Seccomp_filters:.2' "/proc/$confined/status"
"$SYSCULL" inspect --pid "$confined" --all-threads --output json >out.json
for way in "" "--thorough" "--method kill"; do
    # shellcheck disable=SC2086 # two words
    python3 load.py 12 "$SYSCULL" inspect $way --output json >in.json
    exact "two filters on top of each other, on the host ${way:-as it is}" in.json out.json
    # shellcheck disable=SC2086
    python3 load.py 12 "${nobody[@]}" "$SYSCULL" inspect $way --output json >in.json
    exact "the same as nobody" in.json out.json
done
kill "$confined"

# --- nothing changes ------------------------------------------------------------------------------------

cat >state.sh <<'END'
uname -n; domainname; umask; id; stty -a; tty; ipcs; cat /proc/self/mountinfo /proc/swaps /proc/modules
ps -e -o pid=,ppid=,sid=,tty=,comm= | grep -v -e ' ps$' -e ' grep$' -e ' bash$'
cat /proc/self/personality /proc/self/oom_score_adj /proc/sys/kernel/kexec_loaded 2>/dev/null
cat /sys/kernel/kexec_loaded 2>/dev/null; ulimit -a; ls /proc/self/fd
END
# In namespaces of the test's own, on a terminal of its own, with accounting on: what is changed shows.
cat >unchanged.sh <<'END'
user=$1
shift
hostname syscull-inspect; domainname syscull.example
ipcmk -Q >/dev/null; ipcmk -S 1 >/dev/null; ipcmk -M 4096 >/dev/null
umask 027
: >account
python3 -c 'import ctypes; assert ctypes.CDLL(None).acct(b"account") == 0' || echo "no accounting here"
from=$(date +%s)
bash state.sh >before.txt 2>&1
$user "$@" >report.txt 2>&1 || { cat report.txt; exit 1; }
bash state.sh >after.txt 2>&1
[ $(($(date +%s) - from)) -lt 60 ] || { echo "the clock jumped"; exit 1; }
size=$(stat -c %s account)
true; /bin/true; sleep 0.1
[ "$(stat -c %s account)" -gt "$size" ] || { echo "accounting is off"; exit 1; }
grep -q '^blocked' report.txt || { echo "no report"; exit 1; }
diff before.txt after.txt
END
unchanged() { # unchanged USER COMMAND...
    script -qec "unshare -u -i -m -p -f --mount-proc bash unchanged.sh '$1' ${*:2}" /dev/null </dev/null
}
chmod 777 "$TAP_DIR"
confining=$(printf '%q ' "$SYSCULL" run --profile arguments.json -- "$SYSCULL" inspect)
tap_ok "as root nothing changes: names, accounting, umask, terminal, IPC, mounts, processes" \
    unchanged "" "$confining"
tap_ok "nor without any filter" unchanged "" "$SYSCULL inspect"
tap_ok "nor by the method kill" unchanged "" "$confining --method kill"
tap_ok "nor as nobody" unchanged "${nobody[*]}" "$confining"

# --- in containers ----------------------------------------------------------------------------------------

static=${SYSCULL_STATIC:-}
if [ -z "$static" ]; then
    # The program alone in a container has no libraries: take the test's own build, or make one.
    static=$TAP_DIR/static/src/cli/syscull
    if ! { meson setup "$TAP_DIR/static" "$(dirname "$0")/../.." -Dbpf=disabled -Dtests=disabled \
        -Dstatic=true -Dbuildtype=release && ninja -j2 -C "$TAP_DIR/static" src/cli/syscull; } \
        >static.log 2>&1; then
        tap_skip "in containers" "no static program: $(tail -n 1 static.log)"
        tap_done
    fi
fi
dir=${INSPECT_ENGINES:-$(mktemp -d /tmp/syscull-engines-XXXXXX)}
trap 'engines_stop "$dir" >/dev/null 2>&1' EXIT
if ! engines_start "$dir" >engines.log 2>&1; then
    tap_skip "in containers" "$(tail -n 1 engines.log)"
    tap_done
fi
eval "$(engines_env "$dir")"
mkdir alone && cp "$static" alone/syscull && chmod 755 alone/syscull
tar -C alone -cf - syscull | docker import - syscull-test/alone >/dev/null
"$support/images.sh" "${IMAGES:-/var/tmp/syscull-test-images}" "$dir" docker >images.log 2>&1

# One container inspects itself, another of the same options sleeps and is read from outside.
number=0
compare_in() { # compare_in ENGINE NAME OPTION...
    local engine=$1 name=$2 box status=0

    shift 2
    number=$((number + 1))
    box=inspect-$$-$number
    engine_run "$engine" --rm --network none "$@" -- syscull-test/alone /syscull inspect \
        --output json >in.json 2>in.err || status=$?
    [ "$status" -eq 0 ] || tap_note "inside: status $status: $(tail -n 3 in.err)"
    engine_run "$engine" -d --name "$box" --network none "$@" -- syscull-test/tiny sleep 100 \
        >run.log 2>&1 || tap_note "$(tail -n 3 run.log)"
    "$SYSCULL" inspect --container "$box" --output json >out.json 2>out.err || tap_note "$(cat out.err)"
    exact "$engine: $name" in.json out.json
    docker rm -f "$box" >/dev/null 2>&1
}
for engine in docker-runc docker-crun; do
    if ! reason=$(engine_available "$engine"); then
        tap_skip "$engine: inside equals outside" "$reason"
        continue
    fi
    compare_in "$engine" "the engine's default"
    compare_in "$engine" "the default, no_new_privs, no capabilities, nobody" \
        --security-opt no-new-privileges --cap-drop ALL --user 65534
    compare_in "$engine" unconfined --security-opt seccomp=unconfined
    for profile in audit deny deny-native-only kill-process kill-thread trap without-seccomp \
        without-ptrace-and-clone3 errno-varied arguments arguments-that-kill; do
        compare_in "$engine" "$profile" --security-opt "seccomp=$PWD/$profile.json"
    done
done

# --- alone -------------------------------------------------------------------------------------------------

alone() { # alone NAME TEXT OPTION...: the text is in the report
    local name=$1 text=$2

    shift 2
    if ! reason=$(engine_available docker-runc); then
        tap_skip "$name" "$reason"
        return
    fi
    tap_ok "$name" says 0 "$text" engine_run docker-runc --rm --network none "$@" \
        -- syscull-test/alone /syscull inspect
}
alone "alone in a container" "blocked system calls"
alone "read-only, without capabilities, as nobody" "root is read-only" --read-only --cap-drop ALL \
    --user 65534
alone "with --pids-limit and --memory it says the limits" "memory 64 MiB, pids 40" --pids-limit 40 --memory 64m
tap_ok "without /proc: the answers, and what could not be seen" says 0 "there is no /proc" \
    chroot alone /syscull inspect
mkdir mounted
alone "a writable mount of the host is named" "writable: /outside" -v "$PWD/mounted:/outside"
alone "the engine's socket is named and asked" "docker.sock .*answers as Docker" \
    -v "$dir/docker.sock:/run/docker.sock"
alone "the container is recognised" "docker: .*cgroup"
tap_ok "--require in a container" says 1 "denied:getpid  *failed" engine_run docker-runc --rm \
    --network none -- syscull-test/alone /syscull inspect \
    --require 'seccomp=filter,!CAP_SYS_ADMIN,denied:mount,denied:bpf,runtime-default,denied:getpid'
tap_done
