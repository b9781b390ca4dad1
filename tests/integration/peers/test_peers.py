"""Real clients in front, real servers behind."""

import http.client
import shutil
import subprocess
import sys

import pytest

import ports
from client import Client
from patience import until
from transcript import Transcript

SHOP = """
    target_groups: {shop: {targets: ["{origin}"]}}
    default: {action: {forward: shop}}"""


def run(*words, **options):
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, **options)
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return done.stdout


# ---- in front

def test_curl(gate, origin, tmp_path):
    gate.routes(SHOP)
    url = f"http://127.0.0.1:{gate.port}"
    origin.answers("hello curl")
    assert run("curl", "-sS", f"{url}/a", f"{url}/b") == "hello curlhello curl"
    assert run("curl", "-sSI", url).startswith("HTTP/1.1 200 ")
    upload = tmp_path / "upload"
    upload.write_bytes(b"x" * 300_000)
    assert run("curl", "-sS", "-T", str(upload), f"{url}/put") == "hello curl"  # Expect: 100-continue
    assert run("curl", "-sS", "-H", "Transfer-Encoding: chunked", "--data-binary", f"@{upload}",
               f"{url}/post") == "hello curl"
    assert run("curl", "-sS", "--http1.0", f"{url}/old") == "hello curl"
    assert [len(r.body) for r in origin.requests if r.method in ("PUT", "POST")] == [300_000, 300_000]


def test_pythons_http_client(gate, origin):
    gate.routes(SHOP)
    origin.answers("hello python")
    connection = http.client.HTTPConnection("127.0.0.1", gate.port, timeout=20)
    for method, body in (("GET", None), ("POST", b"x" * 1000), ("HEAD", None), ("DELETE", None)):
        connection.request(method, "/thing", body)
        answer = connection.getresponse()
        assert answer.status == 200
        assert answer.read() == (b"" if method == "HEAD" else b"hello python")
    connection.request("POST", "/chunks", iter([b"ab", b"cd"]), encode_chunked=True)
    assert connection.getresponse().read() == b"hello python"
    assert origin.requests[-1].body == b"abcd"
    assert {r.connection for r in origin.requests} == {0}


@pytest.mark.parametrize("tool", [
    ["h2load", "--h1", "-n2000", "-c20", "-t1"],
    ["wrk", "-t1", "-c20", "-d1s"],
])
def test_load_tools_see_no_error(gate, nginx, tool):
    gate.routes(f"""
        target_groups: {{shop: {{targets: ["127.0.0.1:{nginx}"]}}}}
        default: {{action: {{forward: shop}}}}""")
    out = run(*tool, f"http://127.0.0.1:{gate.port}/index.html")
    if tool[0] == "h2load":
        assert "2000 succeeded, 0 failed, 0 errored, 0 timeout" in out, out
    else:
        assert "Non-2xx" not in out and "Socket errors" not in out, out
    assert gate.metric("gatehouse_responses_total", status="5xx") == 0


# ---- behind

def started(command, port, **options):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)

    def listens():
        assert process.poll() is None, f"{command[0]} ended"
        try:
            Client(("127.0.0.1", port), 0, Transcript()).closes()
            return True
        except OSError:
            return False
    until(listens, f"{command[0]} does not listen", 20)
    return process


@pytest.fixture
def nginx(tmp_path):
    port = ports.reserve()
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("hello nginx")
    (site / "big").write_bytes(bytes(range(256)) * 40960)
    (tmp_path / "nginx.conf").write_text(f"""
        daemon off; pid {tmp_path}/nginx.pid; error_log {tmp_path}/error.log;
        events {{}}
        http {{ access_log off; client_body_temp_path {tmp_path}/b; proxy_temp_path {tmp_path}/p;
               fastcgi_temp_path {tmp_path}/f; uwsgi_temp_path {tmp_path}/u; scgi_temp_path {tmp_path}/s;
               server {{ listen 127.0.0.1:{port}; root {site}; gzip on; gzip_proxied any; gzip_min_length 1; }} }}""")
    tmp_path.chmod(0o755)
    site.chmod(0o755)
    process = started([shutil.which("nginx") or "/usr/sbin/nginx", "-p", str(tmp_path), "-c",
                       str(tmp_path / "nginx.conf"), "-g", "user root;"], port)
    yield port
    process.terminate()
    process.wait()


def test_nginx_behind(gate, nginx):
    gate.routes(f"""
        target_groups: {{shop: {{targets: ["127.0.0.1:{nginx}"]}}}}
        default: {{action: {{forward: shop}}}}""")
    client = gate.connect()
    assert client.gets("/index.html").expects(200, body="hello nginx").header("Server")
    etag = client.gets("/index.html").expects(200).header("ETag")
    client.gets("/index.html", f"If-None-Match: {etag}").expects(304, bodiless=True)
    part = client.gets("/big", "Range: bytes=256-511").expects(206)
    assert part.body == bytes(range(256))
    assert len(client.gets("/big").expects(200).body) == 256 * 40960
    zipped = client.gets("/index.html", "Accept-Encoding: gzip").expects(200)
    assert zipped.header("Content-Encoding") == "gzip"  # chunked by nginx, chunked here
    client.gets("/none").expects(404)


def test_flask_behind(gate, tmp_path):
    port = ports.reserve()
    (tmp_path / "app.py").write_text(
        "from flask import Flask, request, Response\n"
        "app = Flask(__name__)\n"
        "@app.post('/echo')\n"
        "def echo(): return {'host': request.host, 'body': request.get_data(as_text=True),\n"
        "                    'proto': request.headers['X-Forwarded-Proto'],\n"
        "                    'for': request.headers['X-Forwarded-For']}\n"
        "@app.get('/events')\n"
        "def events(): return Response((f'data: {i}\\n\\n' for i in range(3)),\n"
        "                              mimetype='text/event-stream')\n")
    process = started([sys.executable, "-m", "flask", "run", "-p", str(port)], port, cwd=tmp_path)
    try:
        gate.routes(f"""
            target_groups: {{shop: {{targets: ["127.0.0.1:{port}"]}}}}
            default: {{action: {{forward: shop}}}}""")
        client = gate.connect()
        client.sends("POST /echo HTTP/1.1", "Host: shop.test", "Content-Length: 5", "", "hello")
        said = client.expects(200).json()
        assert said == {"host": "shop.test", "body": "hello", "proto": "http", "for": "127.0.0.1"}
        assert client.gets("/events").expects(200).body == b"data: 0\n\ndata: 1\n\ndata: 2\n\n"
    finally:
        process.terminate()
        process.wait()


NODE = """
const http = require('http'), crypto = require('crypto');
const server = http.createServer((req, res) => {
  if (req.url === '/trailers') {
    res.writeHead(200, {Trailer: 'X-Sum'}); res.write('part'); res.addTrailers({'X-Sum': '42'});
    return res.end();
  }
  let size = 0;
  req.on('data', (d) => size += d.length);
  req.on('end', () => res.end(`${req.method} ${req.url} ${size}`));
});
server.on('upgrade', (req, socket, head) => {
  const key = crypto.createHash('sha1')
    .update(req.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
  socket.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n' +
               `Sec-WebSocket-Accept: ${key}\\r\\n\\r\\n`);
  socket.on('data', (d) => socket.write(d));
  socket.on('error', () => {});
});
server.listen(Number(process.argv[2]), '127.0.0.1');
"""


def test_node_behind(gate, tmp_path):
    port = ports.reserve()
    (tmp_path / "server.js").write_text(NODE)
    process = started(["node", str(tmp_path / "server.js"), str(port)], port)
    try:
        gate.routes(f"""
            target_groups: {{shop: {{targets: ["127.0.0.1:{port}"]}}}}
            routes: [{{name: all, priority: 1, when: {{path: "/*"}}, trailers: [x-sum],
                      action: {{forward: shop}}}}]""")
        client = gate.connect()
        client.gets("/a%20b?c=d").expects(200, body="GET /a%20b?c=d 0")
        client.sends("PUT /up HTTP/1.1", "Host: a", "Transfer-Encoding: chunked")
        client.sends_chunks(b"x" * 70000, b"y" * 5)
        client.expects(200, body="PUT /up 70005")
        assert client.gets("/trailers").expects(200, body="part").trailers == [("X-Sum", "42")]
        client.sends("GET /hmr HTTP/1.1", "Host: a", "Connection: keep-alive, Upgrade",
                     "Upgrade: websocket", "Sec-WebSocket-Version: 13",
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
        answer = client.expects(101)
        assert answer.header("Sec-WebSocket-Accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
        client.sends_bytes(b"frames")
        assert client.reads(6) == b"frames"
    finally:
        process.terminate()
        process.wait()
