"""Versions of a policy are played as conditions, and their rows are mixed as ReMix draws them."""

from __future__ import annotations

import json
from collections import Counter
from itertools import islice
from typing import Any

import pytest

from arena.core.errors import UsageError
from scenarios.remix import clipped, kl_weight, mixed
from tests.arena.cli.typing_in import Typist
from tests.arena.results.figures.lines import Found, sections_in

THINKER = "scenarios.thinkers:Thinker?of="


def exported(arena: Typist) -> list[dict[str, Any]]:
    """Play three versions on four tasks, find what reflects, and return the rows."""
    courses = ("0-1/1/1/20,1-1/1/2/20,0-1/1/0/20,0-1/1/0/20", "0-1/1/0/10,0-1/1/0/10,0-1/1/3/30", "0")
    each = [
        word
        for version, course in enumerate(courses, start=1)
        for word in ("--each", f"policy@{version}={THINKER}{course}")
    ]
    said = arena(
        *("run", "self-correction", "--set", "protocol.turns=1", "--tasks", "4", "--out", "run"), *each
    )
    assert said.code == 0, said.err
    said = arena("judge", "run", "--regex", "reflection=(?i)wait", "--set", "view=reasoning")
    assert said.code == 0, said.err
    said = arena(
        *("export", "run", "--to", "trl-sft", "--advantage", "none", "--out", "rows.jsonl"),
        *("--reward", "correct"),
    )
    assert said.code == 0, said.err
    return [json.loads(line) for line in (arena.folder / "rows.jsonl").read_text().splitlines()]


def test_every_row_has_the_version_that_wrote_it(arena: Typist) -> None:
    """Four rows of each of three versions; the first has one wrong answer, and half of its thoughts wait."""
    rows = exported(arena)
    assert Counter(row["policy_version"] for row in rows) == {"1": 4, "2": 4, "3": 4}
    assert sum(row["reward"] for row in rows if row["policy_version"] == "1") == 3.0
    found = Found(sections_in(arena.folder / "run"))
    reflects = found.shown("Share with any", "policy@1: regex, afterwards, reflection, turn 1")
    assert reflects == (0.5, 4, 4)
    assert found.shown("Tokens per episode", "policy@1") == (20.0, 4, 4)


def test_four_in_ten_rows_are_of_the_two_versions_before(arena: Typist) -> None:
    """10,000 draws: the share of old ones is 0.40 +- 0.015, and half of it is of each version."""
    rows = exported(arena)
    drawn = Counter(row["policy_version"] for row in islice(mixed(rows, current=3), 10_000))
    assert (drawn["1"] + drawn["2"]) / 10_000 == pytest.approx(0.4, abs=0.015)
    assert drawn["1"] / 10_000 == pytest.approx(0.2, abs=0.015)
    alone = Counter(row["policy_version"] for row in islice(mixed(rows, 3, window=1), 1000))
    assert set(alone) == {"2", "3"}
    assert {row["policy_version"] for row in islice(mixed(rows, 1), 100)} == {"1"}
    assert {row["policy_version"] for row in islice(mixed(rows, 3, old=0.0), 100)} == {"3"}


def test_the_same_seed_draws_the_same() -> None:
    rows = [{"policy_version": str(version), "n": n} for version in (1, 2) for n in range(9)]
    one, other = (list(islice(mixed(rows, 2, seed=5), 50)) for _ in range(2))
    assert one == other


def test_what_cannot_be_mixed_is_told() -> None:
    with pytest.raises(UsageError, match="no rows of the version 4"):
        next(mixed([{"policy_version": "3"}], 4))
    with pytest.raises(UsageError, match="window of at least 1"):
        next(mixed([{"policy_version": "3"}], 3, window=0))


@pytest.mark.parametrize(
    ("ratio", "centre", "advantage", "term"),
    [(1.5, 1.0, 1.0, 1.2), (1.5, 1.4, 1.0, 1.5), (0.5, 1.0, -1.0, -0.8)],
)
def test_a_ratio_counts_as_far_as_it_is_near_the_current_version(
    ratio: float, centre: float, advantage: float, term: float
) -> None:
    assert clipped(ratio, centre, advantage, eps=0.2) == pytest.approx(term)


def test_the_base_model_holds_the_policy_less_as_it_learns() -> None:
    assert [kl_weight(step) for step in (0, 50, 51, 60, 61, 100, 1000)] == [1, 1, 0.9, 0.9, 0.8, 0.5, 0.5]
