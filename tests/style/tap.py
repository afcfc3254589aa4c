# SPDX-License-Identifier: Apache-2.0
"""Print TAP: what the Python test programs share."""


class Report:
    def __init__(self):
        self.count = self.failures = 0

    def check(self, name, violations, limit=40):
        """Passes when there are no violations; each is a line of text."""
        self.count += 1
        lines = [str(line) for line in violations]
        print(f'{"not ok" if lines else "ok"} {self.count} - {name}')
        for line in lines[:limit]:
            print(f'# {line}')
        if len(lines) > limit:
            print(f'# and {len(lines) - limit} more')
        self.failures += bool(lines)

    def skip(self, name, reason):
        self.count += 1
        print(f'ok {self.count} - {name} # SKIP {reason}')

    def close(self):
        """The plan.  Returns the exit status."""
        print(f'1..{self.count}')
        return 1 if self.failures else 0
