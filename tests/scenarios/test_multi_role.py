"""The example of MultiRole through the whole path: roles, merging, diversity, the reward and rows."""

from __future__ import annotations

import json

import pytest

from scenarios.multi_role import decided_for
from tests.arena.cli.typing_in import Typist
from tests.arena.results.figures.lines import Found, sections_in

PLACE = "scenarios.multi_role"


def played(arena: Typist, courses: str, *words: str) -> Found:
    """Play a task with a truth for each role and one with one for all, and return the figures."""
    agents = f"{PLACE}:Sided?of={courses}"
    said = arena("run", "multi-role", "--tasks", "2", "--agents", agents, "--out", "run", *words)
    assert said.code == 0, said.err
    return Found(sections_in(arena.folder / "run"))


def test_the_answers_of_the_sheet(arena: Typist) -> None:
    """C, C, B against C, A, B: two thirds are right. Against C for all, C is decided for."""
    found = played(arena, "CCB")
    group = "multi-role: role, answer"
    two_thirds = (round(2 / 3, 9), 3, 3)
    assert found.shown("Accuracy by category", f"{group}, divergent") == two_thirds
    assert found.shown("Accuracy by category", f"{group}, convergent") == two_thirds
    assert found.shown("Accuracy", "multi-role: decision") == (1.0, 1, 1)
    assert found.shown("Different answers", group) == (2.0, 2, 2)
    entropy = 0.579380164  # (2/3 ln 3/2 + 1/3 ln 3) / ln 3
    assert found.shown("Entropy of answers", group) == (entropy, 2, 2)


def test_all_different_and_all_the_same(arena: Typist) -> None:
    found = played(arena, "CAB,CCC")
    assert found.shown("Different answers", "multi-role: role, answer") == (2.0, 2, 2)
    assert found.shown("Entropy of answers", "multi-role: role, answer") == (0.5, 2, 2)


def test_the_reward_is_nine_tenths_accuracy_and_one_tenth_diversity(arena: Typist) -> None:
    """Of two different words, four of the eight measures are 1 and the others 0: 0.95 and 0.05."""
    played(arena, "CCB")
    said = arena("judge", "run", "--with", f"{PLACE}:Diversity")
    assert said.code == 0, said.err
    said = arena(
        *("export", "run", "--to", "trl-sft", "--advantage", "none", "--out", "rows.jsonl"),
        *("--reward", "0.9*correct", "--reward", "0.1*judge:diversity"),
    )
    assert said.code == 0, said.err
    rows = [json.loads(line) for line in (arena.folder / "rows.jsonl").read_text().splitlines()]
    assert [row["reward"] for row in rows] == pytest.approx([0.95, 0.05, 0.95, 0.95, 0.95, 0.05])


def test_several_paths_of_a_role_keep_their_most_frequent_answer(arena: Typist) -> None:
    found = played(arena, "CCB", "--set", "protocol.paths=3")
    assert found.shown("Share of the mode", "multi-role: role, answer") == (1.0, 6, 6)
    assert found.shown("Accuracy", "multi-role: decision") == (1.0, 1, 1)


@pytest.mark.parametrize(
    ("answers", "decided"), [(["C", "C", "B"], "C"), (["B", "C", "A"], "B"), (["A", "B", "B"], "B")]
)
def test_of_a_tie_the_first_role_decides(answers: list[str], decided: str) -> None:
    assert decided_for(answers) == decided
