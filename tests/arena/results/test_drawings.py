"""Drawings of games: seen by their seats alone, and made without running any file."""

from __future__ import annotations

import re
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from arena.journal import StoredRun
from arena.results.drawings import as_image, drawings_of
from tests.arena.cli.typing_in import Typist

OWN = """
from dataclasses import dataclass
from pathlib import Path

from games.tictactoe import TicTacToe, TicTacToeState

Path("was-run").write_text("yes")


class Drawn(TicTacToeState):
    __slots__ = ()

    def drawing(self, player):
        return '<svg><script>alert(1)</script><text onload="x()">secret ' + str(player) + '</text></svg>'

    def child(self, action):
        after = super().child(action)
        return Drawn(after.moves, after.position)


@dataclass(frozen=True)
class Mine(TicTacToe):
    name = "mine"

    def new_initial_state(self):
        return Drawn()
"""


def test_an_image_holds_the_drawing() -> None:
    assert b64decode(as_image("<svg/>").partition(",")[2]) == b"<svg/>"


def found(folder: Path, own: str = "") -> Any:
    with StoredRun(folder) as run:
        return drawings_of(run.episode(0), run.header()["config"], own)


class TestRuns:
    def test_each_seat_has_its_own_drawing(self, arena: Typist, tmp_path: Path) -> None:
        arena("run", "play", "--agents", "random", "--seed", "1", "--out", "runs/kuhn")
        drawn = found(Path("runs/kuhn"))
        with StoredRun(Path("runs/kuhn")) as run:
            events = run.episode(0).events
        cards = {next(iter(event.audience)): event.text[-3] for event in events[:2]}
        for place, drawings in drawn.items():
            shown = "Showdown" in events[place].text
            for seat, drawing in drawings.items():
                others = [cards[other] for other in cards if other != seat]
                assert f">{cards[seat]}<" in drawing
                assert any(f">{card}<" in drawing for card in others) is shown
        assert max(drawn) == len(events) - 1

    def test_the_report_shows_them_as_images_and_says_whose_they_are(self, arena: Typist) -> None:
        arena("run", "play", "--agents", "random", "--seed", "1", "--out", "runs/kuhn")
        arena("report", "runs/kuhn")
        page = Path("runs/kuhn/report.html").read_text()
        images = re.findall(
            r'<img src="data:image/svg\+xml;base64,([\w+/=]+)" alt="What (\w+) can see">', page
        )
        assert {seat for _, seat in images} == {"player_0", "player_1"}
        assert all(b64decode(image).startswith(b"<svg ") for image, _ in images)
        assert "default-src 'none'; img-src data:; style-src" in page

    def test_all_kinds_of_episodes_are_drawn(self, arena: Typist) -> None:
        for number, game in enumerate(("rock-paper-scissors", "repeated:leduc?n=2", "ultimatum")):
            setting = f"protocol.game={game}"
            arena(
                "run",
                "play",
                "--set",
                setting,
                "--set",
                "protocol.talk=20",
                "--agents",
                "random",
                "--out",
                f"r{number}",
            )
            drawn = found(Path(f"r{number}"))
            assert drawn
            assert all(drawings.keys() == {"player_0", "player_1"} for drawings in drawn.values())

    def test_drawings_are_written_to_files(self, arena: Typist) -> None:
        arena("run", "play", "--set", "protocol.game=tictactoe", "--agents", "random", "--out", "runs/ttt")
        arena("show", "runs/ttt", "0", "--drawings", "drawn", "--seat", "player_1")
        files = sorted(file.name for file in Path("drawn").iterdir())
        assert files[0] == "000-player_1.svg"
        assert all(name.endswith("player_1.svg") for name in files)

    def test_a_game_without_drawings_is_said_to_have_none(self, arena: Typist) -> None:
        arena(
            "run", "play", "--set", "protocol.game=disguised:kuhn?seed=1", "--agents", "random", "--out", "r"
        )
        said = arena("show", "r", "0", "--drawings", "drawn")
        assert said.code == 2
        assert "nothing to draw" in said.err


class TestOwnGames:
    @pytest.mark.parametrize(
        "spec", ["mine.py:Mine", "repeated:mine.py:Mine?n=1", "repeated:mine.py%3AMine?n=1"]
    )
    def test_a_game_in_a_file_is_drawn_only_if_the_user_names_it(self, arena: Typist, spec: str) -> None:
        Path("mine.py").write_text(OWN)
        arena("run", "play", "--set", f"protocol.game={spec}", "--agents", "random", "--out", "r")
        Path("was-run").unlink(missing_ok=True)
        arena("report", "r")
        assert not Path("was-run").exists()
        assert "<img" not in Path("r/report.html").read_text()
        assert found(Path("r"), "other.py:Mine") == {}
        assert found(Path("r"), "ine.py:Mine") == {}
        drawn = found(Path("r"), "mine.py:Mine")
        assert drawn[0] == {
            f"player_{player}": f'<svg xmlns="http://www.w3.org/2000/svg"><text>secret {player}</text></svg>'
            for player in (0, 1)
        }

    def test_a_game_that_fails_to_draw_is_said_to_and_leaves_the_report_whole(self, arena: Typist) -> None:
        failing = OWN.replace("return '<svg>", "raise OSError('no\\nink')\n        return '<svg>")
        Path("failing.py").write_text(failing)
        arena("run", "play", "--set", "protocol.game=failing.py:Mine", "--agents", "random", "--out", "r")
        told = "Episode 0 cannot be drawn, because its game raised OSError: no\\nink"
        said = arena("show", "r", "0", "--drawings", "drawn", "--game", "failing.py:Mine")
        assert said.code == 2
        assert said.err == f"arena: {told}\n"
        assert arena("report", "r", "--game", "failing.py:Mine").code == 0
        page = Path("r/report.html").read_text()
        assert told in page
        assert "Completed. Returns:" in page
