"""The example of thinking out loud: not attempted, calibration of what was attempted, and length."""

from __future__ import annotations

import pytest

from arena.forms import Unusable
from scenarios.thinking_out_loud import ConfidentAnswer, Told, scenario
from tests.arena.cli.typing_in import Typist
from tests.arena.results.figures.lines import Found, sections_in

AGENT = "frank=scenarios.thinking_out_loud:Frank?of="
SIX = "0@90/100,1@90/100,0@80/200,0@60/200,1@60/300,1@30/300"


def played(arena: Typist, courses: str, tasks: int = 8) -> Found:
    said = arena(
        "run", "thinking-out-loud", "--tasks", str(tasks), "--agents", AGENT + courses, "--out", "run"
    )
    assert said.code == 0, said.err
    return Found(sections_in(arena.folder / "run"))


@pytest.mark.parametrize("asks", ["v", "v-prob"])
def test_what_is_not_attempted_changes_accuracy_and_not_calibration(arena: Typist, asks: str) -> None:
    """Six attempts, three of them right, and two that are none: 2/8, 3/8, and the ECE of the six, .25."""
    found = played(arena, f"{SIX},?/400,?/400")
    group = f"{asks}: model, answer"
    assert found.shown("Not attempted", group) == (0.25, 8, 8)
    assert found.shown("Accuracy, undecided as wrong", group) == (0.375, 8, 8)
    assert found.shown("Accuracy", group) == (0.5, 6, 8)
    assert found.shown("Expected calibration error", group) == (0.25, 6, 8)
    assert found.shown("Brier score", group) == (0.245, 6, 8)
    assert found.shown("AUROC", group) == (round(2 / 3, 9), 6, 8)


def test_a_second_round_asks_for_the_confidence_in_attempts_alone(arena: Typist) -> None:
    found = played(arena, f"{SIX},?,?")
    assert found.shown("Expected calibration error", "sr: model, right, verbalised-100") == (0.25, 6, 6)
    assert found.shown("Accuracy", "sr: model, answer") == (0.5, 6, 8)


def test_confidence_and_calibration_are_reported_by_length(arena: Typist) -> None:
    found = played(arena, f"{SIX},?/400,?/400")
    group = "v: model, answer"
    assert found.shown("Confidence by tokens", f"{group}, fewest tokens") == (0.9, 2, 2)
    assert found.shown("Calibration error by tokens", f"{group}, fewest tokens") == (0.4, 2, 2)
    assert found.shown("Confidence by tokens", f"{group}, 3rd quarter") == (0.45, 2, 2)
    assert found.shown("Accuracy by tokens", f"{group}, 2nd quarter") == (1.0, 2, 2)
    assert "Confidence by tokens" in found.names


def test_an_answer_that_nobody_can_know_is_wrong(arena: Typist) -> None:
    found = played(arena, "0@90")
    assert found.shown("Accuracy by category", "v: model, answer, made up") == (0.0, 2, 2)
    assert found.shown("Accuracy by category", "v: model, answer, sums") == (1.0, 6, 6)
    assert "Not attempted" not in found.names


class TestForm:
    def test_answer_and_confidence_stand_on_their_lines(self) -> None:
        assert ConfidentAnswer().parse("So.\nAnswer: 12.\nConfidence: 85") == Told("12", 0.85)
        assert ConfidentAnswer(scale=1).parse("Answer: 12\nConfidence: 0.85") == Told("12", 0.85)
        assert ConfidentAnswer(confident=False).parse("Answer: 12") == Told("12")

    def test_not_to_know_is_an_answer_without_confidence(self) -> None:
        assert ConfidentAnswer().parse("Answer: I don’t know.") == Told(None)
        assert ConfidentAnswer().finding(Told(None), "answer").abstained

    def test_without_a_confidence_the_format_is_broken(self) -> None:
        with pytest.raises(Unusable, match="Confidence"):
            ConfidentAnswer().parse("Answer: 12")
        with pytest.raises(Unusable, match="Answer"):
            ConfidentAnswer().parse("It is 12.")

    def test_structured_replies_are_read(self) -> None:
        form = ConfidentAnswer()
        assert set(form.schema()["properties"]) == {"reasons", "answer", "confidence"}
        assert form.parse_structured('{"reasons":"x","answer":"12","confidence":85}') == Told("12", 0.85)
        assert form.parse_structured('{"reasons":"x","answer":"I don\'t know","confidence":0}') == Told(None)


def test_two_of_eight_questions_are_about_nothing_that_there_is() -> None:
    categories = [task.data["category"] for task in scenario.tasks[:8]]
    assert categories == ["sums"] * 6 + ["made up"] * 2
    assert len({task.id for task in scenario.tasks}) == len(scenario.tasks)
