#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What holds for all text files: licences, paths, leftovers, scripts, documents."""
import os
import re
import shutil
import subprocess
import sys

import tap
import tree

KERNEL_HALF = 'src/trace/bpf/'
LICENCE = 'SPDX-License-Identifier: Apache-2.0'
KERNEL_LICENCE = 'SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)'

# Spelt so that this file does not find itself.
LEFTOVERS = re.compile(r'\b(TO[D]O|FIX[M]E|XX[X]|un[i]mplemented|not [i]mplemented)\b')
MACHINE = re.compile(r'(^|[^A-Za-z0-9_.-])/(wor[k]|far[m])/')
SOURCE_FOLDERS = ('src/', 'include/', 'tests/', 'tools/', 'bench/')
MAKE = re.compile(r'\bmake ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*)*)')
COMMAND = re.compile(r'\bsyscull ((?:[a-z]+)(?: [a-z]+\b)?)')
LINK = re.compile(r'\]\(([^)#:]+)(?:#[^)]*)?\)')


def is_source(path):
    return tree.is_c(path) or tree.is_python(path) or tree.is_shell(path)


def without_licence(paths):
    for path in paths:
        if not is_source(path):
            continue
        head = '\n'.join(tree.read(path).split('\n')[:3])
        kernel = path.startswith(KERNEL_HALF) or path.endswith('.bpf.c')
        wanted = KERNEL_LICENCE if kernel else LICENCE
        if wanted not in head:
            yield f'{path}: its first lines have no {wanted}'


def matching(paths, pattern, text):
    for path in paths:
        for number, line in enumerate(tree.read(path).split('\n'), 1):
            if pattern.search(line):
                yield f'{path}:{number}: {text}: {line.strip()[:80]}'


def machine_paths(paths):
    """Paths of the machine where the code was written, this checkout's among them."""
    here = re.compile(re.escape(tree.ROOT) + r'\b') if len(tree.ROOT) > 4 else MACHINE
    for pattern in (MACHINE, here):
        yield from matching(paths, pattern, 'a path of one machine')


def untidy(paths):
    """Trailing blanks, tabs in C, a missing end of line."""
    for path in paths:
        if not (is_source(path) or path.endswith(('.md', 'meson.build'))):
            continue
        text = tree.read(path)
        if text and not text.endswith('\n'):
            yield f'{path}: the last line does not end'
        for number, line in enumerate(text.split('\n'), 1):
            if line != line.rstrip():
                yield f'{path}:{number}: blanks at the end'
            if tree.is_c(path) and '\t' in line:
                yield f'{path}:{number}: a tab'


def shell_faults(paths):
    # Not wanted: functions that are called by name are "unreachable"; an inner shell's variables
    # in single quotes "don't expand".
    done = subprocess.run(['shellcheck', '--external-sources', '--source-path=SCRIPTDIR',
                           '--exclude=SC2317,SC2016', '--format=gcc', *paths],
                          cwd=tree.ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.stdout.splitlines() if done.returncode else []


def python_faults(paths):
    for path in paths:
        try:
            compile(tree.read(path), path, 'exec')
        except SyntaxError as error:
            yield f'{path}:{error.lineno}: {error.msg}'


def targets():
    return set(re.findall(r'^([a-z][a-z-]*):', tree.read('Makefile'), re.MULTILINE))


def code_spans(text):
    """What a document shows as commands: fenced blocks and `spans`."""
    fences = re.compile(r'^```.*?^```', re.DOTALL | re.MULTILINE)
    return '\n'.join(fences.findall(text) + re.findall(r'`([^`\n]+)`', fences.sub('', text)))


def unknown_targets(paths):
    known = targets()
    for path in paths:
        for match in MAKE.finditer(code_spans(tree.read(path))):
            yield from (f'{path}: the Makefile has no target {word}'
                        for word in match[1].split() if word not in known)


def unknown_commands(paths, sources):
    """What documents show as `syscull WORD...` is in the program's table of commands."""
    table = set()
    for path in sources:
        if path.startswith('src/cli/'):
            table.update(re.findall(r'\.path = "([a-z ]+)"', tree.read(path)))
    groups = {command.split()[0] for command in table if ' ' in command}
    for path in paths:
        for match in COMMAND.finditer(code_spans(tree.read(path))):
            words = match[1].split()
            command = ' '.join(words[:2]) if words[0] in groups and words[1:] else words[0]
            if command not in table and words[0] not in table:
                yield f'{path}: there is no command {command}'


def dead_links(paths):
    for path in paths:
        for target in LINK.findall(tree.read(path)):
            if not os.path.exists(os.path.join(tree.ROOT, os.path.dirname(path), target)):
                yield f'{path}: there is no {target}'


def main():
    report = tap.Report()
    paths = tree.listed()
    documents = [path for path in paths if path.endswith('.md')]
    sources = [path for path in paths if path.startswith(SOURCE_FOLDERS) and is_source(path)]
    report.check('every source file names its licence', list(without_licence(paths)))
    report.check('no path of one machine', list(machine_paths(paths)))
    report.check('no leftovers', list(matching(sources + ['Makefile'], LEFTOVERS, 'a leftover')))
    report.check('lines end where they end', list(untidy(paths)))
    if shutil.which('shellcheck'):
        report.check('shellcheck finds nothing', shell_faults(filter(tree.is_shell, paths)))
    else:
        report.skip('shellcheck finds nothing', 'shellcheck is not installed')
    report.check('the Python files compile', list(python_faults(filter(tree.is_python, paths))))
    report.check('documents name targets that the Makefile has', list(unknown_targets(documents)))
    report.check('documents show commands that the program has',
                 list(unknown_commands(documents, sources)))
    report.check('documents link to what is there', list(dead_links(documents)))
    return report.close()


if __name__ == '__main__':
    sys.exit(main())
