#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the program prints, case by case.

    golden.py [--update] [PATTERN]      SYSCULL is the program under test

A case is a folder COMMAND/CASE with

    cmd       what is run, by bash, in an empty folder with syscull in PATH
    stdout    what must be printed; a file that is missing stands for nothing
    stderr    the same
    status    the exit status; missing: 0
    needs     what it cannot run without: root, bpf, zsh, fish, or a machine as x86_64

In stdout and stderr a line "~ REGEX" stands for a line that REGEX matches as a whole, and a line
"..." for any number of lines.  --update writes what was printed; read the difference before it is
committed.
"""
import fnmatch
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def read(path, default=''):
    try:
        with open(path, encoding='utf-8', errors='surrogateescape') as file:
            return file.read()
    except FileNotFoundError:
        return default


def matches(expected, lines):
    """Lines against lines of an expectation."""
    if not expected:
        return not lines
    if expected[0] == '...':
        return any(matches(expected[1:], lines[skip:]) for skip in range(len(lines) + 1))
    if not lines:
        return False
    if expected[0].startswith('~ '):
        good = re.fullmatch(expected[0][2:], lines[0])
    else:
        good = expected[0] == lines[0]
    return bool(good) and matches(expected[1:], lines[1:])


def is_expected(expected, text):
    if expected == text:
        return True
    sys.setrecursionlimit(10000)
    return matches(expected.split('\n'), text.split('\n'))


def missing(needs, program):
    """Why a case cannot run here, or ''."""
    for need in needs.split():
        if need == 'root' and os.geteuid() != 0:
            return 'needs root'
        if need == 'bpf' and 'eBPF' not in subprocess.run(
                [program, '--version'], capture_output=True, text=True, check=False).stdout:
            return 'built without the recorder'
        if need in ('zsh', 'fish') and not shutil.which(need):
            return need + ' is not installed'
        if need in ('x86_64', 'aarch64') and platform.machine() != need:
            return 'for machines that are ' + need
    return ''


def printable(data):
    """Where the sources lie is not part of any expectation."""
    return data.decode('utf-8', 'surrogateescape').replace(HERE, '$GOLDEN')


def run_case(folder, program):
    """What it prints, and its exit status."""
    with tempfile.TemporaryDirectory(prefix='syscull-golden-') as work:
        os.mkdir(os.path.join(work, 'bin'))
        os.mkdir(os.path.join(work, 'here'))
        os.symlink(program, os.path.join(work, 'bin', 'syscull'))
        environment = {name: value for name, value in os.environ.items()
                       if name.startswith(('ASAN_', 'UBSAN_', 'LSAN_'))}
        environment.update(PATH=work + '/bin:' + os.environ['PATH'], LC_ALL='C.UTF-8', TERM='dumb',
                           HOME=work, GOLDEN=HERE)
        done = subprocess.run(['bash', os.path.join(folder, 'cmd')], cwd=os.path.join(work, 'here'),
                              env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=60, check=False)
    return (printable(done.stdout), printable(done.stderr), done.returncode)


def update(folder, printed):
    for name, text in zip(('stdout', 'stderr'), printed):
        path = os.path.join(folder, name)
        if is_expected(read(path), text):
            continue
        if text:
            with open(path, 'w', encoding='utf-8', errors='surrogateescape') as file:
                file.write(text)
        elif os.path.exists(path):
            os.remove(path)
    path = os.path.join(folder, 'status')
    if printed[2] != 0:
        with open(path, 'w', encoding='utf-8') as file:
            file.write(f'{printed[2]}\n')
    elif os.path.exists(path):
        os.remove(path)


def differences(folder, printed):
    found = []
    for name, text in zip(('stdout', 'stderr'), printed):
        expected = read(os.path.join(folder, name))
        if not is_expected(expected, text):
            found += [f'{name}: expected'] + ['  ' + line for line in expected.splitlines()]
            found += [f'{name}: printed'] + ['  ' + line for line in text.splitlines()]
    status = int(read(os.path.join(folder, 'status'), '0'))
    if status != printed[2]:
        found.append(f'exit status {printed[2]}, expected {status}')
    return found


def main():
    arguments = sys.argv[1:]
    updating = '--update' in arguments
    patterns = [word for word in arguments if word != '--update'] or ['*']
    program = os.path.abspath(os.environ['SYSCULL'])
    if not os.access(program, os.X_OK):
        print('Bail out! there is no program ' + program)
        return 1
    cases = sorted(os.path.relpath(folder, HERE) for folder, _, files in os.walk(HERE)
                   if 'cmd' in files)
    cases = [case for case in cases if any(fnmatch.fnmatch(case, p) for p in patterns)]
    failed = 0
    for number, case in enumerate(cases, 1):
        folder = os.path.join(HERE, case)
        reason = missing(read(os.path.join(folder, 'needs')), program)
        if reason:
            print(f'ok {number} - {case} # SKIP {reason}')
            continue
        printed = run_case(folder, program)
        if updating:
            update(folder, printed)
        found = differences(folder, printed)
        failed += bool(found)
        print(f'{"not ok" if found else "ok"} {number} - {case}')
        for line in found:
            print('# ' + line)
    print(f'1..{len(cases)}')
    return failed > 0


sys.exit(main())
