"""Several judgements of one item become preference pairs, by the truth, with a margin, and by majority."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from scenarios.self_rationalisation import scenario
from tests.arena.cli.typing_in import Typist
from tests.scenarios.test_self_correction import rows

RATER = "scenarios.self_rationalisation:scripted_rater"


@pytest.fixture
def judged(arena: Typist) -> Typist:
    """One item of truth 4, with the scores 4, 4, 2, 5 and 3."""
    words = ("--agents", RATER, "--tasks", "1", "--set", "protocol.samples=5", "--out", "run")
    said = arena("run", "self-rationalisation", *words)
    assert said.code == 0, said.err
    assert scenario.tasks[0].truth == "4"
    return arena


def scores(pairs: Sequence[dict[str, list[dict[str, str]]]]) -> list[tuple[int, int]]:
    def score(side: list[dict[str, str]]) -> int:
        return int(side[0]["content"].rpartition(" ")[2])

    return sorted((score(pair["chosen"]), score(pair["rejected"])) for pair in pairs)


def test_by_the_truth_two_right_ones_and_three_wrong_ones_make_six_pairs(judged: Typist) -> None:
    pairs = rows(judged, "--reward", "correct", "--pairs", "texts", to="trl-dpo")
    assert scores(pairs) == [(4, 2), (4, 2), (4, 3), (4, 3), (4, 5), (4, 5)]


def test_with_the_margin_2_two_are_left(judged: Typist) -> None:
    pairs = rows(judged, "--reward", "nearness", "--margin", "2", "--pairs", "texts", to="trl-dpo")
    assert scores(pairs) == [(4, 2), (4, 2)]


def test_by_the_majority_they_are_the_same_six(judged: Typist) -> None:
    pairs = rows(judged, "--reward", "majority", "--pairs", "texts", to="trl-dpo")
    assert scores(pairs) == [(4, 2), (4, 2), (4, 3), (4, 3), (4, 5), (4, 5)]


def test_without_words_apart_equal_scores_are_one(judged: Typist) -> None:
    assert len(rows(judged, "--reward", "correct", "--pairs", "all", to="trl-dpo")) == 3


def test_two_most_frequent_scores_make_no_pairs(arena: Typist) -> None:
    words = ("--agents", RATER, "--tasks", "1", "--set", "protocol.samples=10", "--out", "run")
    assert arena("run", "self-rationalisation", *words, "--set", "protocol.samples=1").code == 0
    said = arena("export", "run", "--to", "trl-dpo", "--reward", "majority", "--out", "rows.jsonl")
    assert "Wrote 0 rows" in said.err + said.out
