"""What the gateway forwards is understood by Node exactly as what the client sent: the same bytes
are given to both, and what Node saw of each is compared.  One request in is one request out."""

import collections
import json
import re
import socket
import urllib.request

import pytest

import ports
from mutations import CORPUS, Mutations
from patience import seconds, until
from transcript import visible

CASES = 6000
BATCH = 40

# Not forwarded, or the gateway's own; Host and Via are looked at one by one.
OURS = {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding",
        "upgrade", "http2-settings", "proxy", "content-length", "expect", "x-forwarded-for",
        "x-forwarded-proto", "x-forwarded-host", "x-forwarded-port", "forwarded", "x-request-id",
        "x-amzn-trace-id", "host", "via"}
PROTECTED = {"authorization", "cookie"}  # cannot be nominated away

# What Node refuses and the gateway takes, and why that is fine.
FINE = {
    "HPE_INVALID_METHOD": "any token is a method (RFC 9110 9.1); Node knows a list of them",
    "HPE_INVALID_VERSION": "a higher minor version is HTTP/1.1 (RFC 9110 2.5); PRI is any method",
    "HPE_CLOSED_CONNECTION": "Node obeys Proxy-Connection: close, which is no field of HTTP/1.1",
    "HPE_INVALID_CONTENT_LENGTH": "only among trailers, which the gateway drops (RFC 9110 6.5.1)",
    "HPE_INVALID_TRANSFER_ENCODING": "the same",
    "after an upgrade": "a server may ignore Upgrade (RFC 9110 7.8); Node then drops what follows",
}


@pytest.fixture
def recorder(node, tmp_path):
    control = ports.reserve()
    server = node("record.js", str(control))

    def told():
        with urllib.request.urlopen(f"http://127.0.0.1:{control}/", timeout=seconds(8)) as answer:
            return json.loads(answer.read())
    until(lambda: _answers(told), "the recorder does not tell")
    server.told = told
    yield server
    ports.release(control)


def _answers(told):
    try:
        return told()
    except OSError:
        return None


def give(address, payloads):
    """Sends each on a connection of its own, from an address of its own, half-closes, reads to the
    end; the addresses."""
    local = []
    for at in range(0, len(payloads), BATCH):
        socks = []
        for payload in payloads[at:at + BATCH]:
            number = len(local) + 1
            local.append(f"127.{1 + (number >> 16)}.{number >> 8 & 255}.{number & 255}")
            sock = socket.create_connection(address, seconds(8), (local[-1], 0))
            sock.sendall(payload)
            socks.append(sock)
        for sock in socks:
            try:
                sock.shutdown(socket.SHUT_WR)
                while sock.recv(65536):
                    pass
            except OSError:
                pass  # refused with bytes unread
            sock.close()
    return local


def fields_of(request):
    nominated = set()
    for name, value in request["fields"]:
        if name.lower() == "connection":
            nominated |= {word.strip().lower() for word in value.split(",")}
    return [(n, v) for n, v in request["fields"]
            if n.lower() not in OURS and "_" not in n and n.lower() not in nominated - PROTECTED]


def value_of(request, name):
    return [v for n, v in request["fields"] if n.lower() == name]


def split_target(method, target):
    """(authority or None, path and query) of an origin-form or absolute-form."""
    match = re.fullmatch(r"(?i)https?://([^/?]*)(.*)", target)
    if not match:
        return None, target
    if method == "OPTIONS" and not match[2]:
        return match[1], "*"  # RFC 9112 3.2.4
    return match[1], match[2] if match[2].startswith("/") else "/" + match[2]


UNRESERVED = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def canonical(target):
    """The form in which rules see a path and targets get it: one spelling for one path."""
    path, question, query = target.partition("?")
    if not path.startswith("/"):
        return target
    path = re.sub("%([0-9A-Fa-f]{2})",
                  lambda m: c if (c := chr(int(m[1], 16))) in UNRESERVED else m[0], path)
    kept = []
    segments = re.sub("/+", "/", path).split("/")[1:]
    for segment in segments:
        if segment == ".." and kept:
            kept.pop()
        elif segment not in (".", ".."):
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept) + question + query


def differs(direct, passed, form):
    """What of a request is not the same; None if all is."""
    authority, target = split_target(direct["method"], direct["target"])
    hosts = [authority] if authority is not None else value_of(direct, "host") or [""]
    compared = {
        "method": (direct["method"], passed["method"]),
        "target": (form(target), passed["target"]),
        "fields": (fields_of(direct), fields_of(passed)),
        "Host": ([h.lower() for h in hosts], [h.lower() for h in value_of(passed, "host")]),
        "Via": (value_of(direct, "via") + ["1.1 gatehouse"], value_of(passed, "via")),
        "version": ("1.1", passed["version"]),
        "trailers": ([], passed["trailers"]),
    }
    for what, (want, got) in compared.items():
        if want != got:
            return f"{what}: {want!r} became {got!r}"
    if not passed["whole"]:
        return None if direct["body"].startswith(passed["body"]) else "the part of the body"
    return None if direct["body"] == passed["body"] else (
        f"body: {direct['body']!r} became {passed['body']!r}")


def by(key, requests):
    found = collections.defaultdict(list)
    for request in requests:
        found[request[key]].append(request)
    return found


@pytest.mark.parametrize("path_form, form", [("raw", str), ("canonical", canonical)])
def test_node_understands_what_is_forwarded_as_what_was_sent(gate, recorder, path_form, form):
    gate.routes(f"""
        target_groups: {{shop: {{targets: ["{recorder.address}"]}}}}
        timeouts: {{response: 5s}}
        routes:
          - {{name: all, priority: 1, when: {{path: "*"}}, path_form: {path_form},
              action: {{forward: shop}}}}""")
    mutations = Mutations(seed=path_form)
    payloads = [*CORPUS, *(mutations.connection() for _ in range(CASES))]

    ours = give(("127.0.0.1", gate.port), payloads)
    for gauge in ("connections_open", "exchanges_open"):
        gate.waits_for_metric(f"gatehouse_{gauge}", 0)
    passed = by("id", recorder.told()["requests"])
    records = by("client_ip", gate.records(int(gate.metric("gatehouse_requests_total"))))

    theirs = give(("127.0.0.1", recorder.port), payloads)
    told = recorder.told()
    direct, errors = by("client", told["requests"]), by("client", told["errors"])

    wrong, fine, forwarded, refused = [], collections.Counter(), 0, 0
    for payload, ours_from, theirs_from in zip(payloads, ours, theirs):
        for number, record in enumerate(records[ours_from]):
            copies = passed.pop(record["request_id"], [])
            if not copies:
                refused += 1
                continue
            forwarded += 1
            seen = direct[theirs_from]
            why = None
            if len(copies) != 1:
                why = f"{len(copies)} requests came of one"
            elif number < len(seen):
                why = differs(seen[number], copies[0], form)
            if number >= len(seen) or copies[0]["whole"] > seen[number]["whole"]:
                upgrade = any(value_of(request, "upgrade") for request in seen)
                code = (errors[theirs_from][0]["code"] if errors[theirs_from] else
                        "after an upgrade" if upgrade else "silence")
                why = why or (None if code in FINE else f"Node refuses it: {code}")
                fine[code] += 1
            if why:
                wrong.append(f"{why}\n    {visible(payload)}\n    {json.dumps(record)}")
    assert not wrong, f"{len(wrong)} of {len(payloads)}:\n" + "\n".join(wrong[:20])
    assert not passed, f"Node saw requests that nobody sent: {list(passed.values())[:3]}"
    print(f"{len(payloads)} connections, {forwarded} forwarded, {refused} refused, {dict(fine)}")
    assert forwarded > len(payloads) / 3 and refused > len(payloads) / 5
