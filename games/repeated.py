"""A game that is played several times: n independent hands with one total of chips.

The end of a hand and the deal of the next one are a single transition. There is no state between two hands
and none after the last, so there are exactly n deals. `winner` is the player with most chips, and
`hand_returns` holds what each hand paid.
"""

# ruff: noqa: D102 (games.base describes the methods of a state)

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import quote

from games.base import TERMINAL, Game, State, seat_name
from games.ranges import MOST_HANDS, check_whole

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Repeated(Game):
    """`n` independent hands of `game`."""

    game: Game
    n: int

    def __post_init__(self) -> None:
        check_whole("In a repeated game, n", self.n, MOST_HANDS)

    @property
    def name(self) -> str:
        return f"repeated:{quote(self.game.name, safe=':')}?n={self.n}"

    @property
    def num_players(self) -> int:
        return self.game.num_players

    @property
    def rules(self) -> str:
        return (
            f"{self.n} independent hands of the game below are played one after another.\n"
            "What a hand pays is added to each player's total, and the totals after the last hand are the "
            f"result.\n\nThe rules of a hand:\n{self.game.rules}"
        )

    @property
    def perfect_information(self) -> bool:
        return self.game.perfect_information

    @property
    def zero_sum(self) -> bool:
        return self.game.zero_sum

    @property
    def min_utility(self) -> float:
        return self.n * self.game.min_utility

    @property
    def max_game_length(self) -> int | None:
        length = self.game.max_game_length
        return None if length is None else self.n * length

    def new_initial_state(self) -> RepeatedState:
        """Return the state before the first hand."""
        nothing = (0.0,) * self.num_players
        return RepeatedState(self, (), self.game.new_initial_state(), nothing, ("",) * self.num_players)


@dataclass(frozen=True, slots=True)
class RepeatedState(State):
    """The last states of the hands that are over, and the hand that is played (at the end, the last one).

    `totals` holds each player's chips so far. The state carries these and what players remember of earlier
    hands, so that the thousandth hand takes no more time than the first.
    """

    game: Repeated
    finished: tuple[State, ...]
    hand: State
    totals: tuple[float, ...] = field(compare=False)
    _memories: tuple[str, ...] = field(compare=False, repr=False)

    @property
    def current_player(self) -> int:
        return self.hand.current_player

    @property
    def history(self) -> tuple[int, ...]:
        hands = self.finished if self.is_terminal else (*self.finished, self.hand)
        return tuple(chain.from_iterable(hand.history for hand in hands))

    @property
    def stage(self) -> State:
        return self.hand.stage

    @property
    def hand_returns(self) -> tuple[tuple[float, ...], ...]:
        """What each finished hand paid."""
        return tuple(hand.returns() for hand in self.finished)

    @property
    def winner(self) -> int | None:
        """The player with most chips after all hands; None before the end, and for a tie."""
        best = max(totals := self.totals)
        return totals.index(best) if self.is_terminal and totals.count(best) == 1 else None

    def legal_actions(self, player: int | None = None) -> tuple[int, ...]:
        return self.hand.legal_actions(player)

    def child(self, action: int) -> RepeatedState:
        return self._after(self.hand.child(action))

    def joint_child(self, actions: Sequence[int]) -> RepeatedState:
        return self._after(self.hand.joint_child(actions))

    def chance_outcomes(self) -> tuple[tuple[int, float], ...]:
        return self.hand.chance_outcomes()

    def returns(self) -> tuple[float, ...]:
        return self.totals if self.is_terminal else (0.0,) * self.game.num_players

    def information_state(self, player: int) -> str:
        memory = self._memories[player]
        return memory if self.is_terminal else memory + repr(self.hand.information_state(player))

    def observation(self, player: int) -> str:
        between_hands = self.hand == self.game.game.new_initial_state()
        if self.is_terminal:
            last, heading = self.hand, f"All {self.game.n} hands are played. Totals: {self._totals()}."
            news = [last.observation(player), heading]
        elif between_hands and self.finished:
            heading = f"Hand {len(self.finished) + 1} of {self.game.n}. Totals so far: {self._totals()}."
            news = [self.finished[-1].observation(player), heading, self.hand.observation(player)]
        elif between_hands:
            news = [f"Hand 1 of {self.game.n}.", self.hand.observation(player)]
        else:
            news = [self.hand.observation(player)]
        return "\n".join(filter(None, news))

    def action_to_string(self, player: int, action: int) -> str:
        return self.hand.action_to_string(player, action)

    def _after(self, hand: State) -> RepeatedState:
        if hand.current_player != TERMINAL:
            return replace(self, hand=hand)
        finished = (*self.finished, hand)
        totals = tuple(map(sum, zip(self.totals, hand.returns(), strict=True)))
        memories = tuple(
            f"{memory}{hand.information_state(player)!r};" for player, memory in enumerate(self._memories)
        )
        following = hand if len(finished) == self.game.n else self.game.game.new_initial_state()
        return RepeatedState(self.game, finished, following, totals, memories)

    def _totals(self) -> str:
        return ", ".join(f"{seat_name(player)} {chips:+g}" for player, chips in enumerate(self.totals))
