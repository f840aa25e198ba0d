"""Simple Negotiation as SPIRAL plays it (Liu et al., 2025): bundles of wood and gold, in ten messages.

The rules are those of SimpleNegotiation-v1 in SPIRAL's environments, which add to those of TextArena 0.6.4
(Guertler et al., 2025). Both players hold 10 Wood and 10 Gold. Wood is worth 5 to player_0 and Gold 15, and
the other way round to player_1. Nobody knows the values of the other. In one message a player may first
accept or deny the offer that is open to it, and then offer any bundle for any other. `games.trade` has other
goods, and TextArena's published rules.

What is odd in these rules is kept:

- They are no zero-sum game of values. Both gain by most trades, and who gains more wins.
- An offer that is not answered stays open until its maker or the other player makes a new one.
- A player may ask for more than the other one holds. Nobody can ever accept such an offer, because nothing
  changes hands while it is open. An offer in the last message cannot be accepted either. With ``rules=right``
  neither can be made.
- Nothing ends the game before the last message.

An offer of goods that one lacks, an answer where no offer is open to one, and what cannot be read are illegal
moves. SPIRAL's environment ends the game then and pays the offender -1 and the other 0, and its training
script pays -1.5 and 0.5 (``forfeit`` of `protocols.Play`). The script takes only three offers that it draws,
and some phrases, for legal, so that it punishes most offers that the rules allow. This is left out. Each side
of an offer has something in it; the sources do not say what an empty side would mean.
"""

# ruff: noqa: D102 (games.base describes the methods of a state)

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import chain

from games._bundles import (
    ACCEPT,
    DENY,
    HELD,
    KINDS,
    LEAVE,
    MOST_THERE,
    VALUES,
    Bundle,
    BundleOffer,
    TradeMessage,
    less,
    message_of,
    numbers,
    read_message,
)
from games._bundles_words import (
    choices_in_words,
    gains_in_words,
    message_in_words,
    negotiation_rules,
)
from games.base import TERMINAL, Game, IllegalAction, State, seat_name
from games.drawing import drawn_table
from games.holdings import worth
from games.naming import full_name
from games.ranges import MOST_TURNS, check_whole
from games.vocabulary import Vocabulary

__all__ = ["BundleOffer", "NegotiationState", "SpiralNegotiation", "TradeMessage"]


def spiral_negotiation(turns: int = 10, most: int = MOST_THERE, rules: str = "spiral") -> SpiralNegotiation:
    """SPIRAL's Simple Negotiation: bundles of wood and gold, in `turns` messages.

    Args:
        turns: The number of messages of both players together.
        most: The most of a kind in a bundle; 20 is all that there is.
        rules: `spiral`, or `right` without offers that nobody could ever accept.
    """
    return SpiralNegotiation(turns, most, rules)


@dataclass(frozen=True)
class SpiralNegotiation(Game):
    """SPIRAL's Simple Negotiation.

    Args:
        turns: The number of messages of both players together.
        most: The most of a kind in a bundle; 20 is all that there is.
        by: By which rules: `spiral`, or `right` without offers that nobody could ever accept.

    Raises:
        ValueError: a parameter is not in its range.
    """

    turns: int = 10
    most: int = MOST_THERE
    by: str = "spiral"

    vocabulary = Vocabulary(
        (
            *("negotiation", "trade", "Wood", "Gold", "goods", "offer", "accept", "deny denies denied"),
            *("pass", "gain"),
        )
    )
    num_players = 2
    perfect_information = False
    zero_sum = True
    min_utility = -1.0

    def __post_init__(self) -> None:
        check_whole("In spiral-negotiation, turns", self.turns, MOST_TURNS)
        check_whole("In spiral-negotiation, most", self.most, MOST_THERE)
        if self.by not in ("spiral", "right"):
            raise ValueError(f"The rules of spiral-negotiation are spiral or right, not {self.by!r}.")

    @property
    def name(self) -> str:
        return full_name("spiral-negotiation", self).replace("by=", "rules=")

    @property
    def rules(self) -> str:
        return negotiation_rules(self.turns, limited=self.by == "right")

    @property
    def max_game_length(self) -> int:
        return self.turns

    def new_initial_state(self) -> NegotiationState:
        """Return the state before the first message."""
        return NegotiationState(self)


@dataclass(frozen=True, slots=True)
class NegotiationState(State):
    """All messages so far, what both hold, and the offer that is open to the player to move."""

    game: SpiralNegotiation
    moves: tuple[int, ...] = ()
    holdings: tuple[Bundle, Bundle] = field(default=(HELD, HELD), compare=False)
    _open: tuple[int, BundleOffer] | None = field(default=None, compare=False, repr=False)

    @property
    def offer(self) -> BundleOffer | None:
        """The offer that is open to the player to move."""
        maker = self._open and self._open[0]
        return self._open[1] if self._open and maker == 1 - self.current_player else None

    @property
    def gains(self) -> tuple[int, int]:
        """The increase of the value of each player's goods, at its own values, since the start."""
        first, second = (worth(less(now, HELD), own) for now, own in zip(self.holdings, VALUES, strict=True))
        return first, second

    @property
    def current_player(self) -> int:
        return TERMINAL if len(self.moves) == self.game.turns else len(self.moves) % 2

    @property
    def history(self) -> tuple[int, ...]:
        return self.moves

    @property
    def reads_moves(self) -> bool:
        return True  # there are up to 158,404 legal messages

    def legal_actions(self, player: int | None = None) -> tuple[int, ...]:
        to_move = self.current_player
        if to_move == TERMINAL or player not in (None, to_move):
            return ()
        most = self.game.most
        return tuple(
            chain.from_iterable(
                (TradeMessage(answer).number(most), *numbers(answer, mine, asked, most))
                for answer in self._answers()
                for mine, asked in [self._bounds(answer)]
            )
        )

    def child(self, action: int) -> NegotiationState:
        if self.is_terminal or action < 0 or not self._allows(said := message_of(action, self.game.most)):
            raise self.refusal(action)
        mover, holdings, standing = self.current_player, self._after(said.answer), self._open
        if said.answer != LEAVE:
            standing = None
        if said.offer is not None:
            standing = (mover, said.offer)
        return NegotiationState(self.game, (*self.moves, action), holdings, standing)

    def action_named(self, player: int, text: str) -> int | None:
        said = read_message(text)
        is_legal = said is not None and player == self.current_player and self._allows(said)
        return said.number(self.game.most) if said is not None and is_legal else None

    def returns(self) -> tuple[float, ...]:
        if not self.is_terminal:
            return (0.0, 0.0)
        first, second = self.gains
        sign = float((first > second) - (first < second))
        return (sign, 0.0 - sign)

    def information_state(self, player: int) -> str:
        known: dict[str, object] = {
            "holdings": self.holdings,
            "values": VALUES[player],
            "moves": [str(message_of(move, self.game.most)) for move in self.moves],
            "offer": None if self.is_terminal else self.offer,
        }
        if self.is_terminal:
            known["gains"] = self.gains
        return json.dumps(known)

    def observation(self, player: int) -> str:
        if not self.moves:
            each = ", ".join(f"{kind} {value}" for kind, value in zip(KINDS, VALUES[player], strict=True))
            return f"What one of each kind is worth to you: {each}."
        news = message_in_words(message_of(self.moves[-1], self.game.most), (len(self.moves) - 1) % 2)
        if self.is_terminal:
            return f"{news}\n{gains_in_words(self.gains)}"
        number, mover = len(self.moves) + 1, seat_name(self.current_player)
        return f"{news} Message {number} of {self.game.turns} is {mover}'s."

    def drawing(self, player: int) -> str:
        held = [(f"{seat_name(p)} holds", *goods) for p, goods in enumerate(self.holdings)]
        rows = [("", *KINDS), *held, ("worth to you", *VALUES[player])]
        notes = []
        if self.moves:
            notes.append(
                message_in_words(message_of(self.moves[-1], self.game.most), (len(self.moves) - 1) % 2)
            )
        if self.is_terminal:
            notes.append(gains_in_words(self.gains))
        return drawn_table([tuple(map(str, row)) for row in rows], column=110, notes=notes)

    def action_to_string(self, player: int, action: int) -> str:
        return str(message_of(action, self.game.most))

    def legal_in_words(self, player: int) -> str:
        if player != self.current_player:
            return ""
        standing = self.offer
        can_accept, can_offer = ACCEPT in self._answers(), self._may_offer()
        return choices_in_words(player, self.holdings, standing, accepts=can_accept, offers=can_offer)

    def refusal(self, action: int) -> IllegalAction:
        if self.is_terminal:
            return IllegalAction(f"The game is over, so action {action} cannot be taken.")
        player = self.current_player
        legal = self.legal_in_words(player)
        return IllegalAction(f"Action {action} is not legal for {seat_name(player)} here. {legal}")

    def _answers(self) -> tuple[int, ...]:
        """Return what the player to move may say to an open offer."""
        if (standing := self.offer) is None:
            return (LEAVE,)
        mover = self.current_player
        is_covered = _covers(self.holdings[1 - mover], standing.give) and _covers(
            self.holdings[mover], standing.ask
        )
        return (LEAVE, ACCEPT, DENY) if is_covered else (LEAVE, DENY)

    def _may_offer(self) -> bool:
        return self.game.by == "spiral" or len(self.moves) < self.game.turns - 1

    def _bounds(self, answer: int) -> tuple[Bundle, Bundle]:
        """Return the most that the player to move may give and ask for after an answer."""
        if not self._may_offer():
            return (0, 0), (0, 0)
        mover, holdings = self.current_player, self._after(answer)
        everything = (MOST_THERE, MOST_THERE)
        return holdings[mover], everything if self.game.by == "spiral" else holdings[1 - mover]

    def _allows(self, said: TradeMessage) -> bool:
        if said.answer not in self._answers():
            return False
        if said.offer is None:
            return True
        given, asked = self._bounds(said.answer)
        largest = max(*said.offer.give, *said.offer.ask)
        is_whole = any(said.offer.give) and any(said.offer.ask) and largest <= self.game.most
        return is_whole and _covers(given, said.offer.give) and _covers(asked, said.offer.ask)

    def _after(self, answer: int) -> tuple[Bundle, Bundle]:
        """Return what both hold after an answer to the open offer."""
        if answer != ACCEPT or (taken := self.offer) is None:
            return self.holdings
        mover = self.current_player
        mine, others = self.holdings[mover], self.holdings[1 - mover]
        mine, others = (
            less(less(mine, taken.ask), _minus(taken.give)),
            less(less(others, taken.give), _minus(taken.ask)),
        )
        return (mine, others) if mover == 0 else (others, mine)


def _covers(held: Bundle, wanted: Bundle) -> bool:
    return held[0] >= wanted[0] and held[1] >= wanted[1]


def _minus(bundle: Bundle) -> Bundle:
    return -bundle[0], -bundle[1]
