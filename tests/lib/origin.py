"""An origin that answers each request with the script that a test wrote for it."""

import socket
import threading

import message
from client import joined
from patience import seconds, until
from script import Script
from wire import Closed, Wire


class Origin:
    """Listens at once.  Scripts are taken in the order in which they were written, by what they
    expect; a request that none expects gets `answers`.  A test may send first and say what it
    expects then: a request waits a little for its script before it fails the test."""

    def __init__(self, name, transcript, address=("127.0.0.1", 0)):
        self.name = name
        self.requests = []
        self.wires = []  # a Wire per connection, in order
        self.trouble = []  # what a script could not do
        self._default = None
        self._scripts = []
        self._lock = threading.Condition()
        self._transcript = transcript
        self._threads = []
        self._sock = socket.socket()
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._sock.bind(address)
        self._sock.listen(512)
        self.port = self._sock.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    # ---- what a test says

    def expects(self, request):
        """`request`: "POST /pay"; returns the script of what to do when it comes."""
        script = Script(request)
        with self._lock:
            self._scripts.append(script)
            self._lock.notify_all()
        return script

    def answers(self, body="", status=200, *fields):
        """The answer to every request that no script expects."""
        self._default = Script("").answers(body, status, *fields)
        return self

    # ---- what a test asks

    @property
    def saw(self):
        with self._lock:
            return [f"{r.method} {r.target}" for r in self.requests]

    @property
    def connections(self):
        return len(self.wires)

    def request(self, number=0):
        """Request `number` (0 is the first), waiting until it has come."""
        until(lambda: len(self.requests) > number, f"{self.name} never saw request {number}")
        return self.requests[number]

    def waits_for_connections(self, count):
        until(lambda: len(self.wires) >= count, f"{self.name} never saw {count} connections")

    def waits_for_end(self, connection=0):
        """Until the gateway ended that connection; returns "closed" or "reset"."""
        return until(lambda: self.wires[connection].ended, f"{self.name}: connection stays open")

    def unmet(self):
        with self._lock:
            return [s.request for s in self._scripts]

    # ---- how it works

    def stop(self):
        self.refuses()
        for wire in self.wires:
            try:
                wire.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        for thread in self._threads:
            thread.join(seconds(2))
        for wire in self.wires:
            wire.sock.close()

    def refuses(self):
        """Stops listening: from now on connects are refused."""
        try:
            self._sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it had stopped before
        self._thread.join()
        self._sock.close()

    def _accept(self):
        while True:
            try:
                sock, _ = self._sock.accept()
            except OSError:
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            number = len(self.wires) + 1
            wire = Wire(sock, f"{self.name} {number}", self._transcript)
            self.wires.append(wire)
            thread = threading.Thread(target=self._serve, args=(wire, number - 1), daemon=True)
            thread.start()
            self._threads.append(thread)

    def _serve(self, wire, number):
        try:
            while self._one(wire, number):
                pass
        except Closed:
            pass  # the gateway gave this request up; the test says whether it may
        except OSError as error:
            wire.note(f"the script ended: {error}")
        except AssertionError as error:
            self.trouble.append(str(error))

    def _one(self, wire, number):
        """One request and its script.  False: the connection is over."""
        while not wire.buffer:
            try:
                if not wire.fill():
                    return False
            except AssertionError:
                continue  # an idle connection may be idle as long as the test likes
        request = message.Request(wire.line(), message.read_fields(wire), number)
        with self._lock:
            self.requests.append(request)
            script = self._lock.wait_for(lambda: self._script_for(request), seconds(1))
        if script is None:
            self.trouble.append(f"{self.name} got a request that no script expects: "
                                f"{request.start.decode('latin-1')}")
            wire.send(joined(["HTTP/1.1 599 Unexpected", "Content-Length: 0"]))
            return True
        return script.run(wire, request)

    def _script_for(self, request):
        wanted = f"{request.method} {request.target}"
        for script in self._scripts:
            if script.request == wanted:
                self._scripts.remove(script)
                return script
        return self._default
