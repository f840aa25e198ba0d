"""The example of AutoThink through the whole path: thinking or not, labels, figures, the reward and rows."""

from __future__ import annotations

import json

import pytest

from tests.arena.cli.typing_in import Typist
from tests.arena.results.figures.lines import Found, sections_in

LABEL = "judge", "run", "--with", "scenarios.autothink:Mode"


def played(arena: Typist, courses: str, tasks: int, *words: str) -> Found:
    """Play courses on so many tasks, have the replies labelled, and return the figures."""
    agents = f"agent=scenarios.thinkers:Thinker?of={courses}"
    said = arena(
        *("run", "self-correction", "--set", "protocol.turns=1", "--tasks", str(tasks), *words),
        *("--agents", agents, "--out", "run"),
    )
    assert said.code == 0, said.err
    said = arena(*LABEL)
    assert said.code == 0, said.err
    return Found(sections_in(arena.folder / "run"))


def rewards(arena: Typist, name: str) -> list[float]:
    """Return the rewards of the rows by episode."""
    said = arena(
        *("export", "run", "--to", "trl-sft", "--advantage", "none", "--out", "rows.jsonl", "--reward", name)
    )
    assert said.code == 0, said.err
    rows = [json.loads(line) for line in (arena.folder / "rows.jsonl").read_text().splitlines()]
    return [row["reward"] for row in sorted(rows, key=lambda row: row["episode"])]


class TestTheBatchOfTheSheet:
    COURSES = "0-1/1/0/100,0-1/1/0/300,1-1/1/0/200,0"
    """Think right, think right, think wrong, no-think right."""

    def test_a_way_that_three_in_four_take_earns_less(self, arena: Typist) -> None:
        """Z = 0.75, d = 0.5: 0.5, 0.5, -0.5, and 2 unchanged. In the second stage nothing moves."""
        played(arena, self.COURSES, 4)
        assert rewards(arena, "think-or-not") == [0.5, 0.5, -0.5, 2.0]
        assert rewards(arena, "think-or-not?balance=1") == [1.0, 1.0, 0.0, 2.0]

    def test_what_each_way_comes_to(self, arena: Typist) -> None:
        found = played(arena, self.COURSES, 4)
        group = "revise: autothink.py:Mode, afterwards, mode is {}"
        assert found.shown("Share of a class", group.format("think")) == (0.75, 4, 4)
        answers = group + ", answerer, answer"
        by_thinking = found.shown("Accuracy by class", answers.format("think"))
        assert by_thinking == (round(2 / 3, 9), 3, 3)
        assert found.shown("Accuracy by class", answers.format("no-think")) == (1.0, 1, 1)
        assert found.shown("Tokens per episode", "revise") == (151.25, 4, 4)


def test_answers_at_once_earn_less_where_most_are(arena: Typist) -> None:
    """1 - z = 0.75 and d = 0.5: right ones 2 towards 1, the wrong one -1 towards -2, the thought 1."""
    played(arena, "0,0,1,0-1/1/0/20", 4)
    assert rewards(arena, "think-or-not") == [1.5, 1.5, -1.5, 1.0]


def test_replies_without_an_answer_are_in_no_row_and_not_in_the_batch(arena: Typist) -> None:
    """Of six answers four come after a thought: z = 2/3 and d = 1/3, which moves 1 to 2/3, and 0 to -1/3."""
    agents = "agent=scenarios.thinkers:Thinker?of=0-1/1/0/20*3,1-1/1/0/20,0*2,?-1/1/0/20,?"
    arena(
        *("run", "self-correction", "--set", "protocol.turns=1", "--tasks", "8"),
        *("--agents", agents, "--out", "run"),
    )
    assert rewards(arena, "think-or-not") == pytest.approx([2 / 3, 2 / 3, 2 / 3, -1 / 3, 2, 2])


def test_of_two_right_answers_to_a_task_the_shorter_earns_more(arena: Typist) -> None:
    """Lengths 100 and 300 are -0.7071 and 0.7071 deviations from the mean: 1.0360 and 0.9653."""
    played(arena, "0-1/1/0/100,0-1/1/0/300&samples=2", 1, "--episodes", "2")
    found = rewards(arena, "think-or-not?balance=1&length=0.05")
    assert found == pytest.approx([1.0359878, 0.9652624], abs=1e-6)


def test_wrong_answers_earn_more_if_they_are_longer(arena: Typist) -> None:
    """0 and 1 - exp(-0.05 z): the other way round, and the one right answer is in no group."""
    played(arena, "1-1/1/0/100,1-1/1/0/300,0-1/1/0/50&samples=3", 1, "--episodes", "3")
    found = rewards(arena, "think-or-not?balance=1&length=0.05")
    assert found == pytest.approx([-0.0359878, 0.0347376, 1.0], abs=1e-6)


def test_lengths_of_two_agents_are_not_compared(arena: Typist) -> None:
    """Each has one right answer to the task, so its length earns nothing."""
    each = [
        word
        for name, words in (("short", 100), ("long", 300))
        for word in ("--each", f"{name}=scenarios.thinkers:Thinker?of=0-1/1/0/{words}")
    ]
    said = arena(
        *("run", "self-correction", "--set", "protocol.turns=1", "--tasks", "1", "--out", "run"), *each
    )
    assert said.code == 0, said.err
    assert rewards(arena, "think-or-not?balance=1&length=0.05") == [1.0, 1.0]


def test_a_parameter_out_of_range_is_told(arena: Typist) -> None:
    played(arena, "0", 1)
    said = arena(
        "export", "run", "--to", "trl-sft", "--reward", "think-or-not?balance=2", "--out", "rows.jsonl"
    )
    assert said.code != 0
    assert "balance from 0 to 1" in said.err
