"""Internal consistency: how an answerer's own samples, confidence or critique tell whether it is right.

The framework is that of Liang et al. 2024, "Internal consistency and self-feedback in large language
models: a survey". An answerer evaluates its own answer, and then updates it. The conditions are settings of
`Revise`: five samples and a vote, the same where the answerer abstains below 75 % agreement, answering until
the answer stays the same, until it is 75 % sure, and until its own check finds nothing wrong. The tasks ask
for the number of full stops in a string, which is exact.
"""

from arena import Comparison
from protocols import Revise
from scenarios.courses import FULL_STOPS

scenario = Comparison(
    name="internal-consistency",
    tasks=FULL_STOPS,
    first=4,
    seats={"answerer": "local?reproducible=false"},
    conditions={
        "vote": Revise(turns=1, samples=5, keep="majority"),
        "abstain": Revise(
            turns=1, samples=5, keep="majority", evaluation="agreement", threshold=0.75, abstain=True
        ),
        "until-unchanged": Revise(turns=5, stop=["unchanged"]),
        "until-sure": Revise(turns=5, evaluation="confidence", threshold=0.75, stop=["sure"]),
        "until-checked": Revise(turns=5, feedback="self", stop=["done"]),
    },
)
