"""Who wins, and whether a place or a length does, of runs made by hand."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import evalica
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.results.columns import Columns, EpisodeKey, SideRow
from tests.arena.results.columns.stored import ANSWERS, RIGHT, WRONG, ask, columns_of, debated, speech
from tests.arena.results.figures.reading import lines_of, shown

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


class TestAgents:
    @settings(max_examples=50, deadline=None)
    @given(st.lists(st.tuples(st.permutations(["ann", "bob", "cy"]), st.sampled_from([RIGHT, WRONG, None]))))
    def test_against_each_other_win_as_evalica_finds_it(
        self, duels: list[tuple[list[str], str | None]]
    ) -> None:
        """And what nobody won lowers the coverage."""
        columns = Columns()
        for number, ((one, other, _), winner) in enumerate(duels):
            for seat, agent, answer in (("debater_a", one, RIGHT), ("debater_b", other, WRONG)):
                won = None if winner is None else float(winner == answer)
                place = EpisodeKey(0, number), "debate", str(number)
                columns.sides.append(SideRow(*place, seat, agent, answer, 0, 0, None, won, 1))
        decided = [(one, other, winner) for (one, other, _), winner in duels if winner]
        found = {line.group: line.figure for line in lines_of(columns, samples=1) if "another" in line.name}
        for one, other in permutations(["ann", "bob", "cy"], 2):
            played = [pair for (*pair, _), _ in duels if {one, other} == set(pair)]
            met = [duel for duel in decided if {one, other} == {duel[0], duel[1]}]
            if not played:
                assert f"debate: {one} against {other}" not in found
                continue
            figure = found[f"debate: {one} against {other}"]
            assert (figure.n, figure.of) == (len(met), len(played))
            if met:
                winners = [evalica.Winner.X if winner == RIGHT else evalica.Winner.Y for *_, winner in met]
                theirs = evalica.average_win_rate([a for a, *_ in met], [b for _, b, _ in met], winners)
                assert figure.value == pytest.approx(theirs.scores[one])
