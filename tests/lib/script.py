"""What an origin does with one request: steps in the order in which the test wrote them."""

import socket
import struct
import threading

import message
from client import joined
from patience import seconds


class Script:
    """The request's body is read whole first, unless `before_the_body` was said."""

    def __init__(self, request):
        self.request = request
        self._steps = []
        self._read_first = True
        self.written = 0  # body bytes that `streams` has given to the kernel
        self.read = 0     # body bytes that `drains` has read
        self.done = threading.Event()

    # ---- answers

    def answers(self, body="", status=200, *fields):
        """A plain answer with a Content-Length (a HEAD gets its head only)."""
        data = body if isinstance(body, bytes) else body.encode()

        def step(wire, request):
            length = [] if status in (204, 304) or status < 200 else [f"Content-Length: {len(data)}"]
            head = joined([f"HTTP/1.1 {status} Said", *length, *fields])
            wire.send(head if request.method == "HEAD" else head + data)
        return self._then(step)

    def sends(self, *lines):
        """Lines with CRLF between them; a head without its empty line gets it."""
        return self.sends_bytes(joined(lines))

    def sends_bytes(self, data):
        return self._then(lambda wire, _: wire.send(data))

    def sends_chunk(self, data):
        return self.sends_bytes(b"%x\r\n%s\r\n" % (len(data), data))

    def streams(self, total, piece=65536):
        """Writes `total` bytes as fast as they are taken; `written` says how many were."""
        def step(wire, _):
            data = bytes(range(256)) * (piece // 256)
            wire.sock.settimeout(seconds(20))
            while self.written < total:
                self.written += wire.sock.send(data[: min(piece, total - self.written)])
        return self._then(step)

    def streams_chunks(self, total, piece):
        """The same as a chunked body, `piece` bytes a chunk."""
        def step(wire, _):
            chunk = b"%x\r\n%s\r\n" % (piece, bytes(range(256)) * (piece // 256))
            wire.sock.settimeout(seconds(20))
            for _ in range(total // piece):
                wire.sock.sendall(chunk)
            wire.sock.sendall(b"0\r\n\r\n")
        return self._then(step)

    # ---- the request's body

    def before_the_body(self):
        self._read_first = False
        return self

    def reads_body(self):
        def step(wire, request):
            message.read_body(request, wire)
            request.whole = True
        return self._then(step)

    def reads(self, size):
        return self._then(lambda wire, _: wire.exactly(size))

    def drains(self, size):
        """Reads `size` body bytes without keeping them; `read` says how many."""
        def step(wire, _):
            self.read += len(wire.take(min(size, len(wire.buffer))))
            room = bytearray(1 << 20)
            wire.sock.settimeout(seconds(20))
            while self.read < size:
                n = wire.sock.recv_into(room, min(len(room), size - self.read))
                if n == 0:
                    return
                self.read += n
        return self._then(step)

    def drains_chunks(self):
        """The same for a chunked body, to its end."""
        def step(wire, _):
            self.read = message.skip_chunks(wire)
        return self._then(step)

    # ---- order

    def waits_for(self, event, within=8.0):
        def step(wire, _):
            assert event.wait(seconds(within)), f"{wire.name}: the test never gave its sign"
        return self._then(step)

    def signals(self, event):
        return self._then(lambda *_: event.set())

    # ---- ends

    def then_closes(self):
        return self._then(self._close)

    def then_resets(self):
        def step(wire, _):
            wire.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._close(wire, _)
        return self._then(step)

    def then_half_closes(self):
        return self._then(lambda wire, _: wire.half_close())

    def never_answers(self):
        """Reads on until the gateway ends the connection."""
        return self._then(lambda wire, _: self._read_to_the_end(wire))

    def echoes(self):
        """From here on every byte goes back, as in a tunnel."""
        def step(wire, _):
            while wire.buffer or wire.fill():
                wire.send(wire.take(len(wire.buffer)))
        return self._then(step)

    # ---- how it works

    def run(self, wire, request):
        """False: the connection is over."""
        try:
            if self._read_first:
                message.read_body(request, wire)
                request.whole = True
            for step in self._steps:
                step(wire, request)
            return not wire.ended and wire.sock.fileno() >= 0
        finally:
            self.done.set()

    def _then(self, step):
        self._steps.append(step)
        return self

    @staticmethod
    def _close(wire, _):
        wire.close()

    @staticmethod
    def _read_to_the_end(wire):
        while True:
            try:
                if not wire.fill():
                    return
            except AssertionError:
                continue
