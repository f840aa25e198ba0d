"""Protocols and games are played without a scenario: by the place where they stand, or by their name."""

from __future__ import annotations

import pytest

from tests.arena.cli.typing_in import SHORT, Typist

NUMBER = """
from arena import Episode, Outcome, Protocol
from arena.forms import Number


class Higher(Protocol):
    most: int
    judged: bool = False

    @property
    def seats(self):
        return ("left", "right", "judge") if self.judged else ("left", "right")

    @property
    def players(self):
        return ("left", "right")

    async def play(self, episode: Episode) -> Outcome:
        said = await episode.together(self.players, Number(1, self.most, whole=True), "Name a number.")
        return Outcome.completed({seat: answer.value for seat, answer in said.items()})


class Half(Protocol):
    seats = ("left",)


class Neither:
    pass
"""
MOST = ("--set", "protocol.most=1")


class TestProtocolOfAFile:
    @pytest.fixture(autouse=True)
    def file(self, arena: Typist) -> str:
        return arena.write("number.py", NUMBER)

    def test_is_run_with_the_agents_named_in_its_players_seats(self, arena: Typist) -> None:
        one = arena("run", "number.py:Higher", "--agents", "random", "x=random", *MOST, "--out", "one")
        assert one.code == 0
        assert "left: random, right: x" in arena("show", "one", "0").out
        assert "Returns: left +1, right +1." in arena("show", "one", "0").out

    def test_takes_the_agents_of_other_seats_from_the_settings(self, arena: Typist) -> None:
        judged = (*MOST, "--set", "protocol.judged=true", "--judge", "cfr")
        assert arena("run", "number.py:Higher", "--agents", "random", *judged, "--out", "one").code == 0
        assert "judge: cfr" in arena("show", "one", "0").out

    def test_is_played_in_tournaments(self, arena: Typist) -> None:
        played = arena("tournament", "number.py:Higher", "--agents", "random", "other=random", *MOST, *SHORT)
        assert played.code == 0
        assert "Episodes: 4 completed" in played.out
        assert "runs/higher" in played.out

    def test_is_resumed(self, arena: Typist) -> None:
        arena("run", "number.py:Higher", "--agents", "random", *MOST, "--out", "one")
        assert arena("resume", "one").code == 0

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("run number.py:Higher", "--agents"),
            ("run number.py:Higher --agents random", "most: it is missing"),
            ("run number.py:Higher --agents random --set protocol.most=x", "most: it must be a whole number"),
            ("run number.py:Higher --agents random random random --set protocol.most=1", "2 seats"),
            ("run number.py:Neither", "holds Neither, not a Scenario or a Protocol"),
            ("run number.py:Half --agents random", "cannot be played: it does not define play"),
            ("run number.py:Nowhere --agents random", "nothing called 'Nowhere'"),
            ("tournament number.py:Neither --agents random cfr", "not a games.Game"),
        ],
    )
    def test_that_cannot_be_played_is_refused_in_one_sentence(
        self, arena: Typist, typed: str, said: str
    ) -> None:
        result = arena(*typed.split())
        assert result.code == 2
        assert said in result.err
        assert [line for line in result.err.splitlines() if not line.startswith("Running the code of")] == [
            result.err.splitlines()[-1]
        ]


def test_protocol_in_the_table_is_run_by_its_name(arena: Typist) -> None:
    played = arena("run", "play", "--agents", "random", "--set", "protocol.game=tictactoe", "--out", "one")
    assert played.code == 0
    assert "tic" in arena("show", "one", "0").out.lower()


def test_agents_that_solve_games_load_one_of_a_file_by_its_place(arena: Typist) -> None:
    own = arena.write(
        "own.py",
        """
from games.tictactoe import TicTacToe


class Own(TicTacToe):
    @property
    def name(self):
        return "in-no-table"
""",
    )
    played = arena("tournament", f"{own}:Own", "--agents", "minimax", "random", *SHORT)
    assert played.code == 0
    assert "Episodes: 4 completed" in played.out
