"""What the players of Simple Negotiation read: the rules, each message, what both hold, and the result."""

from __future__ import annotations

from games._bundles import ACCEPT, DENY, KINDS, LEAVE, Bundle, BundleOffer, TradeMessage, bundle_text
from games.base import seat_name

_RULES = """\
Simple Negotiation, two players, who trade Wood and Gold. Each of them holds 10 Wood and 10 Gold at the \
start, and has values of its own for them, which the other is not told.
player_0 begins, and the players take turns; there are {turns} messages in all. A message may do these things:
"accept": you take the offer that is open to you, and the goods change hands.
"deny": you turn it down, and it is gone.
"offer 3 Wood, 1 Gold -> 2 Gold": you would give 3 Wood and 1 Gold and get 2 Gold. You must hold what you \
give.{limit} A new offer takes the place of the open one.
"accept; offer 1 Wood -> 1 Gold" or "deny; offer 1 Wood -> 1 Gold": you answer first, and then you offer.
"pass": neither. An offer that is not answered stays open.
After the last message, a player's gain is what the goods it then holds are worth to it, less what the goods \
it started with were worth to it. The larger gain wins: the winner gets 1 and the loser -1; equal gains give \
both 0."""
_LIMIT = " The other player must hold what you ask for, and the last message can hold no offer."
_ANSWERED = {LEAVE: "", ACCEPT: "accepts the offer", DENY: "denies the offer"}


def negotiation_rules(turns: int, *, limited: bool) -> str:
    """Return the rules; `limited` says whether offers that nobody could accept are against them."""
    return _RULES.format(turns=turns, limit=_LIMIT if limited else "")


def message_in_words(said: TradeMessage, mover: int) -> str:
    """Return what a player's message did."""
    offered = f"offers {said.offer}" if said.offer else ""
    return f"{seat_name(mover)} {' and '.join(filter(None, [_ANSWERED[said.answer], offered])) or 'passes'}."


def gains_in_words(gains: tuple[int, int]) -> str:
    """Return both players' gains and the winner."""
    listed = ", ".join(f"{seat_name(player)} {gain:+d}" for player, gain in enumerate(gains))
    first, second = gains
    winner = "Nobody wins" if first == second else f"{seat_name(int(second > first))} wins"
    return f"The last message is over. Gains: {listed}. {winner}."


def choices_in_words(
    player: int,
    holdings: tuple[Bundle, Bundle],
    standing: BundleOffer | None,
    *,
    accepts: bool,
    offers: bool,
) -> str:
    """Return what a player may write.

    Args:
        player: who is to move.
        holdings: what each player holds.
        standing: the offer that is open to the player, if there is one.
        accepts: whether the player may accept it.
        offers: whether the player may make an offer.
    """
    said = ['"pass"']
    if standing is not None:
        said.insert(0, f'"deny" to the open offer {standing}')
    if standing is not None and accepts:
        given, got = bundle_text(standing.ask), bundle_text(standing.give)
        said.insert(0, f'"accept" (you would give {given} and get {got})')
    if offers:
        said.append('an offer such as "offer 3 Wood, 1 Gold -> 2 Gold"')
    either = ", alone or after your answer" if standing is not None and offers else ""
    told = f"{', '.join(said[:-1])} or {said[-1]}" if len(said) > 1 else said[0]
    mine, others = _held(holdings[player]), _held(holdings[1 - player])
    return f"Write {told}{either}. You hold {mine}. {seat_name(1 - player)} holds {others}."


def _held(bundle: Bundle) -> str:
    return ", ".join(f"{count} {kind}" for count, kind in zip(bundle, KINDS, strict=True))
