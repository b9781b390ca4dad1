"""A name server that says what a test wants, on an address of its own (port 53: root only)."""

import os
import socket
import struct
import threading

NO_ERROR, SERVER_FAILURE, NO_SUCH_NAME = 0, 2, 3


class NameServer:
    def __init__(self):
        self.addresses = {}  # name -> [IPv4]
        self.code = NO_ERROR  # what it answers; for names that it knows
        self.asked = 0
        self._sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.address = "127.99.%d.%d" % (os.urandom(1)[0], 1 + os.urandom(1)[0] % 254)
        self._sock.bind((self.address, 53))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self):
        self._sock.sendto(b"", (self.address, 53))
        self._thread.join()
        self._sock.close()

    def _serve(self):
        while True:
            question, client = self._sock.recvfrom(512)
            if not question:
                return
            self._sock.sendto(self._answer(question), client)

    def _answer(self, question):
        labels, at = [], 12
        while question[at]:
            labels.append(question[at + 1:at + 1 + question[at]].decode())
            at += 1 + question[at]
        end = at + 5  # the last label's zero, type, class
        (kind,) = struct.unpack("!H", question[at + 1:at + 3])
        self.asked += 1
        known = self.addresses.get(".".join(labels).lower())
        code = NO_SUCH_NAME if known is None else self.code
        found = known if code == NO_ERROR and kind == 1 else []
        answers = b"".join(b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 1, 4) + socket.inet_aton(a)
                           for a in found)
        head = struct.pack("!HHHHH", 0x8180 | code, 1, len(found), 0, 0)
        return question[:2] + head + question[12:end] + answers
