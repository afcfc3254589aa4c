#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Does tests/run.py count what it should?  Small programs that go wrong, each in its own way."""
import json
import os
import subprocess
import sys
import tempfile

import tap

RUNNER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'run.py')

# name, shell program, (passed, failed, skipped), a text that the report must hold
CASES = [
    ('all is well', 'echo 1..2; echo ok 1 - a; echo ok 2 - b', (2, 0, 0), ''),
    ('a plan at the end', 'echo ok 1; echo ok 2; echo 1..2', (2, 0, 0), ''),
    ('a failing line', 'echo 1..2; echo ok 1 - a; echo not ok 2 - broken', (1, 1, 0), '2 - broken'),
    ('a failing line and an exit status', 'echo 1..1; echo not ok 1; exit 1', (0, 1, 0), ''),
    ('a crash after the last line', 'echo 1..1; echo ok 1; kill -SEGV $$', (1, 1, 0), 'SIGSEGV'),
    ('a crash before the last line', 'echo 1..2; echo ok 1; kill -ABRT $$', (1, 1, 0), 'SIGABRT'),
    ('a missing plan', 'echo ok 1 - a', (1, 1, 0), 'no plan'),
    ('nothing at all', 'true', (0, 1, 0), 'no plan'),
    ('too few lines', 'echo 1..3; echo ok 1; echo ok 2', (2, 1, 0), 'the plan is 1..3'),
    ('too many lines', 'echo 1..1; echo ok 1; echo ok 2', (2, 1, 0), 'the plan is 1..1'),
    ('one number twice', 'echo 1..2; echo ok 1; echo ok 1', (2, 1, 0), 'not in these numbers'),
    ('two plans', 'echo 1..1; echo ok 1; echo 1..1', (1, 1, 0), 'two plans'),
    ('a time-out', 'echo 1..1; echo ok 1; exec sleep 60', (1, 1, 0), 'ran longer than 1 s'),
    ('an exit status that no line explains', 'echo 1..1; echo ok 1; exit 3', (1, 1, 0), 'status 3'),
    ('a bail-out', 'echo 1..2; echo ok 1; echo Bail out! no disk', (1, 1, 0), 'no disk'),
    ('an expected failure', 'echo 1..1; echo "not ok 1 - a # TO""DO later"', (0, 1, 0), 'expected'),
    ('a skip', 'echo 1..1; echo "ok 1 - a # SKIP no root"', (0, 0, 1), '1 - a: no root'),
    ('a skip without a reason', 'echo 1..1; echo "ok 1 - a # SKIP"', (0, 1, 0), 'without a reason'),
    ('a skip as cmocka prints it', 'echo 1..1; echo "# no BTF"; echo "not ok 1 # SKIP a"', (0, 0, 1),
     '1 - a: no BTF'),
    ('a program that is skipped', 'echo "1..0 # SKIP no docker"', (0, 0, 1), 'no docker'),
    ('a program of no tests', 'echo 1..0', (0, 1, 0), 'no tests'),
    ('standard error', 'echo not ok 1 >&2; echo 1..1; echo ok 1', (1, 0, 0), ''),
    ('a plain program', 'exit:exit 0', (1, 0, 0), ''),
    ('a plain program that fails', 'exit:echo why; exit 2', (0, 1, 0), '| why'),
    ('a plain program that is skipped', 'exit:echo no tty; exit 77', (0, 0, 1), 'no tty'),
]


def entry(name, program, timeout=1):
    protocol = 'tap'
    if program.startswith('exit:'):
        protocol, program = 'exitcode', program[5:]
    return {'name': name, 'cmd': ['/bin/sh', '-c', program], 'env': {}, 'workdir': None,
            'timeout': timeout, 'protocol': protocol, 'suite': ['syscull'], 'is_parallel': True}


def run(entries, *words):
    """Run the runner on a made-up build directory; returns its output and exit status."""
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, 'meson-info'))
        for what, value in (('tests', entries), ('buildoptions', [])):
            with open(os.path.join(folder, 'meson-info', f'intro-{what}.json'), 'w',
                      encoding='utf-8') as file:
                json.dump(value, file)
        done = subprocess.run([sys.executable, '-B', RUNNER, *(words or ['--no-build']), folder],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.stdout, done.returncode


def closing(passed, failed, skipped):
    return f'{passed} passed, {failed} failed' + (f', {skipped} skipped' if skipped else '')


def one_case(name, program, counts, text):
    output, status = run([entry(name, program)])
    wrong = []
    if output.splitlines()[-1:] != [closing(*counts)]:
        wrong.append(f'the last line is not "{closing(*counts)}"')
    if text not in output:
        wrong.append(f'"{text}" is not reported')
    if (status == 0) != (counts[0] > 0 and counts[1] == 0):
        wrong.append(f'exit status {status}')
    return wrong and wrong + output.splitlines()


def all_together():
    """The sums of many programs; one failure among them is enough for the exit status."""
    output, status = run([entry(str(number), case[1]) for number, case in enumerate(CASES)
                          if 'time-out' not in case[0]])
    sums = [sum(case[2][kind] for case in CASES if 'time-out' not in case[0]) for kind in range(3)]
    good = output.splitlines()[-1:] == [closing(*sums)] and status == 1
    return [] if good else output.splitlines()


def a_broken_build():
    """A directory that does not build is a failure, and none of its tests counts."""
    output, status = run([entry('never', 'echo 1..1; echo ok 1')], '--only=never')
    good = output.splitlines()[-1:] == ['0 passed, 1 failed'] and status == 1
    return [] if good else output.splitlines()


def only_some():
    output, _ = run([entry('unit/a', 'echo 1..1; echo ok 1'), entry('b', 'false')],
                    '--no-build', '--only=unit/')
    return [] if output.splitlines()[-1:] == ['1 passed, 0 failed'] else output.splitlines()


def main():
    report = tap.Report()
    for name, program, counts, text in CASES:
        report.check(f'counted: {name}', one_case(name, program, counts, text))
    report.check('counted: all of these together', all_together())
    report.check('a directory that does not build is a failure', a_broken_build())
    report.check('--only selects', only_some())
    return report.close()


if __name__ == '__main__':
    sys.exit(main())
