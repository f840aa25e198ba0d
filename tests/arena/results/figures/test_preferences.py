"""Soft win rates, ratings by judges and the dispersion of their scores, of runs made by hand."""

from __future__ import annotations

import math
from itertools import combinations
from pathlib import Path

import evalica
import numpy as np
import pytest

from arena.judging import TIE, Asks, Criterion, JudgingOptions, judge_run
from arena.ratings import half_win_ratings
from arena.results.figures._dispersion import dispersion, permuted
from arena.results.figures._half_wins import NOT_CONNECTED
from arena.results.figures._soft_wins import standard_error
from arena.seat.agent import Reply
from tests.arena.results.figures.lines import Found, found_in, sections_in
from tests.arena.results.stored import RIGHT, WRONG, ask, debated, speech, store
from tests.shared.agents import Watched


class TestSoftWinRate:
    GROUP = "debate: judge, verdict: "

    async def test_is_the_mean_probability_or_else_the_choice(self, tmp_path: Path) -> None:
        """Of ann's side .7, the choice 1, and of a tie .5; a refused verdict is missing."""
        asks = [ask(RIGHT, probabilities={RIGHT: 0.7, WRONG: 0.3}), ask(RIGHT), ask(TIE), ask(None)]
        found = await found_in(tmp_path, debated(RIGHT, asks=asks))
        assert found.shown("Soft win rate", f"{self.GROUP}debater_a") == (round(2.2 / 3, 9), 3, 4)
        assert found.shown("Soft win rate", f"{self.GROUP}debater_b") == (round(0.8 / 3, 9), 3, 4)
        assert found.shown("Soft win rate, standard error", f"{self.GROUP}debater_a") == (None, 3, 4)

    async def test_the_probability_of_a_tie_is_shared(self, tmp_path: Path) -> None:
        asks = [ask(RIGHT, probabilities={RIGHT: 0.5, WRONG: 0.1, TIE: 0.4})]
        found = await found_in(tmp_path, debated(RIGHT, asks=asks))
        assert found.shown("Soft win rate", f"{self.GROUP}debater_a") == (0.7, 1, 1)

    def test_standard_error_of_independent_values_is_the_usual_one(self) -> None:
        values = np.array([0.2, 0.9, 0.4, 0.7, np.nan])
        expected = np.std(values[:4], ddof=1) / 2
        found = standard_error(values, np.arange(5, dtype=np.int32))
        assert found.value == pytest.approx(expected)
        assert (found.n, found.of) == (4, 5)

    def test_standard_error_counts_a_repeated_task_once(self) -> None:
        once = standard_error(np.array([0.2, 0.9]), np.array([0, 1], dtype=np.int32))
        again = standard_error(np.array([0.2, 0.9] * 5), np.array([0, 1] * 5, dtype=np.int32))
        assert once.value == pytest.approx(again.value)


class TestHalfWins:
    def test_ratings_are_those_of_evalica(self) -> None:
        """Evalica's fit, with a tie weighing half a win for each, on its own scale of odds."""
        rng = np.random.default_rng(3)
        pairs = [pair for pair in combinations("abcd", 2) for _ in range(12)]
        kinds = [evalica.Winner.X, evalica.Winner.Y, evalica.Winner.Draw]
        winners = [kinds[number] for number in rng.integers(3, size=len(pairs))]
        wins = np.zeros((4, 4))
        for (one, other), winner in zip(pairs, winners, strict=True):
            i, j = "abcd".index(one), "abcd".index(other)
            points = {evalica.Winner.X: 1.0, evalica.Winner.Y: 0.0, evalica.Winner.Draw: 0.5}[winner]
            wins[i, j] += points
            wins[j, i] += 1 - points
        odds = evalica.bradley_terry(
            [one for one, _ in pairs], [other for _, other in pairs], winners, tolerance=1e-12, limit=10_000
        ).scores
        expected = np.array([400 * math.log10(odds[name]) for name in "abcd"])
        found = half_win_ratings(wins[None])[0]
        assert found == pytest.approx(expected - expected.mean() + 1500, abs=1e-4)

    def test_there_are_none_where_somebody_never_lost(self) -> None:
        assert np.isnan(half_win_ratings(np.array([[[0.0, 3.0], [0.0, 0.0]]]))).all()

    async def judged(self, folder: Path, *replies: str) -> Found:
        said = [speech("debater_a", 1), speech("debater_b", 1)]
        await store(folder, [debated(RIGHT)._replace(said=said)] * 3)
        judges = [Watched(reply, f"judge_{number}") for number, reply in enumerate(replies)]
        await judge_run(folder, judges, None, JudgingOptions(swap=False))
        return Found(sections_in(folder))

    async def test_are_pooled_over_the_judges(self, tmp_path: Path) -> None:
        """Three judges, of whom two are for ann, in each of three debates: odds of 2 to 1."""
        found = await self.judged(tmp_path, "Verdict: 1", "Verdict: 1", "Verdict: 2")
        group = f"debate: ann, {Criterion().asked}"
        lead = 200 * math.log10(2)
        assert found.shown("Bradley-Terry, half wins", group) == (round(1500 + lead, 9), 9, 9)

    async def test_say_why_there_are_none(self, tmp_path: Path) -> None:
        found = await self.judged(tmp_path, "Verdict: 1", "well")
        line = found.line("Bradley-Terry, half wins", f"debate: ann, {Criterion().asked}")
        assert (line.figure.value, line.figure.n, line.figure.of) == (None, 3, 6)
        assert line.no_interval == NOT_CONNECTED


def of_model(name: str, reply: str, model: str) -> Watched:
    """Return a judge for whom a model answers."""
    return Watched(lambda _: Reply(reply, model=model), name)


class TestDispersion:
    TABLE = np.array([[1.0, 3.0, 5.0, 9.0], [2.0, 2.0, 4.0, np.nan], [np.nan, np.nan, 1.0, 2.0]])
    GROUPS = np.array([0, 0, 1, 1])

    def test_between_is_of_the_groups_means_and_inside_of_their_members(self) -> None:
        """Means 2 and 7, variances 2 and 8; then 2 and 4, with one variance of 0; then one group alone."""
        between, inside = dispersion(self.TABLE, self.GROUPS)
        assert between[:2].tolist() == [12.5, 2.0]
        assert np.isnan(between[2])
        assert inside.tolist() == [5.0, 0.0, 0.5]

    def test_of_four_judges_one_third_of_the_groups_is_as_far_apart(self) -> None:
        """There are three ways to make two groups of two, of which one is the observed."""
        test = permuted(np.array([[1.0, 1.0, 9.0, 9.0]]), self.GROUPS)
        assert test is not None
        assert test.p == pytest.approx(1 / 3, abs=0.05)

    async def test_groups_are_told_by_the_judges_names(self, tmp_path: Path) -> None:
        said = [speech("debater_a", 1), speech("debater_b", 1)]
        await store(tmp_path, [debated(RIGHT)._replace(said=said)] * 2)
        scores = {"strict/one": "1", "strict/two": "3", "kind/one": "7", "kind/two": "7"}
        judges = [Watched(score, name) for name, score in scores.items()]
        criterion = Criterion(asks=Asks.SCORE)
        await judge_run(tmp_path, judges, criterion, JudgingOptions(swap=False))
        found = Found(sections_in(tmp_path))
        group = "debate: How well did the speaker do?, 2 groups"
        assert found.shown("Variance between groups of judges", group) == (12.5, 4, 4)
        assert found.shown("Variance inside groups of judges", group) == (1.0, 4, 4)

    async def test_groups_are_told_by_the_judges_models_too(self, tmp_path: Path) -> None:
        """By name each judge is alone; two of each model answered 1 and 3, 7 and 7."""
        said = [speech("debater_a", 1), speech("debater_b", 1)]
        await store(tmp_path, [debated(RIGHT)._replace(said=said)] * 2)
        given = {"ann": ("1", "small"), "bea": ("3", "small"), "cy": ("7", "large"), "dan": ("7", "large")}
        judges = [of_model(name, *said) for name, said in given.items()]
        criterion = Criterion(asks=Asks.SCORE)
        await judge_run(tmp_path, judges, criterion, JudgingOptions(swap=False))
        found = Found(sections_in(tmp_path))
        group = "debate: How well did the speaker do?, 2 models"
        assert found.shown("Variance between models of judges", group) == (12.5, 4, 4)
        assert found.shown("Variance inside models of judges", group) == (1.0, 4, 4)
        assert "Variance between groups of judges" not in found.names
