"""Scenarios in which a reply that is begun is gone on with: their figures and their rows."""

from __future__ import annotations

import asyncio

import pytest

from arena.judging import LabelCriterion, label_run
from arena.tasks.arithmetic import equations
from tests.arena.cli.typing_in import Typist
from tests.arena.results.figures.lines import Found, sections_in
from tests.scenarios.test_self_correction import rows


def played(arena: Typist, *words: str) -> Found:
    said = arena("run", *words, "--out", "run")
    assert said.code == 0, said.err
    return Found(sections_in(arena.folder / "run"))


def test_a_judge_with_more_time_is_right_more_often(arena: Typist) -> None:
    """0.6, 0.6, 0.9 with 0, 1 and 2 extensions; the trend is 0.3; 5 tokens each time."""
    found = played(arena, "j1")
    right = [
        found.line("Accuracy", f"{name}: decision").figure.value for name in ("at once", "once", "twice")
    ]
    assert right == [0.6, 0.6, 0.9]
    trend = found.line("Accuracy, paired difference", "decision, undecided left out: 8 times less at once")
    assert trend.figure.value == pytest.approx(0.3)
    tokens = [found.line("Tokens per episode", name).figure.value for name in ("at once", "once", "8 times")]
    assert tokens == [5, 10, 45]


def test_checks_at_growing_budgets_cost_no_tokens_of_the_agent(arena: Typist) -> None:
    found = played(arena, "iterative-deepening")
    assert found.shown("Accuracy", "plain: answerer, answer") == (0.6, 10, 10)
    assert found.shown("Accuracy", "deepened: answerer, answer") == (0.8, 10, 10)
    assert found.shown("Tokens per episode", "deepened") == (20, 10, 10)
    assert found.shown("Tokens per episode", "majority") == (60, 10, 10)
    spans = rows(arena, to="spans")
    own = [[span["end"] - span["start"] for span in row["spans"]] for row in spans]
    assert sorted({len(one) for one in own}) == [1, 7]


def test_a_guided_rollout_has_the_advantage_of_a_right_one(arena: Typist) -> None:
    """One guided and right, the others 0, 0, 1: mean 0.5, deviation 0.5; student, teacher, student."""
    course = "scenarios.courses:Recited%3Fof%3D10,1,1,0%26samples%3D4"
    agent = f"taught:{course}?teacher=scenarios.courses:Recited%3Fof%3Df&share=0.25"
    words = ("--set", "protocol.turns=1", "--tasks", "1", "--episodes", "4", "--seed", "3")
    played(arena, "self-correction", *words, "--agents", f"taught={agent}")
    shaping = ("--advantage", "group-mean?by=prompt&divide=sd")
    found = rows(arena, "--reward", "correct", *shaping, to="spans")
    assert [row["advantage"] for row in found] == [1, -1, -1, 1]
    assert [len(row["spans"]) for row in found] == [3, 1, 1, 1]
    guided = found[0]
    pieces = [guided["completion"][span["start"] : span["end"]] for span in guided["spans"]]
    assert "".join(pieces) == guided["completion"]
    assert [span["author"].rpartition("of=")[2][:2] for span in guided["spans"]] == ["10", "f", "10"]
    assert [span["trains"] for span in guided["spans"]] == [True, False, True]


def test_a_teacher_makes_half_of_all_answers_right_that_were_wrong(arena: Typist) -> None:
    found = played(arena, "think-tuning")
    pair = "answerer, answer, undecided left out: taught less plain"
    assert found.shown("Wrong to right", pair) == (0.5, 4, 4)
    assert found.shown("Accuracy", "plain: answerer, answer") == (0.25, 4, 4)
    assert found.shown("Accuracy", "taught: answerer, answer") == (0.75, 4, 4)


def test_only_the_wrong_step_is_not_learnt(arena: Typist) -> None:
    found = played(arena, "s3c-math")
    assert found.shown("Accuracy", "plain: answerer, answer") == (1.0, 20, 20)
    assert found.shown("Accuracy", "misled: answerer, answer") == (0.75, 20, 20)
    misled = [row for row in rows(arena, to="spans") if row["condition"] == "misled"]
    assert len(misled) == 20
    for row in misled:
        (wrong,) = [span for span in row["spans"] if not span["trains"]]
        written = row["completion"][wrong["start"] : wrong["end"]]
        assert [equation.holds for equation in equations(written)] == [False]
        assert row["completion"][wrong["end"] :].startswith("That is wrong.") == (row["return"] == 1)


def test_flagged_steps_are_counted_afterwards_by_a_pattern(arena: Typist) -> None:
    """Of wrong steps three of four are flagged, and of right solutions none."""
    played(arena, "s3c-math")
    flagged = LabelCriterion(label="flagged", pattern="That is wrong")
    asyncio.run(label_run(arena.folder / "run", [flagged]))
    found = Found(sections_in(arena.folder / "run"))
    shares = {line.group: line.figure.value for line in found.lines if line.name == "Share with any"}
    assert {share for group, share in shares.items() if group.startswith("misled")} == {0.75}
    assert {share for group, share in shares.items() if group.startswith("plain")} == {0.0}
