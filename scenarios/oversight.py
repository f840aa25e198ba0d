"""Oversight of strong models by a weak judge: alone, with the source, with a consultant, and by debate.

The comparison is that of Kenton et al. 2024, "On scalable oversight with weak LLMs judging strong LLMs", over
the same passages. ``--agents STRONG --judge WEAK`` sets who speaks and who judges.
"""

from arena import Comparison
from arena.tasks import hidden_passage
from protocols import Beliefs, Consultancy, Debate, Direct

QUIET = Beliefs(holders=())

scenario = Comparison(
    name="oversight",
    tasks=hidden_passage(n=1000, seed=7),
    first=20,
    seats=dict.fromkeys(("consultant", "debater_a", "debater_b", "judge"), "local?reproducible=false"),
    conditions={
        "direct": Direct(),
        "direct-with-source": Direct(source="everyone"),
        "consultancy": Consultancy(quotes=True, beliefs=QUIET),
        "debate": Debate(quotes=True, beliefs=QUIET),
    },
)
