"""The worked examples of self-correction through the whole path: play, figures, rewards and rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from tests.arena.cli.typing_in import Typist
from tests.arena.results.figures.lines import Found, sections_in

COURSE = "agent=scenarios.courses:Recited?of="


def played(arena: Typist, courses: str, tasks: int, *words: str, scenario: str = "self-correction") -> Found:
    """Play courses on so many tasks, and return the figures."""
    said = arena("run", scenario, "--tasks", str(tasks), "--out", "run", "--agents", COURSE + courses, *words)
    assert said.code == 0, said.err
    return Found(sections_in(arena.folder / "run"))


def rows(arena: Typist, *words: str, to: str = "trl-sft") -> Sequence[dict[str, Any]]:
    """Return the rows of the run's export, in the order of episodes and turns."""
    said = arena("export", "run", "--to", to, "--advantage", "none", "--out", "rows.jsonl", *words)
    assert said.code == 0, said.err
    return [json.loads(line) for line in (arena.folder / "rows.jsonl").read_text().splitlines()]


def by_episode(rows: Sequence[dict[str, Any]]) -> list[list[float | None]]:
    """Return the rewards of each episode, by turn."""
    found: dict[int, list[float | None]] = {}
    for row in sorted(rows, key=lambda row: (row["episode"], row["turn"])):
        found.setdefault(row["episode"], []).append(row["reward"])
    return [found[episode] for episode in sorted(found)]


class TestSCoRe:
    def test_rewards_are_those_of_the_second_stage(self, arena: Typist) -> None:
        """WW 0, 0; WR 0, 11; RW 1, -10; RR 1, 1."""
        played(arena, "11,10,01,00", 4)
        found = by_episode(rows(arena, "--reward", "shaped-correction?alpha=10"))
        assert found == [[0, 0], [0, 11], [1, -10], [1, 1]]

    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("courses", "of", "shown"),
        [
            ("00*184,10*23,01*79,11*214", 500, (52.6, 41.4, 4.6, 15.8)),
            ("00*243,10*16,01*21,11*220", 500, (52.8, 51.8, 3.2, 4.2)),
            ("00*257,10*13,01*11,11*219", 500, (53.6, 54.0, 2.6, 2.2)),
            ("00*244,10*27,01*18,11*211", 500, (52.4, 54.2, 5.4, 3.6)),
            ("00*293,10*29,01*7,11*171", 500, (60.0, 64.4, 5.8, 1.4)),
            ("00*80,10*13,01*8,11*63", 164, (53.7, 56.7, 7.9, 4.9)),
            ("00*81,10*25,01*5,11*53", 164, (52.4, 64.6, 15.2, 3.0)),
        ],
        ids=["base", "self-refine", "star", "pair-sft", "score", "humaneval-base", "humaneval-score"],
    )
    def test_the_table_of_the_paper_comes_out(
        self, arena: Typist, courses: str, of: int, shown: Sequence[float]
    ) -> None:
        """In hundredths, as it is printed there: both accuracies, what is mended and what is spoilt."""
        found = played(arena, courses, of)
        names = ("Accuracy after turn 1", "Accuracy after turn 2", "Wrong to correct", "Correct to wrong")
        values = [found.line(name, "revise: agent").figure.value or 0.0 for name in names]
        assert [round(100 * value, 1) for value in values] == list(shown)


class TestUFO:
    COURSES = "110,11111,0,10"

    def test_rewards_are_those_of_the_code(self, arena: Typist) -> None:
        """With its weight 0.5: 0.25 less a sixth, less 0.4, 1 and 0.5; with 1: -0.0833, -0.8, 1, 0.5."""
        found = played(arena, self.COURSES, 4, "--set", "protocol.turns=5", "--set", "protocol.hint=unary")
        group = "revise: agent"
        solved = [found.line(f"Accuracy after turn {turn}", group).figure.value for turn in range(1, 6)]
        assert solved == [0.25, 0.5, 0.75, 0.75, 0.75]
        by_code = [one[-1] for one in by_episode(rows(arena, "--reward", "unary-feedback"))]
        assert by_code == pytest.approx([1 / 12, -0.4, 1.0, 0.5])
        by_one = [one[-1] for one in by_episode(rows(arena, "--reward", "unary-feedback?weight=1"))]
        assert by_one == pytest.approx([-1 / 12, -0.8, 1.0, 0.5])
