"""One request after the other on one connection: what a claim counts exactly is counted with these."""

import socket
import threading

BODY = b"x" * 1024
ANSWER = (b"HTTP/1.1 200 OK\r\nServer: origin\r\nContent-Type: text/plain\r\n"
          b"Content-Length: %d\r\n\r\n" % len(BODY)) + BODY


class Origin:
    """Answers every read with one write: the gateway sees the same bytes in the same pieces each time."""

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            connection, _ = self._listener.accept()
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection):
        while connection.recv(65536):
            connection.sendall(ANSWER)


class Client:
    def __init__(self, port, source="127.0.0.1"):
        self._connection = socket.create_connection(("127.0.0.1", port), source_address=(source, 0))

    def requests(self, count):
        for number in range(count):
            self.asks(b"/api/users/%d" % (number % 10 + 10))

    def asks(self, target):
        self.sends(b"GET %s HTTP/1.1\r\nHost: gw.test\r\n\r\n" % target)

    def sends(self, request):
        """One request; waits for its answer."""
        self._connection.sendall(request)
        got = b""
        while b"\r\n\r\n" not in got or len(got.partition(b"\r\n\r\n")[2]) < len(BODY):
            more = self._connection.recv(65536)
            if not more:
                raise ConnectionError(f"closed before the answer to {request}: {got[:500]}")
            got += more
        if not got.startswith(b"HTTP/1.1 200 "):
            raise ValueError(f"not the origin's answer: {got[:500]}")
