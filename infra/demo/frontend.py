"""The demo's frontend, in the place of the Next.js server: one page that shows what the gateway in front of it does."""
import http.server
import pathlib

PAGE = pathlib.Path(__file__).with_name("page.html")


class Frontend(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        found = self.path.split("?")[0] in ("/", "/index.html")
        body = PAGE.read_bytes() if found else f"The frontend got {self.path}\n".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8" if found else "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_GET

    def log_message(self, *_):
        """The gateway keeps the access log."""


http.server.ThreadingHTTPServer(("127.0.0.1", 3000), Frontend).serve_forever()
