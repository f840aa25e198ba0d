"""Things to haggle over, made from a seed, with the private values of buyer and seller.

The task's ``data`` holds the value of each thing to the buyer and its cost to the seller. Only protocols read
it; `protocols.Bargain` tells each side its own values. The truth is the zone of agreement.
"""

from __future__ import annotations

import random

from arena.core.errors import UsageError
from arena.core.seeds import derive
from arena.tasks.task import Task

# fmt: off
_GOODS = (
    "brass lamp", "walnut chest", "copper kettle", "pocket watch", "fiddle", "wool carpet", "spinning wheel",
    "telescope", "silver spoon", "oak ladder", "bicycle", "music box", "weather glass", "anvil", "map case",
    "tea set",
)
# fmt: on
_COSTS = 20, 80
_SURPLUSES = 10, 60


def haggling(n: int = 10, seed: int = 0, items: int = 1) -> list[Task]:
    """Return `n` tasks about one or more things that are worth more to the buyer than they cost the seller.

    Costs are whole numbers from 20 to 80, and a thing's value to the buyer is 10 to 60 higher. If there are
    several `items`, each except the first may instead be worth less to the buyer than it costs. The deal that
    is best for both together then leaves it out. The truth is the zone of prices by which both gain if
    everything is sold, from the cost to the value (None if there is none), and the largest surplus that the
    two can share. The first tasks of a longer list are those of a shorter one with the same seed.

    Args:
        n: How many tasks are made.
        seed: The seed from which they follow.
        items: How many things are for sale.

    Raises:
        UsageError: if there are fewer different things than `items`.

    >>> task = haggling(1, seed=7)[0]
    >>> low, high = task.truth["zone"]
    >>> task.truth["surplus"] == high - low
    True
    """
    if not 1 <= items <= len(_GOODS):
        raise UsageError(f"There can be 1 to {len(_GOODS)} items to haggle over, not {items}.")
    return [_task(seed, place, items) for place in range(n)]


def _task(seed: int, place: int, number: int) -> Task:
    rng = random.Random(derive(seed, "haggling", place, number))
    values: dict[str, dict[str, int]] = {}
    for good in rng.sample(_GOODS, number):
        cost, surplus = rng.randint(*_COSTS), rng.randint(*_SURPLUSES)
        is_worth_less = bool(values) and rng.random() < 0.25
        values[f"the {good}"] = {
            "value": max(1, cost + (-surplus if is_worth_less else surplus)),
            "cost": cost,
        }
    low, high = (sum(item[of] for item in values.values()) for of in ("cost", "value"))
    name = f"haggling-{seed}-{place}" + (f"-{number}-items" if number > 1 else "")
    return Task(
        id=name,
        text=f"A seller and a buyer haggle over {_joined(list(values))}.",
        data={"items": values},
        truth={
            "zone": [low, high] if low <= high else None,
            "surplus": sum(max(0, item["value"] - item["cost"]) for item in values.values()),
        },
    )


def _joined(names: list[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
