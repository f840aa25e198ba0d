"""The rules, in words, of the OpenSpiel games that are played most. OpenSpiel itself has no such texts."""

from __future__ import annotations

RULES = {
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
points wins. A bid is written with the number of its player: player_0 bids a 3 by writing [P0]Bid: 3.""",
    "liars_dice": """\
Each player rolls their dice and sees only their own. In turn, a player raises the bid or challenges it. A \
bid "q-f" claims that among all dice together at least q show the face f; the highest face is wild and \
counts as any face. A raise has a higher quantity, or the same quantity and a higher face. "Liar" \
challenges the last bid: if it is true the bidder wins, otherwise the challenger does. The winner gets 1 \
and the loser -1.""",
}
"""The rules by which OpenSpiel plays each game, by its short name."""
