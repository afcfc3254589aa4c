#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Write the C tables of the table room from data/.

usage: gen-table.py DATA OUTPUT.c [DEPFILE]

The data is the only home of these facts, so it is checked here, before anything is built from it:
what contradicts itself is refused with file:line.
"""

import os
import re
import sys

NAME = re.compile(r"[a-z_][a-z0-9_]*\Z")
RELEASE = re.compile(r"[0-9]+(\.[0-9]+){1,3}\Z")
BRIEF_MAX = 60
EXPLAIN_LINES, EXPLAIN_COLUMNS = 24, 78


class Refused(Exception):
    def __init__(self, path, line, message):
        super().__init__(f"{path}:{line}: {message}")


class Data:
    """The folder of facts; remembers what was read, for the depfile."""

    def __init__(self, root):
        self.root = root
        self.read = []

    def path(self, name):
        return os.path.join(self.root, name)

    def text(self, name):
        path = self.path(name)
        self.read.append(path)
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()

    def rows(self, name, columns):
        """Each line that is no comment, as (line number, fields)."""
        path = self.path(name)
        for number, line in enumerate(self.text(name).splitlines(), 1):
            if line.startswith("#"):
                continue
            fields = line.split("\t")
            if len(fields) != columns:
                raise Refused(path, number, f"{len(fields)} columns instead of {columns}")
            for field in fields:
                if not field or field != field.strip() or not field.isascii():
                    raise Refused(path, number, f"empty, padded or not ASCII: {field!r}")
            yield number, fields

    def refuse(self, name, line, message):
        raise Refused(self.path(name), line, message)

    def once(self, seen, name, line, what, value):
        """Refuse a second one: `seen` is a dictionary of value to line."""
        if value in seen:
            self.refuse(name, line, f"{what} {value} stands in line {seen[value]} already")
        seen[value] = line

    def number(self, name, line, text):
        try:
            return int(text, 0)
        except ValueError:
            return self.refuse(name, line, f"no number: {text}")


def release(text):
    return [int(part) for part in text.split(".")]


def read_groups(data):
    groups, seen = [], {}
    for line, (name, brief) in data.rows("groups.tsv", 2):
        data.once(seen, "groups.tsv", line, "group", name)
        groups.append((name, brief))
    return groups, seen


def read_names(data, kernel, groups):
    """The system calls in byte order: [(name, since or None, group, brief)], {name: line}."""
    file, calls, seen, used = "syscalls/names.tsv", [], {}, set()
    for line, (name, since, _, group, brief) in data.rows(file, 5):
        data.once(seen, file, line, "system call", name)
        if not NAME.match(name):
            data.refuse(file, line, f"not the name of a system call: {name}")
        if calls and name < calls[-1][0]:
            data.refuse(file, line, f"{name} does not come after {calls[-1][0]}: sort by bytes")
        if since != "?" and not RELEASE.match(since):
            data.refuse(file, line, f"not a kernel release: {since}")
        if since != "?" and release(since) > release(kernel):
            data.refuse(file, line, f"kernel {since} is newer than syscalls/kernel, {kernel}")
        if group not in groups:
            data.refuse(file, line, f"group {group} is not in groups.tsv")
        if len(brief) > BRIEF_MAX or brief.endswith("."):
            data.refuse(file, line, f"over {BRIEF_MAX} characters, or with a full stop: {brief}")
        used.add(group)
        calls.append((name, None if since == "?" else since, group, brief))
    for group, line in groups.items():
        if group not in used:
            data.refuse("groups.tsv", line, f"no system call is in group {group}")
    return calls, seen


def read_aliases(data):
    """{(table, older name): (line, the name to show)}"""
    file, aliases, seen = "syscalls/aliases.tsv", {}, {}
    for line, (table, older, name) in data.rows(file, 3):
        data.once(seen, file, line, "alias", (table, older))
        aliases[table, older] = (line, name)
    return aliases


def read_numbers(data, table, names, aliases):
    """One ABI's {name: number}."""
    file, numbers, lines, seen = f"syscalls/{table}.tsv", {}, {}, {}
    for line, (text, name) in data.rows(file, 2):
        number = data.number(file, line, text)
        data.once(lines, file, line, "system call", name)
        if (table, name) not in aliases:
            data.once(seen, file, line, "number", number)
        if name not in names:
            data.refuse(file, line, f"{name} is not in names.tsv")
        if not 0 <= number < 1 << 30:
            data.refuse(file, line, f"{number} is no number of a system call")
        numbers[name] = number
    for (owner, older), (line, name) in aliases.items():
        if owner == table and (older not in numbers or numbers[older] != numbers.get(name)):
            data.refuse("syscalls/aliases.tsv", line, f"{older} and {name} differ on {table}")
    return numbers


def read_archs(data):
    file, archs, seen, calls = "architectures.tsv", [], {}, {}
    for line, fields in data.rows(file, 10):
        name, oci, go, audit, bits, order, base, native, table, others = fields
        words = {word.lower() for word in [name, oci, go, *others.split(" ")]} - {"-"}
        for word in words:
            data.once(seen, file, line, "name", word)
        if not NAME.match(name) or oci != "SCMP_ARCH_" + name.upper():
            data.refuse(file, line, f"{name} and {oci} do not fit")
        if bits not in ("32", "64") or order not in ("little", "big"):
            data.refuse(file, line, f"neither 32 nor 64, or neither little nor big: {bits} {order}")
        audit, base = data.number(file, line, audit), data.number(file, line, base)
        data.once(calls, file, line, "AUDIT_ARCH and base", (audit, base))
        if bool(audit & 0x40000000) != (order == "little"):
            data.refuse(file, line, f"AUDIT_ARCH {audit:#x} has another byte order")
        archs.append((line, name, oci, go, audit, bits, order, base, native, table, words))
    for line, *_, native, table, _ in archs:
        if native not in {arch[1] for arch in archs}:
            data.refuse(file, line, f"{native} is no architecture")
    tables = {arch[-2] for arch in archs}
    for found in sorted(os.listdir(data.path("syscalls"))):
        stem, extension = os.path.splitext(found)
        if extension == ".tsv" and stem not in ("names", "aliases") and stem not in tables:
            data.refuse("syscalls/" + found, 1, "no architecture uses these numbers")
    return archs


def read_numbered(data, file, columns, limit):
    """errno and capabilities: [(number, name, more ...)]."""
    rows, seen, numbers = [], {}, {}
    for line, (text, *names) in data.rows(file, columns):
        number = data.number(file, line, text)
        data.once(numbers, file, line, "number", number)
        for name in names:
            if name != "-":
                data.once(seen, file, line, "name", name)
        if not 0 <= number < limit:
            data.refuse(file, line, f"{number} is out of range")
        rows.append((number, *names))
    return rows


def read_topics(data):
    """[(topic, its text)], [(other name, index of the topic)]"""
    file, topics, others, seen = "explain/topics.tsv", [], [], {}
    for line, (topic, words) in data.rows(file, 2):
        words = [word for word in words.split(" ") if word != "-"]
        for word in [topic, *words]:
            data.once(seen, file, line, "topic", word.lower())
        name = f"explain/{topic}.txt"
        if not os.path.exists(data.path(name)):
            data.refuse(file, line, f"no file {name}")
        text = data.text(name)
        lines = text.splitlines()
        if len(lines) > EXPLAIN_LINES or not text.endswith("\n") or not text.isascii():
            data.refuse(name, 1, f"over {EXPLAIN_LINES} lines, no last line end, or not ASCII")
        for number, content in enumerate(lines, 1):
            if len(content) > EXPLAIN_COLUMNS or content != content.rstrip():
                data.refuse(name, number, f"over {EXPLAIN_COLUMNS} columns, or ends in blanks")
        others += [(word, len(topics)) for word in words]
        topics.append((topic, text))
    known = {topic + ".txt" for topic, _ in topics} | {"topics.tsv"}
    for found in sorted(os.listdir(data.path("explain"))):
        if found not in known:
            data.refuse("explain/" + found, 1, "not in topics.tsv")
    return topics, others


def quote(text):
    if text is None:
        return "NULL"
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def array(declaration, lines):
    return [declaration + " = {", *("    " + line for line in lines), "};", ""]


def counted(kind, name, lines):
    return array(f"const struct {kind} {name}[]", lines) + [
        f"const size_t {name}_count = COUNT({name});",
        "",
    ]


def enum(arch):
    return "CULL_ARCH_" + arch.upper()


def write_calls(calls, groups):
    out = counted("cull_group", "cull_table_groups",
                  [f"{{ {quote(name)}, {quote(brief)} }}," for name, brief in groups])
    out += counted("cull_syscall", "cull_table_syscalls",
                   ["{ " + ", ".join(quote(field) for field in call) + " }," for call in calls])
    return out


def write_numbers(table, numbers, calls, aliases):
    """Both directions: number by call, and the calls in the order of their numbers."""
    column = [str(numbers.get(call[0], -1)) for call in calls]
    ids = {call[0]: index for index, call in enumerate(calls)}
    shown = [name for name in numbers if (table, name) not in aliases]
    order = [str(ids[name]) for name in sorted(shown, key=numbers.get)]
    out = []
    for kind, name, values in (("int32_t", "nr", column), ("uint16_t", "order", order)):
        rows = [", ".join(values[i:i + 16]) + "," for i in range(0, len(values), 16)]
        out += array(f"static const {kind} {name}_{table}[]", rows)
    return out


def write_archs(archs):
    infos, numbers, names = [], [], []
    for _, name, oci, go, audit, bits, order, base, native, table, words in archs:
        go = quote(None if go == "-" else go)
        big = "true" if order == "big" else "false"
        infos.append(f"[{enum(name)}] = {{ {enum(name)}, {quote(name)}, {quote(oci)}, {go}, "
                     f"{audit:#x}u, {bits}, {big}, {base:#x}u, {enum(native)} }},")
        numbers.append(f"[{enum(name)}] = {{ nr_{table}, order_{table}, COUNT(order_{table}) }},")
        names += [(word, enum(name)) for word in words]
    out = array("const struct cull_arch_info cull_table_archs[CULL_ARCH_COUNT]", infos)
    out += array("const struct cull_table_numbers cull_table_numbers[CULL_ARCH_COUNT]", numbers)
    out += counted("cull_table_word", "cull_table_arch_names",
                   [f"{{ {quote(word)}, {arch} }}," for word, arch in sorted(names)])
    return [f'_Static_assert(CULL_ARCH_COUNT == {len(archs)}, "architectures.tsv and table.h");',
            "", *out]


def write_words(name, words):
    return counted("cull_table_word", name,
                   [f"{{ {quote(word)}, {number} }}," for word, number in words])


def generate(data):
    kernel = data.text("syscalls/kernel").strip()
    groups, group_lines = read_groups(data)
    calls, names = read_names(data, kernel, group_lines)
    archs = read_archs(data)
    aliases = read_aliases(data)
    tables = {}
    for table in sorted({arch[-2] for arch in archs}):
        tables[table] = read_numbers(data, table, names, aliases)
    for name, line in names.items():
        if not any(name in numbers for numbers in tables.values()):
            data.refuse("syscalls/names.tsv", line, f"no architecture has a number for {name}")
    errnos = read_numbered(data, "errno.tsv", 3, 4096)
    caps = read_numbered(data, "capabilities.tsv", 2, 64)
    if [cap[0] for cap in caps] != list(range(len(caps))):
        data.refuse("capabilities.tsv", 1, "the numbers are not 0, 1, 2 ...")
    topics, others = read_topics(data)

    out = ["/* Generated by tools/gen-table.py from data/: change the facts there. */",
           '#include "table/tables.h"', "", "#define COUNT(array) (sizeof(array) / sizeof((array)[0]))",
           f"const char cull_table_release[] = {quote(kernel)};", ""]
    out += write_calls(calls, groups)
    for table, numbers in tables.items():
        out += write_numbers(table, numbers, calls, aliases)
    out += write_archs(archs)
    out += write_words("cull_table_errnos", [(row[1], row[0]) for row in errnos]
                       + [(row[2], row[0]) for row in errnos if row[2] != "-"])
    out += write_words("cull_table_caps", [(name, number) for number, name in caps])
    out += [f'_Static_assert(CULL_CAP_COUNT == {len(caps)}, "capabilities.tsv and table.h");', ""]
    out += array("const char *const cull_table_topics[]",
                 [*(quote(topic) + "," for topic, _ in topics), "NULL,"])
    out += array("const char *const cull_table_texts[]", [quote(text) + "," for _, text in topics])
    out += write_words("cull_table_topic_names", others)
    return "\n".join(out)


def main():
    data = Data(sys.argv[1])
    try:
        text = generate(data)
    except (Refused, OSError) as error:
        sys.exit(str(error))
    with open(sys.argv[2], "w", encoding="ascii") as file:
        file.write(text)
    if len(sys.argv) > 3:
        with open(sys.argv[3], "w", encoding="utf-8") as file:
            inputs = " ".join(path.replace(" ", "\\ ") for path in data.read)
            file.write(f"{sys.argv[2]}: {inputs}\n")


if __name__ == "__main__":
    main()
