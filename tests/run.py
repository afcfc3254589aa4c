#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Run the tests of one or more build directories and count them.

    tests/run.py [--only PATTERN] [--no-build] DIR[:SUITE[,SUITE...]] ...

A directory stands for all its tests, or for those of the named suites; a suite is meson's, or the
first part of a test's name ("unit/base/text" is in "unit").  Each directory is built first, and
that counts as a test.  PATTERN is a part of the name, or a shell pattern for all of it.

Two programs run at a time; those of the suite "live" and those that meson calls not parallel run
alone.  Test programs speak TAP.  Failures are: a line "not ok", a bail-out, an expected failure, a
plan that is missing or not kept, a skip that gives no reason, an exit status that the lines do not
explain, a signal, and a program that outlives its time.  The last line is "N passed, N failed",
with ", N skipped" when there are any, each with its reason above it.
"""
import argparse
import concurrent.futures
import fnmatch
import json
import os
import re
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time

# What a line of a test program says: verdict, number, description, directive, its text.
VERDICT = re.compile(r'(not )?ok\b(?:\s+(\d+))?(?:\s+-)?\s*(.*?)(?:\s*#\s*(SKIP|TO[D]O)\S*\s*(.*))?$',
                     re.IGNORECASE)
PLAN = re.compile(r'1\.\.(\d+)\s*(?:#\s*SKIP\S*\s*(.*))?$', re.IGNORECASE)
GRACE_SECONDS = 15  # between asking a program to end and ending it: live tests clean up
SANITIZER_FACTOR = 3  # how much longer a sanitized program may take


class Result:
    """What one test program came to."""

    def __init__(self):
        self.passed = []  # descriptions
        self.failed = []  # (description, why)
        self.skipped = []  # (description, reason)
        self.output = ''
        self.seconds = 0.0


def parse_tap(text, result):
    """Count the lines of a test program.  Returns what is wrong with them as a whole."""
    plan = plan_skip = None
    seen = []
    comment = ''
    trouble = []
    for line in text.splitlines():
        match = PLAN.match(line)
        if match:
            if plan is not None:
                trouble.append('two plans')
            plan, plan_skip = int(match[1]), match[2]
            continue
        if line.startswith('Bail out!'):
            trouble.append(line)
            break
        if line.startswith('#'):
            comment = line.lstrip('# ')
            continue
        match = VERDICT.match(line)
        if match and (match[2] or match[3] or line in ('ok', 'not ok')):
            seen.append(int(match[2]) if match[2] else len(seen) + 1)
            judge(match, comment, len(seen), result)
        comment = ''
    if plan is None:
        trouble.append('no plan')
    elif plan == 0 and not seen and plan_skip:
        result.skipped.append(('all of it', plan_skip))
    elif plan == 0:
        trouble.append('a plan of no tests, without a reason')
    elif sorted(seen) != list(range(1, plan + 1)):
        trouble.append(f'the plan is 1..{plan}, but {len(seen)} tests reported'
                       + ('' if len(seen) != plan else ', not in these numbers'))
    return trouble


def judge(match, comment, number, result):
    """One "ok" or "not ok" line."""
    negated, _, description, directive, reason = match.groups()
    name = f'{number} - {description}' if description else str(number)
    directive = (directive or '').upper()
    if directive == 'SKIP':
        # cmocka prints "not ok 1 # SKIP name"; the reason is the comment before it.
        if negated or not description:
            name, reason = f'{number} - {reason}', comment
        if reason:
            result.skipped.append((name, reason))
        else:
            result.failed.append((name, 'skipped without a reason'))
    elif directive:
        result.failed.append((name, 'marked as an expected failure'))
    elif negated:
        result.failed.append((name, ''))
    else:
        result.passed.append(name)


def judge_program(protocol, status, timed_out, result):
    """Add to the result what the program as a whole did."""
    trouble = []
    if timed_out:
        trouble.append(f'ran longer than {timed_out:g} s')
    elif status < 0:
        trouble.append(f'ended by {signal.Signals(-status).name}')
    if protocol == 'tap':
        trouble += parse_tap(result.output, result)
        if status > 0 and not result.failed and not trouble:
            trouble.append(f'exit status {status}, but no line says "not ok"')
    elif status == 77: # meson's "skipped"; the last line says why
        last = result.output.strip().splitlines()[-1:] or ['']
        judge(VERDICT.match('ok 1 - all of it # SKIP ' + last[0]), '', 1, result)
    elif status > 0:
        trouble.append(f'exit status {status}')
    elif not trouble:
        result.passed.append('exit status 0')
    if trouble:
        result.failed.append(('the program', '; '.join(trouble)))


running = set() # processes; each leads a group of its own
stopping = threading.Event()


def end_all(*_):
    """Interrupted: the programs end first, then this one."""
    if stopping.is_set():
        return
    stopping.set()
    for process in list(running):
        try:
            os.killpg(process.pid, signal.SIGTERM)
        except ProcessLookupError:
            pass # has just ended
    raise KeyboardInterrupt


def run_program(command, environment, folder, timeout):
    """Returns (exit status, stdout, stderr, whether it was ended for its time)."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                   env=environment, cwd=folder, start_new_session=True)
        running.add(process)
        fd = os.pidfd_open(process.pid)
        poll = select.poll()
        poll.register(fd, select.POLLIN)
        late = not poll.poll(timeout * 1000 if timeout else None)
        if late:
            os.killpg(process.pid, signal.SIGTERM)
            poll.poll(GRACE_SECONDS * 1000)
        # Not reaped yet, so the group's number is still its own: what is left in it ends here.
        os.killpg(process.pid, signal.SIGKILL)
        os.close(fd)
        running.discard(process)
        status = process.wait()
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode(errors='replace'))
        return status, *texts, late


class Test:
    def __init__(self, folder, entry, factor):
        self.name = entry['name']
        self.label = f'{self.name} [{os.path.basename(folder)}]'
        self.command = entry['cmd']
        self.environment = entry.get('env', {})
        self.folder = entry.get('workdir') or folder
        self.timeout = max(entry.get('timeout') or 0, 0) * factor
        self.protocol = entry.get('protocol', 'exitcode')
        self.suites = {suite.split(':')[-1] for suite in entry.get('suite', [])}
        self.suites.add(self.name.split('/')[0])
        self.alone = 'live' in self.suites or not entry.get('is_parallel', True)

    def run(self):
        result = Result()
        start = time.monotonic()
        try:
            status, out, err, late = run_program(
                self.command, {**os.environ, **self.environment}, self.folder, self.timeout)
            result.output = out
            judge_program(self.protocol, status, self.timeout if late else 0, result)
            result.output += ('--- standard error\n' + err) if err else ''
        except OSError as error:
            result.failed.append(('the program', f'cannot be started: {error}'))
        result.seconds = time.monotonic() - start
        return result


class Report:
    """Prints as the results come in, and the summary at the end."""

    def __init__(self):
        self.results = []
        self.lock = threading.Lock()

    def add(self, label, result):
        with self.lock:
            self.results.append((label, result))
            verdict = 'FAIL' if result.failed else 'ok' if result.passed else 'skip'
            counts = [f'{len(result.passed)} passed']
            counts += [f'{len(result.failed)} failed'] if result.failed else []
            counts += [f'{len(result.skipped)} skipped'] if result.skipped else []
            print(f'{verdict:4} {label:50} {", ".join(counts)} {result.seconds:8.2f} s')
            if result.failed:
                print(''.join(f'     | {line}\n' for line in result.output.splitlines()), end='')
                self.list_failed(label, result)
            sys.stdout.flush()

    @staticmethod
    def list_failed(label, result):
        for name, why in result.failed:
            print(f'     {label}: {name}' + (f': {why}' if why else ''))

    def close(self):
        """The summary.  Returns the exit status."""
        passed, failed, skipped = (sum(len(getattr(result, kind)) for _, result in self.results)
                                   for kind in ('passed', 'failed', 'skipped'))
        if skipped:
            print('\nskipped:')
            for label, result in self.results:
                for name, reason in result.skipped:
                    print(f'     {label}: {name}: {reason}')
        if failed:
            print('\nfailed:')
            for label, result in self.results:
                self.list_failed(label, result)
        slow = sorted(self.results, key=lambda item: -item[1].seconds)[:5]
        if len(self.results) > 20:
            print('\nslowest: ' + ', '.join(f'{label} {r.seconds:.0f} s' for label, r in slow))
        print(f'\n{passed} passed, {failed} failed' + (f', {skipped} skipped' if skipped else ''))
        return 0 if passed and not failed else 1


def build(folder, report):
    """Bring a build directory up to date; that counts as a test."""
    result = Result()
    start = time.monotonic()
    try:
        done = subprocess.run(['ninja', '--quiet', '-j2', '-C', folder], stdin=subprocess.DEVNULL, text=True,
                              errors='replace', stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        result.output, status = done.stdout, done.returncode
    except OSError as error:
        result.output, status = f'ninja: {error}\n', 1
    result.seconds = time.monotonic() - start
    if status == 0:
        result.passed.append('builds')
    else:
        result.failed.append(('builds', f'ninja ended with status {status}'))
    report.add(f'build [{os.path.basename(folder)}]', result)
    return status == 0


def information(folder, what):
    """What meson knows of a build directory (ninja has just brought it up to date)."""
    try:
        with open(os.path.join(folder, 'meson-info', f'intro-{what}.json'), encoding='utf-8') as file:
            return json.load(file)
    except FileNotFoundError:
        return []


def select_tests(folder, suites, only):
    options = {option['name']: option['value'] for option in information(folder, 'buildoptions')}
    factor = SANITIZER_FACTOR if options.get('b_sanitize', 'none') != 'none' else 1
    for entry in information(folder, 'tests'):
        test = Test(folder, entry, factor)
        if suites and not test.suites & suites:
            continue
        if only and only not in test.name and not fnmatch.fnmatchcase(test.name, only):
            continue
        yield test


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--only', default='')
    parser.add_argument('--no-build', action='store_true')
    parser.add_argument('directories', nargs='+')
    arguments = parser.parse_args()
    report = Report()
    tests = []
    for word in arguments.directories:
        folder, _, suites = word.partition(':')
        folder = os.path.abspath(folder)
        if arguments.no_build or build(folder, report):
            tests += select_tests(folder, set(filter(None, suites.split(','))), arguments.only)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        runs = {pool.submit(test.run): test for test in tests if not test.alone}
        try:
            for run in concurrent.futures.as_completed(runs):
                report.add(runs[run].label, run.result())
        except KeyboardInterrupt:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    for test in tests:
        if test.alone:
            report.add(test.label, test.run())
    return report.close()


if __name__ == '__main__':
    signal.signal(signal.SIGINT, end_all)
    signal.signal(signal.SIGTERM, end_all)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit('interrupted')
