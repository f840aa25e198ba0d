"""A game that is played several times: n independent hands with one total of chips.

The end of a hand and the deal of the next one are a single transition. There is no state between two hands
and none after the last, so there are exactly n deals. `winner` is the player with most chips, and
`hand_returns` holds what each hand paid.

With `payoff=sign` the game pays only for having more than others, as the games of SPIRAL do (Liu et al.,
2025). Then hands are no longer independent: a player who is ahead need not win the last hand. So the `stage`
of such a game, which programs that solve games read, is the whole of it, and otherwise it is the hand.

If the first seat goes round, the players of a hand are numbered by their seats in it. Its texts call a player
by the name that it has in the whole game, wherever they say `player_0`, `player_1` and so on.
"""

# ruff: noqa: D102 (games.base describes the methods of a state)

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from games._repeated_words import repeated_rules
from games._seating import HandSeats
from games.base import SIMULTANEOUS, TERMINAL, Game, State, seat_name
from games.history import step
from games.ranges import MOST_HANDS, check_forfeit, check_whole
from games.repeated_settings import First, Payoff, known_value, signs

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence


@dataclass(frozen=True)
class Repeated(Game):
    """`n` independent hands of `game`.

    Args:
        game: The game of a hand.
        n: The number of hands.
        payoff: What a player gets at the end: `sum` or `sign`.
        first: Who has the first seat after the first hand: `fixed` or `alternate`.
        begins: The number of the player who has the first seat in the first hand. The others follow in order.
        forfeit: What a player gets who gives no legal move; without it, `min_utility`. The protocol that
            asks for the moves reads it.
        forfeit_others: What each of the others gets then; without it, they share what the offenders lose.
        place: The file or module from which a game of the user's was loaded. It stands in the name.

    Raises:
        ValueError: a parameter is not in its range, or makes no sense in a game of one player.
    """

    game: Game
    n: int
    payoff: Payoff = Payoff.SUM
    first: First = First.FIXED
    begins: int = 0
    forfeit: float | None = None
    forfeit_others: float | None = None
    place: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        check_whole("In a repeated game, n", self.n, MOST_HANDS)
        for name, kind in (("payoff", Payoff), ("first", First)):
            object.__setattr__(self, name, known_value(kind, name, getattr(self, name)))
        players = self.game.num_players
        if isinstance(self.begins, bool) or self.begins not in range(players):
            raise ValueError(
                f"In a repeated game, begins is the number of a player of {self.game.name}, from 0 to "
                f"{players - 1}, not {self.begins!r}."
            )
        if players == 1 and (self.payoff is Payoff.SIGN or self.first is First.ALTERNATE):
            setting = "payoff=sign" if self.payoff is Payoff.SIGN else "first=alternate"
            raise ValueError(
                f"{self.game.name} has one player, whom there is nobody to compare with, so {setting} means "
                "nothing in it."
            )
        check_forfeit(self.forfeit, self.forfeit_others)

    @property
    def name(self) -> str:
        settings = {
            "n": self.n,
            "payoff": None if self.payoff is Payoff.SUM else self.payoff.value,
            "first": None if self.first is First.FIXED else self.first.value,
            "begins": self.begins or None,
            "forfeit": self.forfeit,
            "forfeit_others": self.forfeit_others,
        }
        query = urlencode({name: value for name, value in settings.items() if value is not None})
        return f"repeated:{quote(self.place or self.game.name, safe=':')}?{query}"

    @property
    def num_players(self) -> int:
        return self.game.num_players

    @property
    def rules(self) -> str:
        signed = self.payoff is Payoff.SIGN
        return repeated_rules(self.game.rules, self.n, self.seating, signed=signed)

    @property
    def perfect_information(self) -> bool:
        return self.game.perfect_information

    @property
    def zero_sum(self) -> bool:
        return self.payoff is Payoff.SIGN or self.game.zero_sum

    @property
    def unsolved(self) -> str:
        return self.game.unsolved

    @property
    def min_utility(self) -> float:
        return -1.0 if self.payoff is Payoff.SIGN else self.n * self.game.min_utility

    @property
    def max_game_length(self) -> int | None:
        length = self.game.max_game_length
        return None if length is None else self.n * length

    @cached_property
    def seating(self) -> HandSeats:
        """Who has which seat in each hand."""
        return HandSeats(self.num_players, self.begins, self.first is First.ALTERNATE and self.n > 1)

    def paid(self, hands: Sequence[State], totals: tuple[float, ...]) -> tuple[float, ...]:
        """Return what the game pays after all its `hands`, in which players won these `totals`."""
        return signs(totals) if self.payoff is Payoff.SIGN else totals

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
        seat = self.hand.current_player
        return seat if seat < 0 else self.game.seating.player_in(seat, self._number)

    @property
    def history(self) -> tuple[int, ...]:
        hands = self.finished if self.is_terminal else (*self.finished, self.hand)
        return tuple(chain.from_iterable(self._played(number, hand) for number, hand in enumerate(hands)))

    @property
    def stage(self) -> State:
        return self if self.game.payoff is Payoff.SIGN else self.hand.stage

    def stage_player(self, player: int) -> int:
        return player if self.game.payoff is Payoff.SIGN else self.hand.stage_player(self._seat(player))

    @property
    def position(self) -> Hashable:
        return len(self.finished), self.totals, self.hand.position

    @property
    def hand_returns(self) -> tuple[tuple[float, ...], ...]:
        """What each finished hand paid, by player."""
        return tuple(
            self.game.seating.by_player(number, hand.returns()) for number, hand in enumerate(self.finished)
        )

    @property
    def winner(self) -> int | None:
        """The player with most chips after all hands; None before the end, and for a tie."""
        best = max(totals := self.totals)
        return totals.index(best) if self.is_terminal and totals.count(best) == 1 else None

    def legal_actions(self, player: int | None = None) -> tuple[int, ...]:
        return self.hand.legal_actions(player if player is None or player < 0 else self._seat(player))

    def child(self, action: int) -> RepeatedState:
        return self._after(self.hand.child(action))

    def joint_child(self, actions: Sequence[int]) -> RepeatedState:
        if len(actions) != self.game.num_players:
            raise self.joint_refusal(actions)
        return self._after(self.hand.joint_child(self.game.seating.by_seat(self._number, actions)))

    def chance_outcomes(self) -> tuple[tuple[int, float], ...]:
        return self.hand.chance_outcomes()

    def returns(self) -> tuple[float, ...]:
        if not self.is_terminal:
            return (0.0,) * self.game.num_players
        return self.game.paid(self.finished, self.totals)

    def information_state(self, player: int) -> str:
        memory = self._memories[player]
        return memory if self.is_terminal else memory + repr(self.hand.information_state(self._seat(player)))

    def observation(self, player: int) -> str:
        between_hands = self.hand == self.game.game.new_initial_state()
        now, before = self._seen(self._number, self.hand, player), ""
        if self.is_terminal:
            result = f" {self._result()}" if self.game.payoff is Payoff.SIGN else ""
            news = [now, f"All {self.game.n} hands are played. Totals: {self._amounts()}.{result}"]
        elif between_hands and self.finished:
            number = len(self.finished)
            before = self._seen(number - 1, self.finished[-1], player)
            heading = f"Hand {number + 1} of {self.game.n}. Totals so far: {self._amounts()}."
            news = [before, heading + self.game.seating.told(number), now]
        elif between_hands:
            news = [f"Hand 1 of {self.game.n}.{self.game.seating.told(self._number)}", now]
        else:
            news = [now]
        return "\n".join(filter(None, news))

    def action_to_string(self, player: int, action: int) -> str:
        written = self.hand.action_to_string(player if player < 0 else self._seat(player), action)
        return self.game.seating.named(self._number, written)

    def drawing(self, player: int) -> str:
        return self.game.seating.named(self._number, self.hand.drawing(self._seat(player)))

    def legal_in_words(self, player: int) -> str:
        return self.game.seating.named(self._number, self.hand.legal_in_words(self._seat(player)))

    @property
    def reads_moves(self) -> bool:
        return self.hand.reads_moves

    def action_named(self, player: int, text: str) -> int | None:
        seating = self.game.seating
        return self.hand.action_named(self._seat(player), seating.seats_named(self._number, text))

    @property
    def _number(self) -> int:
        """The number of the hand, from 0. At the end it is that of the last."""
        return min(len(self.finished), self.game.n - 1)

    def _seat(self, player: int) -> int:
        return self.game.seating.seat_of(player, self._number)

    def _after(self, hand: State) -> RepeatedState:
        if hand.current_player != TERMINAL:
            return replace(self, hand=hand)
        finished = (*self.finished, hand)
        paid = self.game.seating.by_player(self._number, hand.returns())
        totals = tuple(map(sum, zip(self.totals, paid, strict=True)))
        memories = tuple(
            f"{memory}{hand.information_state(self._seat(player))!r};"
            for player, memory in enumerate(self._memories)
        )
        following = hand if len(finished) == self.game.n else self.game.game.new_initial_state()
        return RepeatedState(self.game, finished, following, totals, memories)

    def _played(self, number: int, hand: State) -> tuple[int, ...]:
        """Return the history of a hand, with the actions of a joint move by player and not by seat."""
        if not self.game.seating.changes:
            return hand.history
        found: tuple[int, ...] = ()
        state, left = self.game.game.new_initial_state(), hand.history
        while left:
            count = self.game.num_players if state.current_player == SIMULTANEOUS else 1
            made, left = left[:count], left[count:]
            state = step(state, made)
            found += made if count == 1 else self.game.seating.by_player(number, made)
        return found

    def _seen(self, number: int, hand: State, player: int) -> str:
        seating = self.game.seating
        return seating.named(number, hand.observation(seating.seat_of(player, number)))

    def _amounts(self) -> str:
        return ", ".join(f"{seat_name(player)} {chips:+g}" for player, chips in enumerate(self.totals))

    def _result(self) -> str:
        paid = self.returns()
        return f"Results: {', '.join(f'{seat_name(p)} {amount:+g}' for p, amount in enumerate(paid))}."
