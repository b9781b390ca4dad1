"""Ports that nobody else uses, also with several test processes at once.

A gateway listens with SO_REUSEPORT, so two that were given one port would share it silently: a
reservation is therefore an abstract Unix socket, which the kernel frees with the process.  The
ports lie below the ephemeral ones, where no outgoing connection takes them.
"""

import random
import socket

_held = {}


def reserve():
    for _ in range(1000):
        port = random.randint(11000, 31999)
        token = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        probe = socket.socket()
        try:
            token.bind(f"\0gatehouse-test-port-{port}")
            probe.bind(("127.0.0.1", port))
        except OSError:
            token.close()
            continue
        finally:
            probe.close()
        _held[port] = token
        return port
    raise AssertionError("no free port")


def release(port):
    _held.pop(port).close()


class Refusing:
    """An address at which every connect is refused, for as long as this object lives."""

    def __init__(self):
        self._sock = socket.socket()
        self._sock.bind(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self._sock.getsockname()[1]

    def close(self):
        self._sock.close()
