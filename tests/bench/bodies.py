"""Claim: 1 GiB up and 1 GiB down, at once, take less than 16 MiB of extra memory."""

import pathlib
import socket
import sys
import tempfile
import threading

from harness.claim import Claim
from harness.gatehouse import Gatehouse
from harness.processes import resident_kib

GIB = 1 << 30
PIECE = bytes(1 << 20)


def read_head(connection):
    """The head, and what came of the body."""
    got = b""
    while b"\r\n\r\n" not in got:
        more = connection.recv(65536)
        assert more, f"closed in the head: {got[:200]}"
        got += more
    head, _, rest = got.partition(b"\r\n\r\n")
    return head, rest


def read_body(connection, already):
    space, got = bytearray(1 << 20), already
    while got < GIB:
        more = connection.recv_into(space)
        assert more, f"closed after {got} bytes"
        got += more


def send_body(connection):
    for _ in range(GIB // len(PIECE)):
        connection.sendall(PIECE)


def answer(connection):
    head, rest = read_head(connection)
    if head.startswith(b"GET "):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % GIB)
        send_body(connection)
    else:
        read_body(connection, len(rest))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


def serve(listener):
    while True:
        threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()


def down(port):
    connection = socket.create_connection(("127.0.0.1", port))
    connection.sendall(b"GET /api/down HTTP/1.1\r\nHost: gw.test\r\n\r\n")
    head, rest = read_head(connection)
    assert head.startswith(b"HTTP/1.1 200 "), head
    read_body(connection, len(rest))


def up(port):
    connection = socket.create_connection(("127.0.0.1", port))
    connection.sendall(b"POST /api/up HTTP/1.1\r\nHost: gw.test\r\nContent-Length: %d\r\n\r\n" % GIB)
    send_body(connection)
    head, _ = read_head(connection)
    assert head.startswith(b"HTTP/1.1 200 "), head


def main():
    claim = Claim(__doc__)
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=serve, args=(listener,), daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="bench.") as temporary:
        gateway = Gatehouse(pathlib.Path(temporary), listener.getsockname()[1])
        try:
            serving = gateway.serving_pid()
            before = resident_kib(serving)
            pathlib.Path(f"/proc/{serving}/clear_refs").write_text("5")  # the peak starts anew
            failures = []
            threads = [threading.Thread(target=watched, args=(work, gateway.port, failures)) for work in (up, down)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert not failures, failures
            peak = resident_kib(serving, "VmHWM")
        finally:
            gateway.stop()
    claim.holds("extra memory at the peak", (peak - before) / 1024, 16, unit=" MiB")
    return claim.exit_code()


def watched(work, port, failures):
    try:
        work(port)
    except (AssertionError, OSError) as failure:
        failures.append(f"{work.__name__}: {failure}")


if __name__ == "__main__":
    sys.exit(main())
