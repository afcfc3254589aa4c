#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Facts that contradict themselves are refused with file:line.  usage: generator.py GENERATOR DATA"""

import importlib.util
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
    ("an alias with another number", "syscalls/aliases.tsv", "arm_sync_file_range", "read",
     "aliases.tsv:2: sync_file_range2 and read differ on arm"),
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


def load(path):
    """The generator as a module: a process for each case would take seconds."""
    spec = importlib.util.spec_from_file_location("gen_table", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run_case(generator, pristine, case):
    what, name, old, new, message = case
    with tempfile.TemporaryDirectory() as folder:
        data = os.path.join(folder, "data")
        shutil.copytree(pristine, data)
        path = os.path.join(data, name)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if old not in text:
            return f"{name} does not hold {old!r}: the case tests nothing"
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace(old, new, 1))
        try:
            generator.generate(generator.Data(data))
        except generator.Refused as refused:
            return None if message in str(refused) else f"expected {message!r}, got {refused}"
    return f"{what} was accepted"


def run_program(path, pristine):
    """The program itself: the same output each time, and with bad facts no output but a status."""
    with tempfile.TemporaryDirectory() as folder:
        texts = []
        for name in ("one.c", "two.c"):
            output = os.path.join(folder, name)
            subprocess.run([sys.executable, path, pristine, output], check=True)
            with open(output, encoding="ascii") as file:
                texts.append(file.read())
        if texts[0] != texts[1]:
            return "the same facts gave two outputs"
        output = os.path.join(folder, "none.c")
        result = subprocess.run([sys.executable, path, folder, output], capture_output=True,
                                text=True, check=False)
        if result.returncode == 0 or os.path.exists(output) or "Traceback" in result.stderr:
            return f"an empty folder gave status {result.returncode}: {result.stderr}"
    return None


def main():
    path, pristine = sys.argv[1:]
    generator = load(path)
    problems = [("the program gives the same tables again, and none for no facts",
                 run_program(path, pristine))]
    problems += [(case[0], run_case(generator, pristine, case)) for case in CASES]
    print(f"1..{len(problems)}")
    for number, (name, problem) in enumerate(problems, 1):
        print("not ok" if problem else "ok", number, "-", name)
        if problem:
            print("#", problem)
    return 1 if any(problem for _, problem in problems) else 0


sys.exit(main())
