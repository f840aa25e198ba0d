"""``arena run``: a scenario is played as it is typed, and what cannot be played is refused in a sentence."""

from __future__ import annotations

import json

import pytest

from tests.arena.cli.typing_in import Typist

PLAYING = ("run", "play", "--agents", "kuhn-nash", "random")


class TestRun:
    def test_plays_as_many_episodes_as_are_typed(self, arena: Typist) -> None:
        said = arena(*PLAYING, "--episodes", "3", "--out", "runs/three")
        assert said.code == 0
        assert "Episodes: 3 completed. Journal: runs/three/journal.sqlite" in said.out
        assert (arena.folder / "runs/three/journal.sqlite").is_file()

    def test_seats_the_agents_in_the_order_typed(self, arena: Typist) -> None:
        assert arena(*PLAYING, "--episodes", "1", "--out", "runs/one").code == 0
        episode = json.loads(arena("show", "one", "0", "--json").out)
        assert episode["seats"] == {"player_0": "kuhn-nash", "player_1": "random"}

    def test_that_is_only_rehearsed_leaves_nothing(self, arena: Typist) -> None:
        assert arena(*PLAYING, "--dry-run").code == 0
        assert list(arena.folder.iterdir()) == []

    def test_into_a_folder_that_holds_a_run_is_refused(self, arena: Typist) -> None:
        assert arena(*PLAYING, "--episodes", "1", "--out", "runs/one").code == 0
        before = (arena.folder / "runs/one/journal.sqlite").read_bytes()
        said = arena(*PLAYING, "--episodes", "1", "--out", "runs/one")
        assert said.code == 2
        assert said.err.startswith("arena: ")
        assert "runs/one" in said.err
        assert said.err.count("\n") == 1
        assert (arena.folder / "runs/one/journal.sqlite").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("nothing",), "nothing"),
        (("play", "--agents", "nobody"), "nobody"),
        (("play", "--agents", "random", "--set", "seats.nobody=random"), "nobody"),
        (("play", "--agents", "random", "--set", "episodes"), "episodes"),
        (("missing.py",), "missing.py"),
    ],
)
def test_what_cannot_be_run_is_refused_in_a_sentence(
    arena: Typist, words: tuple[str, ...], named: str
) -> None:
    said = arena("run", *words)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("arena: ")
    assert named in said.err
    assert "Traceback" not in said.err
    assert said.err.count("\n") == 1
    assert list(arena.folder.iterdir()) == []
