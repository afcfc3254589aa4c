#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What inspecting costs inside of a container with the engine's default profile.

usage: bench/inspect.py SYSCULL-STATIC [ROUNDS]

The engine is the docker in PATH (tests/support/engines.sh env DIR points at a private one). Time and
memory are measured inside, around the program alone: starting a container is not its doing.
amicontained takes part if it is in PATH.
"""
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

PROGRAM = os.path.abspath(sys.argv[1])
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 11
AMICONTAINED = shutil.which("amicontained")

# Runs a command and prints milliseconds, KiB and its exit status: compiled, as the image is empty.
TIMER = r"""
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <fcntl.h>
int main(int count, char **words)
{
    struct timespec from, to;
    struct rusage usage;
    int status = 0;
    clock_gettime(CLOCK_MONOTONIC, &from);
    pid_t pid = vfork();
    if (pid == 0) {
        execv(words[1], words + 1);
        _exit(127);
    }
    wait4(pid, &status, 0, &usage);
    clock_gettime(CLOCK_MONOTONIC, &to);
    fprintf(stderr, "%.3f %ld %.3f %d\n",
            (to.tv_sec - from.tv_sec) * 1e3 + (to.tv_nsec - from.tv_nsec) / 1e6, usage.ru_maxrss,
            usage.ru_utime.tv_sec * 1e3 + usage.ru_utime.tv_usec / 1e3 +
            usage.ru_stime.tv_sec * 1e3 + usage.ru_stime.tv_usec / 1e3, status);
    return count < 2;
}
"""


def make_image(scratch):
    root = os.path.join(scratch, "root")
    os.mkdir(root)
    shutil.copy(PROGRAM, f"{root}/syscull")
    if AMICONTAINED:
        shutil.copy(AMICONTAINED, f"{root}/amicontained")
    with open(f"{scratch}/timer.c", "w", encoding="utf-8") as file:
        file.write(TIMER)
    subprocess.run(["cc", "-O2", "-static", f"{scratch}/timer.c", "-o", f"{root}/timer"], check=True)
    tar = subprocess.run(["tar", "-C", root, "-cf", "-", "."], stdout=subprocess.PIPE, check=True)
    subprocess.run(["docker", "import", "-", "syscull-bench/inspect"], input=tar.stdout,
                   stdout=subprocess.DEVNULL, check=True)


def once(*command):
    """(milliseconds, MiB, milliseconds of processor time, output), or None when it failed."""
    try:
        done = subprocess.run(["docker", "run", "--rm", "--network", "none", "syscull-bench/inspect",
                               "/timer", *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=60, text=True, check=False)
    except subprocess.TimeoutExpired:
        return None
    words = done.stderr.strip().split("\n")[-1].split()
    if done.returncode != 0 or len(words) != 4 or words[3] != "0":
        return None
    return float(words[0]), float(words[1]) / 1024, float(words[2]), done.stdout


def measure(name, *command):
    rounds = [once(*command) for _ in range(ROUNDS)]
    good = [one for one in rounds if one]
    if not good:
        print(f"  {name:<24} failed {len(rounds)} times of {len(rounds)}")
        return None
    times = sorted(one[0] for one in good)
    print(f"  {name:<24} {statistics.median(times):8.1f} ms   {times[0]:.1f} .. {times[-1]:.1f}   "
          f"processor {statistics.median(one[2] for one in good):.1f} ms   "
          f"memory {max(one[1] for one in good):.1f} MiB"
          + (f"   failed {len(rounds) - len(good)} times" if len(good) < len(rounds) else ""))
    return statistics.median(times), max(one[1] for one in good), good[-1][3]


def compare(report, text):
    """amicontained's list against what the filter really does, for the calls of the table."""
    answers = report["verdicts"]["x86_64"]
    listed = set(text.split("Blocked Syscalls", 1)[-1].split(":", 1)[-1].lower().split())
    names = {}
    for line in subprocess.run([PROGRAM, "syscall", "--names"], stdout=subprocess.PIPE, text=True,
                               check=True).stdout.split():
        card = subprocess.run([PROGRAM, "syscall", line, "--output", "json"],
                              stdout=subprocess.PIPE, text=True, check=True).stdout
        number = json.loads(card)["numbers"].get("x86_64")
        if isinstance(number, int) and number < len(answers):
            names[line] = answers[number]
    passing = ("pass", "allow", "log", "exempt")
    wrong = sorted(name for name in listed if names.get(name) in passing)
    missed = sorted(name for name, answer in names.items()
                    if answer not in passing and name not in listed)
    print(f"  amicontained lists {len(listed)}: {len(wrong)} of them pass ({' '.join(wrong)}), "
          f"{len(missed)} blocked ones are not listed")


def main():
    if not shutil.which("docker"):
        print("inspect: not measured: docker is missing")
        return 0
    with tempfile.TemporaryDirectory(prefix="syscull-bench-") as scratch:
        make_image(scratch)
    print(f"\nInspecting a container of the engine's default profile from inside ({ROUNDS} rounds, median)")
    ours = measure("syscull inspect", "/syscull", "inspect", "--output", "json")
    theirs = measure("amicontained", "/amicontained") if AMICONTAINED else None
    if not AMICONTAINED:
        print("  amicontained             not measured: it is not installed")
    if ours is None:
        return 1
    print(f"  => {ours[0]:.0f} ms and {ours[1]:.1f} MiB for every number of three ABIs "
          "(goal: at most 100 ms and 20 MB)")
    if theirs:
        compare(json.loads(ours[2]), theirs[2])
    return 0


sys.exit(main())
