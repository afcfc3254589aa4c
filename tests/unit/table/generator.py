#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Facts that contradict themselves are refused with file:line.  usage: generator.py GENERATOR DATA"""

import os
import shutil
import subprocess
import sys
import tempfile

# what the case is, file, text to find, text to put there, what the message must hold
CASES = [
    ("a number twice", "syscalls/x86_64.tsv", "\n1\twrite\n", "\n0\twrite\n",
     "x86_64.tsv:3: number 0 stands in line 2"),
    ("a name twice in an ABI", "syscalls/x86_64.tsv", "\n1\twrite\n", "\n1\tread\n",
     "x86_64.tsv:3: system call read stands in line 2"),
    ("a name that names.tsv has not", "syscalls/arm.tsv", "\n4\twrite\n", "\n4\twritet\n",
     "arm.tsv:6: writet is not in names.tsv"),
    ("a number that is none", "syscalls/arm.tsv", "\n4\twrite\n", "\nfour\twrite\n",
     "arm.tsv:6: no number: four"),
    ("a number with x32's bit", "syscalls/x32.tsv", "\n1\twrite\n", "\n0x40000001\twrite\n",
     "x32.tsv:3: 1073741825 is no number"),
    ("a call without a group", "syscalls/names.tsv", "accept\t2.0\tman\tnetwork\t", "accept\t2.0\tman\t",
     "names.tsv:5: 4 columns instead of 5"),
    ("an unknown group", "syscalls/names.tsv", "accept\t2.0\tman\tnetwork\t",
     "accept\t2.0\tman\tnetwrok\t", "names.tsv:5: group netwrok is not in groups.tsv"),
    ("an unused group", "groups.tsv", "file\t", "empty\tnothing\nfile\t",
     "groups.tsv:2: no system call is in group empty"),
    ("a name that no ABI has", "syscalls/names.tsv", "accept\t", "abc\t1.0\tman\tfile\tdo nothing\naccept\t",
     "names.tsv:5: no architecture has a number for abc"),
    ("names out of order", "syscalls/names.tsv", "accept\t", "zzz\t1.0\tman\tfile\tdo nothing\naccept\t",
     "names.tsv:6: accept does not come after zzz"),
    ("a release after the table's", "syscalls/names.tsv", "accept\t2.0\t", "accept\t99.0\t",
     "names.tsv:5: kernel 99.0 is newer"),
    ("a brief that is too long", "syscalls/names.tsv", "take a waiting connection\n",
     "take a waiting connection" + " again" * 9 + "\n", "names.tsv:5: over 60 characters"),
    ("an alias with another number", "syscalls/aliases.tsv", "sync_file_range2", "read",
     "aliases.tsv:2: arm_sync_file_range and read differ on arm"),
    ("two architectures of one name", "architectures.tsv", "\tarmhf ", "\tAMD64 ", "name amd64 stands"),
    ("the same AUDIT_ARCH twice", "architectures.tsv", "0x40000028", "0x40000003",
     "AUDIT_ARCH and base (1073741827, 0) stands"),
    ("another byte order than AUDIT_ARCH", "architectures.tsv", "0xc00000b7\t64\tlittle",
     "0xc00000b7\t64\tbig", "has another byte order"),
    ("an errno twice", "errno.tsv", "\n2\tENOENT", "\n1\tENOENT", "errno.tsv:3: number 1 stands"),
    ("a capability left out", "capabilities.tsv", "3\tCAP_FOWNER\n", "",
     "capabilities.tsv:1: the numbers are not"),
    ("a text without its topic", "explain/topics.tsv", "Localhost\tlocalhostProfile\n", "",
     "Localhost.txt:1: not in topics.tsv"),
    ("a text that is too wide", "explain/Localhost.txt", "\n\n", "\n" + "x" * 79 + "\n",
     "Localhost.txt:2: over 78 columns"),
]


def generate(generator, data, output):
    return subprocess.run([sys.executable, generator, data, output], capture_output=True, text=True,
                          check=False)


def run_case(generator, pristine, case):
    what, name, old, new, message = case
    with tempfile.TemporaryDirectory() as folder:
        data, output = os.path.join(folder, "data"), os.path.join(folder, "out.c")
        shutil.copytree(pristine, data)
        path = os.path.join(data, name)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if old not in text:
            return f"{name} does not hold {old!r}: the case tests nothing"
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace(old, new, 1))
        result = generate(generator, data, output)
        if result.returncode == 0:
            return f"{what} was accepted"
        if message not in result.stderr or "Traceback" in result.stderr:
            return f"expected {message!r}, got {result.stderr!r}"
        if os.path.exists(output):
            return "left an output behind"
    return None


def main():
    generator, pristine = sys.argv[1:]
    print(f"1..{len(CASES) + 1}")
    with tempfile.TemporaryDirectory() as folder:
        outputs = []
        for name in ("one.c", "two.c"):
            result = generate(generator, pristine, os.path.join(folder, name))
            with open(os.path.join(folder, name), encoding="ascii") as file:
                outputs.append(file.read())
        same = result.returncode == 0 and outputs[0] == outputs[1]
        print("ok" if same else "not ok", "1 - the same facts give the same tables")
    for number, case in enumerate(CASES, 2):
        problem = run_case(generator, pristine, case)
        print("not ok" if problem else "ok", number, "-", case[0])
        if problem:
            print("#", problem)


main()
