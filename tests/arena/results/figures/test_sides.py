"""Who wins, and whether a place or a length does, of runs made by hand."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import evalica
import pytest

import arena
from arena import Scenario, Task
from arena.journal import StoredRun
from arena.judging import Asks, Criterion, JudgingOptions, judge_run
from arena.running import run
from protocols import Debate
from tests.arena.results.figures.lines import found_in
from tests.arena.results.stored import ANSWERS, RIGHT, WRONG, ask, debated, speech
from tests.shared.agents import Watched

FIRST = [ask(WRONG), ask(RIGHT, ANSWERS[::-1])]
"""Two verdicts for whatever stands first."""


class TestSides:
    async def test_win_by_seat_and_by_being_right(self, tmp_path: Path) -> None:
        ended = [debated(RIGHT), debated(RIGHT), debated(WRONG), debated(None)]
        found = await found_in(tmp_path, *ended)
        assert found.shown("Win rate by seat", "debate: debater_a") == (0.666666667, 3, 4)
        name = "Win rate by correctness of its answer"
        assert found.shown(name, "debate: wrong answer") == (0.333333333, 3, 4)
        assert found.shown("Win rate by agent", "debate: bob") == (0.333333333, 3, 4)
        name = "Win rate of one agent against another"
        assert found.shown(name, "debate: ann against bob") == (0.666666667, 3, 4)

    async def test_positions_and_swaps(self, tmp_path: Path) -> None:
        refused = [ask(None), ask(RIGHT, ANSWERS[::-1])]
        ended = [debated(None, asks=FIRST), debated(RIGHT), debated(None, asks=refused)]
        found = await found_in(tmp_path, *ended)
        assert found.shown("First position", "debate: judge, verdict") == (0.8, 5, 6)
        assert found.shown("Inconsistency under swap", "debate: judge, verdict") == (0.5, 2, 3)

    async def test_one_order_alone_is_no_pair(self, tmp_path: Path) -> None:
        found = await found_in(tmp_path, debated(RIGHT, asks=[ask(RIGHT)]))
        assert "Inconsistency under swap" not in found.names

    async def test_length_is_of_the_difference_between_the_sides(self, tmp_path: Path) -> None:
        long, short = speech("debater_a", 9), speech("debater_b", 2)
        ended = [debated(choice)._replace(said=[long, short]) for choice in (RIGHT, RIGHT, None)]
        found = await found_in(tmp_path, *ended)
        assert found.shown("Length correlation") == (1.0, 2, 3)
        assert found.shown("Length correlation, ranks") == (1.0, 2, 3)


class TestAgents:
    async def test_against_each_other_win_as_evalica_finds_it(self, tmp_path: Path) -> None:
        """And what nobody won lowers the coverage."""
        winners = [RIGHT, RIGHT, WRONG, None]
        found = await found_in(tmp_path, *(debated(winner) for winner in winners))
        decided = [evalica.Winner.X if winner == RIGHT else evalica.Winner.Y for winner in winners if winner]
        count = len(decided)
        theirs = evalica.average_win_rate(["ann"] * count, ["bob"] * count, decided)
        for one, other in permutations(["ann", "bob"]):
            line = found.line("Win rate of one agent against another", f"debate: {one} against {other}")
            assert (line.figure.n, line.figure.of) == (3, 4)
            assert line.figure.value == pytest.approx(theirs.scores[one])


async def test_a_later_verdict_for_an_answer_is_one_for_the_seat_that_defends_it(tmp_path: Path) -> None:
    """The judge is for the answer that it reads first; who defends it is said in the debate."""
    task = Task(id="who", text="Who?", truth="x", data={"answers": ("x", "y")})
    seats = dict.fromkeys(Debate(rounds=1).seats, "random")
    await run(Scenario(protocol=Debate(rounds=1), tasks=(task,), episodes=6, seats=seats), tmp_path / "run")
    judge = Watched("Verdict: 1", "cy")
    await judge_run(tmp_path / "run", [judge], Criterion(asks=Asks.ANSWER), JudgingOptions(swap=False))
    with StoredRun(tmp_path / "run") as stored:
        told = {one.number: " ".join(event.text for event in one.events) for one in stored.episodes()}
        chosen = {one.key.episode: one.found.choice for one in stored.verdicts()}
    assert set(chosen) == set(told)
    first = sum(f"debater_a defends the answer: {chosen[number]}" in told[number] for number in told)
    lines = [line for section in arena.figures(tmp_path / "run") for line in section.lines]
    won = {line.group: line.figure.value for line in lines if line.name == "Win rate by later judges"}
    seats_won = {group.rpartition(": ")[2]: value for group, value in won.items()}
    expected = {"debater_a": first / 6, "debater_b": 1 - first / 6}
    assert seats_won == {seat: pytest.approx(value) for seat, value in expected.items() if value}
