"""Self-correction: an answerer answers again, and in `critique` a critic reads its answers first.

Published systems are its settings, and `docs/systems.md` lists them. With the agent
`scenarios.courses:Recited` the figures of their papers come out. ``arena run revise`` plays several of them
beside each other.
"""

from arena import Scenario
from protocols import Revise
from scenarios.courses import SUMS

scenario = Scenario(
    name="self-correction",
    protocol=Revise(),
    tasks=SUMS,
    first=3,
    seats={"answerer": "local"},
)

critique = Scenario(
    name="critique",
    protocol=Revise(feedback="critic", hint="critic"),
    tasks=SUMS,
    first=3,
    seats={"answerer": "local", "critic": "local"},
)
