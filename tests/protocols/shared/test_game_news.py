"""What a game shows: what two players are shown alike by chance is told apart, and what is public to all."""

from __future__ import annotations

from pathlib import Path

import pytest

from protocols import Play
from tests.shared.agents import Watched
from tests.shared.playing import play

DICE = """
from dataclasses import dataclass
from games import CHANCE, SIMULTANEOUS, TERMINAL, Game, State


@dataclass(frozen=True)
class Table(State):
    moves: tuple[int, ...] = ()

    @property
    def current_player(self):
        return {MOVES}[len(self.moves)] if len(self.moves) < 3 else TERMINAL

    def legal_actions(self, player=None):
        return tuple(range(4)) if self.current_player == CHANCE else (0, 1)

    def chance_outcomes(self):
        return tuple((pair, 0.25) for pair in range(4)) if self.current_player == CHANCE else ()

    def child(self, action):
        return Table((*self.moves, action))

    def returns(self):
        return 0.0, 0.0

    def information_state(self, player):
        return str((player, len(self.moves)))

    def observation(self, player):
        if len(self.moves) == 1:
            return {SHOWN}
        return f"Move {self.moves[-1]} was made." if self.moves else ""

    def action_to_string(self, player, action):
        return "go" if action else "stay"

    @property
    def history(self):
        return self.moves


@dataclass(frozen=True)
class Dice(Game):
    name = "dice"
    num_players = 2
    perfect_information = False
    zero_sum = True
    max_game_length = 2
    min_utility = -1.0
    max_utility = 1.0
    rules = "Two dice."

    def new_initial_state(self):
        return Table()
"""
OWN = 'f"Your die shows {self.moves[0] // 2 if player else self.moves[0] % 2}."'
BOTH = 'f"The dice show {self.moves[0]}."'


async def audiences(folder: Path, shown: str) -> set[tuple[str, int]]:
    """Return what player_0 is told of the dice in many deals, each with how many seats it was told to."""
    file = folder / "dice.py"
    file.write_text(DICE.replace("{SHOWN}", shown).replace("{MOVES}", "(CHANCE, 0, 1)"))
    found = set()
    for seed in range(12):
        agent = Watched("Move: stay")
        await play(Play(game=f"{file}:Dice"), agent, seed=seed)
        event = agent.sent[0].view[0]
        found.add((event.text, len(event.audience)))
    return found


async def test_equal_dice_are_told_apart_so_that_no_audience_gives_them_away(tmp_path: Path) -> None:
    """Each of the two faces is dealt with an equal one and with another one in twelve deals."""
    found = await audiences(tmp_path, OWN)
    assert found == {("Your die shows 0.", 1), ("Your die shows 1.", 1)}


async def test_what_every_deal_shows_to_both_is_told_to_both(tmp_path: Path) -> None:
    found = await audiences(tmp_path, BOTH)
    assert len(found) > 2
    assert {seats for _, seats in found} == {2}


@pytest.mark.parametrize("game", ["rock-paper-scissors", "leduc"])
async def test_reveals_stay_public(game: str) -> None:
    agent = Watched(lambda request: request.form.sample(request.random()))
    episode = await play(Play(game=game), agent, seed=3)
    assert episode is not None
