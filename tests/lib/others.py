"""The ones whom a fault is none of the business of: they are served, and at once."""

from client import milliseconds_of

# A rule that needs no target, and one that does.
FINE = "{name: fine, priority: 1, when: {path: /fine}, action: {respond: {status: 200, body: fine}}}"


def are_served(gate, within_ms=1000):
    def asks():
        assert gate.answer("/fine").text == "fine"
    took = milliseconds_of(asks)
    assert took < within_ms or gate.slow, f"the others waited {took:.0f} ms"
