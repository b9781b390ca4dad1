"""What went over the wires during a test, as a person would want to look at it."""

import threading
import time

LONGEST = 1200  # bytes of one event that are shown
MOST = 240      # events that are shown


def visible(data):
    """Bytes with every control and non-ASCII byte escaped."""
    out = []
    for byte in data:
        if byte == 13:
            out.append("\\r")
        elif byte == 10:
            out.append("\\n")
        elif byte == 9:
            out.append("\\t")
        elif byte == 92:
            out.append("\\\\")
        elif 32 <= byte < 127:
            out.append(chr(byte))
        else:
            out.append(f"\\x{byte:02x}")
    return "".join(out)


class Transcript:
    def __init__(self):
        self._began = time.monotonic()
        self._events = []
        self._lock = threading.Lock()

    def note(self, who, arrow, data):
        """`arrow`: '->' towards the gateway, '<-' from it, '--' a remark (then `data` is text)."""
        at = (time.monotonic() - self._began) * 1000
        size = len(data)
        with self._lock:
            self._events.append((at, who, arrow, data[:LONGEST], size))

    def text(self):
        with self._lock:
            events = list(self._events)
        lines = []
        skipped = len(events) - MOST
        for number, event in enumerate(events):
            if skipped > 0 and number == MOST // 2:
                lines.append(f"{'':>11}   … {skipped} events are not shown …")
            if skipped > 0 and MOST // 2 <= number < MOST // 2 + skipped:
                continue
            lines += self._lines(*event)
        return "\n".join(lines) or "(nothing was sent)"

    @staticmethod
    def _lines(at, who, arrow, data, size):
        front = f"{at:8.1f} ms  {who:<12} {arrow} "
        if arrow == "--":
            return [front + data]
        pieces = [visible(piece) for piece in data.splitlines(keepends=True)]
        if size > len(data):
            pieces.append(f"… {size} bytes in all")
        return [front + (pieces[0] if pieces else "")] + [
            " " * len(front) + piece for piece in pieces[1:]
        ]
