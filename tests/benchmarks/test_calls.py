"""The benchmark of model calls makes the calls it says, and says whom it cannot compare with."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable

import pytest

from benchmarks import calls, peers
from benchmarks.figure import Figure
from benchmarks.loopback import LATENCY, serving


def sane(figures: list[Figure]) -> bool:
    return all(len(figure.values) == 1 and figure.value > 0 for figure in figures)


def test_the_server_answers_every_call_with_a_completion() -> None:
    with serving() as url:
        request = urllib.request.Request(f"{url}/chat/completions", data=b'{"messages": []}')
        for _ in range(2):
            with urllib.request.urlopen(request) as response:
                assert json.load(response)["choices"][0]["message"]["content"] == '{"move": "check"}'


def test_ours_counts_every_call_and_waits_for_every_answer() -> None:
    with serving() as url:
        spent = calls.play(url, calls=2 * peers.TURNS, concurrency=2)
    assert spent.turns == 2 * peers.TURNS
    assert spent.clock > peers.TURNS * LATENCY


@pytest.mark.slow
def test_ours_is_compared_with_the_official_client_and_bare_aiohttp() -> None:
    figures = calls.measure(share=0.005, rounds=1)
    assert [figure.met is None for figure in figures[:2]] == [False, False]
    assert sane(figures)


@pytest.mark.parametrize(
    ("measure", "package"), [(calls.over_inspect_ai, "inspect_ai"), (calls.over_autogen, "autogen_agentchat")]
)
def test_a_peer_that_is_not_installed_is_named(
    measure: Callable[..., list[Figure]], package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError) as missing:
        measure(share=0.01, rounds=1)
    assert missing.value.name == package


@pytest.mark.parametrize(
    ("measure", "package"), [(calls.over_inspect_ai, "inspect_ai"), (calls.over_autogen, "autogen_ext")]
)
def test_a_peer_that_is_installed_is_measured(measure: Callable[..., list[Figure]], package: str) -> None:
    pytest.importorskip(package, reason=f"The peer {package} is not installed; make bench installs it.")
    assert sane(measure(share=0.01, rounds=1))
