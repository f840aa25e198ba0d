"""The example of self-braking through the whole path: thinking, locating, figures, a reward and a row."""

from __future__ import annotations

import json

import pytest

from scenarios.self_braking import LEVEL, first_of_most, marker_share, overthinking
from tests.arena.cli.typing_in import Typist
from tests.arena.results.figures.lines import Found, sections_in

LOCATE = ("judge", "run", "--with", "scenarios.self_braking:Braking", "--judge")
SCRIPTED = "scenarios.self_braking:scripted_locator"


def played(arena: Typist, courses: str, tasks: int, judge: str = SCRIPTED) -> Found:
    """Play courses on so many tasks, have the thoughts measured, and return the figures."""
    agents = f"agent=scenarios.thinkers:Thinker?of={courses}"
    said = arena(
        *("run", "self-correction", "--set", "protocol.turns=1", "--tasks", str(tasks)),
        *("--agents", agents, "--out", "run"),
    )
    assert said.code == 0, said.err
    said = arena(*LOCATE, judge)
    assert said.code == 0, said.err
    return Found(sections_in(arena.folder / "run"))


def test_the_thought_of_the_sheet(arena: Typist) -> None:
    """Of 10 steps the 4th has the answer, and 6 of 200 tokens are marks: 0.4, 0.03, 0.543."""
    found = played(arena, "0-4/10/6/200", 1)
    group = "revise: self_braking.py:Braking, afterwards, {}, of answerer"
    values = [
        found.shown("Mean score", group.format(name))[0]
        for name in ("efficiency", "marker-share", "overthinking")
    ]
    assert values == [0.4, 0.03, 0.543]
    tokens = found.shown("Tokens per episode", "revise")
    assert tokens == (200.0, 1, 1)
    said = arena(
        *("export", "run", "--to", "trl-sft", "--advantage", "none", "--out", "rows.jsonl"),
        *("--reward", "correct", "--reward=-1*judge:overthinking"),
    )
    assert said.code == 0, said.err
    (row,) = map(json.loads, (arena.folder / "rows.jsonl").read_text().splitlines())
    assert row["reward"] == pytest.approx(1 - 0.543)


def test_a_thought_without_its_answer_has_no_score(arena: Typist) -> None:
    """The figure is of the one thought that has its answer, and the other lowers the coverage."""
    found = played(arena, "0-1/1/0/20,0-0/5/0/40", 2)
    group = "revise: self_braking.py:Braking, afterwards, overthinking, of answerer"
    assert found.shown("Mean score", group) == (0.0, 1, 2)


OVERTHINKS = "revise: self_braking.py:Braking, afterwards, overthinks is yes"


def test_a_thought_without_its_answer_does_not_overthink(arena: Typist) -> None:
    """One thought overthinks by 0.543; in the other the answer is missing, which is a no of the paper's."""
    found = played(arena, "0-4/10/6/200,0-0/5/0/40", 2)
    assert found.shown("Share of a class", OVERTHINKS) == (0.5, 2, 2)


def test_a_reply_without_a_thought_tells_nothing_of_overthinking(arena: Typist) -> None:
    found = played(arena, "0-4/10/6/200,0", 2)
    assert found.shown("Share of a class", OVERTHINKS) == (1.0, 1, 2)


def test_a_locator_that_fails_tells_nothing_of_overthinking(arena: Typist) -> None:
    """Of two thoughts it says of the first that its answer stands nowhere, and of the second nothing."""
    (arena.folder / "half.py").write_text(
        "def locator(request):\n    return 'Answer: 0' if '10: ' in request.prompt.text else 'hm'\n"
    )
    found = played(arena, "0-0/10/0/40,0-1/5/0/40", 2, judge="half.py:locator")
    assert found.shown("Share of a class", OVERTHINKS.replace("yes", "no")) == (1.0, 1, 2)


@pytest.mark.parametrize(
    ("answers", "first"),
    [
        ([4, 4, 5, 4], 4),
        ([5, 4, 5, 4], 4),
        ([3, 9, 5, 7], 3),
        ([11, 11, 11, 4], None),
        ([0, 0, 4, 4], 4),
        ([None, None, None, None], None),
        ([], None),
    ],
)
def test_of_four_answers_the_most_frequent_and_then_the_smallest_counts(
    answers: list[float | None], first: int | None
) -> None:
    assert first_of_most(answers, 10) == first


def test_marks_count_within_words_and_within_each_other() -> None:
    """Hmm is in Hmmm and but in attribute; hold on has two words."""
    assert marker_share("Hmmm an attribute. Hold on here now then.") == (1 + 1 + 1 + 2) / 8


def test_a_thought_may_go_on_for_one_step_after_four_and_not_for_two() -> None:
    """SBT-D: 0.9 * (1 - 4 / 5) = 0.18, and 0.9 * (1 - 4 / 6) = 0.3 is above the level."""
    assert overthinking(4 / 5, 0) == pytest.approx(0.18)
    assert overthinking(4 / 5, 0) <= LEVEL
    assert overthinking(4 / 6, 0) == pytest.approx(0.3)
