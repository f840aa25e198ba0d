"""The ultimatum game (Güth et al., "An experimental analysis of ultimatum bargaining", 1982).

One player offers the other a part of some coins, and the other accepts or refuses. A responder who only
counts coins gains from any offer. So by backward induction the proposer keeps all of the coins, or all except
one if the responder refuses an offer of nothing. People offer nearly half, and refuse offers that are far
from half.

An information state is JSON, as in all games of negotiation here. It holds the coins, the number of coins
that are offered, and the answer.
"""

# ruff: noqa: D102 (games.base describes the methods of a state)

from __future__ import annotations

import json
from dataclasses import dataclass

from games.base import TERMINAL, Game, State, seat_name
from games.drawing import drawn_table
from games.naming import full_name
from games.ranges import check_whole
from games.vocabulary import Vocabulary

ACCEPT, REJECT = 0, 1
ANSWERS = ("accept", "reject")


MOST_COINS = 1_000
"""The most coins. The number is bounded because each way to divide the coins is a move."""


@dataclass(frozen=True)
class Ultimatum(Game):
    """The ultimatum game over whole coins.

    Args:
        coins: The number of coins that are divided.
    """

    coins: int = 10

    vocabulary = Vocabulary(("ultimatum", "offer", "coin", *ANSWERS))
    num_players = 2
    perfect_information = True
    zero_sum = False
    min_utility = 0.0
    max_game_length = 2

    def __post_init__(self) -> None:
        check_whole("In an ultimatum, coins", self.coins, MOST_COINS)

    @property
    def name(self) -> str:
        return full_name("ultimatum", self)

    @property
    def rules(self) -> str:
        return (
            f"The ultimatum game, two players. player_0 divides {self.coins} coins, and player_1 answers; "
            "there is one offer and one answer.\n"
            'player_0 writes "offer" and how many coins player_1 would get, a whole number from 0 to '
            f'{self.coins}, such as "offer 3"; player_0 would keep the rest.\n'
            'Then player_1 writes "accept" or "reject". If player_1 accepts, both get what was offered; if '
            "player_1 rejects, both get nothing.\n"
            "Each coin pays 1."
        )

    def new_initial_state(self) -> UltimatumState:
        """Return the state before the offer."""
        return UltimatumState(self)


@dataclass(frozen=True, slots=True)
class UltimatumState(State):
    """The moves so far: the number of coins that were offered, and the answer."""

    game: Ultimatum
    history: tuple[int, ...] = ()

    @property
    def current_player(self) -> int:
        return TERMINAL if len(self.history) == 2 else len(self.history)

    def legal_actions(self, player: int | None = None) -> tuple[int, ...]:
        if self.is_terminal or player not in (None, self.current_player):
            return ()
        return (ACCEPT, REJECT) if self.history else tuple(range(self.game.coins + 1))

    def child(self, action: int) -> UltimatumState:
        if action not in self.legal_actions():
            raise self.refusal(action)
        return UltimatumState(self.game, (*self.history, action))

    def returns(self) -> tuple[float, ...]:
        if not self.is_terminal or self.history[1] == REJECT:
            return (0.0, 0.0)
        offered = self.history[0]
        return (float(self.game.coins - offered), float(offered))

    def information_state(self, player: int) -> str:
        offered, accepted = (*self.history, None, None)[:2]
        answer = None if accepted is None else ANSWERS[accepted]
        return json.dumps({"coins": self.game.coins, "offered": offered, "answer": answer})

    def observation(self, player: int) -> str:
        if not self.history:
            return ""
        offered = self.history[0]
        if not self.is_terminal:
            kept = self.game.coins - offered
            return f"player_0 offers player_1 {offered} of {self.game.coins} coins and would keep {kept}."
        gains = " and ".join(f"{seat_name(p)} gets {gain:g}" for p, gain in enumerate(self.returns()))
        return f"player_1 {ANSWERS[self.history[1]]}s: {gains}."

    def drawing(self, player: int) -> str:
        offered = self.history[0] if self.history else 0
        rows = [("", "coins"), (seat_name(0), str(self.game.coins - offered)), (seat_name(1), str(offered))]
        return drawn_table(rows, notes=[f"player_1 {ANSWERS[self.history[1]]}s."] if self.is_terminal else [])

    def action_to_string(self, player: int, action: int) -> str:
        return ANSWERS[action] if self.history else f"offer {action}"
