#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Check the arrows of ARCHITECTURE.md: who may include whom.

    tools/layers.py [ROOT]      lists the violations; exit status 1 if there are any

- an include points to a lower level, never sideways or up;
- another room is used through <syscull/ROOM.h> only; its other headers are private;
- one room each knows libfyaml, libbpf, and the ELF and disassembly libraries; none libseccomp;
- each room has its face, and its unit tests look into no other room.
"""
import os
import re
import sys

LEVELS = {
    'base': 0,
    'table': 1,
    'profile': 2, 'container': 2,
    'filter': 3, 'record': 3,
    'deploy': 4, 'generate': 4, 'inspect': 4, 'confine': 4, 'audit': 4, 'trace': 4, 'scan': 4,
    'cli': 5,
}
FACES = {'document': 'base'}  # faces that are not named after their room
FACELESS = {'cli'}  # nobody uses it

# Libraries that one room hides from all others: a pattern of their headers, the room.
LIBRARIES = [
    (re.compile(r'libfyaml'), 'base'),
    (re.compile(r'bpf/'), 'trace'),
    (re.compile(r'(libelf|gelf|elf|nlist)\.h|libelf/|elfutils/|capstone'), 'scan'),
    (re.compile(r'seccomp\.h'), None),
    (re.compile(r'cmocka\.h'), None),
]
SYSTEM_ELF = 'elf.h'  # the C library's constants are not libelf

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:<([^>]+)>|"([^"]+)")', re.MULTILINE)
COMMENT = re.compile(r'/\*.*?\*/', re.DOTALL)


def read_includes(path):
    """(line, name, whether it was quoted) of each include; commented ones are none."""
    with open(path, encoding='utf-8') as file:
        text = file.read()
    text = COMMENT.sub(lambda match: re.sub(r'[^\n]', ' ', match[0]), text)
    for match in INCLUDE.finditer(text):
        yield text.count('\n', 0, match.start()) + 1, match[1] or match[2], match[1] is None


def walk(root, *folders):
    for folder in folders:
        for path, subfolders, names in os.walk(os.path.join(root, folder)):
            subfolders.sort()
            for name in sorted(names):
                if name.endswith(('.c', '.h')):
                    yield os.path.relpath(os.path.join(path, name), root)


def room_of_face(name):
    stem = name[:-2] if name.endswith('.h') else name
    return FACES.get(stem, stem)


class House:
    def __init__(self, root):
        self.root = root
        self.violations = []
        self.private = {}  # file name -> rooms that have a header of this name
        for path in walk(root, 'src'):
            if path.endswith('.h'):
                self.private.setdefault(os.path.basename(path), set()).add(path.split(os.sep)[1])

    def report(self, path, line, text):
        self.violations.append(f'{path}:{line}: {text}')

    def check_face(self, path, line, name, room, is_face):
        """#include <syscull/NAME>"""
        other = room_of_face(name)
        if other not in LEVELS or other in FACELESS:
            self.report(path, line, f'<syscull/{name}> is the face of no room')
        elif other != room and LEVELS[other] >= LEVELS[room]:
            self.report(path, line, f'{room} (level {LEVELS[room]}) must not know {other} '
                                    f'(level {LEVELS[other]})')
        elif is_face and os.path.basename(path) == name:
            self.report(path, line, 'a face includes itself')

    def check_private(self, path, line, name, room):
        """#include "NAME": of the same room, and not by a way around."""
        if 'syscull/' in name or '..' in name.split('/'):
            self.report(path, line, f'"{name}": write <syscull/ROOM.h> for another room, '
                                    'and the plain name for this one')
            return
        rooms = self.private.get(os.path.basename(name), {room})  # unknown: generated for this room
        if room not in rooms:
            self.report(path, line, f'"{name}" is private to {", ".join(sorted(rooms))}')

    def check_library(self, path, line, name, room):
        if name == SYSTEM_ELF:
            return
        for pattern, owner in LIBRARIES:
            if pattern.match(name) and room != owner:
                who = f'only {owner} knows this library' if owner else 'this library is for tests'
                self.report(path, line, f'<{name}>: {who}')

    def check_source(self, path):
        room = path.split(os.sep)[1]
        if room not in LEVELS:
            self.report(path, 1, f'src/{room} is no room; the rooms are in tools/layers.py')
            return
        for line, name, quoted in read_includes(os.path.join(self.root, path)):
            if name.startswith('syscull/') and not quoted:
                self.check_face(path, line, name[len('syscull/'):], room, False)
            elif quoted:
                self.check_private(path, line, name, room)
            else:
                self.check_library(path, line, name, room)

    def check_header_of_face(self, path):
        room = room_of_face(os.path.basename(path))
        if room not in LEVELS or room in FACELESS:
            self.report(path, 1, f'there is no room {room} to have a face')
            return
        for line, name, quoted in read_includes(os.path.join(self.root, path)):
            if quoted:
                self.report(path, line, f'"{name}": a face shows nothing private')
            elif name.startswith('syscull/'):
                self.check_face(path, line, name[len('syscull/'):], room, True)
            else:
                self.check_library(path, line, name, 'the faces')

    def check_unit_test(self, path):
        """A unit test may look at the private headers of its own room."""
        room = path.split(os.sep)[2]
        for line, name, quoted in read_includes(os.path.join(self.root, path)):
            rooms = self.private.get(os.path.basename(name), set())
            if quoted and rooms and room not in rooms:
                self.report(path, line, f'"{name}" is private to {", ".join(sorted(rooms))}')

    def check(self):
        for path in walk(self.root, 'src'):
            self.check_source(path)
        for path in walk(self.root, os.path.join('include', 'syscull')):
            self.check_header_of_face(path)
        for path in walk(self.root, os.path.join('tests', 'unit')):
            self.check_unit_test(path)
        for room in sorted(os.listdir(os.path.join(self.root, 'src'))):
            face = os.path.join('include', 'syscull', room + '.h')
            if room in LEVELS and room not in FACELESS \
                    and not os.path.exists(os.path.join(self.root, face)):
                self.report(os.path.join('src', room), 1, f'this room has no face {face}')
        return self.violations


def check(root):
    """The violations, one line of text each."""
    return House(root).check()


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    violations = check(root)
    for violation in violations:
        print(violation)
    return 1 if violations else 0


if __name__ == '__main__':
    sys.exit(main())
