"""``arena check``: what it says of a whole journal, of a damaged one, and of none."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from tests.arena.cli.typing_in import SHORT, Typist


@pytest.fixture
def kuhn(arena: Typist) -> str:
    """A run of four episodes."""
    agents = ("--agents", "kuhn-nash", "random")
    assert arena("tournament", "kuhn", *agents, *SHORT, "--out", "runs/kuhn").code == 0
    return "kuhn"


def change(arena: Typist, statement: str) -> None:
    """Change the journal behind Arena's back."""
    with closing(sqlite3.connect(arena.folder / "runs/kuhn/journal.sqlite")) as journal, journal:
        assert journal.execute(statement).rowcount > 0


class TestWhole:
    def test_is_said_in_a_line_with_0(self, arena: Typist, kuhn: str) -> None:
        said = arena("check", kuhn)
        assert (said.code, said.out, said.err) == (0, "runs/kuhn: 4 of 4 episodes are whole.\n", "")

    def test_a_folder_is_as_good_as_a_name(self, arena: Typist, kuhn: str) -> None:
        assert arena("check", f"runs/{kuhn}") == arena("check", kuhn)

    def test_machines_are_told_the_same(self, arena: Typist, kuhn: str) -> None:
        said = arena("check", kuhn, "--json")
        assert said.code == 0
        assert json.loads(said.out) == {
            "event": "check",
            "folder": "runs/kuhn",
            "episodes": 4,
            "whole": 4,
            "unchecked": 0,
            "damaged": [],
        }

    def test_checking_changes_nothing_in_the_folder(self, arena: Typist, kuhn: str) -> None:
        folder = arena.folder / "runs" / kuhn
        before = {path.name: path.read_bytes() for path in folder.iterdir()}
        assert arena("check", kuhn).code == 0
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


class TestDamaged:
    @pytest.mark.parametrize(
        ("statement", "what"),
        [
            ("UPDATE events SET text = 'You hold the Ace.' WHERE episode = 1 AND position = 0", "its events"),
            ("DELETE FROM events WHERE episode = 1 AND position = 0", "its events"),
            ("DELETE FROM calls WHERE episode = 1 AND count = 0", "its calls"),
        ],
        ids=["changed", "missing", "missing call"],
    )
    def test_episodes_are_named_with_1(self, arena: Typist, kuhn: str, statement: str, what: str) -> None:
        change(arena, statement)
        said = arena("check", kuhn)
        assert (said.code, said.err) == (1, "")
        assert said.out.splitlines() == [
            "runs/kuhn: 3 of 4 episodes are whole.",
            f"Episode 1 is damaged: {what}.",
        ]

    def test_machines_are_told_the_same(self, arena: Typist, kuhn: str) -> None:
        change(arena, "UPDATE events SET text = 'No.' WHERE episode = 2 AND position = 0")
        said = arena("check", kuhn, "--json")
        told = json.loads(said.out)
        assert (said.code, told["whole"], told["damaged"]) == (1, 3, ["Episode 2 is damaged: its events."])

    def test_a_file_that_is_no_journal_is_a_sentence(self, arena: Typist) -> None:
        (arena.folder / "runs/torn").mkdir(parents=True)
        (arena.folder / "runs/torn/journal.sqlite").write_bytes(b"not a journal")
        said = arena("check", "torn")
        assert (said.code, said.out) == (1, "")
        assert said.err.startswith("arena: The journal runs/torn/journal.sqlite is damaged")
        assert said.err.count("\n") == 1


def test_a_run_that_is_not_there_is_a_sentence(arena: Typist) -> None:
    said = arena("check", "nowhere")
    assert (said.code, said.out) == (2, "")
    assert said.err == "arena: There is no run called 'nowhere'; `arena runs` lists those there are.\n"
