#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Write the C tables of the generate room from data/runtimes.tsv and data/startup.tsv.

usage: gen-runtimes.py RUNTIMES.tsv STARTUP.tsv NAMES.tsv OUTPUT.c

NAMES.tsv is the list of all system calls: a name that is not one is refused, because nobody would
miss it until a container does not start.
"""

import sys

MACHINES = {"any": "false", "32": "true"}
DEFAULTS = {"any": "false", "kill": "true"}


def refuse(path, number, message):
    sys.exit(f"{path}:{number}: {message}")


def lines(path):
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.startswith("#") and line.strip():
                yield number, line.rstrip("\n").split("\t")


def rows(path, known):
    last = ""
    for number, fields in lines(path):
        if len(fields) != 5 or not all(fields):
            refuse(path, number, "5 fields are wanted: name, runtimes, machines, default, what for")
        name, _, machines, default, _ = fields
        if name not in known:
            refuse(path, number, f"{name} is no system call")
        if name <= last:
            refuse(path, number, f"{name} is not in order, or there twice")
        if machines not in MACHINES or default not in DEFAULTS:
            refuse(path, number, "machines is any or 32, default is any or kill")
        last = name
        yield f'    {{ "{name}", {MACHINES[machines]}, {DEFAULTS[default]} }},'


def startup_rows(path, known):
    last = ""
    for number, fields in lines(path):
        if len(fields) != 2 or not all(fields):
            refuse(path, number, "2 fields are wanted: name, what for")
        if fields[0] not in known:
            refuse(path, number, f"{fields[0]} is no system call")
        if fields[0] <= last:
            refuse(path, number, f"{fields[0]} is not in order, or there twice")
        last = fields[0]
        yield f'    "{fields[0]}",'


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    source, startup, names, output = sys.argv[1:]
    known = {fields[0] for _, fields in lines(names)}
    table = list(rows(source, known))
    starts = list(startup_rows(startup, known))
    with open(output, "w", encoding="utf-8") as file:
        file.write(
            "/* Made from data/runtimes.tsv and data/startup.tsv; change those. */\n"
            '#include "generate/runtimes.h"\n\n'
            "const struct runtime_need cull_runtime_needs[] = {\n"
            + "\n".join(table)
            + f"\n}};\nconst size_t cull_runtime_needs_count = {len(table)};\n\n"
            "const char *const cull_startup_names[] = {\n"
            + "\n".join(starts)
            + f"\n}};\nconst size_t cull_startup_names_count = {len(starts)};\n"
        )


if __name__ == "__main__":
    main()
