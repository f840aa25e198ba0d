"""Agents that play games by a policy: from a file, from the equilibria of Kuhn poker, or found by CFR+."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter

import games
from agents.shared.decision import GameDecision, decision
from agents.shared.once import Once
from arena.core.errors import UsageError
from arena.core.files import read_text
from arena.core.ranges import Iterations
from arena.seat.agent import PolicyAgent, Request
from games.theory import Policy, Profile, cfr_plus, kuhn_equilibrium


class GamePolicy(PolicyAgent):
    """An agent with a policy for each player of a game."""

    @abstractmethod
    async def policy(self, made: GameDecision) -> Policy:
        """Return the policy for the game and player of a decision."""

    async def distribution(self, request: Request) -> Mapping[str, float]:
        """Return the policy's probability of each legal move."""
        made = decision(request)
        if not made.moves:
            raise ValueError(f"this agent needs a list of the moves, and {made.game} has too many to list")
        policy = await self.policy(made)
        if made.information_state not in policy:
            raise ValueError(f"the policy does not say what to do at {made.information_state!r}")
        chances = policy[made.information_state]
        return {move: chances.get(action, 0.0) for move, action in made.moves.items()}


_Probability = Annotated[float, Field(ge=0, le=1)]
_Chances = Annotated[dict[int, _Probability], Field(min_length=1)]
_PROFILE = TypeAdapter(Annotated[list[dict[str, _Chances]], Field(min_length=1)])


@dataclass
class Table(GamePolicy):
    """Plays the policies in the JSON file at `path`.

    The file holds a list with one policy for each player, in order. A policy is an object that maps
    information states to objects, and these map actions to probabilities, such as ``[{"J": {"0": 1, "1": 0},
    ...}, {...}]``.

    Args:
        path: The JSON file that holds a policy for each player.
    """

    path: Path
    _profile: list[dict[str, dict[int, float]]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._profile = _PROFILE.validate_json(read_text(self.path))
        if not any(self._profile):
            raise UsageError(f"The policies in {self.path} are empty: none of them has an information state.")

    async def policy(self, made: GameDecision) -> Policy:
        """Return the file's policy for the player."""
        return self._profile[made.player]


@dataclass
class KuhnNash(GamePolicy):
    """Plays an equilibrium of Kuhn poker. As the first player it bluffs with probability `alpha`.

    Args:
        alpha: The probability with which the first player bluffs.
    """

    alpha: Annotated[float, Field(ge=0, le=1 / 3)] = 1 / 3
    answers_only = "kuhn"

    def __post_init__(self) -> None:
        self._profile: Profile = kuhn_equilibrium(self.alpha)

    async def policy(self, made: GameDecision) -> Policy:
        """Return the equilibrium's policy for the player."""
        if made.game != "kuhn":
            raise ValueError(f"kuhn-nash plays only kuhn, not {made.game}")
        return self._profile[made.player]


@dataclass
class Cfr(GamePolicy):
    """Plays the average policy of CFR+ after `iterations` iterations.

    A game is solved when the agent first plays it.

    Args:
        iterations: The number of iterations of CFR+.
    """

    iterations: Iterations = 1000

    def __post_init__(self) -> None:
        self._solved: Once[Profile] = Once()

    async def policy(self, made: GameDecision) -> Policy:
        """Return the solved policy for the game and player."""
        profile = await self._solved.get(made.game, lambda: cfr_plus(games.load(made.game), self.iterations))
        return profile[made.player]
