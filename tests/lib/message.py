"""A strict reader of HTTP/1.1 messages (RFC 9112): what is read in two ways fails the test."""

import json
import re

from wire import Malformed

_TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_STATUS = re.compile(rb"HTTP/1\.1 ([1-5][0-9][0-9]) ([\t -~\x80-\xff]*)")
_REQUEST = re.compile(rb"(\S+) (\S+) HTTP/1\.([01])")


class Message:
    def __init__(self, start, fields):
        self.start = start
        self.fields = fields  # (name, value) as they came
        self.body = b""
        self.trailers = []
        self.framing = "none"

    def header(self, name):
        """The value; several are joined as RFC 9110 5.3 says; None if there is none."""
        values = self.headers(name)
        return ", ".join(values) if values else None

    def headers(self, name):
        return [v for n, v in self.fields if n.lower() == name.lower()]

    @property
    def names(self):
        return [n.lower() for n, _ in self.fields]

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    def json(self):
        return json.loads(self.body)


class Request(Message):
    def __init__(self, start, fields, connection):
        super().__init__(start, fields)
        match = _REQUEST.fullmatch(start)
        if not match:
            raise Malformed(f"not a request line: {start!r}")
        self.method = match[1].decode("latin-1")
        self.target = match[2].decode("latin-1")
        self.version = "HTTP/1." + match[3].decode()
        self.connection = connection  # the number of the connection that carried it
        self.whole = False  # its body has come to its end


class Answer(Message):
    def __init__(self, start, fields):
        super().__init__(start, fields)
        match = _STATUS.fullmatch(start)
        if not match:
            raise Malformed(f"not a status line: {start!r}")
        self.status = int(match[1])
        self.phrase = match[2].decode("latin-1")
        self.informational = []  # the 1xx answers before this one

    @property
    def reason(self):
        """The reason word of an error answer that the gateway made."""
        kind = self.header("Content-Type") or ""
        if "json" in kind:
            return self.json().get("reason")
        pattern = r"\(<code>(\w+)</code>\)" if "html" in kind else r"\((\w+)\)\nrequest id: "
        found = re.search(pattern, self.text)
        return found[1] if found else None


def read_fields(wire):
    fields = []
    while line := wire.line():
        name, colon, value = line.partition(b":")
        if not colon or not _TOKEN.fullmatch(name):
            raise Malformed(f"{wire.name}: not a header field: {line!r}")
        if re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", value):
            raise Malformed(f"{wire.name}: a control byte in a field: {line!r}")
        fields.append((name.decode("latin-1"), value.strip(b" \t").decode("latin-1")))
    return fields


def length_of(message, wire):
    """The framing: ("chunked", None), ("length", N) or ("none", None)."""
    codings = message.headers("Transfer-Encoding")
    lengths = message.headers("Content-Length")
    if len(codings) + len(lengths) > 1:
        raise Malformed(f"{wire.name}: framed twice: {codings + lengths}")
    if codings:
        if codings[0].lower() != "chunked":
            raise Malformed(f"{wire.name}: Transfer-Encoding: {codings[0]}")
        return "chunked", None
    if lengths:
        if not re.fullmatch("[0-9]+", lengths[0]):
            raise Malformed(f"{wire.name}: Content-Length: {lengths[0]!r}")
        return "length", int(lengths[0])
    return "none", None


def read_chunk(wire):
    """The next chunk's bytes; empty at the last one (its trailers are not yet read)."""
    line = wire.line()
    if not re.fullmatch(rb"[0-9a-fA-F]{1,15}", line):
        raise Malformed(f"{wire.name}: not a chunk size: {line!r}")
    size = int(line, 16)
    data = wire.exactly(size)
    if size and wire.exactly(2) != b"\r\n":
        raise Malformed(f"{wire.name}: a chunk does not end in CRLF")
    return data


def skip_chunks(wire):
    """Reads a chunked body without keeping it; how many bytes it had."""
    total = 0
    while True:
        size = int(wire.line(), 16)
        if size == 0:
            read_fields(wire)
            return total
        total += size
        while size:
            if not wire.buffer:
                wire.need(lambda b: True if b else None, "the end of a chunk")
            size -= len(wire.take(min(size, len(wire.buffer))))
        if wire.exactly(2) != b"\r\n":
            raise Malformed(f"{wire.name}: a chunk does not end in CRLF")


def read_body(message, wire):
    """Reads the body of `message` whole, framing as its fields say; without any there is none."""
    message.framing, size = length_of(message, wire)
    if message.framing == "length":
        message.body = wire.exactly(size)
    elif message.framing == "chunked":
        chunks = []
        while chunk := read_chunk(wire):
            chunks.append(chunk)
        message.body = b"".join(chunks)
        message.trailers = read_fields(wire)


def read_answer_head(wire):
    """The final answer's head, the informational ones before it in `.informational`."""
    early = []
    while True:
        answer = Answer(wire.line(), read_fields(wire))
        if answer.status >= 200 or answer.status == 101:
            answer.informational = early
            return answer
        early.append(answer)


def read_answer(wire, bodiless=False):
    answer = read_answer_head(wire)
    if bodiless or answer.status in (101, 204, 304):
        return answer
    read_body(answer, wire)
    if answer.framing == "none":
        answer.framing = "close"
        answer.body = wire.rest()
    return answer
