"""Bargaining over a pool of things, "Deal or No Deal" (Lewis et al., "Deal or no deal?", 2017).

Two players divide five to seven books, hats and balls. Each player has values of its own, which only it
knows. At these values the whole pool is worth 10. Rules, offers and their numbers are those of OpenSpiel's
`bargaining`, with two differences. OpenSpiel draws from 1,000 stored deals, and here all 5,793 deals that
meet the paper's conditions are equally likely. Here the end also shows what both players get.

An information state is JSON, as in all games of negotiation here. It holds the pool, the player's own values,
what the proposer would keep in each proposal so far, and how the game ended.
"""

# ruff: noqa: D102 (games.base describes the methods of a state)

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from games.bargaining_deals import (
    ACCEPT,
    FEWEST_ITEMS,
    ITEM_KINDS,
    MOST_ITEMS,
    OFFERS,
    POOLS,
    WORTH,
    Things,
    first_values,
    partners,
    pools,
    proposals,
    rest,
    things_counted,
    things_listed,
    valuations,
)
from games.base import CHANCE, TERMINAL, Game, State, seat_name
from games.drawing import drawn_table
from games.holdings import worth
from games.naming import full_name
from games.ranges import MOST_TURNS, check_whole, is_number
from games.vocabulary import Vocabulary

__all__ = [
    "ACCEPT",
    "CONTINUE",
    "END",
    "FEWEST_ITEMS",
    "ITEM_KINDS",
    "MOST_ITEMS",
    "OFFERS",
    "POOLS",
    "RULES",
    "WORTH",
    "Bargaining",
    "BargainingState",
    "Things",
    "partners",
    "rest",
    "valuations",
    "worth",
]

CONTINUE, END = ACCEPT + 1, ACCEPT + 2
"""The actions of chance after a proposal, in games where the bargaining may break off."""

RULES = """\
Bargaining, two players. There is a pool of {fewest} to {most} things: books, hats and balls, at least one \
of each, which both players see. Each player has its own value for a book, a hat and a ball, which only that \
player knows: whole numbers from 0 up, such that the whole pool is worth {worth} to each player. Every kind \
is worth something to at least one player, and some kind is worth something to both.
player_0 begins, and the players take turns. In a turn, a player proposes how to divide the pool by writing \
what it would keep itself; the other player would get all the rest. A proposal always names the three \
numbers: "keep 1 books 0 hats 2 balls", in just these words. From the second turn on, a player may instead \
write "accept" to take the other player's latest proposal, which ends the game. A new proposal replaces the \
one before.
If a proposal is accepted, each player gets what its own things are worth to it: 0 to {worth} points. There \
are at most {turns} turns: if the last of them brings another proposal, nobody may answer it, there is no \
deal, and both players get 0."""


_VOCABULARY = Vocabulary(
    (
        *("bargaining", "deal dealt", "pool", "book", "hat", "ball"),
        *("propose", "proposal", "keep kept", "accept", "acceptance"),
    )
)


@dataclass(frozen=True)
class Bargaining(Game):
    """Bargaining over books, hats and balls in at most `max_turns` turns.

    Args:
        max_turns: The most turns; at least 1.
        discount: Every turn from the third on multiplies what a deal pays by this; above 0 and at most 1.
        prob_end: The probability that the game ends without a deal after the second proposal, and after each
            later one that may be answered; at least 0 and below 1.

    Raises:
        ValueError: a parameter is not in its range.
    """

    max_turns: int = 10
    discount: float = 1.0
    prob_end: float = 0.0

    vocabulary = _VOCABULARY
    num_players = 2
    perfect_information = False
    zero_sum = False
    min_utility = 0.0

    def __post_init__(self) -> None:
        check_whole("In bargaining, max_turns", self.max_turns, MOST_TURNS)
        if not (is_number(self.discount) and 0 < self.discount <= 1):
            raise ValueError(f"The discount must be above 0 and at most 1, not {self.discount!r}.")
        if not (is_number(self.prob_end) and 0 <= self.prob_end < 1):
            raise ValueError(
                f"The probability of an end must be at least 0 and below 1, not {self.prob_end!r}."
            )

    @property
    def name(self) -> str:
        return full_name("bargaining", self)

    @property
    def rules(self) -> str:
        rules = [RULES.format(fewest=FEWEST_ITEMS, most=MOST_ITEMS, worth=WORTH, turns=self.max_turns)]
        if self.discount < 1:
            rules.append(
                "Time costs: an acceptance in the second turn pays in full, and every turn after that "
                f"multiplies what both players get by {self.discount:g}."
            )
        if self.prob_end:
            rules.append(
                "After the second proposal and every later one, the bargaining breaks off with probability "
                f"{self.prob_end:g} before it can be answered: there is no deal, and both players get 0."
            )
        return "\n".join(rules)

    @property
    def max_game_length(self) -> int:
        return self.max_turns

    def new_initial_state(self) -> BargainingState:
        """Return the state before the pool and the values are drawn."""
        return BargainingState(self)


@dataclass(frozen=True, slots=True)
class BargainingState(State):
    """The numbers of the pool and the values that were dealt, and all moves since."""

    game: Bargaining
    dealt: tuple[int, ...] = ()
    moves: tuple[int, ...] = ()

    @property
    def pool(self) -> Things:
        """The things to divide. They exist only after they are dealt."""
        return POOLS[self.dealt[0]]

    @property
    def values(self) -> tuple[Things, ...]:
        """The values that were dealt so far, player_0's first."""
        return tuple(valuations(self.pool)[number] for number in self.dealt[1:])

    @property
    def offers(self) -> tuple[Things, ...]:
        """What the proposer would have kept in each proposal.

        player_0 made the first one, player_1 the second.
        """
        return tuple(OFFERS[move] for move in self.moves if move < ACCEPT)

    @property
    def is_agreed(self) -> bool:
        """Whether a proposal was accepted."""
        return self.moves[-1:] == (ACCEPT,)

    @property
    def current_player(self) -> int:
        if len(self.dealt) < 3:
            return CHANCE
        offers, last = len(self.offers), self.moves[-1:]
        if last in ((ACCEPT,), (END,)) or offers == self.game.max_turns:
            return TERMINAL
        if self.game.prob_end and offers >= 2 and last != (CONTINUE,):
            return CHANCE
        return offers % 2

    @property
    def history(self) -> tuple[int, ...]:
        return self.dealt + self.moves

    def legal_actions(self, player: int | None = None) -> tuple[int, ...]:
        to_move = self.current_player
        if to_move == TERMINAL or player not in (None, to_move):
            return ()
        if to_move == CHANCE:
            return tuple(outcome for outcome, _ in self.chance_outcomes())
        accept = (ACCEPT,) if self.moves else ()
        return proposals(self.pool) + accept

    def child(self, action: int) -> BargainingState:
        if action not in self.legal_actions():
            raise self.refusal(action)
        if len(self.dealt) < 3:
            return replace(self, dealt=(*self.dealt, action))
        return replace(self, moves=(*self.moves, action))

    def chance_outcomes(self) -> tuple[tuple[int, float], ...]:
        if self.current_player != CHANCE:
            return ()
        if not self.dealt:
            return pools()
        if len(self.dealt) == 1:
            return first_values(self.pool)
        if len(self.dealt) == 2:
            possible = partners(self.pool, self.values[0])
            return tuple((number, 1 / len(possible)) for number in possible)
        return ((CONTINUE, 1 - self.game.prob_end), (END, self.game.prob_end))

    def returns(self) -> tuple[float, ...]:
        if not self.is_agreed:
            return (0.0, 0.0)
        kept = self.offers[-1]
        left_over = rest(self.pool, kept)
        shares = (kept, left_over) if len(self.offers) % 2 else (left_over, kept)
        part = self.game.discount ** (len(self.offers) - 1)
        return tuple(part * worth(*share) for share in zip(shares, self.values, strict=True))

    def information_state(self, player: int) -> str:
        known: dict[str, object] = {}
        if self.dealt:
            known["pool"] = self.pool
        if len(self.values) > player:
            known |= {"values": self.values[player], "kept": self.offers}
        if self.moves[-1:] == (CONTINUE,):
            known["goes_on"] = True
        if self.is_terminal:
            known["returns"] = self.returns()
        return json.dumps(known)

    def observation(self, player: int) -> str:
        if not self.moves:
            return self._dealt_to(player)
        proposer = seat_name(1 - len(self.offers) % 2)
        kept = self.offers[-1]
        if self.is_agreed:
            gains = " and ".join(
                f"{seat_name(p)} gets {gain:g} points" for p, gain in enumerate(self.returns())
            )
            return f"{seat_name(len(self.offers) % 2)} accepts: {gains}."
        if self.moves[-1] == CONTINUE:
            return "The bargaining goes on."
        if self.moves[-1] == END:
            return "The bargaining breaks off: there is no deal, and both players get 0."
        leaves = things_listed(rest(self.pool, kept))
        news = f"{proposer} proposes to keep {things_listed(kept)} and to leave the other {leaves}."
        if self.is_terminal:
            return f"{news} That was the last turn: there is no deal, and both players get 0."
        return f"{news} Turn {len(self.offers) + 1} of {self.game.max_turns} is next."

    def drawing(self, player: int) -> str:
        if len(self.values) <= player:
            return ""
        rows = [("", *ITEM_KINDS), ("pool", *self.pool), ("worth to you", *self.values[player])]
        if self.offers:
            proposer = 1 - len(self.offers) % 2
            rows.append((f"{seat_name(proposer)} keeps", *self.offers[-1]))
        notes = [f"{seat_name(p)} gets {gain:g} points" for p, gain in enumerate(self.returns())]
        shown = [tuple(map(str, row)) for row in rows]
        return drawn_table(shown, column=110, notes=notes if self.is_terminal else [])

    def action_to_string(self, player: int, action: int) -> str:
        if self.current_player == CHANCE:
            return self._chance_written(action)
        return "accept" if action == ACCEPT else f"keep {things_counted(OFFERS[action])}"

    def _dealt_to(self, player: int) -> str:
        if len(self.dealt) == 1:
            return f"The pool: {things_listed(self.pool)}."
        if len(self.dealt) != player + 2:
            return ""
        each = [f"a {kind[:-1]} {value}" for kind, value in zip(ITEM_KINDS, self.values[player], strict=True)]
        return f"What one of each is worth to you, in points: {', '.join(each)}."

    def _chance_written(self, action: int) -> str:
        if self.moves:
            return "continue" if action == CONTINUE else "end"
        return f"deal {things_counted(POOLS[action] if not self.dealt else valuations(self.pool)[action])}"
