"""The rules of limit hold'em in words. `games.limit_holdem` fills in its settings."""

from __future__ import annotations

RULES = """\
Limit Texas hold'em, two players, player_0 and player_1, one hand.
A deck has 52 cards. Before the deal player_0 puts the big blind of 2 chips into the pot and player_1 the \
small blind of 1 chip. Each player is dealt two cards, which only that player sees. Five cards come to the \
board, which both see: three after the first round of betting (the flop), one after the second (the turn) \
and one after the third (the river).
There are four rounds of betting. player_1 acts first before the flop, and player_0 acts first from the flop \
on. When there is nothing to call, write "check" or "bet". When there is something to call, write "fold", \
"call" or "raise". Before the flop the big blind is the bet: player_1 has to call it, and if it does no \
more, player_0 may "check" or "raise".{folding} A bet or a raise is 2 chips before and on the flop and 4 \
chips on the turn \
and the river, on top of what it takes to call. Before the flop there are at most {first} raises, and in \
each later round at most {later} bets and raises together. A round ends when both have checked, or when a \
bet \
or raise is called.
A player who folds loses what it has put into the pot, and no card is shown. After the \
last round the cards are shown, and the best five of a player's two cards and the board count. From the \
highest: straight flush, four of a kind, full house, flush, straight, three of a kind, two pairs, one pair, \
high card. Equal kinds are decided by their ranks, Ace high, then by the remaining cards of the five; an Ace \
may also be the lowest card of a straight. Suits do not rank. Equal hands share the pot.
The winner gains what the loser has put into the pot: from 1 to {most} chips. A shared pot gives both \
0.{unit}"""
