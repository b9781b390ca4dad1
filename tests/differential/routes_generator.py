"""Random rule sets and requests from few words, so that rules overlap and requests come near them."""

HOSTS = ["a.test", "b.test", "www.a.test", "a.org", "shop.b.org", "localhost"]
SEGMENTS = ["a", "b", "ab", "img", "v1", "v12", "x*y", "B"]
NAMES = ["X-A", "X-B", "X-Tenant"]
VALUES = ["1", "2", "12", "one", "One two", "a*b", ""]
KEYS = ["q", "v", "Vv", "debug"]
METHODS = ["GET", "POST", "PUT", "DELETE", "OPTIONS", "PURGE"]
ADDRESSES = ["10.0.0.1", "10.0.1.1", "10.1.0.1", "192.0.2.7", "2001:db8::1", "2001:db8:1::1",
             "::ffff:10.0.0.1"]
BLOCKS = ["10.0.0.0/8", "10.0.0.0/16", "10.0.0.1", "10.0.1.0/24", "192.0.2.0/24", "0.0.0.0/0",
          "2001:db8::/32", "2001:db8::1/128", "::/0", "::ffff:10.0.0.0/112"]


class Generator:
    def __init__(self, random):
        self.random = random
        self.pick = random.choice

    def some(self, make, most=3):
        """One value, or a list of them."""
        count = self.random.randint(1, most)
        return make() if count == 1 else [make() for _ in range(count)]

    def chance(self, share):
        return self.random.random() < share

    def wild(self, text, star="*", one="?"):
        """`text`, perhaps with wildcards in place of a part of it."""
        roll = self.random.random()
        if roll < 0.45:
            return text
        at = self.random.randint(0, len(text))
        end = self.random.randint(at, len(text))
        if roll < 0.85:
            return text[:at] + star + text[end:]
        return text[:at] + one + text[at + 1:]

    # ---- rules

    def host(self):
        if self.chance(0.15):
            return {"regex": self.pick(["^a", "b\\.", "test$", "^(www|shop)\\.", "O[rt]"])}
        return self.wild(self.pick(HOSTS))

    def path_text(self):
        return "/" + "/".join(self.pick(SEGMENTS) for _ in range(self.random.randint(1, 3)))

    def path(self):
        if self.chance(0.2):
            return {"regex": self.pick(["^/a", "^/v[0-9]+", "b$", "/(a|b)/", "^/a(b|/)?", "^/img|x",
                                        "B", "^/ab?/"])}
        return self.wild(self.path_text())

    def header_map(self):
        def value():
            if self.chance(0.1):
                return {"regex": self.pick(["^1", "o.e", "two$", "^$"])}
            return self.wild(self.pick(VALUES))
        return {self.pick(NAMES): self.some(value) for _ in range(self.random.choice([1, 1, 1, 2]))}

    def escaped(self, text):
        return text.replace("*", "\\*") if self.chance(0.8) else text

    def query_map(self):
        def key():
            roll = self.random.random()
            return "any" if roll < 0.25 else self.wild(self.pick(KEYS))

        def value():
            return self.wild(self.escaped(self.pick(VALUES).replace(" ", "+")))
        return {key(): self.some(value) for _ in range(self.random.choice([1, 1, 1, 2]))}

    def maps(self, make):
        return make() if self.chance(0.75) else [make() for _ in range(self.random.randint(1, 2))]

    def when(self):
        share = {"host": 0.3, "path": 0.5, "method": 0.3, "header": 0.3, "query": 0.3,
                 "source_ip": 0.25, "client_ip": 0.25}
        make = {
            "host": lambda: self.some(self.host), "path": lambda: self.some(self.path),
            "method": lambda: self.some(lambda: self.pick(METHODS)),
            "header": lambda: self.maps(self.header_map),
            "query": lambda: self.maps(self.query_map),
            "source_ip": lambda: self.some(lambda: self.pick(BLOCKS)),
            "client_ip": lambda: self.some(lambda: self.pick(BLOCKS)),
        }
        out = {name: make[name]() for name in make if self.chance(share[name])}
        return out or {"path": self.path()}  # a rule for every request would hide all others

    # ---- requests

    def raw_path(self):
        path = self.path_text()
        if self.chance(0.3):
            path = self.pick([path.replace("/", "//", 1), "/x/.." + path, path + ";p=1", path + "/",
                              path.replace("a", "%61"), path.replace("/", "/./", 1), path + "/;x",
                              path.replace("b", "%62;y")])
        return path

    def piece(self):
        key, value = self.pick(KEYS), self.pick(VALUES).replace(" ", "+")
        return self.pick([f"{key}={value}", f"{key.upper()}={value.upper()}", key, f"{key}={value}="])

    def field(self):
        name, value = self.pick(NAMES), self.pick(VALUES)
        return self.pick([f"{name}: {value}", f"{name.lower()}:{value.upper()}  ",
                          f"{name}: {value}\tx" if self.chance(0.1) else f"{name}: {value}"])

    def ask(self):
        fields = [self.field() for _ in range(self.random.randint(0, 4))]
        method = self.pick(METHODS)
        if method == "OPTIONS" and self.chance(0.6):
            fields.append("Origin: https://a.test")
            if self.chance(0.8):
                fields.append("Access-Control-Request-Method: " + self.pick(METHODS))
        query = "&".join(self.piece() for _ in range(self.random.randint(0, 3)))
        host = self.pick(HOSTS)
        return {
            "method": method,
            "host": self.pick([host, host, host.upper(), host + ":8080", host + "."]),
            "target": self.raw_path() + (f"?{query}" if query or self.chance(0.1) else ""),
            "fields": fields,
            "source": self.pick(ADDRESSES),
            "client": self.pick(ADDRESSES),
        }
