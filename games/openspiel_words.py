"""Cards, dice and moves of OpenSpiel's games in words, where OpenSpiel writes codes such as "25 13 49".

`GAMES_IN_WORDS` has the games that are told in words. Each move of theirs has a name that can be typed, and
each player reads what the last transition showed it: a card that it was dealt, a card on the board, a move of
another player. All their moves are public. All other games are told as OpenSpiel writes them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from games.base import seat_name
from games.cards import card_in_words, cards_in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_KUHN = ("Jack", "Queen", "King")


@dataclass(frozen=True, slots=True)
class GameWords:
    """How a game is told.

    `move` returns the name of a move, from what OpenSpiel writes for it. `dealt` returns what an event of
    chance shows a player: it is given OpenSpiel's states before and after it, the action and the player.
    """

    move: Callable[[str], str]
    dealt: Callable[[Any, Any, int, int], str]

    def news(self, before: Any, after: Any, actions: Sequence[int], player: int) -> str:
        """Return what the last transition showed a player; "" if it showed nothing."""
        if before is None:
            return ""
        told = self.dealt(before, after, actions[0], player)
        if before.is_chance_node():
            return told
        mover = before.current_player()
        moved = f"{seat_name(mover)} plays {self.move(before.action_to_string(mover, actions[0]))}."
        return f"{moved} {told}".strip()


def _lower(written: str) -> str:
    return written.lower()


def _bet(written: str) -> str:
    """Return a move of poker: "player=1 move=Bet200" is "bet 200", and "player=0 move=AllIn" is "all in"."""
    word = written.rpartition("move=")[2]
    return re.sub(r"(?<=[a-z])(?=[A-Z\d])", " ", word).lower()


def _part(inside: Any, player: int, name: str) -> str:
    """Return the part `[name: ...]` of an information state, or "" if it has none."""
    found = re.search(rf"\[{name}: ([^\]]*)\]", inside.information_state_string(player))
    return found.group(1) if found else ""


def _poker(before: Any, after: Any, action: int, player: int) -> str:
    """Tell a card of poker to whom it was dealt, or to all if it lies on the board, and the pot after a
    move.
    """
    if not before.is_chance_node():
        return "" if after.is_terminal() else f"The pot has {_part(after, player, 'Pot')} chips."
    if _part(before, player, "Private") != _part(after, player, "Private"):
        return f"You are dealt {_card(before, action)}."
    if _part(before, player, "Public") != _part(after, player, "Public"):
        return f"T{_card(before, action)[1:]} comes to the board."
    return ""


def _card(before: Any, action: int) -> str:
    """Return the name of a card that is dealt. Leduc poker for more than two players has ranks from 1 on."""
    written = str(before.action_to_string(before.current_player(), action))
    if "Deal" in written:
        return cards_in_words([written[-2:]])
    rank, suit = divmod(action, 2)
    if before.num_players() == 2:
        return cards_in_words(["JQK"[rank] + "sh"[suit]])
    return f"the {rank + 1} of {('spades', 'hearts')[suit]}"


def _kuhn(before: Any, after: Any, action: int, player: int) -> str:
    if not before.is_chance_node() or not _changed(before, after, player):
        return ""
    cards = len(before.get_game().new_initial_state().legal_actions())
    return f"Your card is the {_KUHN[action]}." if cards == 3 else f"Your card is {action + 1} of {cards}."


def _dice(before: Any, after: Any, action: int, player: int) -> str:
    if not before.is_chance_node() or not _changed(before, after, player):
        return ""
    return f"You roll a {action + 1}."


def _changed(before: Any, after: Any, player: int) -> bool:
    return bool(before.information_state_string(player) != after.information_state_string(player))


def _blackjack(before: Any, after: Any, action: int, player: int) -> str:
    (own, dealers), (own_before, dealers_before) = map(_hands, (after, before))
    told = []
    if own != own_before:
        told.append(f"You are dealt {cards_in_words(own[-1:])}.")
    if dealers != dealers_before and len(dealers) > 1:
        shown = ("a hidden card" if card == "??" else f"the {card_in_words(card)}" for card in dealers)
        told.append(f"The dealer has {' and '.join(shown)}.")
    return " ".join(told)


def _hands(inside: Any) -> list[list[str]]:
    """Return the player's and the dealer's cards, as the player sees them."""
    lines = re.findall(r"Cards: ?(.*)", inside.observation_string(0))
    return [[card if card == "??" else card[1] + card[0].lower() for card in line.split()] for line in lines]


def _negotiation_move(written: str) -> str:
    """Return "keep 1 0 2", "say 3 1 4" or "accept"."""
    if "Agreement" in written:
        return "accept"
    numbers = " ".join(re.findall(r"\d+", written))
    return f"say {numbers}" if "Utterance" in written else f"keep {numbers}"


def _negotiation(before: Any, after: Any, action: int, player: int) -> str:
    if not before.is_chance_node():
        return ""
    text = after.observation_string(player)
    most, pool = (re.search(rf"{name}: (.*)", text) for name in ("Max steps", "Item pool"))
    worth = re.search(r"util vec: (.*)", text)
    if not (most and pool and worth):
        return ""
    return (
        f"The pool has {_counts(pool.group(1))} of the items in order. One of each is worth "
        f"{_counts(worth.group(1))} to you. There are at most {most.group(1)} turns."
    )


def _counts(numbers: str) -> str:
    *others, last = numbers.split()
    return f"{', '.join(others)} and {last}" if others else last


GAMES_IN_WORDS = {
    "blackjack": GameWords(_lower, _blackjack),
    "kuhn_poker": GameWords(_lower, _kuhn),
    "leduc_poker": GameWords(_lower, _poker),
    "liars_dice": GameWords(_lower, _dice),
    "negotiation": GameWords(_negotiation_move, _negotiation),
    "universal_poker": GameWords(_bet, _poker),
}
"""The games that are told in words, by OpenSpiel's short names."""


def move_in_words(inside: Any, player: int, action: int) -> str:
    """Return the name of an action in an OpenSpiel state. Its own text is changed only where it is a code."""
    if inside.is_simultaneous_node() and not inside.legal_actions(player):
        return "pass"
    written = " ".join(str(inside.action_to_string(player, action)).split())
    short_name = inside.get_game().get_type().short_name
    if player < 0:
        return written
    if short_name in GAMES_IN_WORDS:
        return GAMES_IN_WORDS[short_name].move(written)
    return re.sub(r"^\[P\d+\]Bid: ", "bid ", written) if short_name == "goofspiel" else written
