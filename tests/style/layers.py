#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The arrows between the rooms hold, and tools/layers.py sees each kind of wrong arrow."""
import os
import sys
import tempfile

import tap

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, 'tools'))
import layers  # noqa: E402 (found by the line above)

# What is planted, where, what must be said of it ('' for: nothing wrong).
PLANTED = [
    ('a lower room', 'src/filter/a.c', '#include <syscull/profile.h>', ''),
    ('the own face', 'src/filter/a.c', '#include <syscull/filter.h>', ''),
    ('an own private header', 'src/filter/a.c', '#include "tree.h"', ''),
    ('a generated header', 'src/table/a.c', '#include "syscalls-data.h"', ''),
    ('libbpf in trace', 'src/trace/a.c', '#include <bpf/libbpf.h>', ''),
    ('an include in a comment', 'src/base/a.c', '/*\n#include <syscull/cli.h>\n*/', ''),
    ('a higher room', 'src/profile/a.c', '#include <syscull/filter.h>',
     'src/profile/a.c:1: profile (level 2) must not know filter (level 3)'),
    ('a room of the same level', 'src/generate/a.c', '#include <syscull/confine.h>',
     'generate (level 4) must not know confine'),
    ('a higher room, in a face', 'include/syscull/table.h', '\n#include <syscull/record.h>',
     'include/syscull/table.h:2: table (level 1) must not know record'),
    ('a higher room, from a folder in a room', 'src/trace/bpf/a.h', '#  include <syscull/cli.h>',
     '<syscull/cli.h> is the face of no room'),
    ("another room's private header", 'src/record/a.c', '#include "tree.h"',
     '"tree.h" is private to filter'),
    ("another room's private header, by a path", 'src/cli/a.c', '#include "../filter/tree.h"',
     'write <syscull/ROOM.h>'),
    ('a face in quotes', 'src/profile/a.c', '#include "syscull/filter.h"', 'write <syscull/ROOM.h>'),
    ('a private header in a face', 'include/syscull/filter.h', '#include "tree.h"',
     'a face shows nothing private'),
    ('libfyaml outside of base', 'src/profile/a.c', '#include <libfyaml.h>', 'only base knows'),
    ('libbpf outside of trace', 'src/cli/a.c', '#include <bpf/bpf.h>', 'only trace knows'),
    ('libbpf in a face', 'include/syscull/trace.h', '#include <bpf/libbpf.h>', 'only trace knows'),
    ('libelf outside of scan', 'src/trace/a.c', '#include <gelf.h>', 'only scan knows'),
    ('libseccomp in the program', 'src/filter/a.c', '#include <seccomp.h>', 'is for tests'),
    ('a folder that is no room', 'src/utils/a.c', '', 'src/utils is no room'),
    ('a face without a room', 'include/syscull/misc.h', '', 'there is no room misc'),
    ('a room without a face', 'src/audit/a.c', '', 'this room has no face'),
    ("a unit test that looks into its room", 'tests/unit/filter/a.c', '#include "tree.h"', ''),
    ("a unit test that looks into another room", 'tests/unit/record/a.c', '#include "tree.h"',
     '"tree.h" is private to filter'),
]


def write(root, path, text):
    path = os.path.join(root, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text + '\n')


def plant(path, text, expected):
    """A small house without a fault, and this one file in it."""
    with tempfile.TemporaryDirectory() as root:
        for room in ('base', 'table', 'profile', 'filter', 'record', 'confine', 'generate', 'trace'):
            write(root, f'include/syscull/{room}.h', '')
            write(root, f'src/{room}/{room}.c', f'#include <syscull/{room}.h>')
        write(root, 'src/filter/tree.h', '')
        write(root, path, text)
        found = layers.check(root)
    if not expected:
        return found
    if len(found) == 1 and expected in found[0]:
        return []
    return [f'expected one violation with "{expected}", found {len(found)}'] + found


def main():
    report = tap.Report()
    report.check('the includes of this tree point to lower levels', layers.check(ROOT))
    for name, path, text, expected in PLANTED:
        report.check(f'{"refused" if expected else "allowed"}: {name}', plant(path, text, expected))
    return report.close()


if __name__ == '__main__':
    sys.exit(main())
