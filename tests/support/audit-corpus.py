#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Write tests/corpus/audit: seccomp records in every form that logs have them in, and what they say.

    audit-corpus.py FOLDER

The text of a record is that of kernel/auditsc.c (audit_seccomp and audit_log_task); of the lines around
it, that of printk, auditd (format_raw, format_enrich), journald and the syslog RFCs 3164 and 5424.
FORM.log has the lines, FORM.tsv what each must decode to, made from the values and not from the lines:
time in ms, serial (- when the form has none), pid, uid, sig, comm and exe in hex, ABI, number, name,
code, outcome.  Names come from data/syscalls.
"""
import datetime
import os
import random
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LINES = 72
START = 1795469208  # 2026-11-23 21:26:48 UTC
ZONE = datetime.timezone(datetime.timedelta(hours=1))  # of the host that wrote the logs

# AUDIT_ARCH_* of include/uapi/linux/audit.h
ARCHES = [('x86_64', 0xc000003e, 0), ('x86', 0x40000003, 0), ('x32', 0xc000003e, 0x40000000),
          ('aarch64', 0xc00000b7, 0), ('arm', 0x40000028, 0), ('s390x', 0x80000016, 0),
          ('ppc64le', 0xc0000015, 0), ('riscv64', 0xc00000f3, 0), ('mips64', 0x80000008, 5000),
          ('mips64n32', 0xa0000008, 6000), ('loongarch64', 0xc0000102, 0)]
CODES = [(0x7ffc0000, 0, 'allowed'), (0x50000, 0, 'denied'), (0x80000000, 31, 'killed'), (0, 31, 'killed'),
         (0x30000, 0, 'trapped'), (0x7fc00000, 0, 'denied'), (0x7ff00000, 0, 'denied'), (0, 9, 'killed'),
         (0x60000, 31, 'killed')]
COMMS = [b'nginx', b'runc:[2:INIT]', b'sh -c', b'q"x', 'é'.encode(), b'a\nb', b'fifteen-letters', b'3', b'\\x41',
         b'DEADBEEF', b'(sd-pam)', b'a=b', b'pid=1', b'Web Content', '日本'.encode(), b'\xff\xfe', b"it's",
         b'kworker/0:1', b'\x1dAUID=']
EXES = [b'/usr/sbin/nginx', b'/', b'/bin/busybox', b'/memfd:runc_cloned:/proc/self/exe (deleted)',
        b'/opt/My App/bin/x', '/srv/ü'.encode(), b'/usr/lib/firefox/firefox', None, b'/a"b']
SUBJECTS = [None, None, 'system_u:system_r:container_t:s0:c12,c345', 'docker-default (enforce)', 'unconfined', '=unconfined',
            'cri-containerd.apparmor.d (enforce)', '?', 'kernel', '/usr/bin/foo//null-/bin/bar (complain)']


def names():
    """{ABI: {number without the ABI's base: name}}"""
    table = {}
    for name, _, _ in ARCHES:
        with open(os.path.join(ROOT, 'data', 'syscalls', name + '.tsv'), encoding='utf-8') as file:
            rows = [line.rstrip('\n').split('\t') for line in file if line[0].isdigit()]
        table[name] = {int(row[0]): row[1] for row in rows}
    return table


def string(value):
    """As audit_log_untrustedstring() writes it."""
    if value is None:
        return '(null)'
    if any(byte == 0x22 or byte < 0x21 or byte > 0x7e for byte in value):
        return value.hex().upper()
    return '"' + value.decode() + '"'


class Record:
    def __init__(self, rng, number, table):
        self.arch, self.audit, base = rng.choice(ARCHES[:3] * 3 + ARCHES)
        index = rng.choice(sorted(table[self.arch])) if number % 12 else 9999
        self.nr = base + index
        self.name = table[self.arch].get(index, '-')
        self.code, self.sig, self.outcome = rng.choice(CODES[:3] * 2 + CODES)
        self.comm, self.exe = COMMS[number % len(COMMS)], EXES[number % len(EXES)]
        self.subj = rng.choice(SUBJECTS)
        self.pid, self.uid = rng.choice([1, 2390, 16931, 4194303]), rng.choice([0, 33, 1000, 4294967294])
        self.auid = rng.choice([4294967295, 1000])
        self.ses = 4294967295 if self.auid == 4294967295 else 3
        self.ip = rng.choice([0x40828e, 0x7f1c5a9d6f3b, 0xffffffffff600009])
        self.second = START + 7 * number + rng.randrange(5)
        self.ms = rng.randrange(1000)
        self.serial = 1000 + 3 * number
        self.compat = 1 if self.arch in ('x86', 'arm', 'x32') else 0

    def header(self):
        return f'audit({self.second}.{self.ms:03}:{self.serial}): '

    def fields(self, rng=None):
        subj = [] if self.subj is None else [f'subj={self.subj}']
        nr = self.nr - (1 << 32) if self.nr >= 1 << 31 else self.nr
        fields = [f'auid={self.auid}', f'uid={self.uid}', f'gid={self.uid}', f'ses={self.ses}', *subj, f'pid={self.pid}',
                  f'comm={string(self.comm)}', f'exe={string(self.exe)}', f'sig={self.sig}', f'arch={self.audit:x}',
                  f'syscall={nr}', f'compat={self.compat}', f'ip=0x{self.ip:x}', f'code=0x{self.code:x}']
        if rng and rng.random() < 0.2:  # other kernels, other orders, more fields
            fields.insert(rng.randrange(len(fields)), rng.choice(['tty=(none)', 'old-ppid=1', 'res=1', 'key=(null)']))
            rng.shuffle(fields)
        return ' '.join(fields)

    def expected(self, has_serial=True):
        exe = b'(null)' if self.exe is None else self.exe
        ms = self.second * 1000 + (self.ms if has_serial else 0)
        return '\t'.join(map(str, [ms, self.serial if has_serial else '-', self.pid, self.uid,
                                   self.sig, self.comm.hex(), exe.hex(), self.arch, self.nr, self.name, f'{self.code:x}',
                                   self.outcome]))

    def uptime(self):
        return f'{self.second - START + 1362:5}.{self.ms:03}876'

    def when(self, zone=ZONE):
        return datetime.datetime.fromtimestamp(self.second, zone).replace(microsecond=self.ms * 1000)


def bsd(record):
    when = record.when()
    return f'{when:%b} {when.day:2} {when:%H:%M:%S}'


def kernel(record, rng):
    return f'audit: type=1326 {record.header()}{record.fields(rng)}'


def enriched(record):
    subj = '' if record.auid == 4294967295 else ' TTY="pts0"'
    return (f'AUID="{"unset" if record.auid == 4294967295 else "user"}" UID="root" GID="root"{subj} '
            f'ARCH={record.arch} SYSCALL={record.name}')


FORMS = {
    'netlink': lambda r, g: f'{r.header()}{r.fields(g)}',
    'netlink-with-type': lambda r, g: f'type=1326 {r.header()}{r.fields(g)}',
    'kmsg': lambda r, g: f'{g.choice([5, 4, 6])},{r.serial},{r.second % 100000}876,{g.choice("-c+")}'
                         f'{g.choice(["", ",caller=T12"])};{kernel(r, g)}',
    'dmesg': lambda r, g: f'[{r.uptime()}] {kernel(r, g)}',
    'dmesg-caller': lambda r, g: f'[{r.uptime()}][{g.choice(["  T12", "    C0", "T4711"])}] {kernel(r, g)}',
    'dmesg-before-3.15': lambda r, g: f'[{r.uptime()}] type=1326 {r.header()}{r.fields(g)}',
    'dmesg-human': lambda r, g: f'[{r.when():%a %b} {r.when().day:2} {r.when():%H:%M:%S %Y}] {kernel(r, g)}',
    'dmesg-decoded': lambda r, g: f'kern  :notice: [{r.uptime()}] {kernel(r, g)}',
    'dmesg-raw': lambda r, g: f'<{g.choice([5, 4])}>[{r.uptime()}] {kernel(r, g)}',
    'dmesg-iso': lambda r, g: f'{r.when():%Y-%m-%dT%H:%M:%S},{r.ms:03}876+01:00 {kernel(r, g)}',
    'syslog': lambda r, g: f'{bsd(r)} {g.choice(["web-1", "ip-10-0-0-7", "localhost"])} kernel: '
                           f'{g.choice([f"[{r.uptime()}] ", ""])}{kernel(r, g)}',
    'syslog-priority': lambda r, g: f'<{g.choice([5, 4])}>{bsd(r)} node kernel: [{r.uptime()}] {kernel(r, g)}',
    'syslog-iso': lambda r, g: f'{r.when():%Y-%m-%dT%H:%M:%S}.{r.ms:03}123+01:00 node kernel: '
                               f'{g.choice([f"[{r.uptime()}] ", ""])}{kernel(r, g)}',
    'syslog-5424': lambda r, g: f'<5>1 {r.when(datetime.timezone.utc):%Y-%m-%dT%H:%M:%S}.{r.ms:03}Z node kernel '
                                f'{g.choice(["-", "12"])} - {g.choice(["-", "[meta a=x][b c=y]"])} '
                                f'{g.choice(["", chr(0xfeff)])}[{r.uptime()}] {kernel(r, g)}',
    'syslog-audispd': lambda r, g: f'{bsd(r)} node {g.choice(["audispd", "audisp-syslog", "audisp-syslog[71]"])}: '
                                   f'{g.choice(["", "node=a "])}type=SECCOMP msg={r.header()}{r.fields(g)}',
    'grep': lambda r, g: f'{g.choice(["/var/log/kern.log:", "syslog.1:812:"])}{bsd(r)} node kernel: [{r.uptime()}] {kernel(r, g)}',
    'auditd-raw': lambda r, g: f'type=SECCOMP msg={r.header()}{r.fields(g)}',
    'auditd-node': lambda r, g: f'node={g.choice(["web-1", "10.0.0.7", "a.example.org"])} type=SECCOMP msg={r.header()}{r.fields(g)}',
    'auditd-enriched': lambda r, g: f'{g.choice(["", "node=web "])}type=SECCOMP msg={r.header()}{r.fields()}\x1d{enriched(r)}',
    'auditd-separator-lost': lambda r, g: f'type=SECCOMP msg={r.header()}{r.fields()}{g.choice(["", " "])}{enriched(r)}',
    'journalctl-kernel': lambda r, g: f'{bsd(r)} node kernel: {kernel(r, g)}',
    'journalctl-audit': lambda r, g: f'{bsd(r)} node audit{g.choice(["", f"[{r.pid}]"])}: SECCOMP {r.fields(g)}',
    'journalctl-iso': lambda r, g: f'{r.when():%Y-%m-%dT%H:%M:%S}+0100 node audit[{r.pid}]: SECCOMP {r.fields(g)}',
}
WITHOUT_SERIAL = ('journalctl-audit', 'journalctl-iso')  # their stamps have no milliseconds either


def export_entry(record, rng):
    """journalctl -o export: a value that is no text has its length before it."""
    lines = [f'__CURSOR=s=1;i={record.serial:x}', f'__REALTIME_TIMESTAMP={record.second}{record.ms:03}999',
             '__MONOTONIC_TIMESTAMP=1362156876', '_BOOT_ID=0123456789abcdef0123456789abcdef', '_HOSTNAME=node']
    data = ''.join(line + '\n' for line in lines).encode()
    if rng.random() < 0.5:
        message = f'SECCOMP {record.fields(rng)}'
        more = ['_TRANSPORT=audit', '_AUDIT_TYPE=1326', '_AUDIT_TYPE_NAME=SECCOMP', f'_AUDIT_ID={record.serial}',
                f'_SOURCE_REALTIME_TIMESTAMP={record.second}{record.ms:03}000', 'SYSLOG_IDENTIFIER=audit', f'_PID={record.pid}']
    else:
        message = kernel(record, rng)
        more = ['_TRANSPORT=kernel', 'PRIORITY=5', 'SYSLOG_IDENTIFIER=kernel']
    data += ''.join(line + '\n' for line in more).encode()
    comm = record.comm
    data += b'_COMM\n' + len(comm).to_bytes(8, 'little') + comm + b'\n'
    if rng.random() < 0.3:
        data += b'MESSAGE\n' + len(message).to_bytes(8, 'little') + message.encode() + b'\n'
    else:
        data += b'MESSAGE=' + message.encode() + b'\n'
    return data + b'\n'


def other_entry(rng):
    """What others log must stay theirs, whatever they say."""
    said = rng.choice(['audit: type=1326 audit(1.000:1): pid=1 arch=c000003e syscall=1 code=0x7ffc0000', 'started', 'a\nb'])
    text = said.encode()
    return (b'__CURSOR=s=1;i=0\n__REALTIME_TIMESTAMP=1795469208000000\n_TRANSPORT=syslog\n'
            + b'MESSAGE\n' + len(text).to_bytes(8, 'little') + text + b'\n\n')


def main():
    folder = sys.argv[1]
    table = names()
    rng = random.Random(1326)
    for form, line in FORMS.items():
        lines, expected = [], []
        for number in range(LINES):
            record = Record(rng, number, table)
            lines.append(line(record, rng))
            expected.append(record.expected(form not in WITHOUT_SERIAL))
        for suffix, rows in (('log', lines), ('tsv', expected)):
            with open(os.path.join(folder, f'{form}.{suffix}'), 'w', encoding='utf-8', newline='\n') as file:
                file.write(''.join(row + '\n' for row in rows))
    with open(os.path.join(folder, 'journal-export.log'), 'wb') as log, \
            open(os.path.join(folder, 'journal-export.tsv'), 'w', encoding='utf-8') as file:
        for number in range(LINES):
            record = Record(rng, number, table)
            log.write(export_entry(record, rng) + (other_entry(rng) if number % 3 == 0 else b''))
            file.write(record.expected() + '\n')


if __name__ == '__main__':
    main()
