#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every example of every --help runs: in a folder with the files that examples speak of.

    examples.py      SYSCULL is the program under test
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def missing(example, program, environment):
    needs = example['needs'] or ''
    if needs == 'root' and os.geteuid() != 0:
        return 'needs root'
    if needs == 'root' and 'eBPF' not in subprocess.run(
            [program, '--version'], capture_output=True, text=True, check=False).stdout:
        return 'built without the recorder'
    if needs == 'docker':
        names = subprocess.run([program, 'containers', '--names'], capture_output=True, text=True,
                               env=environment, check=False).stdout.split()
        if 'web' not in names:
            return 'no container "web" is running here'
    return ''


def main():
    program = os.path.abspath(os.environ['SYSCULL'])
    table = json.loads(subprocess.run([program, 'help', '--output', 'json'], capture_output=True,
                                      text=True, check=True).stdout)
    number = failed = 0
    with tempfile.TemporaryDirectory(prefix='syscull-examples-') as work:
        os.mkdir(os.path.join(work, 'bin'))
        os.symlink(program, os.path.join(work, 'bin', 'syscull'))
        environment = dict(os.environ, PATH=work + '/bin:' + os.environ['PATH'])
        for command in table['commands']:
            for example in command['examples']:
                number += 1
                name = f'{command["path"]}: {example["line"]}'.replace('#', ' ')
                reason = missing(example, program, environment)
                if reason:
                    print(f'ok {number} - {name} # SKIP {reason}')
                    continue
                here = os.path.join(work, str(number))
                shutil.copytree(os.path.join(HERE, 'files'), here)
                done = subprocess.run(['bash', '-c', 'set -o pipefail; ' + example['line']],
                                      cwd=here, env=environment, stdin=subprocess.DEVNULL,
                                      capture_output=True, text=True, timeout=120, check=False)
                failed += done.returncode != 0
                print(f'{"not ok" if done.returncode else "ok"} {number} - {name}')
                if done.returncode:
                    for line in (done.stdout + done.stderr).splitlines()[-20:]:
                        print('# ' + line)
    print(f'1..{number}')
    return failed > 0


sys.exit(main())
