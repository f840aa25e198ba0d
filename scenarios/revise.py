"""Answering again: after a plain question, after "try again" or after feedback, or keeping the best answer.

The conditions are published methods of self-correction, on the same sums. ``--agents
"solver?right=0.6&repairs=0.5"`` plays them without a model, with an agent whose figures are known.
"""

from arena import Comparison
from arena.tasks import sums
from protocols import Revise

scenario = Comparison(
    name="revise",
    tasks=sums(n=1000, seed=7),
    first=3,
    seats={"answerer": "local", "critic": "local"},
    conditions={
        "again": Revise(),
        "try-again": Revise(turns=3, hint="unary"),
        "best-of-turn": Revise(turns=2, hint="unary", samples=3, keep="right"),
        "self-feedback": Revise(turns=3, feedback="self", stop=["done", "unchanged"]),
        "critique": Revise(turns=2, feedback="critic", hint="critic"),
    },
)
