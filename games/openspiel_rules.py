"""The rules, in words, of the OpenSpiel games that are played most. OpenSpiel itself has no such texts."""

from __future__ import annotations

from typing import Any

_NAMED = "Write a move as it is named here."
"""How moves are written in games that have rules here."""
_CODES = (
    "Moves, cards and boards are written in OpenSpiel's codes. Each question lists the moves that are legal."
)
"""How all other games are told."""

RULES = {
    "2048": """\
The board has four rows and four columns of numbered tiles. player_0 slides all tiles Up, Right, Down or \
Left. Two equal tiles that meet become one with their sum, which is added to the score. After each move a \
new tile, 2 or 4, comes to a free square. The game ends when no move is possible or the tile 2048 is made. \
It pays the score.""",
    "bargaining": """\
There is a pool of five to seven things: books, hats and basketballs, at least one of each, which both \
players see. Each player has its own value for a thing of each kind, shown as "My values", by which the \
whole pool is worth 10 to it; nobody sees the other player's values. player_0 begins, and the players take \
turns. In a turn a player proposes a division by writing what it would keep itself, such as "Offer: Book: 1, \
Hat: 0, Basketball: 2"; the other player would get the rest. Or it writes "Agree" and takes the latest \
proposal, which ends the game: each player gets what its things are worth to it. There are 10 proposals at \
most unless max_turns says otherwise; the last of them cannot be answered, so it ends the game without a \
deal, which pays both players 0. If there is a discount, every turn from the third on multiplies by it what \
a deal pays.""",
    "chess": """\
Chess by the usual rules, threefold repetition and the fifty-move rule included. player_1 has the white \
pieces and moves first; player_0 has the black ones. The board is shown in Forsyth-Edwards Notation. A \
move is written in standard algebraic notation: e4, Nf3, exd5, O-O, e8=Q. A win pays 1 and a loss -1; a \
draw pays 0.""",
    "connect_four": """\
The board has seven columns, 0 to 6 from the left, and six rows. player_0 (x) moves first, player_1 has o. \
In turn, each drops a mark into a column that is not full; it falls to the lowest free square. A move is the \
player's mark and the column: x3 or o3. Four in a row (across, down or diagonally) win. The winner gets 1 \
and the loser -1; a full board without four in a row is a draw and pays 0.""",
    "goofspiel": """\
Each player holds the same cards, numbered from 1. Every turn one point card is shown, all players bid one \
of their cards at the same time, and the highest bid wins the point card's number in points; if the \
highest bids are equal nobody wins it. Bids are used up. When all cards are played, whoever has most \
points wins. A bid of 3 is written: bid 3.""",
    "kuhn_poker": """\
Poker with one card for each player and one round of betting. With two players the cards are a Jack, a Queen \
and a King; with more there is one card more than there are players, and a higher number is better. Each \
player puts one chip in the pot and sees its own card alone. In turn, a player writes "pass" or "bet"; a bet \
is one chip. After a bet each other player writes "bet" to call it or "pass" to fold. If nobody bets, or \
after all have answered, the highest card of those who have not folded wins the pot.""",
    "leduc_poker": """\
Poker with six cards for two players: a Jack, a Queen and a King of spades and of hearts. Each player puts \
one chip in the pot and is dealt one card, which it alone sees. There are two rounds of betting, player_0 \
first; before the second a card comes to the board. A move is "fold", "call" (which is a check if there is \
no bet) or "raise" (a bet if there is none). A raise is 2 chips in the first round and 4 in the second, and \
a round has two at most. A player who folds loses what it has put in. At the end a card that pairs the board \
wins, then the higher card; equal cards share. With more than two players there is one rank more than there \
are players, and the ranks are numbers.""",
    "blackjack": """\
player_0 plays against the dealer. Both get two cards, and the first of the dealer's is hidden. Cards count \
their number, a Jack, Queen or King 10, and an Ace 11, or 1 if the hand would be over 21. player_0 writes \
"hit" for a card or "stand" to stop, and loses at once over 21. Then the dealer draws until it counts 17 or \
more. The higher count wins, and a dealer over 21 loses. A win pays 1, a loss -1 and a tie 0.""",
    "negotiation": """\
There is a pool of items of several kinds. Both players see how many there are of each kind; each has its \
own worth for one of each kind, which the other does not see. player_0 begins, and the players take turns. A \
turn is a proposal and then, if the game has them, an utterance. To propose, write "keep" and how many of \
each kind you would keep, in order, such as "keep 1 0 2"; the other player would get the rest. Or write \
"accept" to take the other's latest proposal, which ends the game: each player gets the worth of its items. \
An utterance is "say" and some symbols, such as \
"say 3 1 4"; they mean what the players make of them. If the turns end without an agreement, both get \
nothing.""",
    "nim": """\
There are piles of objects. In turn, a player takes one or more from one pile. A move names the pile and how \
many are taken, as it is listed. Unless is_misere says otherwise, the game is misère: the player who takes \
the last object loses. The winner gets 1 and the loser -1.""",
    "tic_tac_toe": """\
The board has three rows and three columns, numbered from 0. player_0 (x) moves first, and player_1 has o. A \
move is the player's mark with row and column: x(0,2) is the right square of the top row. Three in a row \
(across, down or diagonally) win 1, and the loser gets -1; a full board without them pays 0.""",
    "universal_poker": """\
Poker with the blinds, rounds and bets that the name's parameters say. Each player sees its own cards, and \
the cards on the board are common. A move is "fold", "call" (which is a check if there is no bet), "bet" \
(which is a raise if there is one) or "all in", and with an amount where one is listed. A bet without an \
amount has the fixed size of the round if bets are limited, and otherwise the size of the pot. A player who \
folds loses what it has put in. At the end the best hand of a player's cards and the board wins the pot, and \
equal hands share it. Returns are in chips.""",
    "liars_dice": """\
Each player rolls their dice and sees only their own. In turn, a player raises the bid or challenges it. A \
bid "q-f" claims that among all dice together at least q show the face f; the highest face is wild and \
counts as any face. A raise has a higher quantity, or the same quantity and a higher face. "Liar" \
challenges the last bid: if it is true the bidder wins, otherwise the challenger does. The winner gets 1 \
and the loser -1.""",
}
"""The rules by which OpenSpiel plays each game, by its short name."""


def rules_in_words(spiel: Any, short_string: str) -> str:
    """Return the rules of an OpenSpiel game, how its moves are written and what it pays."""
    kind, players = spiel.get_type(), int(spiel.num_players())
    known = RULES.get(kind.short_name, "Play it by its usual rules.")
    who = f"{players} players, player_0 to player_{players - 1}" if players > 1 else "1 player, player_0"
    return (
        f"{kind.long_name} (OpenSpiel's {short_string}), {who}.\n{known}\n"
        f"{_NAMED if kind.short_name in RULES else _CODES} "
        f"Endings pay each player from {spiel.min_utility():g} to {spiel.max_utility():g}."
    )
