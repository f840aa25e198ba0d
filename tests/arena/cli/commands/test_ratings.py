"""``arena ratings``."""

from __future__ import annotations

import json

from tests.arena.cli.typing_in import Typist

TABLE = "player_1,player_2,result\nann,bob,1-0\nann,bob,1-0\nann,bob,1-0\n"


def test_a_table_is_rated(arena: Typist) -> None:
    """Three wins of three and the prior's virtual win and loss: 1657 and 1343, as in the docstring."""
    said = arena("ratings", arena.write("t.csv", TABLE))
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[1].split()[:3] == ["1", "ann", "1657"]
    assert "3-0-0" in lines[1]
    assert lines[2].split()[:3] == ["2", "bob", "1343"]
    assert "ann won every match" in said.out
    assert said.err == "Read 3 rows: player_1=player_1, player_2=player_2, result=result\n"


def test_json(arena: Typist) -> None:
    said = json.loads(arena("ratings", arena.write("t.csv", TABLE), "--json").out)
    assert (said["event"], said["rows"], said["left_out"]) == ("ratings", 3, [])
    assert [one["player"] for one in said["standings"]] == ["ann", "bob"]


def test_bad_rows_are_left_out_and_named(arena: Typist) -> None:
    file = arena.write("t.csv", TABLE + "ann,bob,what\n")
    assert arena("ratings", file).code == 2
    said = arena("ratings", file, "--skip-bad")
    assert said.code == 0
    assert "Left out, line 5: the result 'what' is not a win, a tie or a loss." in said.err


def test_names_of_others_are_printed_as_plain_text(arena: Typist) -> None:
    file = arena.write("t.csv", "winner,loser\n[red]a[/red],b\x1b[2J\n")
    said = arena("ratings", file)
    assert "[red]a[/red]" in said.out
    assert "\x1b" not in said.out
