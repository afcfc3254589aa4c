#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The C code: its format, its sizes, its faces, and that all of it is built."""
import os
import re
import shutil
import subprocess
import sys

import tap
import tree

FILE_WANTED, FILE_MOST = 400, 450  # lines
FUNCTION_WANTED, FUNCTION_MOST = 60, 100
FACE_MOST = 250

KERNEL_HALF = 'src/trace/bpf/'  # its includes have an order that clang-format must not change
PROTOTYPE = re.compile(r'\b(cull_\w+)\(')
NOT_CODE = re.compile(r'/\*.*?\*/|^[ \t]*#(?:[^\n]*\\\n)*[^\n]*', re.DOTALL | re.MULTILINE)


def misformatted(paths):
    done = subprocess.run(['clang-format', '--dry-run', *paths], cwd=tree.ROOT,
                          stderr=subprocess.PIPE, text=True)
    places = re.findall(r'^(\S+:\d+):\d+: warning:.*\[-Wclang-format-violations\]', done.stderr,
                        re.MULTILINE)
    if done.returncode and not places:
        return done.stderr.splitlines()
    return sorted(set(places))


def functions(text):
    """(name, first line, lines of the body): in kernel style only functions open at column one."""
    lines = text.split('\n')
    start = None
    for number, line in enumerate(lines, 1):
        if line == '{':
            start = number
        elif line == '}' and start is not None:
            head = ' '.join(lines[max(0, start - 6):start - 1])
            names = re.findall(r'(\w+)\(', head)
            yield names[-1] if names else '?', start, number - start - 1
            start = None


def too_long(paths):
    """(violations, notes on what is longer than wanted)"""
    violations, notes = [], []
    for path in paths:
        text = tree.read(path)
        found = [(path, 'the file', text.count('\n'), FILE_WANTED,
                  FACE_MOST if path.startswith('include/') else FILE_MOST)]
        found += [(f'{path}:{line}', name + '()', length, FUNCTION_WANTED, FUNCTION_MOST)
                  for name, line, length in functions(text)]
        for place, what, length, wanted, most in found:
            if length > most:
                violations.append(f'{place}: {what} has {length} lines, {most} are the most')
            elif length > wanted:
                notes.append(f'{place}: {what} has {length} lines, more than {wanted}')
    return violations, notes


def code_only(text):
    """Without comments and preprocessor lines."""
    return NOT_CODE.sub(' ', text)


def top_level(text):
    """Without the bodies of functions: what is declared or defined at file level."""
    return re.sub(r'^\{$.*?^\}$', '{}', code_only(text), flags=re.DOTALL | re.MULTILINE)


def declared(path):
    """The functions that a face promises."""
    text = top_level(tree.read(path))
    for statement in re.split(r'[;}]', text):
        if 'static inline' in statement or 'typedef' in statement:
            continue
        match = PROTOTYPE.search(statement)
        # A type comes first; a pointer to a function has "(*" there instead.
        if match and re.search(r'\w[\w\s\*]*$', statement[:match.start()]):
            yield match[1]


def defined(paths):
    names = set()
    for path in paths:
        text = top_level(tree.read(path))
        names.update(re.findall(r'^[a-z][\w \*\n]*\b(cull_\w+)\([^;{}]*\)\s*\{\}', text, re.MULTILINE))
    return names


def undefined_functions(paths):
    have = defined([path for path in paths if path.startswith('src/') and path.endswith('.c')])
    # What a macro makes, like the free functions of a list of types, is written as its use.
    for face in paths:
        if face.startswith('include/syscull/'):
            yield from (f'{face}: {name}() is declared and nowhere defined'
                        for name in declared(face) if name not in have)


def unlisted(paths):
    """Sources and test folders that no meson.build names."""
    builds = {os.path.dirname(path): tree.read(path) for path in paths
              if os.path.basename(path) == 'meson.build'}
    for folder in sorted(builds):
        above, name = os.path.split(folder)
        if not folder:
            continue
        text = builds.get(above, '')
        if not re.search(rf"subdir\('{re.escape(name)}'\)", text) \
                and not ('subdir(room)' in text and f"'{name}'" in text):
            yield f'{folder}/meson.build: {above or "."}/meson.build has no subdir(\'{name}\')'
    for path in paths:
        folder, name = os.path.split(path)
        if not path.endswith('.c') or not path.startswith(('src/', 'tests/', 'bench/')):
            continue
        text = builds.get(folder) or builds.get(os.path.dirname(folder), '')
        stem = name.rsplit('.', 1)[0]
        if not re.search(rf"['/]{re.escape(stem)}(\.bpf)?(\.c)?'", text) and f"'{stem}" not in text:
            yield f'{path}: {folder}/meson.build does not name it'


def main():
    report = tap.Report()
    paths = tree.listed()
    code = [path for path in paths if tree.is_c(path)]
    plain = [path for path in code
             if not path.startswith(KERNEL_HALF) and not path.endswith('.bpf.c')]
    if shutil.which('clang-format'):
        report.check('the C code is as clang-format writes it', misformatted(plain))
    else:
        report.skip('the C code is as clang-format writes it', 'clang-format is not installed')
    violations, notes = too_long(code)
    report.check('files and functions are short enough', violations)
    for note in notes:
        print(f'# note: {note}')
    report.check('what the faces declare is defined', list(undefined_functions(code)))
    report.check('all sources and tests are in a meson.build', list(unlisted(paths)))
    return report.close()


if __name__ == '__main__':
    sys.exit(main())
