"""``arena play``: a person takes a seat at the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.arena.cli.typing_in import Typist
from tests.shared.terminals import Command


def test_it_needs_a_terminal(arena: Typist) -> None:
    refused = arena("play", "kuhn", "--as", "player_0", "--against", "kuhn-nash")
    assert refused.code == 2
    assert "'you' asks a person at a terminal, and there is none here" in refused.err
    assert not (arena.folder / "runs").exists()


def test_a_seat_that_does_not_exist_is_said_with_those_that_do(arena: Typist) -> None:
    refused = arena("play", "kuhn", "--as", "judge")
    assert (refused.code, refused.err) == (
        2,
        "arena: kuhn has no seat 'judge'; its seats are player_0, player_1.\n",
    )


@pytest.mark.slow
def test_a_game_is_played_to_a_friendly_end(tmp_path: Path) -> None:
    words = ("play", "kuhn", "--as", "player_0", "--against", "kuhn-nash", "--name", "heron")
    command = Command(*words, "--seed", "3", cwd=tmp_path)
    command.answer("bet")
    assert command.end() == 0
    assert "Episode 0: you got " in command.shown
    assert "Thank you for playing! All of it is in runs/play-1." in command.shown


@pytest.mark.slow
def test_a_person_judges_a_debate_and_is_told_the_truth_at_the_end(tmp_path: Path) -> None:
    quiet = ("--set", "protocol.beliefs.holders=[]", "--set", "protocol.rounds=1")
    words = ("play", "debate", "--as", "judge", "--against", "random", *quiet)
    command = Command(*words, cwd=tmp_path)
    for _ in range(2):
        command.answer("The first convinced me.\n.", "1", "70")
    assert command.end() == 0, command.shown
    before, _, after = command.shown.partition("The episode has ended.")
    assert "The right answer was: " not in before
    assert "The right answer was: " in after
