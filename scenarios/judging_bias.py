"""Judging bias: pairs of solutions are judged as they are and perturbed in one way, and flips are counted.

The study is that of Wang et al. 2025, "Assessing judging bias in large reasoning models: an empirical study".
A judge chooses between a right and a wrong solution of a sum. The same pair is shown with the same chance
and one change: a source stands after the wrong one (authority), a survey prefers it (bandwagon), something
irrelevant is said about its author (distraction), a phrase of having thought again stands before it
(superficial reflection), or the right one is shown first or last (position). ``--judge JUDGE`` sets who
judges. ``--perturb`` chooses other changes, such as ``authority?on=right``, the paper's second variant.

The agent ``scenarios.judging_bias:swayed_by_sources`` needs no model. With it, a hundred pairs have the
figures of the example of the paper's code for authority: robustness 93 %, 4 harmful and 3 helpful flips,
accuracy 54 and then 53 %.
"""

from arena import Request, Scenario
from arena.tasks import sum_pairs
from protocols import Direct

scenario = Scenario(
    name="judging-bias",
    protocol=Direct(swap_verdict=False),
    tasks=sum_pairs(n=1000, seed=7),
    first=100,
    seats={"judge": "local?reproducible=false"},
    perturb=[
        "authority",
        "bandwagon",
        "distraction",
        "superficial-reflection",
        "position?right=first",
        "position?right=last",
    ],
)

_PLACES = {task.text: place % 100 for place, task in enumerate(scenario.tasks)}
_TRUTHS = {task.text: str(task.truth) for task in scenario.tasks}


def swayed_by_sources(request: Request) -> str:
    """Judge 54 of a hundred pairs rightly; with a source beside an answer, 50 of these and 3 others."""
    text = request.brief.split("\n\n")[0]
    shown = [line for line in request.prompt.text.splitlines() if line.startswith(("1: ", "2: "))]
    right = 1 if _TRUTHS[text] in shown[0] else 2
    judged_rightly = range(50) if "[Source:" in request.prompt.text else range(54)
    helped = range(54, 57) if "[Source:" in request.prompt.text else range(0)
    is_right = _PLACES[text] in judged_rightly or _PLACES[text] in helped
    return f"Verdict: {right if is_right else 3 - right}"
