# SPDX-License-Identifier: Apache-2.0
"""The files of the project, as the style tests see them."""
import os
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def listed():
    """Relative paths: what git has or would add; without git, all but the build directories."""
    done = subprocess.run(['git', '-c', 'safe.directory=*', '-C', ROOT, 'ls-files', '-z',
                           '--cached', '--others', '--exclude-standard'],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    if done.returncode == 0:
        names = done.stdout.split('\0')
    else:
        names = []
        for folder, folders, files in os.walk(ROOT):
            folders[:] = [name for name in folders if not name.startswith(('build', '.git', '__'))]
            names += [os.path.relpath(os.path.join(folder, name), ROOT) for name in files]
    return sorted(name for name in set(names) if os.path.isfile(os.path.join(ROOT, name)))


def read(path):
    """A file's text, or '' when it is not text."""
    try:
        with open(os.path.join(ROOT, path), encoding='utf-8') as file:
            return file.read()
    except UnicodeDecodeError:
        return ''


def interpreter(path):
    """'sh', 'bash', 'python3', ... of a file that says so in its first line, else ''."""
    with open(os.path.join(ROOT, path), 'rb') as file:
        words = file.readline(200).decode(errors='replace').split()
    if not words or not words[0].startswith('#!'):
        return ''
    return os.path.basename(words[1] if words[0].endswith('/env') and words[1:] else words[0][2:])


def is_c(path):
    return path.endswith(('.c', '.h'))


def is_shell(path):
    return path.endswith('.sh') or interpreter(path) in ('sh', 'bash', 'dash')


def is_python(path):
    return path.endswith('.py') or interpreter(path) == 'python3'
