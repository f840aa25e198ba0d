"""The agent that guesses a part of the mean at a level of reasoning, from 0 to 3."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated

from pydantic import Field

import games
from agents.shared.decision import decision
from arena.seat.agent import PolicyAgent, Request
from games.number_guessing import NumberGuessing

_FIRST, _STEP = 50, 5


@dataclass
class LevelK(PolicyAgent):
    """Plays `number-guessing` as the opponents of EgoSocialArena do (Wang et al. 2024, arXiv 2410.06195).

    Level 0 names any number, each as likely, which is ours. Level 1 always names 50. Level 2 names 50, 45, 40
    and so on. Level 3 names 50 and then the target of the round before, rounded down as a figure of the paper
    shows. A number that would be lower than 1 is 1, and one that the game does not have is its highest.

    Args:
        level: The level, from 0 to 3. The paper draws a level 4 and gives no rule for it.
    """

    level: Annotated[int, Field(ge=0, le=3)] = 1
    answers_only = "number-guessing"

    async def distribution(self, request: Request) -> Mapping[str, float]:
        """Return the uniform distribution at level 0, and certainty of one number at the others."""
        made = decision(request)
        game = games.load(made.game)
        if not isinstance(game, NumberGuessing):
            raise ValueError(f"level-k plays only number-guessing, not {made.game}")
        numbers = range(1, game.highest + 1)
        if self.level == 0:
            return {str(number): 1 / len(numbers) for number in numbers}
        named = level_number(self.level, made.information_state, game)
        return {str(max(1, min(named, game.highest))): 1.0}


def level_number(level: int, rounds: str, game: NumberGuessing) -> int:
    """Return the number of level 1, 2 or 3 after `rounds`, an information state of `game`.

    >>> [level_number(3, rounds, NumberGuessing()) for rounds in ("", "40,50", "40,50 40,36")]
    [50, 36, 30]
    """
    played = [tuple(map(int, numbers.split(","))) for numbers in rounds.split()]
    if level == 3 and played:
        target: Fraction = game.target(played[-1])
        return int(target)
    return _FIRST - _STEP * len(played) if level == 2 else _FIRST
