"""Heads as large as the file allows pass, however little room a turn has left for them."""

import pytest

FORWARD = """
    target_groups: {shop: {targets: ["{origin}"]}}
    default: {action: {forward: shop}}"""
LARGER = "\n    limits: {request_line: 64KiB, header: 1MiB, headers: 1MiB, response_headers: 1MiB}"


@pytest.mark.parametrize("size", [8000, 65000, 65400])
def test_an_answer_as_large_as_the_default_limit(gate, origin, size):
    gate.routes(FORWARD)
    value = "y" * size
    origin.answers("fine", 200, f"X-Long: {value}")
    client = gate.connect()
    for _ in range(2):
        assert client.gets("/").expects(200, body="fine").header("x-long") == value


@pytest.mark.parametrize("size", [70_000, 1_000_000])
def test_both_ways_beyond_the_room_of_a_turn(gate, origin, size):
    gate.routes(FORWARD + LARGER)
    value = "y" * size
    origin.answers("fine", 200, f"X-Long: {value}")
    client = gate.connect()
    for number in range(2):
        client.sends("GET / HTTP/1.1", "Host: a", f"X-Asked: {value}", "")
        answer = client.expects(200, body="fine")
        assert answer.header("x-long") == value
        assert origin.request(number).header("x-asked") == value
