"""The examples of the two cold starts through the whole path: traces, what is kept, reflections and rows."""

from __future__ import annotations

from tests.arena.cli.typing_in import Typist
from tests.scenarios.exported import exported, played

TEACHER = "teacher=scenarios.cold_start:Teacher?of="


def test_right_traces_are_kept_and_paid(arena: Typist) -> None:
    """The boxes hold the truth twice, another number, and nothing: rewards 1, 1, 0 and 0."""
    found = played(arena, "cold-start", 1, "--agents", f"{TEACHER}0w01n")
    rows = exported(arena, "--reward", "accuracy")
    assert [row["reward"] for row in rows if row["condition"] == "plain"] == [1, 1, 0, 0]
    assert len(exported(arena, "--where", "kept=yes")) == 4, "two in each of the two conditions"
    assert found.shown("Share of a class", "plain: kept is yes") == (0.5, 4, 4)
    assert found.shown("Accuracy, undecided as wrong", "plain: teacher, answer") == (0.5, 4, 4)
    assert found.shown("Mean score", "plain: format, of teacher") == (0.75, 4, 4)


def test_reflections_are_counted_and_told_from_the_rest(arena: Typist) -> None:
    """One of four traces reflects, which is right; of the three others one is."""
    found = played(arena, "cold-start", 1, "--agents", f"{TEACHER}0w01n")
    assert found.shown("Share with any", "plain: reflection") == (0.25, 4, 4)
    told = "Accuracy, undecided as wrong"
    assert found.shown(told, "plain: teacher, answer with reflection") == (1.0, 1, 1)
    assert found.shown(told, "plain: teacher, answer without reflection") == (0.333333333, 3, 3)


def test_the_words_of_a_reflection_may_be_set(arena: Typist) -> None:
    words = ("--set", "conditions.plain.protocol.reflects=(?i)look again")
    found = played(arena, "cold-start", 1, *words, "--agents", f"{TEACHER}0w0w0")
    assert found.shown("Mean count", "plain: reflection") == (0.5, 4, 4)
    said = arena("run", "cold-start", "--set", "conditions.plain.protocol.reflects=(", "--out", "other")
    assert said.code != 0
    assert "pattern" in said.err


def test_the_styles_ask_for_different_traces(arena: Typist) -> None:
    played(arena, "cold-start", 1, "--agents", f"{TEACHER}0")
    shown = [arena("show", "run", str(number)).out for number in range(2)]
    assert ["once more" in one for one in shown] == [False, True]


def test_a_teacher_who_knows_the_truth_reflects_on_right_and_wrong(arena: Typist) -> None:
    found = played(
        *(arena, "srpo-cold-start", 2, "--agents", "model=scenarios.srpo_cold_start:Solving?of=0,1"),
        "teacher=scenarios.srpo_cold_start:reflecting_teacher",
    )
    assert found.shown("Accuracy", "reflection-cold-start: model, answer") == (0.5, 2, 2)
    assert found.shown("Share of a class", "reflection-cold-start: reflects on is right") == (0.5, 2, 2)
    rows = exported(arena, "--seat", "teacher")
    assert all("The right answer is" in row["completion"][0]["content"][0]["text"] for row in rows)
    solutions = exported(arena, "--seat", "model")
    assert not any("right answer is" in str(row["prompt"]) for row in solutions)
