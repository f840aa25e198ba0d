"""What the players of Trade read: the rules, what both hold, each move and the result."""

from __future__ import annotations

from games.base import seat_name
from games.trade_goods import ACCEPT, DENY, GOODS_KINDS, PASS, Goods, TradeOffer, offers
from games.vocabulary import Vocabulary

TRADE_WORDS = Vocabulary(
    ("trade", "goods", "offer", "accept", "deny denies denied", "pass", "gain", *GOODS_KINDS)
)

RULES = """\
Trade, two players. Each player holds five kinds of goods, {kinds}: {fewest} to {most_held} of each at the \
start. Both players always see what both hold. What the goods are worth to a player, only that player knows: \
one Wheat is worth about 5, one Wood 10, one Sheep 15, one Brick 25 and one Ore 40, but each of these values \
is drawn for each player, in whole numbers up to a fifth lower or higher.
player_0 begins, and the players take turns; there are {turns} turns in all. In its turn a player writes one \
of these:
"offer 2 Wood for 1 Ore": you would give 2 of your Wood and get 1 of the other player's Ore. An offer gives \
1 to {most} of one kind that you hold for 1 to {most} of one other kind that the other player holds.
"accept": you take the offer that the other player has just made, and the goods change hands.
"deny": you turn it down.
"pass": you do nothing; only where there is no offer to answer.
An offer stands for the other player's next turn only: whatever that player does, it is gone afterwards. \
Instead of denying it, a player may make an offer of its own. An offer made in the last turn is never \
answered.
After the last turn, a player's gain is what the goods it then holds are worth to it, less what the goods it \
started with were worth to it. The larger gain wins: the winner gets 1 and the loser -1; equal gains give \
both 0."""


def goods_text(goods: Goods) -> str:
    """Return how much of each kind there is, in words."""
    return ", ".join(f"{count} {kind}" for count, kind in zip(goods, GOODS_KINDS, strict=True))


def moved(moves: tuple[int, ...], most: int) -> str:
    """Return the last of `moves` in words; offers are of up to `most` of a kind."""
    mover = seat_name(1 - len(moves) % 2)
    *_, before, action = (PASS, *moves)
    all_offers = offers(most)
    if action == ACCEPT:
        taken = all_offers[before]
        gives = (
            f"gives {taken.asked} {GOODS_KINDS[taken.ask]} and gets {taken.given} {GOODS_KINDS[taken.give]}"
        )
        return f"{mover} accepts the offer: it {gives}."
    if action == DENY:
        return f"{mover} denies the offer."
    if action == PASS:
        return f"{mover} passes."
    instead = "does not take the offer and offers instead" if before in all_offers else "offers"
    return f"{mover} {instead} {all_offers[action]}."


def result(gains: tuple[int, ...]) -> str:
    """Return both players' gains and the winner, in words."""
    listing = ", ".join(f"{seat_name(player)} {gain:+d}" for player, gain in enumerate(gains))
    first, second = gains
    winner = "Nobody wins" if first == second else f"{seat_name(int(second > first))} wins"
    return f"The last turn is over. Gains: {listing}. {winner}."


def choices(player: int, holdings: tuple[Goods, ...], standing: TradeOffer | None, most: int) -> str:
    """Return what `player` may write in its turn, in words.

    Args:
        player: who is to move.
        holdings: what each player holds.
        standing: the offer that the player may answer, if there is one.
        most: the most of a kind that an offer holds.
    """
    other = seat_name(1 - player)
    answers = '"pass"'
    if standing is not None:
        got = f"{standing.given} {GOODS_KINDS[standing.give]}"
        given = f"{standing.asked} {GOODS_KINDS[standing.ask]}"
        answers = f'"accept" (you would give {given} and get {got}), "deny",'
    return (
        f"Write {answers} or an offer: 1 to {most} of one kind that you hold for 1 to "
        f'{most} of one other kind that {other} holds, such as "offer 2 Wood for 1 Ore".\n'
        f"You hold {goods_text(holdings[player])}.\n{other} holds {goods_text(holdings[1 - player])}."
    )
