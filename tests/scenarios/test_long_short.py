"""The example of long-short through the whole path: two seats on one text, figures, rewards and rows."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from arena import Reward, open_run
from scenarios.long_short import well_formed
from tests.arena.cli.typing_in import Typist
from tests.arena.results.figures.lines import Found, sections_in


def played(arena: Typist, courses: str, *words: str) -> Found:
    """Play three episodes of one task by these courses, and return the figures."""
    said = arena(
        *("run", "long-short", "--tasks", "1", "--episodes", "3", "--out", "run", *words),
        *("--agents", f"pair=scenarios.long_short:Paired?of={courses}&samples=3"),
    )
    assert said.code == 0, said.err
    return Found(sections_in(arena.folder / "run"))


def rewards(arena: Typist, *names: str) -> Mapping[int, set[float]]:
    """Return the rewards of the rows of each episode."""
    asked = [word for name in names for word in ("--reward", name)]
    said = arena("export", "run", "--to", "trl-sft", "--advantage", "none", "--out", "rows.jsonl", *asked)
    assert said.code == 0, said.err
    found: dict[int, set[float]] = {}
    for line in (arena.folder / "rows.jsonl").read_text().splitlines():
        row = json.loads(line)
        found.setdefault(row["episode"], set()).add(row["reward"])
    return found


def test_the_shortest_earns_most_and_a_wrong_one_nothing_for_being_short(arena: Typist) -> None:
    """Lengths 100 right, 200 right, 300 wrong: 0.5, 0, min(0, -0.5); 1:1:1 with accuracy and format."""
    found = played(arena, "100/0,200/0,300/1")
    assert rewards(arena, "shortness") == {0: {0.5}, 1: {0.0}, 2: {-0.5}}
    whole = rewards(arena, "terminal", "annotation:format", "shortness")
    assert whole == {0: {2.5}, 1: {2.0}, 2: {0.5}}
    assert found.shown("Accuracy", "long-short: answer") == (round(2 / 3, 9), 3, 3)


def test_the_shortest_earns_nothing_if_it_is_wrong(arena: Typist) -> None:
    played(arena, "100/1,200/0,300/0")
    assert rewards(arena, "shortness") == {0: {0.0}, 1: {0.0}, 2: {-0.5}}


def test_equal_lengths_earn_nothing(arena: Typist) -> None:
    played(arena, "100/1,100/0,100/0")
    assert rewards(arena, "shortness") == {0: {0.0}, 1: {0.0}, 2: {0.0}}


def test_what_is_handed_back_is_thought_about_again(arena: Typist) -> None:
    """None, one and two are handed back: 3 of 6 turns of the short one, and 2 turns an episode."""
    found = played(arena, "100/0,r100/0,rr100/0")
    assert found.shown("Share of a class", "long-short: hands-back is yes") == (0.5, 6, 6)
    assert found.shown("Mean score", "long-short: turns") == (2.0, 3, 3)


def test_a_solution_that_is_never_finished_is_wrong(arena: Typist) -> None:
    found = played(arena, "rrr100/0,r100/0,rrr100/0", "--set", "protocol.turns=2")
    group = "long-short: answer"
    assert found.shown("Accuracy, undecided as wrong", group) == (round(1 / 3, 9), 3, 3)
    assert rewards(arena, "terminal") == {0: {0.0}, 1: {1.0}, 2: {0.0}}


def said_by(arena: Typist, long: str, *short: str) -> Found:
    """Have the long one always say one text, and the short one these by turns, and return the figures."""
    (arena.folder / "two.py").write_text(
        f"def long(request):\n    return {long!r}\n\n"
        f"def short(request):\n    return {list(short)!r}[request.count]\n"
    )
    said = arena(
        *("run", "long-short", "--tasks", "1", "--out", "run", "--set", "seats.long=two.py:long"),
        *("--set", "seats.short=two.py:short", "--set", f"protocol.turns={len(short)}"),
    )
    assert said.code == 0, said.err
    return Found(sections_in(arena.folder / "run"))


def formats(arena: Typist) -> list[float | None]:
    """Return the formats of the turns, which are by turns of the long one and of the short one."""
    found = open_run(arena.folder / "run").annotations("rewards", name="format")
    return [one.value for one in found if isinstance(one, Reward)]


def test_a_solution_with_a_less_than_sign_is_finished_and_has_no_format(arena: Typist) -> None:
    found = said_by(arena, "I think.", "<answer> \\boxed{7}\nsince 3 < 4 </answer>", "never")
    assert found.shown("Mean score", "long-short: turns") == (1.0, 1, 1)
    assert found.shown("Share of a class", "long-short: hands-back is no") == (1.0, 1, 1)
    assert formats(arena) == [1.0, 0.0]


def test_a_malformed_turn_hands_nothing_back(arena: Typist) -> None:
    """Of three turns the first has no tag, the second hands back, and the third finishes."""
    found = said_by(arena, "I think.", "hm", "<answer> 3 < 4 </rethink>", "<answer>7</answer>")
    assert found.shown("Share of a class", "long-short: hands-back is yes") == (round(1 / 3, 9), 3, 3)
    assert formats(arena) == [1.0, 0.0, 1.0, 0.0, 1.0, 1.0]


@pytest.mark.parametrize("tag", ["<answer>", "</answer>", "</rethink>", "</rethink></answer>"])
def test_a_thought_with_a_tag_of_the_other_one_has_no_format(arena: Typist, tag: str) -> None:
    said_by(arena, f"I think. {tag}", "<answer>7</answer>")
    assert formats(arena) == [0.0, 1.0]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("<answer> x </rethink>", True),
        (r"<answer>\boxed{7}</answer>", True),
        ("<answer></answer>", False),
        ("<answer>7", False),
        ("It is <answer>7</answer>", False),
        ("<answer>7</answer></rethink>", False),
    ],
)
def test_a_turn_of_the_short_one_has_one_of_two_forms(text: str, right: bool) -> None:
    assert well_formed(text) is right
