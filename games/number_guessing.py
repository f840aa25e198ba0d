"""Guessing a part of the mean: who names the number that is closest to 0.8 of the mean of all?

This is the beauty contest of Nagel 1995, "Unraveling in guessing games: an experimental study".
EgoSocialArena (Wang et al. 2024, arXiv 2410.06195) plays ten rounds for two players with the factor 0.8. What
a round pays is ours, because the paper counts only how well the other's number was foreseen.
"""

# ruff: noqa: D102 (games.base describes the methods of a state)

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING, NoReturn

from games.base import SIMULTANEOUS, TERMINAL, Game, State, seat_name
from games.drawing import drawn_table
from games.naming import full_name
from games.ranges import MOST_TURNS, check_whole, is_number
from games.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_NUMBERS = 10_000
MOST_PLAYERS = 20


@dataclass(frozen=True)
class NumberGuessing(Game):
    """Guessing a part of the mean, for two or more players.

    Args:
        players: How many players there are, from 2 to 20.
        rounds: How many rounds are played.
        factor: The part of the mean that is the target, over 0 and at most 2.
        highest: The highest number; the lowest is 1.
    """

    players: int = 2
    rounds: int = 10
    factor: float = 0.8
    highest: int = 100

    vocabulary = Vocabulary(("guess guessing", "mean", "target"))
    perfect_information = False
    zero_sum = True

    def __post_init__(self) -> None:
        check_whole("In number guessing, players", self.players, MOST_PLAYERS)
        check_whole("In number guessing, rounds", self.rounds, MOST_TURNS)
        check_whole("In number guessing, highest", self.highest, MOST_NUMBERS)
        if self.players < 2:
            raise ValueError("In number guessing, players must be at least 2, not 1.")
        if not is_number(self.factor) or not 0 < self.factor <= 2:
            raise ValueError(f"In number guessing, factor must be over 0 and at most 2, not {self.factor!r}.")

    @property
    def name(self) -> str:
        return full_name("number-guessing", self)

    @property
    def num_players(self) -> int:
        return self.players

    @property
    def max_game_length(self) -> int:
        return self.rounds

    @property
    def min_utility(self) -> float:
        return -float(self.rounds)

    @property
    def rules(self) -> str:
        seats = f"player_0 to {seat_name(self.players - 1)}"
        win = "1" if self.players == 2 else f"{self.players - 1}"
        return (
            f"Guessing {self.factor:g} of the mean, {self.players} players, {seats}, {self.rounds} rounds.\n"
            f"In each round all players name a whole number from 1 to {self.highest} at the same time, and "
            f"none sees "
            "the others' numbers before. Then all numbers are shown. A move is the number alone, such as "
            "37.\n"
            f"The target of a round is {self.factor:g} times the mean of all numbers that were named in it. "
            f"Whoever is "
            "closest to the target wins the round.\n"
            f"A round pays its winner {win} and each other player -1. If several players are equally close, "
            f"they share "
            "what the others lose. What the rounds pay is added up."
        )

    def target(self, numbers: Sequence[int]) -> Fraction:
        """Return the target of a round, exactly. The factor is read as the decimal that is written."""
        return Fraction(str(self.factor)) * sum(numbers) / len(numbers)

    def winners(self, numbers: Sequence[int]) -> list[int]:
        """Return the players who are closest to the target of a round."""
        target = self.target(numbers)
        closest = min(abs(number - target) for number in numbers)
        return [player for player, number in enumerate(numbers) if abs(number - target) == closest]

    def new_initial_state(self) -> NumberGuessingState:
        """Return the state before the first round."""
        return NumberGuessingState(self)


@dataclass(frozen=True, slots=True)
class NumberGuessingState(State):
    """The numbers of all players in each round so far."""

    game: NumberGuessing
    rounds: tuple[tuple[int, ...], ...] = ()

    @property
    def current_player(self) -> int:
        return TERMINAL if len(self.rounds) == self.game.rounds else SIMULTANEOUS

    @property
    def history(self) -> tuple[int, ...]:
        return tuple(chain.from_iterable(self.rounds))

    def legal_actions(self, player: int | None = None) -> tuple[int, ...]:
        if self.is_terminal:
            return ()
        if player is None:
            raise ValueError("All players move here, so legal_actions needs to know which player you mean.")
        return tuple(range(1, self.game.highest + 1)) if 0 <= player < self.game.players else ()

    def legal_in_words(self, player: int) -> str:
        return f"Name a whole number from 1 to {self.game.highest}."

    def child(self, action: int) -> NoReturn:
        raise self.refusal(action)

    def joint_child(self, actions: Sequence[int]) -> NumberGuessingState:
        numbers = tuple(actions)
        fits = len(numbers) == self.game.players and all(1 <= one <= self.game.highest for one in numbers)
        if self.is_terminal or not fits:
            raise self.joint_refusal(numbers)
        return NumberGuessingState(self.game, (*self.rounds, numbers))

    def returns(self) -> tuple[float, ...]:
        if not self.is_terminal:
            return (0.0,) * self.game.players
        totals = map(sum, zip(*map(self._paid, self.rounds), strict=True))
        return tuple(map(float, totals))

    def information_state(self, player: int) -> str:
        return " ".join(",".join(map(str, numbers)) for numbers in self.rounds)

    def observation(self, player: int) -> str:
        if not self.rounds:
            return f"Round 1 of {self.game.rounds}."
        numbers, played = self.rounds[-1], len(self.rounds)
        named = ", ".join(f"{seat_name(p)} names {number}" for p, number in enumerate(numbers))
        winners = self.game.winners(numbers)
        if len(winners) == self.game.players:
            result = "All are equally close."
        elif len(winners) > 1:
            result = f"{' and '.join(map(seat_name, winners))} are closest and share the round."
        else:
            result = f"{seat_name(winners[0])} is closest and wins the round."
        told = f"{named}. The target is {float(self.game.target(numbers)):.6g}. {result}"
        following = (
            "All rounds are played." if self.is_terminal else f"Round {played + 1} of {self.game.rounds}."
        )
        return f"{told}\n{following}"

    def drawing(self, player: int) -> str:
        rows = [("round", *map(seat_name, range(self.game.players)), "target")]
        for number, named in enumerate(self.rounds, 1):
            rows.append((str(number), *map(str, named), f"{float(self.game.target(named)):.6g}"))
        return drawn_table(rows)

    def action_to_string(self, player: int, action: int) -> str:
        return str(action)

    def _paid(self, numbers: tuple[int, ...]) -> list[Fraction]:
        winners = self.game.winners(numbers)
        share = Fraction(len(numbers) - len(winners), len(winners))
        return [share if player in winners else Fraction(-1) for player in range(len(numbers))]
