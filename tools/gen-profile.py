#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Write the C table of the built-in profile from data/profiles/.

usage: gen-profile.py DATA OUTPUT.c

Lines that share their conditions become one rule; a line with an argument is a rule of its own,
for conditions within a rule must all hold.
"""

import errno
import os
import re
import sys

OPS = {"<": "LT", "<=": "LE", "==": "EQ", ">=": "GE", ">": "GT", "!=": "NE"}
PLAIN = re.compile(r"arg([0-5]) (<|<=|==|>=|>|!=) (\w+)\Z")
MASKED = re.compile(r"arg([0-5]) & (\w+) == (\w+)\Z")


def rows(path, columns):
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.rstrip("\n")
            if not line or line.startswith("#"):
                continue
            fields = line.split("\t")
            if len(fields) != columns:
                sys.exit(f"{path}:{number}: {len(fields)} columns, not {columns}")
            yield f"{path}:{number}", fields


def words(text):
    return [] if text == "-" else text.split(" ")


def condition(place, text):
    if text == "-":
        return None
    plain, masked = PLAIN.match(text), MASKED.match(text)
    if plain:
        return plain[1], OPS[plain[2]], int(plain[3], 0), 0
    if masked:
        return masked[1], "MASKED_EQ", int(masked[2], 0), int(masked[3], 0)
    return sys.exit(f"{place}: no condition: {text}")


def action(place, text):
    if text == "allow":
        return "CULL_ACT_ALLOW", 0
    if not hasattr(errno, text):
        sys.exit(f"{place}: neither allow nor an errno: {text}")
    return "CULL_ACT_ERRNO", getattr(errno, text)


def read_rules(data):
    known = {fields[0] for _, fields in rows(os.path.join(data, "syscalls/names.tsv"), 5)}
    caps = {fields[1] for _, fields in rows(os.path.join(data, "capabilities.tsv"), 2)}
    rules, before = {}, ""
    for place, fields in rows(os.path.join(data, "profiles/runtime-default.tsv"), 6):
        name = fields[0]
        if name not in known:
            sys.exit(f"{place}: {name} is not in syscalls/names.tsv")
        if name < before:
            sys.exit(f"{place}: {name} does not come after {before}: sort by bytes")
        for cap in words(fields[1]):
            if cap.lstrip("!") not in caps:
                sys.exit(f"{place}: no capability: {cap}")
        before = name
        test = condition(place, fields[4])
        key = (*fields[1:4], test, action(place, fields[5]), name if test else "")
        rules.setdefault(key, []).append(name)
    return rules


def listed(items):
    if not items:
        return "NULL"
    return "LIST(" + ", ".join(f'"{item}"' for item in items) + ")"


def write_rule(out, key, names):
    caps, machines, kernel, test, (act, number), _ = key
    major, minor = kernel.split(".") if kernel != "-" else (0, 0)
    out.append("    {")
    out.append(f"        .names = {listed(names)},")
    for field, text in (("caps", caps), ("arches", machines)):
        has = [word for word in words(text) if not word.startswith("!")]
        lacks = [word[1:] for word in words(text) if word.startswith("!")]
        out.append(f"        .{field} = {listed(has)},")
        out.append(f"        .not_{field} = {listed(lacks)},")
    out.append(f"        .kernel_major = {major}, .kernel_minor = {minor},")
    out.append(f"        .action = {act}, .errno_ret = {number},")
    if test:
        index, op, value, two = test
        out.append("        .has_condition = true,")
        out.append(f"        .condition = {{ .index = {index}, .op = CULL_CMP_{op},")
        out.append(f"                       .value = {value:#x}, .value_two = {two:#x} }},")
    out.append("    },")


def main():
    data, output = sys.argv[1:]
    out = ['/* Made by tools/gen-profile.py from data/profiles/. */', '#include "profile/builtin.h"', ""]
    out.append("#define LIST(...) (const char *const[]){ __VA_ARGS__, NULL }")
    out.append("")
    out.append("const struct cull_builtin_rule cull_builtin_rules[] = {")
    rules = read_rules(data)
    for key in sorted(rules, key=lambda key: (bool(key[3]), key[:3] != ("-", "-", "-"))):
        write_rule(out, key, rules[key])
    out += ["};", f"const size_t cull_builtin_rules_count = {len(rules)};", ""]
    machines = list(rows(os.path.join(data, "profiles/machines.tsv"), 2))
    out.append("const struct cull_builtin_machine cull_builtin_machines[] = {")
    for _, (machine, others) in machines:
        out.append(f'    {{ .arch = "{machine}", .sub = {listed(words(others))} }},')
    out += ["};", f"const size_t cull_builtin_machines_count = {len(machines)};", ""]
    with open(output, "w", encoding="utf-8") as file:
        file.write("\n".join(out))


main()
