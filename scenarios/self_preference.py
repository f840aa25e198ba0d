"""Self-preference: a model judges its own response beside another's, and a gold panel judges the same pair.

The measure is DBG, of Chen et al. 2025, "Beyond the surface: measuring self-preference in LLM judgments". Two
models respond to the same task. One of them judges the pair in both orders, and so does a panel of others:
``arena judge RUN --judge NAME=JUDGE --judge GOLD --judge GOLD ...``, where NAME is that of the model among
``--agents NAME=MODEL OTHER=MODEL``. The report has how often the judge prefers its own side less how often
the panel does. With ``--set probabilities=true``, a preference is what the judge holds likelier over both
orders, as the paper has it of models with open weights.
"""

from arena import Scenario
from scenarios.responses import FIRST, PAIRS, SECOND, Responses

scenario = Scenario(
    name="self-preference",
    protocol=Responses(),
    tasks=PAIRS,
    first=20,
    seats={FIRST: "local?reproducible=false", SECOND: "local?reproducible=false&temperature=1.2"},
)
