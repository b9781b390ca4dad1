"""Real servers behind: nginx, Flask, Node."""

import hashlib
import sys

import pytest

from servers import BEHIND, Server

ROUTES = """
    target_groups: {{shop: {{targets: ["{}"]}}}}
    limits: {{body: 0}}
    routes: [{{name: all, priority: 1, when: {{path: "/*"}}, trailers: [x-sum],
              action: {{forward: shop}}}}]"""


@pytest.fixture
def flask(tmp_path):
    server = Server(tmp_path, sys.executable, "-m", "flask", "--app", str(BEHIND / "flask_app.py"),
                    "run", "-p", "{port}")
    yield server
    server.stop()


def test_nginx(gate, nginx):
    (nginx.site / "index.html").write_text("hello nginx")
    (nginx.site / "big").write_bytes(bytes(range(256)) * 40960)
    gate.routes(ROUTES.format(nginx.address))
    client = gate.connect()
    etag = client.gets("/index.html").expects(200, body="hello nginx").header("ETag")
    client.gets("/index.html", f"If-None-Match: {etag}").expects(304, bodiless=True)
    part = client.gets("/big", "Range: bytes=256-511").expects(206)
    assert part.body == bytes(range(256))
    several = client.gets("/big", "Range: bytes=0-9,256-259").expects(206)
    assert several.header("Content-Type").startswith("multipart/byteranges")
    client.gets("/big", "Range: bytes=99999999-").expects(416)
    assert len(client.gets("/big").expects(200).body) == 256 * 40960
    client.sends("HEAD /big HTTP/1.1", "Host: a")
    assert client.expects(200, bodiless=True).header("Content-Length") == str(256 * 40960)
    zipped = client.gets("/index.html", "Accept-Encoding: gzip").expects(200)
    assert zipped.header("Content-Encoding") == "gzip"  # chunked by nginx, chunked here
    client.gets("/none").expects(404)
    client.sends("POST /index.html HTTP/1.1", "Host: a", "Content-Length: 2", "", "hi").expects(405)


def test_flask(gate, flask):
    gate.routes(ROUTES.format(flask.address))
    client = gate.connect()
    client.sends("POST /echo HTTP/1.1", "Host: shop.test", "Content-Length: 5", "", "hello")
    said = client.expects(200).json()
    assert said == {"host": "shop.test", "url": "http://shop.test/echo", "body": "hello",
                    "proto": "http", "for": "127.0.0.1"}
    assert client.gets("/events").expects(200).body == b"data: 0\n\ndata: 1\n\ndata: 2\n\n"
    body = b"flask" * 1_000_000
    client.sends("PUT /sum HTTP/1.1", "Host: a", f"Content-Length: {len(body)}").sends_bytes(body)
    assert client.expects(200).json() == {"size": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    assert client.gets("/bytes/3000000").expects(200, body=b"x" * 3_000_000)
    client.gets("/none").expects(404)


@pytest.mark.plain
def test_a_hundred_mebibytes_through_flask(gate, flask):
    gate.routes(ROUTES.format(flask.address))
    client, piece = gate.connect(), bytes(range(256)) * 4096
    client.sends("POST /sum HTTP/1.1", "Host: a", f"Content-Length: {100 << 20}")
    found = hashlib.sha256()
    for _ in range(100):
        client.sends_bytes(piece)
        found.update(piece)
    assert client.expects(200).json() == {"size": 100 << 20, "sha256": found.hexdigest()}


def test_node(gate, node):
    gate.routes(ROUTES.format(node("echo.js").address))
    client = gate.connect()
    assert client.gets("/a%20b?c=d").expects(200).json()["target"] == "/a%20b?c=d"
    client.sends("PUT /up HTTP/1.1", "Host: a", "Transfer-Encoding: chunked")
    client.sends_chunks(b"x" * 70000, b"y" * 5)
    assert client.expects(200).json()["size"] == 70005
    answer = client.gets("/chunked/300000").expects(200)
    assert answer.trailers == [("X-Sum", hashlib.sha256(answer.body).hexdigest())]
    client.sends("HEAD /bytes/1000 HTTP/1.1", "Host: a")
    assert client.expects(200, bodiless=True).header("Content-Length") == "1000"
    client.sends("POST /e HTTP/1.1", "Host: a", "Content-Length: 2", "Expect: 100-continue")
    client.expects_continue().sends_bytes(b"hi")
    assert client.expects(200).json()["size"] == 2
