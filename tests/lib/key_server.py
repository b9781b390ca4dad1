"""A server of key sets that behaves as it is told, by HTTP or TLS."""

import json
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class KeyServer:
    """Answers each GET with `self.answer`, called with the handler; counts what it was asked."""

    def __init__(self, certificate=None):
        self.asked = []
        self.answer = self.empty
        self.let_go = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append(self.path)
                try:
                    outer.answer(self)
                except OSError:
                    pass  # the gateway had enough

            def log_message(self, *_):
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._http.handle_error = lambda *_: None  # a handshake that the gateway gave up
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._http.socket = context.wrap_socket(self._http.socket, server_side=True,
                                                    do_handshake_on_connect=False)
        self.port = self._http.server_address[1]
        self.url = f"{'http' if certificate is None else 'https'}://127.0.0.1:{self.port}/keys?secret=of-the-url"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,))
        self._thread.start()

    def close(self):
        self.let_go.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def gives(self, *keys, **headers):
        """From now on, these keys."""
        text = json.dumps({"keys": [json.loads(k.export_public()) for k in keys]})
        self.answer = lambda to: self.say(to, text, **headers)

    @staticmethod
    def say(to, text, status=200, content_type="application/json", **headers):
        to.send_response(status)
        to.send_header("Content-Type", content_type)
        to.send_header("Content-Length", str(len(text.encode())))
        for name, value in headers.items():
            to.send_header(name.replace("_", "-"), value)
        to.end_headers()
        to.wfile.write(text.encode())

    def holds(self):
        """What it answers now waits for `let_go`."""
        answer = self.answer

        def later(to):
            self.let_go.wait()
            answer(to)
        self.answer = later

    # ---- ways to fail

    def empty(self, to):
        self.say(to, '{"keys": []}')

    def breaks_off(self, to):
        to.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{")
        to.close_connection = True

    def floods(self, to):
        to.send_response(200)
        to.send_header("Content-Type", "application/json")
        to.end_headers()
        for _ in range(10 * 16):
            to.wfile.write(b" " * 65536)

    def by_path(self, to):
        """Fails in the way that the path names."""
        oct_key = '{"keys": [{"kty": "oct", "k": "%s"}]}' % ("A" * 44)
        many = '{"keys": [%s]}' % ",".join(["{}"] * 101)
        {"/breaks_off": self.breaks_off, "/floods": self.floods, "/empty": self.empty,
         "/html": lambda to: self.say(to, "<html>", content_type="text/html"),
         "/text": lambda to: self.say(to, "keys"),
         "/oct": lambda to: self.say(to, oct_key),
         "/many": lambda to: self.say(to, many),
         "/status": lambda to: self.say(to, '{"keys": []}', 500),
         "/redirect": lambda to: self.say(to, "", 302, Location="/good"),
         "/hangs": lambda _: self.let_go.wait()}[to.path](to)


def certificate(folder, name="IP:127.0.0.1"):
    """A certificate that signs itself, with its key, in one PEM file."""
    path = folder / f"{name.replace(':', '-')}.pem"
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=keys", "-addext", f"subjectAltName={name}", "-keyout", "-", "-out", "-"],
        capture_output=True, check=True)
    path.write_bytes(made.stdout)
    return path
