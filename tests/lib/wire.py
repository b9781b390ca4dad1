"""One end of a connection, with deadlines and a transcript."""

import socket
import struct

from patience import Deadline, TooLate
from transcript import visible


class Closed(AssertionError):
    """The other side ended the connection where more was expected."""


class Malformed(AssertionError):
    """The other side sent what HTTP/1.1 does not allow."""


class Wire:
    def __init__(self, sock, name, transcript):
        self.sock = sock
        self.name = name
        self.buffer = bytearray()
        self.ended = None  # "closed" or "reset" once the other side did so
        self.received = bytearray()  # all bytes seen, up to 1 MiB
        self._transcript = transcript

    def note(self, text):
        self._transcript.note(self.name, "--", text)

    def send(self, data, within=8.0):
        self._transcript.note(self.name, "->", data)
        self.sock.settimeout(Deadline(within).within)
        try:
            self.sock.sendall(data)
        except TimeoutError:
            raise TooLate(f"{self.name}: the gateway did not take {len(data)} bytes") from None

    def fill(self, deadline=None):
        """Reads once.  False: the other side ended the connection."""
        if self.ended:
            return False
        deadline = deadline or Deadline()
        self.sock.settimeout(max(0.001, deadline.left()))
        try:
            data = self.sock.recv(262144)
        except TimeoutError:
            raise TooLate(
                f"{self.name}: nothing came for {deadline.within:.1f} s; "
                f"not yet read: {visible(bytes(self.buffer[:400]))!r}"
            ) from None
        except ConnectionError:
            data = b""
            self.ended = "reset"
        if not data:
            self.ended = self.ended or "closed"
            self.note(f"the other side {self.ended} the connection")
            return False
        self._transcript.note(self.name, "<-", data)
        if len(self.received) < 1 << 20:
            self.received += data
        self.buffer += data
        return True

    def need(self, check, what, deadline=None):
        """Reads until `check(buffer)` gives something other than None, and returns that."""
        deadline = deadline or Deadline()
        while True:
            found = check(self.buffer)
            if found is not None:
                return found
            if not self.fill(deadline):
                raise Closed(
                    f"{self.name}: {self.ended} before {what}; "
                    f"so far: {visible(bytes(self.buffer[:400]))!r}"
                )

    def take(self, size):
        data = bytes(self.buffer[:size])
        del self.buffer[:size]
        return data

    def line(self):
        """A line without its CRLF; a bare CR or LF is malformed."""
        end = self.need(lambda b: i if (i := b.find(b"\n")) >= 0 else None, "the end of a line")
        line = self.take(end + 1)
        if not line.endswith(b"\r\n") or b"\r" in line[:-2]:
            raise Malformed(f"{self.name}: a line does not end in CRLF: {visible(line)!r}")
        return line[:-2]

    def exactly(self, size):
        self.need(lambda b: True if len(b) >= size else None, f"{size} bytes had come")
        return self.take(size)

    def rest(self):
        """All until the other side closes in good order."""
        deadline = Deadline()
        while self.fill(deadline):
            pass
        if self.ended == "reset":
            raise Closed(f"{self.name}: reset instead of closed")
        return self.take(len(self.buffer))

    def half_close(self):
        self.note("half-closes")
        self.sock.shutdown(socket.SHUT_WR)

    def close(self):
        self.note("closes")
        self.sock.close()

    def reset(self):
        self.note("resets")
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()
