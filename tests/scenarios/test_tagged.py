"""Parts between tags, boxes, and the forms that are paid for."""

from __future__ import annotations

import pytest

from arena.forms import Unusable
from scenarios.tagged import AsWritten, WholeOutput, is_sequence, last_box, tagged, thinks_then_boxes

FIVE = ("think", "answer", "reflection", "think", "answer")
WHOLE = "<think>a</think><answer>1</answer><reflection>b</reflection><think>c</think><answer>2</answer>"


@pytest.mark.parametrize(
    ("text", "ends_so"),
    [
        (WHOLE, True),
        (f"Well.\n{WHOLE}\n", True),
        (WHOLE.replace("><", "> \n <"), True),
        (f"{WHOLE} Bye.", False),
        (WHOLE.replace("</answer><reflection>", "</answer> Hm. <reflection>"), False),
        (WHOLE.replace("<reflection>b</reflection>", ""), False),
        (WHOLE.replace(">c<", "> <answer>9</answer> <"), False),
        (WHOLE.replace("</think>", "", 1), False),
        ("", False),
    ],
)
def test_a_sequence_ends_the_text_with_nothing_between(text: str, ends_so: bool) -> None:
    assert is_sequence(text, FIVE) is ends_so


@pytest.mark.parametrize(
    ("text", "formed"),
    [
        (r"<think>a</think> \boxed{3}", True),
        (r"<think>a</think> So it is \boxed{3}.", True),
        (r"\boxed{3}", False),
        (r"\boxed{3} <think>a</think>", False),
        ("<think>a</think> 3", False),
        (r"Well. <think>a</think> \boxed{3}", False),
    ],
)
def test_a_thought_comes_before_the_box(text: str, formed: bool) -> None:
    assert thinks_then_boxes(text) is formed


@pytest.mark.parametrize(
    ("text", "held"),
    [
        (r"\boxed{1} or rather \boxed{ 2 }", "2"),
        (r"\boxed{\frac{1}{2}}", r"\frac{1}{2}"),
        (r"\boxed{1", None),
        ("1", None),
        (r"\boxed{}", ""),
    ],
)
def test_the_last_box_counts_with_the_braces_in_it(text: str, held: str | None) -> None:
    assert last_box(text) == held


def test_parts_of_other_tags_are_left_out() -> None:
    assert tagged("<a>1</a><b>2</b><a>3</a>", ["a"]) == [("a", "1"), ("a", "3")]


def test_what_is_written_keeps_its_thoughts_and_is_not_empty() -> None:
    assert AsWritten().parse(f" {WHOLE}\n") == WHOLE
    with pytest.raises(Unusable, match="empty"):
        AsWritten().parse(" \n")


def test_others_see_a_whole_output_without_its_thoughts() -> None:
    form, whole = WholeOutput(), "<think>a</think> It is \\boxed{3}."
    assert form.parse(whole) == form.fields(whole) == whole
    assert form.publish(whole) == form.public_fields(whole) == "It is \\boxed{3}."
