#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Real programs: record, then run under what was recorded, then see an escape refused.
# SYSCULL is the program under test, HELPERS the folder of the test programs built beside it.
set -u
# shellcheck source-path=SCRIPTDIR source=../support/tap.sh
. "$(dirname "$0")/../support/tap.sh"

[ "$(id -u)" -eq 0 ] || tap_skip_all "recording needs root"

export LC_ALL=C
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
cd "$TAP_DIR" || exit 1

# record_and_run NAME LIMIT CMD...: both must succeed with the same output; LIMIT bounds the number
# of system calls in the profile (0: none).
record_and_run() {
    local name=$1 limit=$2 allowed

    shift 2
    if ! "$SYSCULL" record -o "$name.json" --raw "$name.rec" -- "$@" >"$name.out" 2>"$name.err"; then
        tap_result 1 "$name: record"
        tap_note "$(tail -n 20 "$name.err")"
        return
    fi
    tap_result 0 "$name: record"
    tap_ok "$name: the recording lost nothing" lossless "$name.rec"
    tap_ok "$name: runs under its profile" same_run "$name" "$@"
    allowed=$(allowed_count "$name.json")
    if [ "$limit" -gt 0 ]; then
        tap_ok "$name: $allowed system calls, fewer than $limit" test "$allowed" -lt "$limit"
    fi
    tap_ok "$name: an escape is refused" escape_is_refused "$name"
}

same_run() {
    local name=$1 status=0

    shift
    "$SYSCULL" run --profile "$name.json" -- "$@" >"$name.out2" 2>"$name.err2" || status=$?
    [ "$status" -eq 0 ] || cat "$name.err2"
    [ "$status" -eq 0 ] && cmp "$name.out" "$name.out2"
}

lossless() {
    python3 - "$1" <<'END'
import json, sys
losses = json.load(open(sys.argv[1]))["losses"]
print(losses)
sys.exit(any(losses.values()))
END
}

allowed_count() {
    python3 - "$1" <<'END'
import json, sys
print(sum(len(rule["names"]) for rule in json.load(open(sys.argv[1]))["syscalls"]
          if rule["action"] == "SCMP_ACT_ALLOW"))
END
}

# unshare(1) needs a new user namespace; none of these programs calls unshare(2).  That it fails is not
# enough, because a small profile stops it before it gets there: the profile itself must refuse the call.
escape_is_refused() {
    local status=0

    "$SYSCULL" run --profile "$1.json" -- unshare -r true 2>escape.err || status=$?
    cat escape.err
    [ "$status" -ne 0 ] && [ "$status" -ne 125 ] && ! allows "$1.json" unshare
}
allows() {
    python3 - "$@" <<'END'
import json, sys
sys.exit(not any(sys.argv[2] in rule["names"] for rule in json.load(open(sys.argv[1]))["syscalls"]
                 if rule["action"] == "SCMP_ACT_ALLOW"))
END
}

program_tar() { record_and_run tar 60 tar czf x.tgz /etc; }

program_python() {
    cat >threads.py <<'END'
import subprocess, threading
results = []
def work(n):
    results.append(subprocess.run(["echo", str(n)], capture_output=True, text=True).stdout)
threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
[t.start() for t in threads]
[t.join() for t in threads]
print("".join(sorted(results)), end="")
END
    record_and_run python 0 /usr/bin/python3 threads.py
}

program_perl() {
    record_and_run perl 0 perl -e 'opendir(D, "/etc"); print join("\n", sort readdir D), `echo ok`'
}

program_git() {
    git init -q -b main origin
    (cd origin && echo hello >file && git add file &&
        git -c user.name=t -c user.email=t@example.invalid commit -q -m first)
    record_and_run git 0 sh -c 'rm -rf copy && git clone -q origin copy && cat copy/file'
}

program_sqlite() {
    record_and_run sqlite3 0 sh -c 'rm -f t.db
        sqlite3 t.db "create table t(x); insert into t values (1),(2); select sum(x) from t"'
}

program_curl() {
    local server

    echo "served" >index.html
    python3 -u -m http.server 0 --bind 127.0.0.1 >server.log 2>&1 &
    server=$!
    for _ in $(seq 50); do
        grep -q 'port' server.log && break
        sleep 0.1
    done
    record_and_run curl 0 curl -sS "http://127.0.0.1:$(sed -n 's/.*port \([0-9]*\).*/\1/p' server.log)/"
    kill "$server"
    wait "$server" 2>/dev/null
}

program_go() {
    if ! command -v go >/dev/null; then
        tap_skip "go: a static Go program" "no Go compiler (golang-go)"
        return
    fi
    cat >hello.go <<'END'
package main

import (
	"fmt"
	"os"
	"sync"
)

func main() {
	var group sync.WaitGroup
	var lock sync.Mutex
	total := 0
	for i := 0; i < 64; i++ {
		group.Add(1)
		go func(n int) {
			defer group.Done()
			entries, _ := os.ReadDir("/etc")
			lock.Lock()
			defer lock.Unlock()
			if len(entries) > 0 {
				total += n
			}
		}(i)
	}
	group.Wait()
	fmt.Println(total)
}
END
    HOME=$TAP_DIR GOCACHE=$TAP_DIR/go GO111MODULE=off CGO_ENABLED=0 go build -o hello-go hello.go
    # Which thread the Go scheduler wakes is chance: several recorded runs are one workload.
    record_and_run go 0 sh -c 'for i in 1 2 3 4 5 6 7 8; do ./hello-go || exit 1; done'
}

program_musl() {
    if ! command -v musl-gcc >/dev/null; then
        tap_skip "musl: a static musl program" "no musl-gcc (musl-tools)"
        return
    fi
    printf '#include <stdio.h>\n#include <unistd.h>\nint main(void) { printf("%%d\\n", getppid() > 0); }\n' >m.c
    musl-gcc -static -O2 m.c -o m-musl
    record_and_run musl 0 ./m-musl
}

program_32bit() {
    printf '#include <stdio.h>\n#include <dirent.h>\nint main(void) { printf("%%d\\n", opendir("/etc") != 0); }\n' >c32.c
    if ! gcc -m32 c32.c -o c32 2>c32.err; then
        tap_skip "32-bit: an i386 program" "no 32-bit C library (gcc-multilib)"
        return
    fi
    record_and_run 32bit 0 ./c32
    tap_ok "32-bit: its calls are recorded as x86" grep -q '"x86"' 32bit.rec
    tap_ok "32-bit: the profile lists SCMP_ARCH_X86" grep -q SCMP_ARCH_X86\" 32bit.json
}

for program in tar python perl git sqlite curl go musl 32bit; do
    "program_$program"
done
tap_done
