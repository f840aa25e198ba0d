"""Model calls: how many a second one process makes, and the CPU time of each, against what others need.

    python -m benchmarks.calls

A server in a process of its own answers every chat completion after 50 ms. Ours is `arena.run` from beginning
to end: matches of three hands of Kuhn poker, an `openai-compatible` agent in both seats, each reply read
by its form, every call and event in the journal on disk. The others are in `benchmarks.peers`: the official
client as it comes, an evaluation by inspect-ai, agents of AutoGen. Each of them, and ours, is run in a fresh
process of its own, one after the other in every round; ratios are of calls per second by the clock, and above
1, ours are more.

With 100 calls in flight, 2,000 calls a second are all there can be; bare aiohttp, which checks, records and
retries nothing, shows how near one gets.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.engine import Cost, cost, kuhn
from benchmarks.figure import Figure, main
from benchmarks.loopback import serving
from benchmarks.peers import TURNS

HANDS = TURNS // 2  # the server's answer is to check, and so is that of whoever is asked next
IN_FLIGHT, MANY = 100, 256
CALLS = {"ours": 6_000, "aiohttp": 6_000, "openai": 2_400, "inspect_ai": 1_200, "autogen": 1_200}


def measure(*, share: float = 1, rounds: int = 5) -> list[Figure]:
    """Return ours, at both numbers in flight, and over the official client; of `CALLS` a `share` is made."""
    asked = (("ours", IN_FLIGHT), ("ours", MANY), ("openai", IN_FLIGHT), ("aiohttp", IN_FLIGHT))
    ours, many, official, bare = _costs(asked, share, rounds)
    return [
        Figure(f"calls: model calls/s, {IN_FLIGHT} in flight, journal on", _rates(ours), at_least=1_400),
        Figure("  CPU ms per call", _milliseconds(ours), at_most=0.5),
        Figure(f"  model calls/s, {MANY} in flight", _rates(many)),
        Figure(f"  CPU ms per call, {MANY} in flight", _milliseconds(many)),
        Figure("  bare aiohttp, calls/s", _rates(bare)),
        Figure("  bare aiohttp, CPU ms per call", _milliseconds(bare)),
        *_over("the official client", ours, official),
    ]


def over_inspect_ai(*, share: float = 1, rounds: int = 5) -> list[Figure]:
    """Return ours over inspect-ai's evaluation."""
    _needed("inspect_ai")
    return _over_peer("inspect_ai", "inspect-ai", share, rounds)


def over_autogen(*, share: float = 1, rounds: int = 5) -> list[Figure]:
    """Return ours over AutoGen's agents."""
    for package in ("autogen_agentchat", "autogen_ext"):
        _needed(package)
    return _over_peer("autogen", "AutoGen", share, rounds)


def play(url: str, calls: int, concurrency: int) -> Cost:
    """Make calls as our agents do, in a run, and return what they cost."""
    agent = f"openai-compatible:m?base_url={url}&concurrency={concurrency}"
    return cost(kuhn(max(1, calls // TURNS), HANDS, agent), concurrency)


def _over_peer(peer: str, name: str, share: float, rounds: int) -> list[Figure]:
    ours, theirs = _costs((("ours", IN_FLIGHT), (peer, IN_FLIGHT)), share, rounds)
    return _over(name, ours, theirs)


def _over(name: str, ours: list[Cost], theirs: list[Cost]) -> list[Figure]:
    pairs = list(zip(_rates(ours), _rates(theirs), strict=True))
    return [
        Figure(f"calls: calls/s, ours over {name}", tuple(mine / other for mine, other in pairs)),
        Figure(f"  {name}, calls/s", _rates(theirs)),
        Figure(f"  {name}, CPU ms per call", _milliseconds(theirs)),
    ]


def _costs(asked: Sequence[tuple[str, int]], share: float, rounds: int) -> list[list[Cost]]:
    """Return for each of `asked`, who and how many in flight, what its calls cost in every round."""
    with serving() as url:
        found = [[_spent(who, url, share, in_flight) for who, in_flight in asked] for _ in range(rounds)]
    return [list(costs) for costs in zip(*found, strict=True)]


def _spent(who: str, url: str, share: float, in_flight: int) -> Cost:
    script = ["benchmarks.calls"] if who == "ours" else ["benchmarks.peers", who]
    command = [sys.executable, "-m", *script, url, str(int(CALLS[who] * share)), str(in_flight)]
    # No proxy stands before this machine itself.
    clean = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    root = Path(__file__).parents[1]
    printed = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, cwd=root, env=clean, text=True
    ).stdout
    return Cost(**json.loads(printed.splitlines()[-1]))


def _rates(costs: list[Cost]) -> tuple[float, ...]:
    return tuple(spent.turns / spent.clock for spent in costs)


def _milliseconds(costs: list[Cost]) -> tuple[float, ...]:
    return tuple(1000 * spent.cpu / spent.turns for spent in costs)


def _needed(package: str) -> None:
    if importlib.util.find_spec(package) is None:
        raise ModuleNotFoundError(f"No module named {package!r}", name=package)


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1].startswith("http"):
        url, calls, concurrency = sys.argv[1], *map(int, sys.argv[2:])
        play(url, TURNS, 1)
        print(json.dumps(asdict(play(url, calls, concurrency))))
    else:
        main({"calls": measure, "inspect-ai": over_inspect_ai, "autogen": over_autogen})
