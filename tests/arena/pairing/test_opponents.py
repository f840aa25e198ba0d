"""Opponents from a pool: the weights are those of the paper, and draws depend on earlier rounds."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import arena
from arena import Tournament
from arena.core.errors import UsageError
from arena.pairing import OpponentPool, OpponentRule, Pairing, opponent_weights
from arena.ratings import Result
from protocols import Play

PLAYERS = ("new", "v2", "v1", "anchor")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (OpponentRule.UNIFORM, [1 / 3, 1 / 3, 1 / 3]),
        (OpponentRule.NEWEST, [1, 0, 0]),
        (OpponentRule.HARDEST, [0.01 / 1.07, 0.25 / 1.07, 0.81 / 1.07]),
        (OpponentRule.CLOSEST, [0.09 / 0.43, 0.25 / 0.43, 0.09 / 0.43]),
    ],
)
def test_weights_are_those_of_the_rules(rule: OpponentRule, expected: list[float]) -> None:
    """Shares of 0.9, 0.5 and 0.1: (1 - x)^2 is 0.01, 0.25 and 0.81, and x (1 - x) is 0.09, 0.25 and 0.09."""
    assert opponent_weights(rule, [0.9, 0.5, 0.1]) == pytest.approx(expected)


@given(st.sampled_from(OpponentRule), st.lists(st.floats(0, 1), min_size=1, max_size=9), st.floats(0, 9))
def test_weights_are_probabilities(rule: OpponentRule, shares: list[float], power: float) -> None:
    weights = opponent_weights(rule, shares, power)
    assert sum(weights) == pytest.approx(1)
    assert all(0 <= weight <= 1 for weight in weights)


def test_where_a_rule_prefers_nobody_everybody_is_met() -> None:
    assert opponent_weights(OpponentRule.HARDEST, [1.0, 1.0]) == [0.5, 0.5]


def results(pairings: list[Pairing], beaten: str) -> list[Result]:
    """Results in which the new one wins from one version alone."""
    found = []
    for pairing in pairings:
        wins = beaten in pairing.players
        scores = tuple(float((name == "new") == wins) for name in pairing.players)
        found.append(Result(pairing.players, scores))
    return found


def test_harder_opponents_are_drawn_after_the_first_round_and_anchors_in_each() -> None:
    pool = OpponentPool(rounds=2, draws=400, anchors=1)
    first = pool.pairings(PLAYERS, [])
    met = Counter(name for pairing in first for name in pairing.players if name != "new")
    assert met["anchor"] == 1
    assert 150 < met["v1"] < 250
    second = pool.pairings(PLAYERS, [results(first, "v2")])
    met = Counter(name for pairing in second for name in pairing.players if name != "new")
    assert met == {"v1": 400, "anchor": 1}
    assert pool.pairings(PLAYERS, [results(first, "v2"), results(second, "v2")]) == []


def test_the_same_results_give_the_same_draws_and_another_seed_gives_others() -> None:
    drawn = [OpponentPool(draws=30, seed=seed).pairings(PLAYERS, []) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_what_does_not_fit_is_said() -> None:
    with pytest.raises(UsageError, match="at least 3 entrants"):
        OpponentPool(anchors=1).pairings(("new", "anchor"), [])
    with pytest.raises(UsageError, match="Round 1 does not hold"):
        OpponentPool().pairings(PLAYERS, [[Result(("v1", "v2"), (0.0, 1.0))]])


def test_a_tournament_is_played_and_resumed_by_it(tmp_path: Path) -> None:
    tournament = Tournament(
        protocol=Play(game="kuhn"),
        agents=["new=kuhn-nash", "v2=random", "v1=random", "anchor=kuhn-nash"],
        format="pool?rule=closest&rounds=3&draws=4&anchors=1",
    )
    run = arena.run(tournament, tmp_path / "run")
    assert sum(run.ended.values()) == 3 * 5 * 2
    again = arena.resume(tmp_path / "run", tournament)
    assert sum(again.ended.values()) == 3 * 5 * 2
