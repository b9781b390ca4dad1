"""Requests, ordinary and odd, and small damages to them.  The same seed makes the same requests."""

import random

_ODD_VALUES = ["chunked", "Chunked", "identity", "gzip, chunked", "chunked, chunked", " chunked",
               "xchunked", "0", "5", "+5", "05", "5, 5", "5,6", "-1", "0x5", "5 ", "",
               "18446744073709551616", "close", "keep-alive", "close, X-A", "Content-Length",
               "Transfer-Encoding", "Host", "upgrade", "a.test", "a.test:80", "a@b", "[::1]:80",
               "100-continue", "trailers", "\xe4\xf6", '"quoted, \\"text\\""', "a\tb", "a b"]
_NAMES = ["Host", "Content-Length", "Transfer-Encoding", "Connection", "Expect", "TE", "Trailer",
          "Upgrade", "X-A", "x-a", "X_A", "Cookie", "Authorization", "X-Forwarded-For", "Via",
          "Keep-Alive", "Proxy-Connection", "Accept", "Content-length", "transfer-ENCODING",
          "Transfer-Encoding ", " X-B", "X-\xe4", "X(y)", ""]
_TARGETS = ["/", "/a/b?c=d&e", "/a//b", "/a/../b", "/%61", "/%2e%2e/x", "/a%20b", "*", "a",
            "http://a.test/abs", "http://a.test", "https://b.test:8443/x?y", "/a;b=c/d", "/?",
            "/\xe4", "/a#b", "/a b", "//a.test/x", "/%zz", "/a\\b", "/{}|", "/" + "x" * 300]
_METHODS = ["GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "PATCH", "get", "G", "M-SEARCH",
            "PROPFIND", "PRI", "CONNECT", "TRACE", "QUERY", "FOO", "GE T", "\xe4"]
_VERSIONS = ["HTTP/1.1", "HTTP/1.0", "HTTP/1.2", "HTTP/2.0", "HTTP/0.9", "http/1.1", "HTTP/1.10",
             "HTTP/11", "HTTP/1,1", "", "HTTP/1.1 "]
_BITS = [b"\r\n", b"\n", b"\r", b"\0", b" ", b"\t", b":", b",", b";", b"\r\n\r\n", b"\r\n ",
         b"\x0b", b"\x7f", b"\x80", b"\xff", b"0\r\n\r\n", b"5\r\nhello\r\n", b"0", b"a", b"A",
         b"\r\nContent-Length: 5", b"\r\nTransfer-Encoding: chunked", b"\r\nHost: b.test",
         b"\r\nConnection: X-A", b"GET /inner HTTP/1.1\r\nHost: a\r\n\r\n", b";ext=1", b";\"a\""]
_CHUNKS = [b"5\r\nhello\r\n0\r\n\r\n", b"5;a=b\r\nhello\r\n0\r\n\r\n", b"005\r\nhello\r\n00\r\n\r\n",
           b"3\r\nabc\r\n2\r\nde\r\n0\r\nX-T: 1\r\n\r\n", b"A\r\n0123456789\r\n0\r\n\r\n",
           b"0\r\n\r\n", b"5\nhello\n0\n\n", b"5 \r\nhello\r\n0\r\n\r\n", b"0x5\r\nhello\r\n0\r\n\r\n",
           b"+5\r\nhello\r\n0\r\n\r\n", b"5\r\nhello0\r\n\r\n", b"5\r\nhell\r\n0\r\n\r\n",
           b"fffffffffffffffff\r\nhello\r\n0\r\n\r\n", b"5\r\nhello\r\n0\r\nHost: x\r\n\r\n",
           b"5;\r\nhello\r\n0;x\r\n\r\n", b"5\r\nhello\r\n\r\n0\r\n\r\n", b"5\r\nhello\r\n0\r\n"]


def _request(method, target, fields=(), body=b"", version="HTTP/1.1", host="a.test"):
    lines = [f"{method} {target} {version}"] + ([f"Host: {host}"] if host else []) + list(fields)
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


# What is valid, or odd in a way that has one meaning only.
CORPUS = [
    _request("GET", "/"),
    _request("GET", "/a/b?c=d&e"),
    _request("GET", "/?", ["Accept: */*", "Cookie: a=b; c=d", "User-Agent: x/1 (y)"]),
    _request("HEAD", "/head", ["Connection: keep-alive"]),
    _request("OPTIONS", "/x", ["Origin: https://a.test"]),
    _request("DELETE", "/x"),
    _request("POST", "/p", ["Content-Length: 5"], b"hello"),
    _request("POST", "/p", ["Content-Length: 0"]),
    _request("PUT", "/p", ["Content-Length: 300", "Content-Type: text/plain"], b"x" * 300),
    _request("PATCH", "/p", ["content-length:5"], b"hello"),
    _request("GET", "/with-body", ["Content-Length: 5"], b"hello"),
    _request("POST", "/c", ["Transfer-Encoding: chunked"], _CHUNKS[0]),
    _request("POST", "/c", ["Transfer-Encoding: Chunked"], _CHUNKS[1]),
    _request("PUT", "/c", ["transfer-encoding:chunked"], _CHUNKS[3]),
    _request("POST", "/c", ["Transfer-Encoding: chunked", "Trailer: X-T"], _CHUNKS[3]),
    _request("GET", "/c", ["Transfer-Encoding: chunked"], _CHUNKS[5]),
    _request("GET", "/h", ["X-A: 1", "X-B: 2", "X-A: 3", "x-a:4"]),
    _request("GET", "/h", ["Connection: close, X-A", "X-A: 1", "X-B: 2"]),
    _request("GET", "/h", ["X-Empty:", "X-Tabs:\t a \t", "X-Latin: \xe4"]),
    _request("GET", "/h", ["X-Forwarded-For: 1.2.3.4", "Via: 1.0 x", "Forwarded: for=1.2.3.4"]),
    _request("GET", "/h", ["X_Under: 1", "TE: trailers", "Keep-Alive: timeout=5"]),
    _request("GET", "http://a.test/abs?x"),
    _request("GET", "/old", version="HTTP/1.0"),
    _request("POST", "/old", ["Content-Length: 5"], b"hello", version="HTTP/1.0"),
    _request("GET", "/old", ["Connection: keep-alive"], version="HTTP/1.0"),
    _request("POST", "/e", ["Content-Length: 5", "Expect: 100-continue"], b"hello"),
    _request("GET", "/u", ["Connection: Upgrade", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"]),
    _request("GET", "/" + "x" * 2000, ["X-Long: " + "y" * 3000]),
    b"\r\n" + _request("GET", "/after-an-empty-line"),
]


class Mutations:
    def __init__(self, seed):
        self._random = random.Random(seed)

    def connection(self):
        """The bytes of a connection: one to three requests, damaged in up to three places."""
        r = self._random
        whole = b"".join(r.choice((r.choice(CORPUS), self._odd()))
                         for _ in range(r.choice((1, 1, 2, 3))))
        for _ in range(r.choice((0, 1, 1, 1, 2, 3))):
            whole = r.choice((self._insert, self._delete, self._change, self._line, self._line,
                              self._double, self._swap))(whole)
        return whole

    def _odd(self):
        """A request of odd parts, with a body that may fit."""
        r = self._random
        fields = [f"{r.choice(_NAMES)}:{r.choice(('', ' ', ' ', ' '))}{r.choice(_ODD_VALUES)}"
                  for _ in range(r.choice((0, 0, 1, 1, 2)))]
        kind = r.randrange(3)
        body = b""
        if kind == 1:
            body = b"hello"
            fields.append(f"Content-Length: {r.choice((5, 5, 5, 4, 6, 0))}")
        if kind == 2:
            body = r.choice(_CHUNKS)
            fields.append("Transfer-Encoding: chunked")
        r.shuffle(fields)
        return _request(r.choice(_METHODS[:8] * 3 + _METHODS), r.choice(_TARGETS[:4] * 4 + _TARGETS),
                        fields, body, r.choice(_VERSIONS[:1] * 20 + _VERSIONS),
                        r.choice(("a.test", "a.test", "a.test", "a.test:8080", "A.test", "")))

    def _insert(self, data):
        at = self._random.randrange(len(data) + 1)
        return data[:at] + self._random.choice(_BITS) + data[at:]

    def _delete(self, data):
        at = self._random.randrange(len(data))
        return data[:at] + data[at + self._random.choice((1, 1, 2, 5)):]

    def _change(self, data):
        at = self._random.randrange(len(data))
        return data[:at] + bytes((self._random.randrange(256),)) + data[at + 1:]

    def _line(self, data):
        """One more line, often one that has to do with framing."""
        lines = data.split(b"\r\n")
        line = f"{self._random.choice(_NAMES)}: {self._random.choice(_ODD_VALUES)}".encode("latin-1")
        lines.insert(self._random.randrange(1, len(lines) + 1), line)
        return b"\r\n".join(lines)

    def _double(self, data):
        lines = data.split(b"\r\n")
        at = self._random.randrange(len(lines))
        return b"\r\n".join(lines[:at + 1] + lines[at:])

    def _swap(self, data):
        lines = data.split(b"\r\n")
        a, b = self._random.randrange(len(lines)), self._random.randrange(len(lines))
        lines[a], lines[b] = lines[b], lines[a]
        return b"\r\n".join(lines)
