"""Who wins, and whether a place or a length does, of runs made by hand."""

from __future__ import annotations

from pathlib import Path

from arena.columns import Columns, read_columns
from arena.journal import Run
from arena.judging import judge_run
from tests.arena.columns.stored import ANSWERS, RIGHT, WRONG, ask, columns_of, debated, speech, store
from tests.arena.figures.reading import lines_of, shown
from tests.helpers import Watched

FIRST = [ask(WRONG), ask(RIGHT, ANSWERS[::-1])]
"""Two verdicts for whatever stands first."""


class TestSides:
    async def test_win_by_seat_and_by_being_right(self, tmp_path: Path) -> None:
        ended = [debated(RIGHT), debated(RIGHT), debated(WRONG), debated(None)]
        columns = await columns_of(tmp_path, *ended)
        assert shown(columns, "Win rate by seat", "debate: debater_a") == (0.666666667, 3, 4)
        name = "Win rate by correctness of its answer"
        assert shown(columns, name, "debate: wrong answer") == (0.333333333, 3, 4)
        assert shown(columns, "Win rate by agent", "debate: bob") == (0.333333333, 3, 4)
        name = "Win rate of one agent against another"
        assert shown(columns, name, "debate: ann against bob") == (0.666666667, 3, 4)

    async def test_positions_and_swaps(self, tmp_path: Path) -> None:
        refused = [ask(None), ask(RIGHT, ANSWERS[::-1])]
        ended = [debated(None, asks=FIRST), debated(RIGHT), debated(None, asks=refused)]
        columns = await columns_of(tmp_path, *ended)
        assert shown(columns, "First position", "debate: cy") == (0.8, 5, 6)
        assert shown(columns, "Inconsistency under swap", "debate: cy") == (0.5, 2, 3)

    async def test_one_order_alone_is_no_pair(self, tmp_path: Path) -> None:
        columns = await columns_of(tmp_path, debated(RIGHT, asks=[ask(RIGHT)]))
        assert "Inconsistency under swap" not in {found.name for found in lines_of(columns)}

    async def test_length_is_of_the_difference_between_the_sides(self, tmp_path: Path) -> None:
        long, short = speech("debater_a", 9), speech("debater_b", 2)
        ended = [debated(choice)._replace(said=[long, short]) for choice in (RIGHT, RIGHT, None)]
        columns = await columns_of(tmp_path, *ended)
        assert shown(columns, "Length correlation") == (1.0, 2, 3)
        assert shown(columns, "Length correlation, ranks") == (1.0, 2, 3)


class TestAgreement:
    async def judged(self, folder: Path, *replies: str) -> Columns:
        said = [speech("debater_a", 1), speech("debater_b", 1)]
        await store(folder, [debated(RIGHT)._replace(said=said)] * 3)
        judges = [Watched(reply, f"judge {number}") for number, reply in enumerate(replies)]
        await judge_run(folder, judges, swap=False)
        with Run(folder) as run:
            return read_columns([("run", run)])

    async def test_is_of_what_can_be_paired(self, tmp_path: Path) -> None:
        """Of two judges who never agree: 1 - 1 / (9 / 15), and one more who says nothing."""
        columns = await self.judged(tmp_path, "Verdict: 1", "Verdict: 2", "well")
        assert shown(columns, "Krippendorff's alpha") == (round(1 - 15 / 9, 9), 6, 9)

    async def test_one_judge_agrees_with_nobody(self, tmp_path: Path) -> None:
        columns = await self.judged(tmp_path, "Verdict: 1")
        assert "Krippendorff's alpha" not in {found.name for found in lines_of(columns)}
