"""Contenders in turns: each round starts every one of them anew, every other in reverse, so that a machine that
drifts drifts for all."""

import dataclasses
import pathlib
import statistics
import tempfile
import time

from harness.claim import Claim, table
from harness.gatehouse import Gatehouse
from harness.origin import Origin
from harness.peers import H2o, Haproxy, Nginx, Relay
from harness.processes import CONTENDER_CORE, cpu_seconds


def gatehouse(rules=None, more="", policies=False):
    """A gateway with these rules and further sections, as a contender; `policies`: with those of the contract."""
    return lambda folder, origin_port, core: Gatehouse(folder, origin_port, rules=rules, core=core, more=more, policies=policies)


PROXIES = {"relay": Relay, "nginx": Nginx, "haproxy": Haproxy, "h2o": H2o, "gatehouse": gatehouse()}


@dataclasses.dataclass
class Round:
    cpu_us: float  # of the whole process tree, per request
    busy: float  # share of its core
    answered: object


def one_round(start, folder, origin_port, load, seconds):
    folder.mkdir(parents=True)
    contender = start(folder, origin_port, CONTENDER_CORE)
    try:
        load.run(contender.port, 1)
        cpu, began = cpu_seconds(contender.pid), time.monotonic()
        answered = load.run(contender.port, seconds)
        cpu, took = cpu_seconds(contender.pid) - cpu, time.monotonic() - began
    finally:
        contender.stop()
    return Round(cpu * 1e6 / max(answered.requests, 1), cpu / took, answered)


def compare(contenders, loads, options):
    """name -> its rounds.  `loads(folder)` makes the load, or a load for each name."""
    rounds = {name: [] for name in contenders}
    with tempfile.TemporaryDirectory(prefix="bench.") as temporary:
        folder = pathlib.Path(temporary)
        folder.chmod(0o755)
        origin = Origin(folder / "origin")
        load = loads(folder)
        try:
            for number in range(options.rounds):
                order = list(contenders.items())
                for name, start in reversed(order) if number % 2 else order:
                    mine = load[name] if isinstance(load, dict) else load
                    rounds[name].append(
                        one_round(start, folder / f"{number}-{name}", origin.port, mine, options.seconds))
        finally:
            origin.stop()
    return rounds


def cpu(rounds, name):
    return [r.cpu_us for r in rounds[name]]


def added(rounds, name):
    """What it adds to the relay in each round, µs a request."""
    return [mine - relay for mine, relay in zip(cpu(rounds, name), cpu(rounds, "relay"))]


def ratio(mine, others):
    """The share of the medians, and the shares of the rounds that were pairs."""
    return statistics.median(mine) / statistics.median(others), sorted(a / b for a, b in zip(mine, others))


def cheapest_share(rounds):
    """The peer that adds least, and the gateway's share of that."""
    peers = [name for name in rounds if name not in ("relay", "gatehouse")]
    peer = min(peers, key=lambda name: statistics.median(added(rounds, name)))
    return peer, *ratio(added(rounds, "gatehouse"), added(rounds, peer))


def share_of_cheapest(text, contenders, loads, most):
    """A whole claim: what the gateway adds is at most that share of what the cheapest peer adds.  Returns the exit code."""
    claim = Claim(text)
    rounds = compare(contenders, loads, claim.options)
    table(rounds, added)
    peer, share, shares = cheapest_share(rounds)
    claim.holds(f"share of {peer}", share, most, shares)
    return claim.exit_code()
