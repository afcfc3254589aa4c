#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The tables against the kernel headers of this machine, macro by macro, by its C preprocessor.

usage: table-headers.py TABLE-DUMP COMPILER ...

A difference needs a reason: the name's kernel is newer than the headers, or it stands in REVIEWED.
"""

import re
import subprocess
import sys

# (kind, where or None, name): why the headers and the table may differ in it
REVIEWED = {
    ("syscall", None, "syscalls"): "the count of calls, not a call",
    ("syscall", None, "arch_specific_syscall"): "the start of a range, not a call",
    ("syscall", None, "Linux"): "the ABI's base, not a call",
    ("syscall", None, "Linux_syscalls"): "the count of calls, not a call",
    ("syscall", None, "SYSCALL_BASE"): "the ABI's base, not a call",
    ("syscall", None, "SYSCALL_MASK"): "a mask, not a call",
    ("syscall", None, "OABI_SYSCALL_BASE"): "the base of another ABI, not a call",
    ("action", None, "SECCOMP_RET_KILL"): "the old name of SECCOMP_RET_KILL_THREAD",
    ("action", None, "SECCOMP_RET_ACTION"): "a mask, not an action",
    ("action", None, "SECCOMP_RET_ACTION_FULL"): "a mask, not an action",
    ("action", None, "SECCOMP_RET_DATA"): "a mask, not an action",
    ("errno", None, "EWOULDBLOCK"): "another name of EAGAIN",
    ("errno", None, "EDEADLOCK"): "another name of EDEADLK",
    ("errno", None, "ENOTSUP"): "another name of EOPNOTSUPP",
    ("cap", None, "CAP_LAST_CAP"): "the largest capability, not one of its own",
}
# Newer than a name alone can tell: what brought it, for names that have no `since`.
NEWER = {
    ("flag", "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"): "5.19",
}
AUDIT = {"x86": "I386", "x32": "X86_64", "sh": "SHEL", "sheb": "SH"}
OWN_ERRNO = ("mips", "parisc")


def release(text):
    return [int(part) for part in text.split(".")[:2]]


class Headers:
    def __init__(self, compiler):
        self.compiler = compiler

    def preprocess(self, text, *options):
        return subprocess.run([*self.compiler, "-E", *options, "-"], input=text, text=True,
                              capture_output=True, check=False)

    def macros(self, header, pattern, *options):
        """{name: value} of the macros that are numbers, or None without such a header."""
        include = f"#include <{header}>\n"
        result = self.preprocess(include, "-dM", *options)
        if result.returncode:
            return None
        names = re.findall(rf"^#define ({pattern}) ", result.stdout, re.MULTILINE)
        asked = include + "".join(f'value of "{name}" is {name}\n' for name in names)
        values = {}
        answer = self.preprocess(asked, "-P", *options).stdout
        for name, text in re.findall(r'^value of "(\w+)" is (.*)$', answer, re.MULTILINE):
            text = re.sub(r"\b(0[xX][0-9a-fA-F]+|\d+)[uUlL]+\b", r"\1", text)
            if re.fullmatch(r"[0-9a-fA-FxX()+|<\s-]+", text):
                values[name] = eval(text) & 0xFFFFFFFF  # only digits and operators
        return values

    def version(self):
        values = self.macros("linux/version.h", "LINUX_VERSION_CODE")
        code = values["LINUX_VERSION_CODE"]
        return [code >> 16, code >> 8 & 0xFF]


class Test:
    def __init__(self, facts, version):
        self.facts, self.version = facts, version
        self.count = self.failed = 0

    def ours(self, kind, where="-"):
        return {name: number for k, w, number, name in self.facts if k == kind and w == where}

    def since(self, kind, name):
        for k, where, _, text in self.facts:
            if kind == "syscall" and k == "since" and where == name and text != "?":
                return text
        return NEWER.get((kind, name))

    def reason(self, kind, where, name, ours, theirs):
        for key in ((kind, where, name), (kind, None, name)):
            if key in REVIEWED:
                return REVIEWED[key]
        since = self.since(kind, name)
        if theirs is None and since and release(since) > self.version:
            return f"newer than these headers: {since}"
        kernel = next(text for k, _, _, text in self.facts if k == "kernel")
        if ours is None and self.version > release(kernel):
            return "newer than the table"
        return None

    def compare(self, kind, where, title, ours, theirs):
        """theirs: a dictionary, or the text that says why there is none."""
        self.count += 1
        if isinstance(theirs, str):
            print(f"ok {self.count} - {title} # SKIP {theirs}")
            return
        bad, reasons = [], {}
        equal = 0
        for name in sorted({*ours, *theirs}):
            left, right = ours.get(name), theirs.get(name)
            if left == right:
                equal += 1
                continue
            why = self.reason(kind, where, name, left, right)
            if why:
                reasons.setdefault(why, []).append(name)
            else:
                bad.append(f"{name}: the table has {left}, the headers {right}")
        if not equal:
            bad.append("nothing in common")
        print("not ok" if bad else "ok", self.count, "-", title, f"({equal} equal)")
        self.failed += bool(bad)
        for why, names in reasons.items():
            print(f"# {why}: {' '.join(names)}")
        for text in bad:
            print("#", text)


def calls(headers, header):
    """The system calls of a header, or why there are none."""
    # <asm/unistd_x32.h> leaves the bit to <asm/unistd.h>, which would bring the others' calls.
    bit = (headers.macros("asm/unistd.h", "__X32_SYSCALL_BIT") or {}).get("__X32_SYSCALL_BIT", 0)
    values = headers.macros(header, "__NR_\\w+|__ARM_NR_\\w+", f"-D__X32_SYSCALL_BIT={bit}")
    if values is None:
        return f"no <{header}> here"
    return {re.sub("^__(ARM_)?NR_", "", name): value for name, value in values.items()
            if not name.startswith("__NR3264")}


def audits(headers, ours):
    values = headers.macros("linux/audit.h", "AUDIT_ARCH_\\w+")
    if values is None:
        return "no <linux/audit.h> here"
    return {arch: values["AUDIT_ARCH_" + AUDIT.get(arch, arch.upper())] for arch in ours
            if "AUDIT_ARCH_" + AUDIT.get(arch, arch.upper()) in values}


def main():
    dump = subprocess.run([sys.argv[1]], capture_output=True, text=True, check=True).stdout
    facts = [(kind, where, int(number), name) for kind, where, number, name
             in (line.split(" ") for line in dump.splitlines())]
    headers = Headers(sys.argv[2:])
    test = Test(facts, headers.version())
    native = next(name for kind, _, _, name in facts if kind == "native")
    print(f"# headers of Linux {'.'.join(map(str, test.version))}, {native}")

    wanted = [(native, "asm/unistd.h")]
    if native == "x86_64":
        wanted = [("x86_64", "asm/unistd_64.h"), ("x86", "asm/unistd_32.h"),
                  ("x32", "asm/unistd_x32.h")]
    for arch, header in wanted:
        test.compare("syscall", arch, f"{arch}: the calls of <{header}>", test.ours("syscall", arch),
                     calls(headers, header))
    archs = test.ours("arch")
    test.compare("arch", None, "AUDIT_ARCH of every architecture", archs, audits(headers, archs))
    for kind, header, pattern in (("action", "linux/seccomp.h", "SECCOMP_RET_\\w+"),
                                  ("flag", "linux/seccomp.h", "SECCOMP_FILTER_FLAG_\\w+"),
                                  ("cap", "linux/capability.h", "CAP_[A-Z_]+"),
                                  ("errno", "errno.h", "E[A-Z0-9]+")):
        values = headers.macros(header, pattern)
        if values is None:
            values = f"no <{header}> here"
        elif kind == "errno" and native.startswith(OWN_ERRNO):
            values = f"{native} has errno numbers of its own"
        test.compare(kind, None, f"{kind}: <{header}>", test.ours(kind), values)
    print(f"1..{test.count}")
    return 1 if test.failed else 0


sys.exit(main())
