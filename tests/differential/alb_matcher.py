"""Rules as an Application Load Balancer tries them, one after another, with this gateway's departures.

Written from the documents alone, as slowly as they read, so that it shares no idea with the matcher under test.
"""

import functools
import ipaddress
import re

UNRESERVED = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


@functools.lru_cache(maxsize=None)
def glob(pattern, escapes, ignore_case):
    """`*`: zero or more characters; `?`: exactly one; the whole text is compared."""
    out = []
    i = 0
    while i < len(pattern):
        if escapes and pattern[i:i + 2] in (r"\*", r"\?"):
            out.append(re.escape(pattern[i + 1]))
            i += 2
            continue
        out.append({"*": ".*", "?": "."}.get(pattern[i], re.escape(pattern[i])))
        i += 1
    return re.compile("".join(out), re.DOTALL | re.ASCII | (re.IGNORECASE if ignore_case else 0))


def fits(pattern, text, ignore_case, escapes=False):
    if isinstance(pattern, dict):  # searched for, not anchored
        flags = re.ASCII | (re.IGNORECASE if ignore_case else 0)
        return re.search(pattern["regex"], text, flags) is not None
    return glob(pattern, escapes, ignore_case).fullmatch(text) is not None


def listed(values):
    return values if isinstance(values, list) else [values]


def canonical(path):
    """Unreserved escapes decoded, dot segments removed, slashes merged."""
    path = re.sub("%([0-9A-Fa-f]{2})",
                  lambda m: c if (c := chr(int(m[1], 16))) in UNRESERVED else m[0], path)
    segments = path.split("/")[1:]
    kept = []
    for segment in segments:
        if segment == "..":
            kept = kept[:-1]
        elif segment not in ("", "."):
            kept.append(segment)
    folder = segments[-1] in ("", ".", "..") and kept
    return "/" + "/".join(kept) + ("/" if folder else "")


def matched_path(target):
    """The canonical path without the parameters of its segments; slashes merge again after that."""
    without = "/".join(s.split(";")[0] for s in canonical(target.partition("?")[0]).split("/"))
    return re.sub("/+", "/", without)


def parameters(target):
    """(key, value) between &, after the first ?; without = the value is empty."""
    for piece in target.partition("?")[2].split("&"):
        if piece:
            key, _, value = piece.partition("=")
            yield key, value


class Request:
    def __init__(self, ask):
        self.host = re.sub(r":\d+$", "", ask["host"]).removesuffix(".")
        self.path = matched_path(ask["target"])
        self.parameters = list(parameters(ask["target"]))
        self.fields = [(n.lower(), v.strip(" \t")) for n, _, v in
                       (f.partition(":") for f in ask["fields"])]
        named = dict(reversed(self.fields))
        self.method = ask["method"]
        if self.method == "OPTIONS" and "origin" in named:
            self.method = named.get("access-control-request-method", self.method)
        self.source_ip = address(ask["source"])
        self.client_ip = address(ask["client"])


@functools.lru_cache(maxsize=None)
def address(text):
    ip = ipaddress.ip_address(text)
    return getattr(ip, "ipv4_mapped", None) or ip


@functools.lru_cache(maxsize=None)
def block(text):
    net = ipaddress.ip_network(text)
    mapped = getattr(net.network_address, "ipv4_mapped", None)
    return ipaddress.ip_network(f"{mapped}/{net.prefixlen - 96}") if mapped else net


def visible(text):
    return all(" " <= c < "\x7f" for c in text)


def host(values, request):
    return any(fits(v, request.host, True) for v in listed(values))


def path(values, request):
    return any(fits(v, request.path, False) for v in listed(values))


def method(values, request):
    return request.method in listed(values)


def header(maps, request):
    return all(any(name.lower() == n and visible(text) and fits(v, text, True)
                   for name, values in each.items() for v in listed(values)
                   for n, text in request.fields)
               for each in listed(maps))


def query(maps, request):
    return all(any(fits("*" if name == "any" else name, key, True, True)
                   and fits(v, value, True, True)
                   for name, values in each.items() for v in listed(values)
                   for key, value in request.parameters)
               for each in listed(maps))


def source_ip(values, request):
    return any(request.source_ip in block(v) for v in listed(values))


def client_ip(values, request):
    return any(request.client_ip in block(v) for v in listed(values))


CONDITIONS = {f.__name__: f
              for f in (host, path, method, header, query, source_ip, client_ip)}


def decides(rules, request, without=None):
    """The place of the first rule whose conditions all hold, or -1."""
    for i, when in enumerate(rules):
        if all(CONDITIONS[name](values, request) for name, values in when.items()
               if name != without):
            return i
    return -1
