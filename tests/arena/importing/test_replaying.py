"""Games of other systems are played again by our rules, or the file is told to be wrong."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from arena import Ending, Scenario
from arena.core.errors import UsageError
from arena.importing import import_transcripts
from arena.journal import StoredEpisode, StoredRun
from arena.running import run
from arena.seat.agent import Request
from arena.seat.function import Function
from arena.training.export.exporting import ExportOptions, export_rows
from protocols import Play
from tests.arena.importing.theirs import write

SEATS = {"player_0": "model-x", "player_1": "model-y"}
TOP_ROW = [0, 3, 1, 4, 2]
"""The first player takes the top row, and the second two squares of the middle one."""

KAGGLE = """
seats = { player_0 = "info.TeamNames.0", player_1 = "info.TeamNames.1" }
game = { path = "name", as = { tictactoe = "tictactoe", connectx = "openspiel:connect_four" } }
moves = { each = "steps", skip = 1, move = ["0.action", "1.action"] }
returns = { player_0 = "rewards.0", player_1 = "rewards.1" }
"""


def game(moves: list[Any], returns: Any = None, name: str = "tictactoe") -> dict[str, Any]:
    given = {} if returns is None else {"returns": dict(zip(SEATS, returns, strict=True))}
    return {"game": name, "seats": SEATS, "moves": moves, **given}


def imported(folder: Path, *games: Any, mapping: str | None = None) -> list[StoredEpisode]:
    file = write(folder / "games.jsonl", list(games))
    if mapping is not None:
        (folder / "map.toml").write_text(mapping)
    import_transcripts([file], folder / "run", mapping=None if mapping is None else folder / "map.toml")
    with StoredRun(folder / "run") as stored:
        return list(stored.episodes())


def outcome(episode: StoredEpisode) -> Any:
    assert episode.played is not None
    return episode.played.outcome


def _next(said: Iterator[str], _: Request) -> str:
    return next(said)


class TestReplay:
    async def test_each_seat_was_sent_what_it_is_sent_in_a_run_of_ours(self, tmp_path: Path) -> None:
        (theirs,) = await asyncio.to_thread(imported, tmp_path, game(TOP_ROW))
        said = {"player_0": iter(["a1", "b1", "c1"]), "player_1": iter(["a2", "b2"])}
        agents = {seat: Function(partial(_next, own), seat) for seat, own in said.items()}
        await run(Scenario(protocol=Play(game="tictactoe"), seats=agents), tmp_path / "ours", concurrency=1)
        with StoredRun(tmp_path / "ours") as stored:
            ours = stored.episode(0)
        assert theirs.events == ours.events
        assert [(call.seat, call.digest) for call in theirs.calls] == [
            (call.seat, call.digest) for call in ours.calls
        ]
        assert outcome(theirs).returns == {"player_0": 1, "player_1": -1}

    def test_its_replies_are_rows_to_train_on(self, tmp_path: Path) -> None:
        imported(tmp_path, game(TOP_ROW, (1, -1)))
        export_rows([tmp_path / "run"], tmp_path / "rows.jsonl", ExportOptions(to="trl-sft"))
        rows = [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text().splitlines()]
        assert [(row["role"], row["completion"][0]["content"], row["return"]) for row in rows] == [
            ("player_0", "a1", 1.0),
            ("player_1", "a2", -1.0),
            ("player_0", "b1", 1.0),
            ("player_1", "b2", -1.0),
            ("player_0", "c1", 1.0),
        ]
        assert "Legal moves: b1, c1, b2, c2, a3, b3, c3." in rows[2]["prompt"][-1]["content"]
        assert {(row["game"], row["protocol"]) for row in rows} == {("tictactoe", "play")}

    def test_moves_are_numbers_or_words(self, tmp_path: Path) -> None:
        numbers, words, digits = imported(
            tmp_path, game(TOP_ROW), game(["a1", "a2", "b1", "b2", "c1"]), game(["0", "3", "1", "4", "2"])
        )
        assert numbers.events == words.events == digits.events

    def test_chance_stands_among_the_moves(self, tmp_path: Path) -> None:
        """The Jack and the Queen are dealt, both check, and the Queen wins a chip."""
        (hand,) = imported(tmp_path, game([0, 1, "check", "check"], (-1, 1), "kuhn"))
        seen = {seat: " ".join(e.text for e in hand.events if e.audience == {seat}) for seat in SEATS}
        assert "Jack" in seen["player_0"]
        assert "Queen" not in seen["player_0"]
        assert outcome(hand).returns == {"player_0": -1, "player_1": 1}

    def test_players_may_move_at_once(self, tmp_path: Path) -> None:
        (round_,) = imported(tmp_path, game([["paper", "rock"]], (1, -1), "rock-paper-scissors"))
        assert outcome(round_).returns == {"player_0": 1, "player_1": -1}

    def test_one_that_ended_early_has_the_returns_of_the_file(self, tmp_path: Path) -> None:
        (resigned,) = imported(tmp_path, game([0, 3], (1, -1)))
        assert outcome(resigned).ending is Ending.COMPLETED
        assert outcome(resigned).returns == {"player_0": 1, "player_1": -1}
        assert outcome(resigned).details == {"ended": "before the game was over"}

    def test_a_seat_without_a_return_failed(self, tmp_path: Path) -> None:
        late, wrong = imported(tmp_path, game([0, 3], (None, 1)), game([0, 3, 99], (None, 1)))
        assert (outcome(late).ending, outcome(late).offenders) == (Ending.FAILED, ("player_0",))
        assert outcome(late).returns == {}
        assert "move 3: 99 of player_0 is not legal" in outcome(wrong).reason


class TestKaggle:
    def replay(self, actions: list[int], rewards: Any, name: str = "tictactoe") -> dict[str, Any]:
        """Return a replay, in which the player who is not to move has the default action 0."""
        steps = [[{"action": 0}, {"action": 0}]]
        for place, action in enumerate(actions):
            steps.append([{"action": action if place % 2 == seat else 0} for seat in (0, 1)])
        return {"name": name, "info": {"TeamNames": ["x", "y"]}, "rewards": rewards, "steps": steps}

    def test_is_replayed(self, tmp_path: Path) -> None:
        """Four in the middle column, with three beside them."""
        files = self.replay(TOP_ROW, [1, -1]), self.replay([3, 2, 3, 2, 3, 2, 3], [1, -1], "connectx")
        row, column = imported(tmp_path, *files, mapping=KAGGLE)
        assert outcome(row).returns == outcome(column).returns == {"player_0": 1, "player_1": -1}
        assert column.plan.seats == {"player_0": "x", "player_1": "y"}

    def test_another_reward_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="line 2: the file gives player_0 0, and by the rules it gets 1"):
            imported(tmp_path, self.replay(TOP_ROW, [1, -1]), self.replay(TOP_ROW, [0, 0]), mapping=KAGGLE)

    def test_another_game_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="'halite' at name is not one of 'tictactoe', 'connectx'"):
            imported(tmp_path, self.replay([0], [0, 0], "halite"), mapping=KAGGLE)


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (game([0, 0]), "move 2: 0 of player_1 is not legal; legal: 1 (b1), 2 (c1)"),
        (game(["z9"]), "move 1: 'z9' of player_0 is not legal"),
        (game([True]), "moves.0"),
        (game([0, None]), "move 2: None of player_1 is not legal"),
        (game([*TOP_ROW, 8]), "move 6: the game is over before it"),
        (game([0, 3]), "the game is not over after its 2 moves, and not all returns are given"),
        (game(TOP_ROW, (-1, 1)), "the file gives player_0 -1, and by the rules it gets 1"),
        (game(TOP_ROW, (None, 1)), "the file gives player_0 nothing, and by the rules it gets 1"),
        (game([[0, 1, 2]]), "move 1: it is a list of 3 moves, and there are 2 players"),
        (game([7], name="kuhn"), "move 1: it is an event of chance, whose numbers are 0, 1, 2, not 7"),
        (game([0], name="rock-paper-scissors"), "move 1: all players move at once here"),
        (
            {**game([]), "seats": {"white": "x", "black": "y"}},
            "the seats of tictactoe are player_0",
        ),
        ({**game([]), "returns": {"white": 1}}, "returns: there is no seat 'white'"),
        ({**game([]), "speeches": []}, "speeches: there is no such setting"),
        (
            game([], name="own.py:Game"),
            "'own.py:Game' names no game; a file of a game is not run here",
        ),
        (game([], name="repeated:own.py:Game?n=2"), "names no game"),
        (game([], name="repeated:own%2Epy:Game?n=2"), "names no game"),
        (game([], name="chees"), "There is no game 'chees'"),
    ],
)
def test_a_game_that_is_not_by_the_rules_is_told(tmp_path: Path, record: Any, said: str) -> None:
    with pytest.raises(UsageError) as raised:
        imported(tmp_path, record)
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        (KAGGLE.replace("moves =", "# moves ="), "needs both fields game and moves"),
        (KAGGLE + '[task]\ntext = "x"', "has no task, speeches, beliefs or verdicts"),
    ],
)
def test_a_mapping_that_is_half_of_a_game_is_told(tmp_path: Path, mapping: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        imported(tmp_path, {}, mapping=mapping)
