#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The C code: its format, its sizes, its faces, and that all of it is built."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

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
    everywhere = '\n'.join(builds.values())
    for path in paths:
        folder, name = os.path.split(path)
        if not path.endswith('.c') or not path.startswith(('src/', 'tests/', 'bench/')):
            continue
        # A source of the program is named by its own room; what tests share, by some test.
        inside = folder[len('src/'):].split('/')[0] if path.startswith('src/') else ''
        text = builds.get(f'src/{inside}', '') if inside else everywhere
        stem = re.escape(name[:-len('.c')])
        if not re.search(rf"['/]{stem}(\.c)?'", text):
            yield f'{path}: no meson.build names it'


def planted():
    """Small faults, to see that the checks above see them.  Yields what they missed."""
    body = ''.join(f'    call({n});\n' for n in range(FUNCTION_MOST + 1))
    text = ('/* int cull_room_gone(void); */\nstatic inline int cull_room_small(void)\n{\n    return 1;\n}\n'
            'int cull_room_long(\n    int x)\n{\n' + body + '}\n')
    if [(name, length > FUNCTION_MOST) for name, _, length in functions(text)] \
            != [('cull_room_small', False), ('cull_room_long', True)]:
        yield 'functions and their lengths'
    with tempfile.TemporaryDirectory(dir=tree.ROOT, prefix='build-planted-') as folder:
        inside = os.path.relpath(folder, tree.ROOT)
        faults = {'a.h': 'int cull_room_lost(int a,\n                   int b)\n    __attribute__((pure));\n'
                         'void (*cull_room_pointer)(void);\n' + text.replace('{\n' + body + '}', ';'),
                  'a.c': text, 'b.c': 'int  main( void ){return 0;}\n'}
        for name, content in faults.items():
            with open(os.path.join(folder, name), 'w', encoding='utf-8') as file:
                file.write(content)
        if set(declared(f'{inside}/a.h')) != {'cull_room_lost', 'cull_room_long'}:
            yield f'declarations: {sorted(declared(f"{inside}/a.h"))}'
        if defined([f'{inside}/a.c']) != {'cull_room_small', 'cull_room_long'}:
            yield f'definitions: {sorted(defined([f"{inside}/a.c"]))}'
        if len(too_long([f'{inside}/a.c'])[0]) != 1:
            yield 'a function that is too long'
        if shutil.which('clang-format') and not misformatted([f'{inside}/b.c']):
            yield 'a file of another format'
    if list(unlisted(['src/base/none.c'])) != ['src/base/none.c: no meson.build names it']:
        yield 'a source that is not built'
    if not any('style' in line for line in unlisted(['tests/style/meson.build', 'meson.build'])):
        yield 'a folder that is not built'


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
    report.check('these checks see planted faults', list(planted()))
    return report.close()


if __name__ == '__main__':
    sys.exit(main())
