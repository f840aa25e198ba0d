"""Self-rationalisation: a judge rates each item several times, and its ratings become preference pairs.

The study is "Self-rationalization improves LLM as a fine-grained judge" (arXiv 2410.05495). The judge gives
its reasons and then a score from 1 to 5. The items are four steps of arithmetic, whose right score is 5 less
the number of steps that do not hold, so the truth is exact. Each rule of the study for pairs is an export:

- by the truth: ``--reward correct``, and with a margin ``--reward nearness --margin 2``
- by the majority of the judgements: ``--reward majority``

with ``--to trl-dpo --pairs texts --advantage none``. Ten judgements are ours; the number is not in the texts
that we could read. ``scenarios.self_rationalisation:scripted_rater`` needs no model.
"""

import random

from arena import Request, Scenario, Task
from arena.core.seeds import derive
from protocols import Revise

_ITEM = (
    "Rate this piece of work from 1 to 5: 5 if all steps hold, and one less for each step that does not.\n"
    "{steps}"
)
_OFF = (0, 0, -2, 1, -1)


def _item(place: int) -> Task:
    """Return an item with one or two wrong steps of four."""
    rng = random.Random(derive(7, "rated", place))
    wrong = rng.sample(range(4), 1 + place % 2)
    steps = []
    for step in range(4):
        one, other = rng.randint(10, 99), rng.randint(10, 99)
        steps.append(f"{one} + {other} = {one + other + (rng.choice((-1, 1)) if step in wrong else 0)}")
    return Task(id=f"rated-{place}", text=_ITEM.format(steps="\n".join(steps)), truth=str(5 - len(wrong)))


scenario = Scenario(
    name="self-rationalisation",
    protocol=Revise(turns=1, samples=10),
    tasks=[_item(place) for place in range(1000)],
    first=20,
    seats={"answerer": "local"},
)

_TRUTHS = {task.text: int(str(task.truth)) for task in scenario.tasks}


def scripted_rater(request: Request) -> str:
    """Rate rightly twice, then 2 too low, 1 too high and 1 too low, and so on, each time in other words."""
    text = request.brief.rpartition("\n\n")[0]
    score = _TRUTHS[text] + _OFF[request.count % len(_OFF)]
    return f"I read it {request.count + 1} times.\nAnswer: {score}"
