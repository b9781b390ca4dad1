"""How long a test waits for a thing before it says what did not happen."""

import os
import time

SLOW = float(os.environ.get("GATEHOUSE_SLOW", "1"))


class TooLate(AssertionError):
    """What a test waited for did not happen in time."""


def seconds(plain=8.0):
    """`plain` seconds, stretched by GATEHOUSE_SLOW (sanitizer builds, busy machines)."""
    return plain * SLOW


class Deadline:
    def __init__(self, plain=8.0):
        self.within = seconds(plain)
        self.end = time.monotonic() + self.within

    def left(self):
        return max(0.0, self.end - time.monotonic())

    def passed(self):
        return self.left() == 0.0


def until(check, what, within=8.0, pause=0.005):
    """Asks `check` again and again until it gives something true, and returns that."""
    deadline = Deadline(within)
    while True:
        found = check()
        if found:
            return found
        if deadline.passed():
            text = what() if callable(what) else what
            raise TooLate(f"waited {deadline.within:.1f} s: {text}")
        time.sleep(pause)
