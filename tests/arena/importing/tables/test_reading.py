"""Tables of results as people have them, with results worked out by hand, and ratings equal to evalica's."""

from __future__ import annotations

import gzip
import io
import json
import math
import sys
from pathlib import Path
from random import Random
from types import SimpleNamespace

import evalica
import pytest

from arena.core.errors import UsageError
from arena.importing.tables import read_results
from arena.ratings import Result, bradley_terry

PGN = """[Event "A club night"]
[White "Ann"]
[Black "Bob \\"the rook\\""]
[Result "1-0"]

1. e4 e5 { a comment
[White "Eve"]
} 1-0

[White "Bob \\"the rook\\""]
[Black "Cal"]
[Result "1/2-1/2"]

1. d4 1/2-1/2

[White "Cal"]
[Black "Ann"]
[Result "*"]

*
"""


def of(tmp_path: Path, name: str, text: str) -> list[Result]:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return list(read_results(tmp_path / name).results)


class TestShapes:
    def test_games_of_a_pgn_file(self, tmp_path: Path) -> None:
        bob = 'Bob "the rook"'
        assert of(tmp_path, "games.pgn", PGN) == [
            Result(("Ann", bob), (1, 0)),
            Result((bob, "Cal"), (0.5, 0.5)),
            Result(("Cal", "Ann"), None),
        ]

    def test_tags_of_pgn_games_without_moves(self, tmp_path: Path) -> None:
        one = '[White "a"]\n[Black "b"]\n[Result "0-1"]\n'
        assert of(tmp_path, "games.pgn", one * 2) == [Result(("a", "b"), (0, 1))] * 2

    def test_pgn_in_latin_1(self, tmp_path: Path) -> None:
        (tmp_path / "games.pgn").write_bytes(
            '[White "Müller"]\n[Black "b"]\n[Result "0-1"]\n'.encode("latin-1")
        )
        assert read_results(tmp_path / "games.pgn").results == [Result(("Müller", "b"), (0, 1))]

    @pytest.mark.parametrize(
        ("said", "scores"),
        [
            ("1-0", (1, 0)),
            ("1/2-1/2", (0.5, 0.5)),
            ("½-½", (0.5, 0.5)),
            ("3 - 1", (3, 1)),
            ("model_a", (1, 0)),
            ("model_b", (0, 1)),
            ("tie (bothbad)", (0.5, 0.5)),
            ("Draw", (0.5, 0.5)),
            ("gpt", (1, 0)),
            ("b", (0, 1)),
            ("0.5", (0.5, 0.5)),
            ("0", (0, 1)),
            ("", None),
            ("*", None),
        ],
    )
    def test_how_a_match_of_two_ended(
        self, tmp_path: Path, said: str, scores: tuple[float, ...] | None
    ) -> None:
        assert of(tmp_path, "t.csv", f"model_a,model_b,result\ngpt,claude,{said}\n") == [
            Result(("gpt", "claude"), scores)
        ]

    def test_a_player_called_as_a_word_is_that_player(self, tmp_path: Path) -> None:
        found = of(tmp_path, "t.csv", "model_a,model_b,winner\nb,a,a\nb,a,tie\n")
        assert found == [Result(("b", "a"), (0, 1)), Result(("b", "a"), (0.5, 0.5))]

    def test_zero_is_a_tie_where_losses_are_minus_one(self, tmp_path: Path) -> None:
        found = of(tmp_path, "t.csv", "player_1,player_2,result\na,b,0\na,b,-1\na,b,1\n")
        assert [result.scores for result in found] == [(0.5, 0.5), (0, 1), (1, 0)]

    def test_a_winner_by_its_place(self, tmp_path: Path) -> None:
        found = of(tmp_path, "t.csv", "player_1,player_2,winner\na,b,2\na,b,1\n")
        assert [result.scores for result in found] == [(0, 1), (1, 0)]

    def test_scores_keep_the_margin(self, tmp_path: Path) -> None:
        found = of(tmp_path, "t.csv", "home,away,home_score,away_score\na,b,3,1\na,b,,\n")
        assert found == [Result(("a", "b"), (3, 1)), Result(("a", "b"), None)]

    def test_counts_of_wins_ties_and_losses(self, tmp_path: Path) -> None:
        found = of(tmp_path, "t.tsv", "a\tb\twins\tdraws\tlosses\nx\ty\t3\t1\t2\n")
        assert found == [Result(("x", "y"), scores) for scores in [(1, 0)] * 3 + [(0.5, 0.5)] + [(0, 1)] * 2]

    def test_winner_and_loser(self, tmp_path: Path) -> None:
        assert of(tmp_path, "t.csv", "winner;loser\na;b\n") == [Result(("a", "b"), (1, 0))]

    def test_places_of_many_players_in_a_row(self, tmp_path: Path) -> None:
        """The score is the share of the others behind: of three others 3/3, 1.5/3 twice, and none."""
        header = ",".join(f"player_{place},place_{place}" for place in range(1, 5))
        assert of(tmp_path, "t.csv", f"{header}\na,1,b,2,c,2,d,4\n") == [
            Result(("a", "b", "c", "d"), (1, 0.5, 0.5, 0))
        ]

    def test_a_row_for_each_player_of_a_match(self, tmp_path: Path) -> None:
        text = "game,player,points\n1,x,3\n2,x,0\n1,y,2\n2,y,4\n1,z,2\n"
        assert of(tmp_path, "t.csv", text) == [
            Result(("x", "y", "z"), (3, 2, 2)),
            Result(("x", "y"), (0, 4)),
        ]

    def test_lists_in_json_lines(self, tmp_path: Path) -> None:
        line = json.dumps({"players": ["a", "b", "c"], "scores": [1, 5, 2]})
        assert of(tmp_path, "t.jsonl", line) == [Result(("a", "b", "c"), (1, 5, 2))]

    def test_a_json_document(self, tmp_path: Path) -> None:
        text = json.dumps([{"model_1": "a", "model_2": "b", "winner": "b"}], indent=1)
        assert of(tmp_path, "t.json", text) == [Result(("a", "b"), (0, 1))]


class TestWhereItComesFrom:
    def test_a_gzip_file(self, tmp_path: Path) -> None:
        (tmp_path / "t.csv.gz").write_bytes(gzip.compress(b"winner,loser\na,b\n"))
        assert read_results(tmp_path / "t.csv.gz").results == [Result(("a", "b"), (1, 0))]

    def test_half_a_gzip_file(self, tmp_path: Path) -> None:
        (tmp_path / "t.csv.gz").write_bytes(gzip.compress(b"winner,loser\na,b\n")[:-6])
        with pytest.raises(UsageError, match="is not a whole gzip file"):
            read_results(tmp_path / "t.csv.gz")

    @pytest.mark.parametrize(
        "text", [PGN, '{"winner": "Ann", "loser": "Bob"}', '[{"winner": "Ann", "loser": "Bob"}]']
    )
    def test_standard_input(self, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
        monkeypatch.setattr(
            sys,
            "stdin",
            SimpleNamespace(buffer=io.BufferedReader(io.BytesIO(text.encode()))),
        )
        first = read_results("-").results[0]
        assert (first.players[0], first.scores) == ("Ann", (1, 0))

    def test_columns_that_are_named(self, tmp_path: Path) -> None:
        (tmp_path / "t.csv").write_text("left,right,who,score\na,b,right,9\n")
        table = read_results(tmp_path / "t.csv", {"result": "who"})
        assert table.results == [Result(("a", "b"), (0, 1))]
        assert table.columns == {"player_1": "left", "player_2": "right", "result": "who"}


class TestWhatCannotBeRead:
    def test_bad_rows_are_all_named(self, tmp_path: Path) -> None:
        file = tmp_path / "t.csv"
        file.write_text("player_1,player_2,result\na,b,1-0\na,,1-0\na,b,perhaps\na,b\n")
        with pytest.raises(UsageError) as raised:
            read_results(file)
        assert str(raised.value) == (
            f"{file}, line 3: the player_2 is missing. "
            f"{file}, line 4: the result 'perhaps' is not a win, a tie or a loss. "
            f"{file}, line 5: it has 2 cells, and the header has 3. "
            "Mend them, or leave them out with --skip-bad (skip_bad=True)."
        )
        table = read_results(file, skip_bad=True)
        assert (len(table.results), table.rows, len(table.bad)) == (1, 4, 3)

    def test_a_bad_row_spoils_its_match_alone(self, tmp_path: Path) -> None:
        file = tmp_path / "t.csv"
        file.write_text("match,player,score\n1,a,1\n1,b,none of it\n2,a,1\n2,b,0\n3,a,1\n")
        table = read_results(file, skip_bad=True)
        assert table.results == [Result(("a", "b"), (1, 0))]
        assert table.bad == [
            "line 3: the score 'none of it' is not a number.",
            "match 3: it has only one player.",
        ]

    @pytest.mark.parametrize(
        ("text", "columns", "sentence"),
        [
            ("foo,bar\n1,2\n", {}, r"has the columns foo, bar\. A table has player_1 and player_2"),
            ("a,b,result\n", {}, "holds no results"),
            ("a,a,result\nx,y,1-0\n", {}, "has several columns called 'a'"),
            ("a,b,result\nx,y,1-0\n", {"result": "res"}, r"no column 'res' for the result.*\bresult\b"),
            ("a,b,result\nx,y,1-0\n", {"plyer": "a"}, "no part 'plyer'"),
            ("a,b,wins,losses\nx,y,9999999,0\n", {}, "more than 1,000,000 results"),
            (f"a,b,result\n{'x' * 201},y,1-0\n", {}, "line 2: the player_1 is longer than 200 characters"),
        ],
    )
    def test_a_sentence_says_why(
        self, tmp_path: Path, text: str, columns: dict[str, str], sentence: str
    ) -> None:
        (tmp_path / "t.csv").write_text(text)
        with pytest.raises(UsageError, match=sentence):
            read_results(tmp_path / "t.csv", columns)

    def test_an_unknown_file(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="cannot be read: No such file"):
            read_results(tmp_path / "none.csv")


def test_ratings_of_a_table_are_those_of_evalica(tmp_path: Path) -> None:
    """Without ties and with almost no prior, both find the maximum of the same likelihood."""
    random = Random(3)
    strength = dict(zip("abcde", (0.0, 0.3, 0.6, 0.9, 1.2), strict=True))
    rows = []
    for _ in range(400):
        one, two = random.sample(sorted(strength), 2)
        wins = random.random() < 1 / (1 + math.exp(strength[two] - strength[one]))
        rows.append((one, two, "left" if wins else "right"))
    (tmp_path / "t.csv").write_text("left,right,winner\n" + "".join(f"{','.join(row)}\n" for row in rows))
    ours = bradley_terry(read_results(tmp_path / "t.csv").results, prior=1e-6)
    winners = [evalica.Winner.X if row[2] == "left" else evalica.Winner.Y for row in rows]
    theirs = evalica.bradley_terry(
        [row[0] for row in rows], [row[1] for row in rows], winners, tolerance=1e-14, limit=100_000
    ).scores
    logs = {str(player): 400 / math.log(10) * math.log(score) for player, score in theirs.items()}
    middle = math.fsum(logs.values()) / len(logs)
    assert ours == pytest.approx({player: 1500 + log - middle for player, log in logs.items()}, abs=0.01)
