"""The example of SCL through the whole path: answers, reviews, figures and pairs with pictures."""

from __future__ import annotations

import pytest

from arena.forms import Status, Unusable
from scenarios.lookers import CHOICES
from scenarios.scl import HashedAnswer, ReviewWording
from tests.arena.cli.typing_in import Typist
from tests.scenarios.exported import exported, played

AGENT = "scl=scenarios.scl:Reviewer?of="
FORM = HashedAnswer((("A", "3"), ("B", "4"), ("C", "5")))


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("I count. ## B ##", "4"),
        ("## (B) ##", "4"),
        ("## B. 4 ##", "4"),
        ("## four ## because of A.", "four"),
        ("A. is likely, but B. too", "3"),
        ("It is B", "It is B"),
        ("B", "4"),
        ("Z. and then C.", "5"),
    ],
    ids=["letter", "brackets", "with text", "anything", "stopped", "whole", "whole letter", "no option"],
)
def test_answers_are_extracted_in_the_order_of_the_code(text: str, answer: str) -> None:
    assert FORM.parse(text).answer == answer


def test_different_letters_are_asked_for_again() -> None:
    with pytest.raises(Unusable) as error:
        FORM.parse("## A ## or ## B ##")
    assert error.value.status is Status.AMBIGUOUS


def test_the_types_of_the_sheet(arena: Typist) -> None:
    """RR, WR, RW, WW, WR: two of five are right at first and three after the review."""
    found = played(arena, "scl", 5, "--agents", f"{AGENT}00,10,01,12,10")
    for wording in ReviewWording:
        group = f"{wording.value}: scl"
        assert found.shown("Accuracy after turn 1", group) == (0.4, 5, 5)
        assert found.shown("Accuracy after turn 2", group) == (0.6, 5, 5)
        assert found.shown("Wrong to correct", group) == (0.4, 5, 5)
        assert found.shown("Correct to wrong", group) == (0.2, 5, 5)


def test_each_wording_asks_in_its_own_words(arena: Typist) -> None:
    played(arena, "scl", 1, "--agents", f"{AGENT}00")
    asked = [arena("show", "run", str(number)).out for number in range(4)]
    for word in ("every detail", "as a whole", "leaves out anything"):
        assert sum(word in one for one in asked) == 1


def test_what_is_no_option_is_wrong(arena: Typist) -> None:
    found = played(arena, "scl", 2, "--agents", f"{AGENT}?0,0?")
    assert found.shown("Accuracy after turn 1", "plain: scl") == (0.5, 2, 2)
    assert found.shown("Correct to wrong", "plain: scl") == (0.5, 2, 2)


def test_reviews_may_go_on(arena: Typist) -> None:
    """Right, and then wrong from the second review on."""
    words = ("--set", "conditions.plain.protocol.rounds=3", "--agents", f"{AGENT}0011")
    found = played(arena, "scl", 1, *words)
    assert found.shown("Accuracy after turn 2", "plain: scl") == (1.0, 1, 1)
    assert found.shown("Accuracy after turn 4", "plain: scl") == (0.0, 1, 1)


def test_pairs_are_those_of_types_two_and_three_under_the_first_request(arena: Typist) -> None:
    """WR, RW and WR: the right answer is chosen, whichever came first, and stands beside its picture."""
    played(arena, "scl", 5, "--agents", f"{AGENT}00,10,01,12,10")
    words = ("--reward", "correct", "--pairs", "first-refined", "--prompt", "first")
    pairs = [row for row in exported(arena, *words, to="trl-vision-dpo") if row["condition"] == "plain"]
    assert len(pairs) == 3
    for row in pairs:
        (task,) = (task for task in CHOICES if task.id == row["task"])
        assert [one["bytes"] for one in row["images"]] == [one.content for one in task.pictures]
        parts = [part for message in row["prompt"] for part in message["content"]]
        assert [part["type"] for part in parts].count("image") == 1
        assert "step by step" in str(parts)
        assert "once more" not in str(parts)
        right = chr(ord("A") + task.data["answers"].index(task.truth))
        assert f"## {right} ##" in row["chosen"][0]["content"][0]["text"]
        assert f"## {right} ##" not in row["rejected"][0]["content"][0]["text"]
