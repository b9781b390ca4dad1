"""A client that does exactly what a test says, byte by byte."""

import socket
import time

import message
from patience import Deadline, seconds
from wire import Closed, Wire


def joined(lines):
    """Lines as bytes with CRLF between them; a head without its empty line gets it."""
    data = b"\r\n".join(l if isinstance(l, bytes) else l.encode("latin-1") for l in lines)
    return data if b"\r\n\r\n" in data else data + b"\r\n\r\n"


class Client:
    """Methods that do something return the client, so that a script reads as one line."""

    def __init__(self, address, number, transcript, receive_buffer=None, source=None):
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        sock = socket.socket(family)
        if receive_buffer:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        sock.settimeout(seconds(5))
        if source:
            sock.bind((source, 0))
        sock.connect(address)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.local_port = sock.getsockname()[1]
        self.wire = Wire(sock, f"client {number}", transcript)

    # ---- what it does

    def sends(self, *lines):
        return self.sends_bytes(joined(lines))

    def sends_bytes(self, data, within=8.0):
        self.wire.send(data, within)
        return self

    def gets(self, target="/", *fields, host="shop.test"):
        return self.sends(f"GET {target} HTTP/1.1", f"Host: {host}", *fields)

    def sends_chunks(self, *chunks, last=True, trailers=()):
        data = b"".join(b"%x\r\n%s\r\n" % (len(c), c) for c in chunks)
        if last:
            data += b"0\r\n" + b"".join(t.encode() + b"\r\n" for t in trailers) + b"\r\n"
        return self.sends_bytes(data)

    def half_closes(self):
        self.wire.half_close()
        return self

    def closes(self):
        self.wire.close()

    def resets(self):
        self.wire.reset()

    # ---- what it expects

    def expects(self, status, reason=None, body=None, bodiless=False):
        """Reads exactly one answer and compares it; 1xx before it are in `.informational`."""
        answer = message.read_answer(self.wire, bodiless)
        got = f"{answer.status} {answer.phrase} {answer.reason or ''}\n{answer.text[:2000]}"
        assert answer.status == status, f"expected {status}, got {got}"
        if reason is not None and not bodiless:
            assert answer.reason == reason, f"expected the reason {reason}, got {got}"
        if body is not None:
            want = body if isinstance(body, bytes) else body.encode()
            assert answer.body == want, f"expected the body {want[:400]!r}, got {got}"
        return answer

    def expects_any(self, bodiless=False):
        """Reads exactly one answer, whatever its status."""
        return message.read_answer(self.wire, bodiless)

    def expects_head(self, status):
        """Reads a final head only; the body is left to chunk(), reads() and so on."""
        answer = message.read_answer_head(self.wire)
        assert answer.status == status, f"expected {status}, got {answer.start!r}"
        return answer

    def expects_continue(self):
        line = self.wire.line()
        assert line == b"HTTP/1.1 100 Continue", line
        assert message.read_fields(self.wire) == []
        return self

    def chunk(self):
        return message.read_chunk(self.wire)

    def reads(self, size):
        return self.wire.exactly(size)

    def drains_chunks(self):
        """Reads a chunked body without keeping it; how many bytes it had."""
        return message.skip_chunks(self.wire)

    def drains(self, size):
        """Reads `size` bytes without keeping them; returns how many came before an end."""
        got = len(self.wire.take(min(size, len(self.wire.buffer))))
        room = bytearray(1 << 20)
        self.wire.sock.settimeout(seconds())
        while got < size:
            n = self.wire.sock.recv_into(room, min(len(room), size - got))
            if n == 0:
                break
            got += n
        self.wire.note(f"read {got} bytes without keeping them")
        return got

    def expects_closed(self, how=None):
        """The gateway ends the connection and sends nothing before; `how`: closed or reset."""
        deadline = Deadline()
        while self.wire.fill(deadline):
            pass
        assert not self.wire.buffer, f"unexpected bytes before the end: {bytes(self.wire.buffer)!r}"
        assert how in (None, self.wire.ended), f"expected {how}, was {self.wire.ended}"
        return self

    def expects_truncated(self):
        """The rest of a message whose end must not come: no clean end of a chunked body."""
        deadline = Deadline()
        while self.wire.fill(deadline):
            pass
        rest = bytes(self.wire.buffer)
        assert not rest.endswith(b"0\r\n\r\n"), "a broken answer was ended as if it were whole"
        return rest

    def expects_open(self, for_seconds=0.15):
        """Nothing comes and nobody closes: the only way to see that is to look for a while."""
        self.wire.sock.settimeout(for_seconds)
        try:
            data = self.wire.sock.recv(4096)
        except TimeoutError:
            return self
        raise Closed(f"expected silence, got {data!r}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.wire.sock.close()


def milliseconds_of(call):
    began = time.monotonic()
    call()
    return (time.monotonic() - began) * 1000
