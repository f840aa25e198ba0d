"""The deals of bargaining: the pools and values that chance may deal, and the proposals to divide a pool."""

from __future__ import annotations

from functools import lru_cache
from itertools import product

from games.holdings import worth

Things = tuple[int, ...]

ITEM_KINDS = ("books", "hats", "balls")
FEWEST_ITEMS, MOST_ITEMS = 5, 7
WORTH = 10
"""The value of the whole pool to each player, in points."""

OFFERS: tuple[Things, ...] = tuple(
    kept[::-1] for kept in product(range(MOST_ITEMS + 1), repeat=len(ITEM_KINDS)) if sum(kept) <= MOST_ITEMS
)
"""What the proposer would keep in each proposal. The place of an offer is the number of its proposal."""
ACCEPT = len(OFFERS)

POOLS: tuple[Things, ...] = tuple(offer for offer in OFFERS if min(offer) >= 1 and sum(offer) >= FEWEST_ITEMS)


@lru_cache(maxsize=len(POOLS))
def valuations(pool: Things) -> tuple[Things, ...]:
    """Return all values for one thing of each kind at which `pool` is worth 10."""
    return tuple(
        values for values in product(range(WORTH + 1), repeat=len(ITEM_KINDS)) if worth(pool, values) == WORTH
    )


@lru_cache(maxsize=1024)
def partners(pool: Things, values: Things) -> tuple[int, ...]:
    """Return which of `valuations(pool)` the other player may have if one player has `values`.

    They are given by their places. The paper's conditions are that every kind is worth something to at least
    one player, and some kind is worth something to both.
    """
    return tuple(
        number
        for number, others in enumerate(valuations(pool))
        if all(map(max, values, others)) and any(map(min, values, others))
    )


def rest(pool: Things, kept: Things) -> Things:
    """Return the part of `pool` that the other player gets."""
    return tuple(there - mine for there, mine in zip(pool, kept, strict=True))


@lru_cache(maxsize=len(POOLS))
def proposals(pool: Things) -> tuple[int, ...]:
    """Return the numbers of the proposals that `pool` allows."""
    return tuple(
        number
        for number, kept in enumerate(OFFERS)
        if all(mine <= there for mine, there in zip(kept, pool, strict=True))
    )


@lru_cache(maxsize=len(POOLS))
def first_values(pool: Things) -> tuple[tuple[int, float], ...]:
    """Return the probability that player_0 has each valuation: its share of all deals of `pool`."""
    deals = [len(partners(pool, values)) for values in valuations(pool)]
    return tuple((number, count / sum(deals)) for number, count in enumerate(deals) if count)


@lru_cache(maxsize=1)
def pools() -> tuple[tuple[int, float], ...]:
    """Return the probability of each pool: its share of all deals."""
    deals = [sum(len(partners(pool, values)) for values in valuations(pool)) for pool in POOLS]
    return tuple((number, count / sum(deals)) for number, count in enumerate(deals))


def things_counted(things: Things) -> str:
    """Return how many things of each kind there are, as moves are written."""
    return " ".join(f"{count} {kind}" for count, kind in zip(things, ITEM_KINDS, strict=True))


def things_listed(things: Things) -> str:
    """Return how many things of each kind there are, as a list in words."""
    named = (
        (count, kind[:-1] if count == 1 else kind) for count, kind in zip(things, ITEM_KINDS, strict=True)
    )
    return ", ".join(f"{count} {name}" for count, name in named)
