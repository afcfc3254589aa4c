#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What recording costs, beside the peers, in one run: ratios of medians of interleaved rounds.

usage: bench/record.py BUILD-DIR [ROUNDS]
"""
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

BUILD = os.path.abspath(sys.argv[1])
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 7
SYSCULL = os.path.join(BUILD, "src/cli/syscull")
FLOOR = os.path.join(BUILD, "bench/floor")
LOOP = os.path.join(BUILD, "bench/sysloop")
FAST, SLOW = "1000000", "20000"  # iterations of the loop, for what is fast and for what is not


def loop(*prefix, count=FAST):
    """Nanoseconds per system call of the loop when it runs under `prefix`."""
    done = subprocess.run([*prefix, LOOP, count], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return float(done.stdout.split()[0]) if done.returncode == 0 and done.stdout else None


def report(title, unit, rows, base, better):
    """rows: {name: [value per round]}; ratios are of the medians, to the row `base`."""
    print(f"\n{title} ({unit}; {better}; median of {ROUNDS} interleaved rounds)")
    middle = {name: statistics.median(v) for name, v in rows.items() if v}
    for name, values in rows.items():
        if not values:
            print(f"  {name:<28} not measured: the tool is missing or failed")
            continue
        print(f"  {name:<28} {middle[name]:>12.1f}   {min(values):>12.1f} .. {max(values):<12.1f}"
              f" {middle[name] / middle[base]:>8.2f} x {base}")
    return middle


def have(*names):
    return all(shutil.which(name) for name in names)


def per_call(scratch):
    null = os.path.join(scratch, "out")
    ways = {
        "nothing": lambda: loop(),
        "floor": lambda: loop(FLOOR),
        "syscull record": lambda: loop(SYSCULL, "record", "-o", null, "--"),
    }
    if have("strace"):
        ways["strace -f -c"] = lambda: loop("strace", "-f", "-c", "-o", null, count=SLOW)
        ways["strace -f --seccomp-bpf -c"] = lambda: loop(
            "strace", "-f", "--seccomp-bpf", "-c", "-o", null, count=SLOW)
    if have("perf"):
        ways["perf trace -s"] = lambda: loop("perf", "trace", "-s", "-o", null, "--", count=SLOW)
    rows = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            value = way()
            if value is not None:
                rows[name].append(value)
    middle = report("A system call of the recorded program", "ns per call", rows, "floor",
                    "less is better")
    print(f"  => recording costs {middle['syscull record'] / middle['floor']:.2f} x the smallest "
          "possible recorder (goal: at most 1.25)")


def attach_time():
    """From the start of `syscull record` to the first instruction of the recorded program."""
    values = []
    for _ in range(ROUNDS):
        start = time.clock_gettime_ns(time.CLOCK_REALTIME)
        done = subprocess.run([SYSCULL, "record", "-o", "/dev/null", "--", "date", "+%s%N"],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
        values.append((int(done.stdout) - start) / 1e6)
    print(f"\nFrom `syscull record` to the recorded program running: median "
          f"{statistics.median(values):.0f} ms, {min(values):.0f} .. {max(values):.0f} "
          "(goal: under 150)")


NGINX = """daemon off; master_process on; worker_processes 1; pid {0}/pid; error_log {0}/error;
events {{ worker_connections 256; }}
http {{ access_log off; client_body_temp_path {0}/b; proxy_temp_path {0}/p; fastcgi_temp_path {0}/f;
uwsgi_temp_path {0}/u; scgi_temp_path {0}/s;
server {{ listen 127.0.0.1:{1}; root {0}; }} }}
"""


def requests(scratch, port, *prefix):
    """Requests per second of nginx under wrk while nginx runs under `prefix`."""
    server = subprocess.Popen([*prefix, "nginx", "-p", scratch, "-c", f"{scratch}/nginx.conf"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            if subprocess.run(["curl", "-sf", "-o", "/dev/null", f"http://127.0.0.1:{port}/"],
                              check=False).returncode == 0:
                break
            time.sleep(0.05)
        out = subprocess.run(["wrk", "-t1", "-c20", "-d2s", f"http://127.0.0.1:{port}/"],
                             stdout=subprocess.PIPE, text=True, check=True).stdout
        return next(float(l.split()[1]) for l in out.splitlines() if l.startswith("Requests/sec"))
    finally:
        with open(f"{scratch}/pid") as pid:
            os.kill(int(pid.read()), 3)
        server.wait(timeout=20)


def throughput(scratch):
    if not have("nginx", "wrk", "curl"):
        print("\nnginx under wrk: not measured: nginx, wrk or curl is missing")
        return
    port = 18080
    with open(f"{scratch}/nginx.conf", "w") as conf:
        conf.write(NGINX.format(scratch, port))
    with open(f"{scratch}/index.html", "w") as page:
        page.write("x" * 512)
    os.chmod(scratch, 0o755)
    null = f"{scratch}/out"
    ways = {
        "nothing": [],
        "syscull record": [SYSCULL, "record", "-o", null, "--"],
        "strace -f -c": ["strace", "-f", "-c", "-o", null],
        "strace -f --seccomp-bpf -c": ["strace", "-f", "--seccomp-bpf", "-c", "-o", null],
        "perf trace -s": ["perf", "trace", "-s", "-o", null, "--"],
    }
    ways = {k: v for k, v in ways.items() if not v or os.path.isabs(v[0]) or have(v[0])}
    rows = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, prefix in ways.items():
            rows[name].append(requests(scratch, port, *prefix))
    middle = report("nginx under wrk", "requests per second", rows, "nothing", "more is better")
    print(f"  => recorded, nginx keeps {100 * middle['syscull record'] / middle['nothing']:.0f} % "
          "of its throughput (goal: at least 90)")


def main():
    with tempfile.TemporaryDirectory(prefix="syscull-bench-") as scratch:
        per_call(scratch)
        attach_time()
        throughput(scratch)


main()
