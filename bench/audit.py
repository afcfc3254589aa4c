#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How fast a log is read, beside grep and awk, and ausearch where it is installed: one file of 1 GB, most
of whose lines are about other things; interleaved rounds, medians, ratios.

usage: bench/audit.py BUILD-DIR [ROUNDS [MEGABYTES]]
"""
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

BUILD = os.path.abspath(sys.argv[1])
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 5
MEGABYTES = int(sys.argv[3]) if len(sys.argv) > 3 else 1000
SYSCULL = os.path.join(BUILD, 'src/cli/syscull')
SHARE = 100  # one line of so many is a record of seccomp
GOAL = 300   # MB/s

FIELDS = ('auid=4294967295 uid=0 gid=0 ses=4294967295 pid={pid} comm="nginx" exe="/usr/sbin/nginx" sig=0 '
          'arch=c000003e syscall={nr} compat=0 ip=0x7f1c5a9d6f3b code=0x7ffc0000')
WORDS = ('Started session for user root. pam_unix(cron:session): opened connection closed by peer timeout '
         'container healthy probe succeeded GET /index.html 200 17 systemd Reached target network').split()
# What auditd's own log is mostly made of.
OTHERS = [
    'type=SYSCALL msg={head}: arch=c000003e syscall=59 success=yes exit=0 a0=55d0 a1=55d1 a2=55d2 a3=0 items=2 '
    'ppid=1 pid={pid} auid=0 uid=0 gid=0 euid=0 tty=(none) ses=1 comm="sh" exe="/usr/bin/dash" key=(null)',
    'type=PROCTITLE msg={head}: proctitle=2F62696E2F7368002D63007472756500',
    'type=CWD msg={head}: cwd="/root"',
    'type=USER_ACCT msg={head}: pid={pid} uid=0 auid=0 ses=1 msg=\'op=PAM:accounting acct="root" exe="/usr/sbin/cron" '
    'hostname=? addr=? terminal=cron res=success\'',
]


def syslog_line(rng, number):
    if number % SHARE == 0:
        return (f'Nov 23 21:26:48 node kernel: [ 1362.156876] audit: type=1326 audit(1795469208.583:{number}): '
                + FIELDS.format(pid=rng.randrange(1, 99999), nr=rng.randrange(300)))
    return (f'Nov 23 21:26:48 node app[{rng.randrange(9999)}]: '
            + ' '.join(rng.choice(WORDS) for _ in range(rng.randrange(5, 20))))


def auditd_line(rng, number):
    head = f'audit({1795469208 + number // 1000}.583:{number})'
    if number % SHARE == 0:
        return f'type=SECCOMP msg={head}: ' + FIELDS.format(pid=rng.randrange(1, 99999), nr=rng.randrange(300))
    return rng.choice(OTHERS).format(head=head, pid=rng.randrange(1, 99999))


def write(path, line, megabytes):
    """Blocks of lines, with serial numbers that grow; returns how many records there are."""
    rng = random.Random(1326)
    template = [line(rng, number) for number in range(100000)]
    number = records = size = 0
    with open(path, 'w', encoding='ascii') as file:
        while size < megabytes * 1000000:
            block = []
            for _ in range(5000):
                text = template[number % len(template)]
                if number % SHARE == 0:
                    text = re.sub(r'audit\(\d+\.583:\d+\)',
                                  f'audit({1795469208 + number // 1000}.583:{number})', text)
                    records += 1
                block.append(text)
                number += 1
            data = '\n'.join(block) + '\n'
            size += file.write(data)
    return records


def seconds(command):
    """Time of a command and the most memory that it had (kB), or None; its last word is a count."""
    start = time.monotonic()
    child = subprocess.Popen(command, shell=isinstance(command, str), stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True)
    out, err = child.communicate()
    spent = time.monotonic() - start
    return (spent, out, err) if child.returncode == 0 else None


def memory(command):
    """Peak resident kB of a program."""
    pid = os.fork()
    if pid == 0:
        null = os.open('/dev/null', os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        os.execvp(command[0], command)
    _, _, usage = os.wait4(pid, 0)
    return usage.ru_maxrss


def bench(title, path, records, ways):
    size = os.path.getsize(path) / 1e6
    rows = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, command in ways.items():
            done = seconds(command)
            if done is not None:
                rows[name].append(size / done[0])
    print(f'\n{title}: {size:.0f} MB, {records} records (MB/s; more is better; median of {ROUNDS} '
          'interleaved rounds)')
    base = next(iter(ways))
    middle = {name: statistics.median(values) for name, values in rows.items() if values}
    for name, values in rows.items():
        if not values:
            print(f'  {name:<28} not measured: it failed')
            continue
        print(f'  {name:<28} {middle[name]:>8.0f}   {min(values):>8.0f} .. {max(values):<8.0f}'
              f' {middle[base] / middle[name]:>7.2f} x slower than {base}')
    return middle


def main():
    goal = True
    with tempfile.TemporaryDirectory(prefix='syscull-bench-') as folder:
        syslog, auditd = os.path.join(folder, 'syslog'), os.path.join(folder, 'audit.log')
        records = write(syslog, syslog_line, MEGABYTES)
        done = seconds([SYSCULL, 'audit', '--group', '--output', 'json', syslog])
        said = re.search(r'(\d+) records', done[2]) if done else None
        if not said or int(said[1]) != records:
            sys.exit(f'bench: {records} records were written, syscull said: {done and done[2]}')
        awk = "awk '{ for (i = 1; i <= NF; i++) if ($i ~ /^(comm|exe|syscall)=/) k = k $i; n[k]++; k = \"\" } " \
              "END { for (k in n) print n[k], k }'"
        middle = bench('A syslog', syslog, records, {
            'syscull audit --group': [SYSCULL, 'audit', '--group', syslog],
            'syscull audit (all records)': [SYSCULL, 'audit', '--output', 'jsonl', syslog],
            'grep -c type=1326': ['grep', '-c', 'type=1326', syslog],
            'grep | awk': f'grep type=1326 {syslog} | {awk}',
            'awk alone': f"awk '/type=1326/' {syslog} | {awk}",
        })
        goal = goal and middle['syscull audit --group'] >= GOAL
        small = write(auditd, auditd_line, MEGABYTES // 5)
        ways = {
            'syscull audit --group': [SYSCULL, 'audit', '--group', auditd],
            'grep | awk': f'grep type=SECCOMP {auditd} | {awk}',
        }
        if shutil.which('ausearch'):
            ways['ausearch -m SECCOMP'] = ['ausearch', '-if', auditd, '-m', 'SECCOMP']
            ways['ausearch -m SECCOMP -i'] = ['ausearch', '-if', auditd, '-m', 'SECCOMP', '-i']
        else:
            print('\nausearch is not installed (Debian package auditd): not measured')
        bench("auditd's log", auditd, small, ways)
        first = memory([SYSCULL, 'audit', '--group', auditd])
        whole = memory([SYSCULL, 'audit', '--group', syslog])
        print(f'\nPeak memory: {first / 1024:.0f} MB for {MEGABYTES // 5} MB of log, {whole / 1024:.0f} MB for '
              f'{MEGABYTES} MB')
    print(f'  => {middle["syscull audit --group"]:.0f} MB/s (goal: {GOAL}): {"met" if goal else "not met"}')
    return 0 if goal else 1


if __name__ == '__main__':
    sys.exit(main())
