"""Trade: goods with different values to two traders, the game on which SPIRAL (Liu et al., 2025) trains.

The rules are those that are published for TextArena's SimpleNegotiation (Guertler et al., 2025). There are
five kinds of goods, and each player has 5 to 25 of each. Private values lie within a fifth of public base
values. After ten turns, the player whose own goods gained more in value wins. Where TextArena's code differs
from its rules, this game follows the rules: a denied offer is gone, no player can accept its own offer, and
there are ten turns and not eleven. Its code also cuts values off at 5 and 40, and this game does not.

An offer is of one kind for one other kind, up to `most` of each, so that every legal move can be listed, as
`games.base` requires. Both players see what both hold, so that nobody offers what is not there. Only the
values are private. Both sides must hold what an offer moves when it is made, and again when it is accepted.

An information state is JSON, as in all games of negotiation here. It holds the goods of both players now, the
player's own values, all moves so far as they are written, the offer to answer (`TradeOffer`, or null), and
at the end both gains.
"""

# ruff: noqa: D102 (games.base describes the methods of a state)

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace

from games.base import CHANCE, TERMINAL, Game, State, seat_name
from games.drawing import drawn_table
from games.holdings import worth
from games.naming import full_name
from games.ranges import MOST_TURNS, check_whole
from games.trade_goods import (
    ACCEPT,
    BASE_VALUES,
    DENY,
    FEWEST_HELD,
    GOODS_KINDS,
    MOST_HELD,
    MOST_OFFERED,
    PASS,
    SPREAD,
    Goods,
    TradeOffer,
    covers,
    offers,
    texts,
)
from games.trade_words import RULES, TRADE_WORDS, choices, goods_text, moved, result

__all__ = [
    "ACCEPT",
    "BASE_VALUES",
    "DENY",
    "FEWEST_HELD",
    "GOODS_KINDS",
    "MOST_HELD",
    "MOST_OFFERED",
    "PASS",
    "RULES",
    "SPREAD",
    "Goods",
    "Trade",
    "TradeOffer",
    "TradeState",
    "covers",
    "offers",
]


@dataclass(frozen=True)
class Trade(Game):
    """Trade between two players in `turns` turns, with offers of up to `most` of a kind.

    Args:
        turns: The number of turns; at least 1.
        most: The most of a kind that an offer may hold; 1 to 30.

    Raises:
        ValueError: a parameter is not in its range.
    """

    turns: int = 10
    most: int = 5

    vocabulary = TRADE_WORDS
    num_players = 2
    perfect_information = False
    zero_sum = True
    min_utility = -1.0

    def __post_init__(self) -> None:
        check_whole("In trade, turns", self.turns, MOST_TURNS)
        check_whole("In trade, most", self.most, MOST_OFFERED)

    @property
    def name(self) -> str:
        return full_name("trade", self)

    @property
    def rules(self) -> str:
        held = {"kinds": ", ".join(GOODS_KINDS), "fewest": FEWEST_HELD, "most_held": MOST_HELD}
        return RULES.format(turns=self.turns, most=self.most, **held)

    @property
    def max_game_length(self) -> int:
        return self.turns

    def new_initial_state(self) -> TradeState:
        """Return the state before anything is dealt."""
        return TradeState(self)


@dataclass(frozen=True, slots=True)
class TradeState(State):
    """What was dealt, and every move since.

    First each player's goods are dealt, player_0's before player_1's. They are shown when all of them are
    dealt. Then each player's values are dealt. `holdings` is what both hold now, and () until it is shown.
    """

    game: Trade
    dealt: tuple[int, ...] = ()
    moves: tuple[int, ...] = ()
    holdings: tuple[Goods, ...] = field(default=(), compare=False)

    @property
    def start(self) -> tuple[Goods, ...]:
        """The goods that each player was dealt, player_0's first. They are complete when they are shown."""
        return (self.dealt[: len(GOODS_KINDS)], self.dealt[len(GOODS_KINDS) : 2 * len(GOODS_KINDS)])

    @property
    def values(self) -> tuple[Goods, ...]:
        """The value of one of each kind to each player, for the players whose values are all dealt."""
        dealt = self.dealt[2 * len(GOODS_KINDS) :]
        return tuple(
            dealt[i : i + len(GOODS_KINDS)]
            for i in range(0, len(dealt) - len(GOODS_KINDS) + 1, len(GOODS_KINDS))
        )

    @property
    def offer(self) -> TradeOffer | None:
        """The offer that the player to move may answer."""
        return offers(self.game.most).get(self.moves[-1]) if self.moves and not self.is_terminal else None

    @property
    def gains(self) -> tuple[int, ...]:
        """The increase of the value of each player's goods, at its own values, since the start."""
        return tuple(
            worth(now, values) - worth(then, values)
            for now, then, values in zip(self.holdings, self.start, self.values, strict=True)
        )

    @property
    def current_player(self) -> int:
        if len(self.dealt) < 4 * len(GOODS_KINDS):
            return CHANCE
        return TERMINAL if len(self.moves) == self.game.turns else len(self.moves) % 2

    @property
    def history(self) -> tuple[int, ...]:
        return self.dealt + self.moves

    def legal_actions(self, player: int | None = None) -> tuple[int, ...]:
        to_move = self.current_player
        if to_move == TERMINAL or player not in (None, to_move):
            return ()
        if to_move == CHANCE:
            return tuple(outcome for outcome, _ in self.chance_outcomes())
        mine, others = self.holdings[to_move], self.holdings[1 - to_move]
        all_offers = offers(self.game.most).items()
        possible = tuple(action for action, offer in all_offers if covers(mine, others, offer))
        if (standing := self.offer) is None:
            return (PASS, *possible)
        answers = (ACCEPT, DENY) if covers(others, mine, standing) else (DENY,)
        return answers + possible

    def child(self, action: int) -> TradeState:
        if action not in self.legal_actions():
            raise self.refusal(action)
        if self.current_player == CHANCE:
            dealt = replace(self, dealt=(*self.dealt, action))
            return replace(dealt, holdings=dealt.start) if len(dealt.dealt) == 2 * len(GOODS_KINDS) else dealt
        return TradeState(self.game, self.dealt, (*self.moves, action), self._holdings_after(action))

    def chance_outcomes(self) -> tuple[tuple[int, float], ...]:
        if self.current_player != CHANCE:
            return ()
        kind = len(self.dealt) % len(GOODS_KINDS)
        low, high = FEWEST_HELD, MOST_HELD
        if len(self.dealt) >= 2 * len(GOODS_KINDS):
            low, high = BASE_VALUES[kind] - SPREAD[kind], BASE_VALUES[kind] + SPREAD[kind]
        return tuple((number, 1 / (high - low + 1)) for number in range(low, high + 1))

    def returns(self) -> tuple[float, ...]:
        if not self.is_terminal:
            return (0.0, 0.0)
        first, second = self.gains
        sign = float((first > second) - (first < second))
        return (sign, 0.0 - sign)

    def information_state(self, player: int) -> str:
        known: dict[str, object] = {}
        if self.holdings:
            known["holdings"] = self.holdings
        if len(self.values) > player:
            moves = [texts(self.game.most)[move] for move in self.moves]
            known |= {"values": self.values[player], "moves": moves, "offer": self.offer}
        if self.is_terminal:
            known["gains"] = self.gains
        return json.dumps(known)

    def observation(self, player: int) -> str:
        if not self.moves:
            return self._dealt_to(player)
        news = moved(self.moves, self.game.most)
        if self.is_terminal:
            return f"{news}\n{result(self.gains)}"
        return (
            f"{news} Turn {len(self.moves) + 1} of {self.game.turns} is {seat_name(self.current_player)}'s."
        )

    def drawing(self, player: int) -> str:
        if len(self.values) <= player:
            return ""
        held = [(f"{seat_name(p)} holds", *goods) for p, goods in enumerate(self.holdings)]
        rows = [("", *GOODS_KINDS), *held, ("worth to you", *self.values[player])]
        notes = [moved(self.moves, self.game.most)] if self.moves else []
        notes += [result(self.gains)] if self.is_terminal else []
        return drawn_table([tuple(map(str, row)) for row in rows], column=110, notes=notes)

    def action_to_string(self, player: int, action: int) -> str:
        if len(self.dealt) < 4 * len(GOODS_KINDS):
            return f"deal {action}"
        return texts(self.game.most)[action]

    def legal_in_words(self, player: int) -> str:
        if player != self.current_player:
            return ""
        return choices(player, self.holdings, self.offer, self.game.most)

    def _holdings_after(self, action: int) -> tuple[Goods, ...]:
        if action != ACCEPT or self.offer is None:
            return self.holdings
        taker = self.current_player
        given, taken = self.offer.taken_from(self.holdings[1 - taker], self.holdings[taker])
        return (taken, given) if taker == 0 else (given, taken)

    def _dealt_to(self, player: int) -> str:
        if len(self.dealt) == 2 * len(GOODS_KINDS):
            return "\n".join(
                f"{seat_name(p)} holds {goods_text(held)}." for p, held in enumerate(self.holdings)
            )
        if len(self.dealt) != (3 + player) * len(GOODS_KINDS):
            return ""
        each = ", ".join(
            f"{kind} {value}" for kind, value in zip(GOODS_KINDS, self.values[player], strict=True)
        )
        return f"What one of each kind is worth to you: {each}."
