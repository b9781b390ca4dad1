"""A head stays what it was when the bytes that it lies in have to move."""

import threading


def test_a_head_is_logged_as_it_came_though_its_bytes_moved_and_were_used_again(gate, origin):
    gate.routes("""
        target_groups: {shop: {targets: ["{origin}"]}}
        default: {action: {forward: shop}}""")
    sign = threading.Event()
    origin.expects("POST /first").waits_for(sign).answers("first")
    origin.answers("other")
    client = gate.connect()
    client.sends("POST /first HTTP/1.1", "Host: shop.test", "Content-Length: 5")
    origin.request()
    # What comes behind the body is kept for later and needs more room than the head's buffer has.
    client.sends_bytes(b"hello" + b"GET /" + b"x" * 7000 + b" HTTP/1.1\r\nHost: shop.test\r\n\r\n")
    until_read = gate.connect()
    for _ in range(4):
        until_read.gets("/" + "y" * 3000).expects(200, body="other")
    sign.set()
    client.expects(200, body="first")
    client.expects(200, body="other")
    paths = {record["path"][:6] for record in gate.records(6)}
    assert paths == {"/first", "/xxxxx", "/yyyyy"}
