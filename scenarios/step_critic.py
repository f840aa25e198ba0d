"""A critic of steps: which is the first wrong step of a chain of arithmetic, where the truth is exact?

The task is that of Zheng et al. 2024, "ProcessBench: Identifying process errors in mathematical reasoning".
``arena run step-critic --agents exact-critic --tasks 100`` plays it without a model, and ``--set
protocol.stop=false`` asks about every step. In `wrong_steps` the truth is a list of steps, as in DeltaBench.
"""

from arena import Scenario
from protocols import FirstError
from scenarios.courses import CHAINS

scenario = Scenario(
    name="step-critic",
    protocol=FirstError(),
    tasks=CHAINS,
    first=4,
    seats={"critic": "local"},
)

wrong_steps = Scenario(
    name="wrong-steps",
    protocol=FirstError(stop=False),
    tasks=[
        task.model_copy(update={"truth": "[]" if task.truth < 0 else f"[{task.truth}]"}) for task in CHAINS
    ],
    first=4,
    seats={"critic": "local"},
)
