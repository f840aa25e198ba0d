"""The example of B-STaR through the whole path: samples, scores, what is kept, the balance score, rows."""

from __future__ import annotations

import json

from tests.arena.cli.typing_in import Typist
from tests.arena.results.figures.lines import Found, sections_in

PLACE = "scenarios.b_star"
GROUP = "self-taught: policy, answer"


def played(arena: Typist, courses: str, tasks: int) -> Found:
    """Play ten samples of so many tasks, and return the figures."""
    said = arena(
        *("run", "b-star", "--tasks", str(tasks), "--out", "run"),
        *("--set", "protocol.samples=10", "--set", "protocol.threshold=0.1"),
        *("--agents", f"policy={PLACE}:Sampled?of={courses}"),
        *("--set", f"seats.reward={PLACE}:scripted_reward"),
    )
    assert said.code == 0, said.err
    return Found(sections_in(arena.folder / "run"))


def test_the_balance_score_of_the_sheet(arena: Typist) -> None:
    """Kept and right: 10 and 8, 4 and 4, 4 and 2, and none, which is absent: 1.425 / 3."""
    found = played(arena, "r8w2,r4x6,r2w2x6,x10", 4)
    assert found.shown("Balance score", GROUP) == (0.475, 3, 4)
    assert found.shown("Any sample right (Pass@K)", f"{GROUP}, by score") == (0.75, 4, 4)
    assert found.shown("Best sample right", f"{GROUP}, by score") == (0.75, 4, 4)


def test_rows_are_those_that_are_kept_with_their_scores(arena: Typist) -> None:
    """ORM + PRM / 5: 1.2 of a right one and 0.2 of a wrong one that looks sound."""
    played(arena, "r2w2x6", 1)
    said = arena(
        *("export", "run", "--to", "trl-sft", "--advantage", "none", "--out", "rows.jsonl"),
        *("--reward", "judge:score", "--where", "kept=yes", "--seat", "policy"),
    )
    assert said.code == 0, said.err
    rows = [json.loads(line) for line in (arena.folder / "rows.jsonl").read_text().splitlines()]
    assert [row["reward"] for row in rows] == [1.2, 1.2, 0.2, 0.2]


def test_equal_texts_are_kept_once(arena: Typist) -> None:
    """Five in the same words and five of their own are six that are kept, all right: 6 / 8."""
    found = played(arena, "d5r5", 1)
    assert found.shown("Balance score", GROUP) == (0.75, 1, 1)


def test_a_course_of_other_letters_is_refused(arena: Typist) -> None:
    said = arena("run", "b-star", "--agents", f"policy={PLACE}:Sampled?of=q3")
    assert said.code != 0
    assert "letters of rwxd" in said.err
