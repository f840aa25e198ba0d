"""Oversight of strong models by a weak judge: alone, with the source, with a consultant, and by debate.

The comparison is that of Kenton et al. 2024, "On scalable oversight with weak LLMs judging strong LLMs", over
the same passages. ``--agents STRONG --judge WEAK`` sets who speaks and who judges. Each question is played
twice, and the speakers exchange their answers: `both_orders` makes two tasks of it, so ``--tasks 20`` are ten
questions. Before it knows its side, the first speaker is asked aside which answer is right. The figures of
open consultancy and open debate are those of the episodes in which it defends that answer. The judge decides
once. ``best-of:MODEL?n=4`` is a debater who picks the best of its four drafts of each turn itself.

`closed` compares them on tasks without a source, where the speakers only know more if they are stronger: two
solutions of a sum, and two proofs. The report has the accuracy of each of these categories.
"""

from typing import Any

from arena import Comparison, Task
from arena.tasks import both_orders, hidden_passage, sum_pairs, syllogisms
from protocols import Beliefs, Consultancy, Debate, Direct

SPOKEN: dict[str, Any] = {
    "sides": "listed",
    "quotes": True,
    "beliefs": Beliefs(holders=()),
    "ask_choice": True,
    "swap_verdict": False,
}

_SEATS = dict.fromkeys(("consultant", "debater_a", "debater_b", "judge"), "local?reproducible=false")

scenario = Comparison(
    name="oversight",
    tasks=both_orders(hidden_passage(n=1000, seed=7)),
    first=20,
    seats=_SEATS,
    conditions={
        "direct": Direct(swap_verdict=False),
        "direct-with-source": Direct(source="everyone", swap_verdict=False),
        "consultancy": Consultancy(**SPOKEN),
        "debate": Debate(**SPOKEN),
    },
)


def in_category(task: Task, category: str) -> Task:
    """Return the task in a category of its own."""
    return task.model_copy(update={"data": {**task.data, "category": category}})


closed = Comparison(
    name="oversight-closed",
    tasks=both_orders(
        in_category(task, category)
        for pair in zip(sum_pairs(n=500, seed=7), syllogisms(n=500, seed=7), strict=True)
        for task, category in zip(pair, ("sums", "proofs"), strict=True)
    ),
    first=20,
    seats=_SEATS,
    conditions={
        "direct": Direct(swap_verdict=False),
        "consultancy": Consultancy(**SPOKEN),
        "debate": Debate(**SPOKEN),
        "debate-in-turn": Debate(order="sequential", **SPOKEN),
    },
)
