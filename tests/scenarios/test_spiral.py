"""SPIRAL: three games under two rules each, and rows that are computed by hand from the published formulas.

Role-conditioned advantages: A = R - b with b from before the episode, and then b <- .95 b + .05 R, from 0.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from arena import check_protocol
from arena.episode.outcome import Ending
from arena.running import run
from arena.seat.agent import Agent, Reply, Request, Tokens
from arena.tasks import Task
from arena.training.export.exporting import ExportOptions, export_rows
from protocols import Play
from protocols.exploitability import exploitability
from scenarios.spiral import RIGHT_KUHN, JudgedGame, LateWinner, scenario
from tests.arena.results.figures.lines import Found, sections_in
from tests.shared.agents import Watched
from tests.shared.playing import play

TRAINED, RIGHT = ("tictactoe", "kuhn", "negotiation"), " by the right rules"
ILLEGAL = "I pass the salt.\nMove: salt"
CELLS = {"W": ((0, 1, 2), (3, 4, 8)), "D": ((0, 1, 5, 6, 8), (2, 4, 3, 7))}


@dataclass
class Course(Agent):
    """Ends each game as the task says: player_0 wins, loses, draws or forfeits at its second move."""

    async def reply(self, request: Request) -> Reply:
        text = self.move(request, request.brief[0], request.seat == "player_0")
        return Reply(text, tokens=Tokens(texts=(text[:1], text[1:]), ids=(7, 8), ids_read=(1,)))

    def move(self, request: Request, course: str, is_first: bool) -> str:
        fields = request.prompt.data
        if is_first and course == "F" and request.count > 0:
            return ILLEGAL
        moves, game = fields["moves"], fields["game"]
        if game == "tictactoe":
            cells = CELLS["D" if course == "D" else "W"][0 if is_first else 1]
            action = next(action for action in cells if action in moves.values())
            return str(next(move for move in moves if moves[move] == action))
        if game.startswith("spiral-negotiation"):
            wanted = {"W": ("offer 1 Wood -> 2 Gold", "accept")}.get(course, ("pass", "pass"))
            return wanted[0 if is_first else 1] if request.count == 0 else "pass"
        bets = is_first == (course != "L")
        return next(str(move) for move in moves if move in (("bet", "call") if bets else ("check", "fold")))


async def exported(folder: Path, courses: str, to: str = "tokens", **choice: Any) -> list[dict[str, Any]]:
    """Play the courses under all conditions, and return their rows."""
    tasks = [Task(id=f"course-{place}", text=letter) for place, letter in enumerate(courses)]
    await run(scenario.model_copy(update={"tasks": tasks, "seats": seated(Course()), "episodes": 1}), folder)
    options = ExportOptions(to=to, reward=("with-forfeits",), advantage="role?decay=0.95", **choice)
    if to == "tokens":
        table = pytest.importorskip("pyarrow.parquet")
        export_rows([folder], folder.parent / "rows.parquet", options)
        found: list[dict[str, Any]] = table.read_table(folder.parent / "rows.parquet").to_pylist()
        return found
    export_rows([folder], folder.parent / "rows.jsonl", options)
    return [json.loads(line) for line in (folder.parent / "rows.jsonl").read_text().splitlines()]


def seated(agent: Agent) -> dict[str, Agent]:
    return dict.fromkeys(RIGHT_KUHN.seats, agent)


def by_seat(rows: list[dict[str, Any]], condition: str, what: str) -> dict[str, list[list[float]]]:
    """Return the values of a condition's rows, by seat and episode."""
    found: dict[str, dict[int, list[float]]] = defaultdict(dict)
    for row in rows:
        if row["condition"] == condition and not row.get("masked"):
            found[row["role"]].setdefault(row["episode"], []).append(row[what])
    return {seat: list(episodes.values()) for seat, episodes in found.items()}


async def test_rewards_and_advantages_are_the_hand_computation_of_the_sheet(tmp_path: Path) -> None:
    """Returns (1, -1), (1, -1), (-1.5, .5) and (0, 0); Kuhn poker by the code has no ties: (-1, 1)."""
    rows = await exported(tmp_path / "run", "WWFD")
    for game in ("tictactoe", "negotiation"):
        rewards, over = by_seat(rows, game, "reward"), by_seat(rows, game, "advantage")
        for seat, paid, gained in (
            ("player_0", (1, 1, -1.5, 0), (1, 0.95, -1.5975, -0.017625)),
            ("player_1", (-1, -1, 0.5, 0), (-1, -0.95, 0.5975, 0.067625)),
        ):
            assert [set(turns) for turns in rewards[seat]] == [{amount} for amount in paid]
            for turns, expected in zip(over[seat], gained, strict=True):
                assert turns == pytest.approx([expected] * len(turns), abs=1e-12)


async def test_kuhn_by_its_code_has_its_own_baselines(tmp_path: Path) -> None:
    rows = await exported(tmp_path / "run", "WWFL")
    over = by_seat(rows, "kuhn", "advantage")
    assert [turns[0] for turns in over["player_0"]] == pytest.approx([1, 0.95, -1.5975, -1.017625])
    assert [turns[0] for turns in over["player_1"]] == pytest.approx([-1, -0.95, 0.5975, 1.067625])


@dataclass
class AtOnce(Agent):
    """Forfeits at once as player_0, if the task says so, and otherwise plays at random."""

    async def reply(self, request: Request) -> Reply:
        forfeits = request.brief[0] == "F" and request.seat == "player_0"
        return Reply(ILLEGAL if forfeits else request.form.sample(request.random()))


async def test_a_baseline_counts_what_a_seat_got_that_was_not_asked_before_the_other_forfeited(
    tmp_path: Path,
) -> None:
    """player_1 gets .5 without a move, so its baseline is .025 in the second game."""
    tasks = [Task(id=f"game-{place}", text=letter) for place, letter in enumerate("FR")]
    await run(
        scenario.model_copy(update={"tasks": tasks, "seats": seated(AtOnce()), "episodes": 1}), tmp_path / "r"
    )
    options = ExportOptions(to="trl-sft", reward=("with-forfeits",), advantage="role?decay=0.95")
    export_rows([tmp_path / "r"], tmp_path / "rows.jsonl", options)
    rows = [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text().splitlines()]
    second = [row for row in rows if (row["condition"], row["role"]) == ("tictactoe", "player_1")]
    assert second
    assert all(row["advantage"] == pytest.approx(row["reward"] - 0.025, abs=1e-12) for row in second)


async def test_by_the_right_rules_a_forfeit_is_a_loss_after_three_tries(tmp_path: Path) -> None:
    """Returns (1, -1), (1, -1), (-1, 1), (0, 0)."""
    rows = await exported(tmp_path / "run", "WWFD")
    for game in ("tictactoe", "negotiation"):
        over = by_seat(rows, game + RIGHT, "advantage")
        assert [t[0] for t in over["player_0"]] == pytest.approx([1, 0.95, -1.0975, -0.042625])
        assert [t[0] for t in over["player_1"]] == pytest.approx([-1, -0.95, 1.0975, 0.042625])
    tries = [row for row in rows if row["completion"] == ILLEGAL and row["condition"].endswith(RIGHT)]
    assert [row["masked"] for row in tries] == [True, True, False] * 3


async def test_the_reply_that_forfeited_is_a_row_and_every_turn_has_a_mask(tmp_path: Path) -> None:
    rows = await exported(tmp_path / "run", "WF")
    trained = [row for row in rows if row["condition"] in TRAINED]
    assert {(row["masked"], row["why_masked"]) for row in trained} == {(False, "")}
    forfeits = [row for row in trained if row["completion"] == ILLEGAL]
    assert [(row["status"], row["reward"], row["role"]) for row in forfeits] == [
        ("illegal", -1.5, "player_0")
    ] * 3
    for row in trained:
        assert row["mask"] == [1, 1]
        assert row["advantages"] == pytest.approx([row["advantage"]] * 2)
        assert (row["prompt_ids"], row["completion_ids"]) == ([1], [7, 8])
        assert row["return"] == row["reward"]


async def test_a_discount_counts_the_turns_of_the_seat_that_follow(tmp_path: Path) -> None:
    """Three cells each, and player_0 ends the game: A is 1, so gamma = .5 gives .25, .5 and 1."""
    pytest.importorskip("pyarrow.parquet")
    tasks = [Task(id="one", text="W")]
    await run(
        scenario.model_copy(update={"tasks": tasks, "seats": seated(Course()), "episodes": 1}), tmp_path / "r"
    )
    options = ExportOptions(to="trl-sft", reward=("with-forfeits?gamma=0.5",), seats=("player_0",))
    export_rows([tmp_path / "r"], tmp_path / "rows.jsonl", options)
    rows = [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text().splitlines()]
    assert [row["advantage"] for row in rows if row["condition"] == "tictactoe"] == [0.25, 0.5, 1.0]


async def test_trl_has_the_same_rewards(tmp_path: Path) -> None:
    rows = await exported(tmp_path / "run", "WF", to="trl-sft")
    forfeit = [row for row in rows if row["completion"][0]["content"] == ILLEGAL and row["reward"] == -1.5]
    assert [row["condition"] for row in forfeit] == list(TRAINED)
    assert [row["advantage"] for row in forfeit] == pytest.approx([-1.55] * 3)


async def test_results_by_player_and_the_fault_of_kuhns_code(tmp_path: Path) -> None:
    """Who folds in four rounds and wins the fifth has won by the code, and lost by chips, -3 to +3."""
    small = scenario.model_copy(update={"seats": seated(LateWinner()), "episodes": 2})
    result = await run(small, tmp_path / "run")
    assert result.ended[Ending.COMPLETED] == 12
    found = Found(sections_in(tmp_path / "run"))
    for condition in scenario.conditions:
        ends = "loss" if condition == "kuhn" + RIGHT else "win"
        group = f"{condition}: result of player_0 is {ends}"
        assert found.shown("Share of a class", group) == (1.0, 2, 2)
    assert found.shown("Mean score", "tictactoe: turns") == (5.0, 2, 2)
    assert found.shown("Mean score", "negotiation: turns") == (10.0, 2, 2)
    assert found.shown("Mean score", "kuhn: turns") == (13.0, 2, 2)


@pytest.mark.parametrize("name", scenario.conditions)
def test_each_game_finds_what_it_says(name: str) -> None:
    check_protocol(scenario.conditions[name].protocol, playouts=2)


async def test_an_offender_is_invalid_and_the_other_wins() -> None:
    playing = await play(JudgedGame(game="kuhn", retries=0), Watched("salt"))
    said = {row.name: row.text for row in playing.memory.found[0] if row.kind == "label"}
    assert said == {"result of player_0": "invalid", "result of player_1": "win"}


async def test_exploitability_is_measured_by_the_right_rules_alone() -> None:
    """Who checks and folds pays the ante to an opponent who bets, and gains nothing from it otherwise."""
    timid = Watched(lambda request: next(m for m in request.prompt.data["moves"] if m in ("check", "fold")))
    two = RIGHT_KUHN.model_copy(update={"hands": 2})
    found = await exploitability(timid, two, samples=1)
    assert found.per_player == pytest.approx((1.0, 1.0))
    hand = await exploitability(timid, Play(game="kuhn"), samples=1)
    assert hand.per_player is not None
    assert max(hand.per_player) == pytest.approx(1.0)
