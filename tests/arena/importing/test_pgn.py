"""Games of chess are read as another reader of such files reads them, and end as it says they do."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest

from arena.core.jsonl import BadLine
from arena.importing import import_transcripts
from arena.importing._pgn import games
from arena.journal import StoredRun

chess_pgn = pytest.importorskip("chess.pgn")

MATE = """[Event "Made up"]
[White "Ada \\"the\\" L."]
[Black "Ben"]
[Result "1-0"]

1. e4 {good (they
say)} e5 2.Qh5?! (2. Nf3 Nc6 (2... d6) {x}) Nc6 3. Bc4 $1 Nf6?? ; bad
% not read
4. Qxf7# 1-0
"""
MAPPING = """
seats = { player_0 = "Black", player_1 = "White" }
game = { is = "openspiel:chess" }
moves = { each = "moves" }

[returns]
player_0 = { path = "Result", as = { "1-0" = -1, "0-1" = 1, "1/2-1/2" = 0 } }
player_1 = { path = "Result", as = { "1-0" = 1, "0-1" = -1, "1/2-1/2" = 0 } }
"""


def lines(text: str) -> io.StringIO:
    return io.StringIO(text)


class TestGames:
    def test_have_tags_and_moves_alone(self) -> None:
        ((line, game),) = games(lines(MATE))
        assert line == 1
        assert game == {
            "Event": "Made up",
            "White": 'Ada "the" L.',
            "Black": "Ben",
            "Result": "1-0",
            "moves": ["e4", "e5", "Qh5", "Nc6", "Bc4", "Nf6", "Qxf7#"],
        }

    def test_follow_each_other_with_tags_or_without(self) -> None:
        found = list(
            games(lines(f'{MATE}\n1. d4 d5 1/2-1/2\n1. c4 *\n[White "x"]\n1. 0-0\n[White "y"]\n1. e4'))
        )
        assert [
            (line, game["Result"], game["moves"]) for line, game in found[1:] if isinstance(game, dict)
        ] == [
            (11, "1/2-1/2", ["d4", "d5"]),
            (12, "*", ["c4"]),
            (13, "", ["O-O"]),
            (15, "", ["e4"]),
        ]

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("1. e4 {and then", "not closed"),
            ("1. e4 (1. d4", "not closed"),
            ('[FEN "8/8/8/8/8/8/8/K1k5 w - - 0 1"]\n1. Ka2 *', "usual position"),
        ],
    )
    def test_what_cannot_be_read_is_told(self, text: str, said: str) -> None:
        ((_, bad),) = games(lines(text))
        assert isinstance(bad, BadLine)
        assert said in str(bad)


def played(seed: int, plies: int) -> tuple[str, str]:
    """Return a random game as another writer of such files has it, and its result."""
    import chess

    rng, board, game = random.Random(seed), chess.Board(), chess_pgn.Game()
    node = game
    over = board.is_game_over
    while not (over() or board.is_repetition(3) or board.is_fifty_moves()) and board.ply() < plies:
        move = rng.choice(sorted(board.legal_moves, key=str))
        node = node.add_variation(move, comment="{so}" if rng.random() < 0.1 else "")
        board.push(move)
    drawn = board.is_repetition(3) or board.is_fifty_moves()
    result = board.result() if over() else "1/2-1/2" if drawn else "1-0"
    for name, value in (("White", "w"), ("Black", "b"), ("Result", result)):
        game.headers[name] = value
    return str(game), result


def test_random_games_are_replayed_to_the_same_end(tmp_path: Path) -> None:
    written = [played(seed, plies) for seed, plies in ((1, 30), (2, 400), (3, 400))]
    (tmp_path / "games.pgn").write_text("\n\n".join(text for text, _ in written))
    (tmp_path / "map.toml").write_text(MAPPING)
    import_transcripts([tmp_path / "games.pgn"], tmp_path / "run", mapping=tmp_path / "map.toml")
    with StoredRun(tmp_path / "run") as stored:
        outcomes = [episode.played.outcome for episode in stored.episodes() if episode.played]
    white = {"1-0": 1, "0-1": -1, "1/2-1/2": 0}
    assert [outcome.returns["player_1"] for outcome in outcomes] == [white[result] for _, result in written]
    assert [bool(outcome.details) for outcome in outcomes] == [True, False, False]


def test_names_in_latin_1_are_read(tmp_path: Path) -> None:
    (tmp_path / "games.pgn").write_bytes(MATE.replace("Ben", "Jos\xe9").encode("latin-1"))
    (tmp_path / "map.toml").write_text(MAPPING)
    import_transcripts([tmp_path / "games.pgn"], tmp_path / "run", mapping=tmp_path / "map.toml")
    with StoredRun(tmp_path / "run") as stored:
        assert stored.episode(0).plan.seats["player_0"] == "Jos\xe9"
