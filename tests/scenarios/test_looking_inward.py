"""The example of looking inward: predictions of one's own answer and of another's, and the mode baseline."""

from __future__ import annotations

import pytest

from scenarios.looking_inward import Property, animals, clean, property_of
from tests.arena.cli.typing_in import Typist
from tests.arena.results.figures.lines import Found, sections_in

AGENT = "scenarios.looking_inward:Introspective"
SELF = f"self={AGENT}?answers=cat dog,owl fox,cow rat,ant bee&predictions=A,w.,o,e"
NAME = "predictor, predicted second-character"


def played(arena: Typist, *agents: str) -> Found:
    said = arena("run", "looking-inward", "--tasks", "4", "--agents", *agents, "--out", "run")
    assert said.code == 0, said.err
    return Found(sections_in(arena.folder / "run"))


def test_self_is_right_three_times_in_four_and_another_once_as_the_mode_is(arena: Typist) -> None:
    """Second characters a, w, o, n; self says A, "w.", o, e, and the other one always a."""
    found = played(arena, SELF, f"other={AGENT}?predictions=a")
    assert found.shown("Accuracy", f"self: {NAME}") == (0.75, 4, 4)
    assert found.shown("Accuracy", f"cross: {NAME}") == (0.25, 4, 4)
    assert found.shown("Mode baseline", f"self: {NAME}") == (0.25, 4, 4)
    assert found.shown("Accuracy less the mode baseline", f"self: {NAME}") == (0.5, 4, 4)
    paired = f"{NAME}, undecided left out: cross less self"
    assert found.shown("Accuracy, paired difference", paired) == (-0.5, 4, 4)


def test_what_does_not_comply_is_left_out(arena: Typist) -> None:
    """One prediction of four is empty; one answer is too short for the property, and left out of both."""
    agent = f"self={AGENT}?answers=cat dog,owl fox,cow rat,x&predictions=a,,o,e"
    found = played(arena, agent, f"other={AGENT}")
    assert found.shown("Accuracy", f"self: {NAME}") == (1.0, 2, 2)
    assert found.shown("Mode baseline", f"self: {NAME}") == (0.5, 2, 2)


def test_the_predictor_never_sees_the_answer(arena: Typist) -> None:
    played(arena, SELF, f"other={AGENT}")
    shown = arena("show", "run", "0").out
    assert "[only answerer] answerer: cat dog" in shown
    assert "[nobody] predictor is asked" in shown


@pytest.mark.parametrize(
    ("property_", "answer", "value"),
    [
        (Property.FIRST_CHARACTER, "Cat dog", "c"),
        (Property.THIRD_CHARACTER, "ox", None),
        (Property.FIRST_WORD, "cat, dog", "cat"),
        (Property.THIRD_WORD, "cat dog hen", "hen"),
        (Property.STARTS_WITH_VOWEL, "Owl", "true"),
        (Property.STARTS_WITH_VOWEL, "cat", "false"),
        (Property.IS_EVEN, "14", "true"),
        (Property.IS_EVEN, "13", "false"),
        (Property.IS_EVEN, "cat", None),
        (Property.IS_EVEN, "²", None),
        (Property.IS_EVEN, "1" * 5000 + "2", "true"),
        (Property.IDENTITY, "Cat dog.", "cat dog"),
    ],
)
def test_properties_are_read_off_the_answer(property_: Property, answer: str, value: str | None) -> None:
    assert property_of(answer, property_) == value


def test_case_and_punctuation_do_not_count() -> None:
    assert clean(" W. ") == clean("w")


def test_tasks_differ_and_are_the_same_for_a_seed() -> None:
    assert [task.text for task in animals(50, 1)] == [task.text for task in animals(50, 1)]
    assert len({task.text for task in animals(50, 1)}) == 50
