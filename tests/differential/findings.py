"""What the analysis finds, against the naive matcher: DRIVER [RULE_SETS].

A rule called hidden is hit by no request of as many as there is time for; a rule that one earlier one takes whole by
the plain words of both is found; every request of a finding goes where the finding says.
"""

import json
import random
import subprocess
import sys

import alb_matcher
import routes_generator

ASKS = 1000  # of a rule set


class Generator(routes_generator.Generator):
    """Rules of one or two conditions, and some that are made from an earlier one by asking for more."""

    def when(self):
        names = self.random.sample(sorted(self.makers()), self.random.choice([1, 1, 2, 2, 3]))
        return {name: self.makers()[name]() for name in names}

    def makers(self):
        return {"host": lambda: self.some(self.host), "path": lambda: self.some(self.path),
                "method": lambda: self.some(lambda: self.pick(routes_generator.METHODS)),
                "header": lambda: self.maps(self.header_map), "query": lambda: self.maps(self.query_map),
                "source_ip": lambda: self.some(lambda: self.pick(routes_generator.BLOCKS)),
                "client_ip": lambda: self.some(lambda: self.pick(routes_generator.BLOCKS))}

    def narrower(self, when):
        """A rule that asks for all that `when` asks for, and perhaps for more."""
        out = {name: self.narrower_value(name, value) for name, value in when.items()}
        more = self.random.choice(sorted(self.makers()))
        if more not in out and self.chance(0.6):
            out[more] = self.makers()[more]()
        return out

    def narrower_value(self, name, value):
        if name in ("header", "query"):
            maps = value if isinstance(value, list) else [value]
            return [self.narrower_map(each) for each in maps] + ([getattr(self, f"{name}_map")()] if self.chance(0.3) else [])
        values = alb_matcher.listed(value)
        kept = [v for v in values if self.chance(0.7)] or values[:1]
        return [self.narrower_text(name, v) for v in kept]

    def narrower_map(self, names):
        name = self.pick(sorted(names))
        values = alb_matcher.listed(names[name])
        return {name: [v if isinstance(v, dict) else v.replace("*", self.pick(["*", "1", "a*", ""]), 1)
                       if "\\" not in v else v for v in values]}

    def narrower_text(self, name, value):
        if isinstance(value, dict) or name == "method":
            return value
        if name in ("source_ip", "client_ip"):
            inside = [b for b in routes_generator.BLOCKS if inside_of(value, b)]
            return self.pick(inside)
        return value.replace("*", self.pick(["*", "b", "a*", "*x?", "**"]), 1).replace("?", self.pick(["?", "a"]), 1)


def inside_of(wide, narrow):
    a, b = alb_matcher.block(wide), alb_matcher.block(narrow)
    return a.version == b.version and b.subnet_of(a)


def made_from(generator):
    """Rules, and the places of those that an earlier one takes whole, as they were made."""
    rules, hidden = [], set()
    for _ in range(generator.random.randint(2, 12)):
        if rules and generator.chance(0.3):
            hidden.add(len(rules))
            rules.append(generator.narrower(generator.pick(rules)))
        else:
            rules.append(generator.when())
    return rules, hidden


def main(driver, count):
    seed = random.randrange(1 << 32)
    generator = Generator(random.Random(seed))
    made = [(*made_from(generator), [generator.ask() for _ in range(ASKS)]) for _ in range(count)]
    lines = []
    for rules, _, asks in made:
        lines += [json.dumps([json.dumps(rule) for rule in rules]), '"findings"', *map(json.dumps, asks)]
    done = subprocess.run([driver], input="\n".join(lines) + "\n", stdout=subprocess.PIPE, text=True, check=True)
    answers = iter(done.stdout.splitlines())
    counts = {"rules": 0, "made hidden": 0, "hidden": 0, "by several": 0, "overlaps": 0, "shown": 0}
    for rules, hidden, asks in made:
        found = json.loads(next(answers))
        hit = {int(next(answers)) for _ in asks}
        told = f"seed {seed}\n" + "\n".join(map(json.dumps, rules))
        look_at_hidden(rules, hidden, found["hidden"], hit, counts, told)
        for one in found["overlaps"]:
            look_at_overlap(rules, one, told)
        counts["rules"] += len(rules)
        counts["overlaps"] += len(found["overlaps"])
    print(f"seed {seed}: {count * ASKS} requests, {counts}")
    assert counts["hidden"] >= count and counts["overlaps"] >= count // 10, "too little is found to be compared"
    assert counts["shown"] >= 0.9 * counts["hidden"], "too few findings have a request"


def look_at_hidden(rules, made_hidden, found, hit, counts, told):
    places = {one["rule"] for one in found}
    assert not places & hit, f"hit, though called hidden: {places & hit}\n{told}"
    assert made_hidden <= places, f"hidden, but not found: {made_hidden - places}\n{told}"
    for one in found:
        assert one["by"] and max(one["by"]) < one["rule"], told
        if "request" not in one:
            continue
        counts["shown"] += 1
        request = alb_matcher.Request(one["request"])
        assert alb_matcher.decides([rules[one["rule"]]], request) == 0, f"{one}\n{told}"
        assert alb_matcher.decides(rules, request) == one["taken_by"] < one["rule"], f"{one}\n{told}"
    counts["made hidden"] += len(made_hidden)
    counts["hidden"] += len(found)
    counts["by several"] += sum(len(one["by"]) > 1 for one in found)


def look_at_overlap(rules, one, told):
    request = alb_matcher.Request(one["request"])
    assert alb_matcher.decides([rules[one["later"]]], request) == 0, f"{one}\n{told}"
    assert alb_matcher.decides(rules, request) == one["earlier"] < one["later"], f"{one}\n{told}"


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1000)
