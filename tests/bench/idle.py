"""Claim: an idle connection takes at most 0.60 KiB between 4,000 and 8,000, the whole gateway at 8,000 at most nginx's.

Each connection has had one answer; compared is the resident memory of the process tree.
"""

import pathlib
import resource
import socket
import sys
import tempfile
import time

from harness.claim import Claim
from harness.compare import PROXIES
from harness.origin import Origin
from harness.processes import CONTENDER_CORE, resident_kib

HALF, ALL = 4000, 8000


def settled_kib(pid):
    """Anonymous memory, once it did not change for a second: proxies give buffers back after a moment.

    Pages of files are left out of the difference, since the kernel takes them back when it likes.
    """
    last, since = resident_kib(pid, "RssAnon"), time.monotonic()
    while time.monotonic() - since < 1:
        now = resident_kib(pid, "RssAnon")
        if now != last:
            last, since = now, time.monotonic()
        time.sleep(0.05)
    return last


def idle(contender):
    """Anonymous KiB with HALF and with ALL connections, and all that is resident then."""
    sockets, sizes = [], []
    for number in range(1, ALL + 1):
        connection = socket.create_connection(("127.0.0.1", contender.port))
        connection.sendall(b"GET /api/users/me HTTP/1.1\r\nHost: gw.test\r\n\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 200 ")
        sockets.append(connection)
        if number in (HALF, ALL):
            sizes.append(settled_kib(contender.pid))
    sizes.append(resident_kib(contender.pid))
    for connection in sockets:
        connection.close()
    return sizes


def main():
    claim = Claim(__doc__)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(20000, most), most))
    found = {}
    with tempfile.TemporaryDirectory(prefix="bench.") as temporary:
        folder = pathlib.Path(temporary)
        folder.chmod(0o755)
        origin = Origin(folder / "origin")
        for name in ("nginx", "haproxy", "h2o", "gatehouse"):
            (folder / name).mkdir()
            contender = PROXIES[name](folder / name, origin.port, CONTENDER_CORE)
            try:
                half, full, whole = idle(contender)
            finally:
                contender.stop()
            found[name] = (full - half) / (ALL - HALF), whole / 1024
            print(f"  {name:<10} {found[name][0]:5.2f} KiB a connection, {found[name][1]:6.1f} MiB in all", flush=True)
        origin.stop()
    claim.holds("each connection", found["gatehouse"][0], 0.60, unit=" KiB")
    claim.holds("the whole gateway, nginx's", found["gatehouse"][1], found["nginx"][1], unit=" MiB")
    return claim.exit_code()


if __name__ == "__main__":
    sys.exit(main())
