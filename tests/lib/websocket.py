"""The client's side of RFC 6455, as far as tests of tunnels need it."""

import base64
import hashlib
import os
import struct

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class WebSocket:
    """An upgrade over a Client's connection; `expects` reads one frame."""

    def __init__(self, client, target, early=b""):
        key = base64.b64encode(os.urandom(16))
        head = [f"GET {target} HTTP/1.1", "Host: shop.test", "Connection: keep-alive, Upgrade",
                "Upgrade: websocket", "Sec-WebSocket-Version: 13",
                f"Sec-WebSocket-Key: {key.decode()}", "", ""]
        client.sends_bytes("\r\n".join(head).encode() + early)
        answer = client.expects(101)
        want = base64.b64encode(hashlib.sha1(key + _GUID).digest()).decode()
        assert answer.header("Sec-WebSocket-Accept") == want
        self.client = client

    @staticmethod
    def frame(opcode, payload):
        size = len(payload)
        length = (bytes((128 | size,)) if size < 126 else
                  b"\xfe" + struct.pack("!H", size) if size < 65536 else
                  b"\xff" + struct.pack("!Q", size))
        mask = os.urandom(4)
        masked = bytes(a ^ b for a, b in zip(payload, mask * (size // 4 + 1)))
        return bytes((128 | opcode,)) + length + mask + masked

    def sends(self, opcode, payload=b""):
        self.client.sends_bytes(self.frame(opcode, payload))
        return self

    def expects(self, opcode, payload):
        first, size = self.client.reads(2)
        assert first == 128 | opcode, f"opcode {first & 15}"
        if size == 126:
            (size,) = struct.unpack("!H", self.client.reads(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", self.client.reads(8))
        got = self.client.reads(size)
        assert got == payload, f"{got[:200]!r}"
        return self
