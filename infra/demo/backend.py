"""The demo's backend, in the place of the Flask server: says what arrived, as JSON."""
import http.server
import json


class Backend(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else b""
        said = {"status": "ok"} if self.path == "/api/health" else {
            "service": "backend", "method": self.command, "path": self.path,
            "headers": dict(self.headers.items()), "body": body.decode("utf-8", "replace")}
        out = json.dumps(said, indent=2).encode() + b"\n"
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(out)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(out)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = answer

    def log_message(self, *_):
        """The gateway keeps the access log."""


http.server.ThreadingHTTPServer(("127.0.0.1", 5001), Backend).serve_forever()
