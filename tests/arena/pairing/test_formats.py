"""The table of formats, and what holds for all of them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from arena.pairing import TOURNAMENT_FORMATS, Pairing
from tests.arena.pairing.play import never, play, referee


@pytest.mark.parametrize("name", TOURNAMENT_FORMATS)
@pytest.mark.parametrize("entered", [2, 3, 8, 13])
def test_every_format_ends_and_repeats_itself(name: str, entered: int) -> None:
    """With every kind of outcome and with none; `play` asks for every round twice."""
    players = [f"p{i:02}" for i in range(entered)]
    rules = TOURNAMENT_FORMATS[name]()
    for decide in (referee(1, ((1.0, 0.0), (0.0, 1.0), (0.5, 0.5), None)), never):
        schedule, _ = play(rules, players, decide)
        assert {player for pairings in schedule for pairing in pairings for player in pairing.players} == set(
            players
        )


def test_a_bye_is_not_a_match() -> None:
    assert Pairing(("ann",)).bye
    assert not Pairing(("ann", "bob")).bye


def test_names_are_cheap() -> None:
    """The command line lists the formats without importing numpy or networkx."""
    code = "import sys, arena.pairing; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "arena.pairing" in loaded.split()
    assert {"numpy", "networkx"} & set(loaded.split()) == set()
