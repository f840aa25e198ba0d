"""Elo of debaters at 500 points, against hand values."""

from __future__ import annotations

from math import log10
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]

from arena.ratings import half_win_ratings
from tests.arena.results.figures.lines import found_in
from tests.arena.results.stored import DEFENDED, RIGHT, WRONG, debated

EXCHANGED = dict(zip(DEFENDED, reversed(DEFENDED.values()), strict=True))


async def test_three_wins_of_four_are_500_log10_of_3_points_apart(tmp_path: Path) -> None:
    found = await found_in(tmp_path, *(debated(choice) for choice in (RIGHT, RIGHT, RIGHT, WRONG)))
    ann, bob = (found.line("Elo", f"debate: {agent}").figure for agent in ("ann", "bob"))
    assert (ann.n, ann.of) == (4, 4)
    assert (ann.value, bob.value) == pytest.approx((250 * log10(3), -250 * log10(3)))
    assert 500 * log10(3) == pytest.approx(238.56, abs=0.005)


async def test_right_and_wrong_sides_are_players_of_their_own(tmp_path: Path) -> None:
    """Ann right beats Bob wrong thrice of four, and no chain of wins joins them to the other two."""
    ended = [debated(choice) for choice in (RIGHT, RIGHT, RIGHT, WRONG)]
    found = await found_in(tmp_path, *ended)
    right = found.line("Elo by correctness", "debate: ann, right answer").figure
    wrong = found.line("Elo by correctness", "debate: bob, wrong answer").figure
    assert (right.value, wrong.value) == pytest.approx((250 * log10(3), -250 * log10(3)))
    ended += [debated(choice, defended=EXCHANGED) for choice in (RIGHT, WRONG)]
    found = await found_in(tmp_path / "joined", *ended)
    assert "Elo by correctness" not in found.names


def test_three_debaters_are_rated_as_bfgs_rates_them() -> None:
    """Kenton et al. minimise minus the sum of win rates times the logarithms of the expected ones."""
    wins = np.array([[0.0, 7.0, 6.0], [3.0, 0.0, 5.0], [4.0, 5.0, 0.0]])

    def loss(elo: NDArray[np.float64]) -> float:
        expected = 1 / (1 + 10 ** ((elo[None, :] - elo[:, None]) / 500))
        return -float((wins * np.log(expected)).sum())

    theirs = minimize(loss, np.zeros(3), method="BFGS", options={"gtol": 1e-9}).x
    ours = (half_win_ratings(wins[None])[0] - 1500) * 500 / 400
    assert ours == pytest.approx(theirs - theirs.mean(), abs=0.01)


async def test_a_debater_who_never_lost_has_no_rating(tmp_path: Path) -> None:
    found = await found_in(tmp_path, debated(RIGHT), debated(None))
    assert "Elo" not in found.names
    found = await found_in(tmp_path / "lost", debated(RIGHT), debated(WRONG), debated(None))
    assert found.shown("Elo", "debate: ann") == (0.0, 2, 3)
