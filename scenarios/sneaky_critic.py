"""A sneaky generator against a critic, over worked solutions: who plants errors, and who finds them.

The game is that of Chen et al. 2025, "SPC: Evolving Self-Play Critic via Adversarial Games for LLM
Reasoning". ``arena run sneaky-critic --agents sneaky exact-critic --set seats.solver=solver --tasks 200``
plays it without a model.
"""

from arena import Scenario
from arena.tasks import worked_solutions
from protocols import SneakyCritic

scenario = Scenario(
    name="sneaky-critic",
    protocol=SneakyCritic(rollouts=4),
    tasks=worked_solutions(n=1000, seed=7),
    first=6,
    seats={"generator": "local", "critic": "local", "solver": "local"},
)
