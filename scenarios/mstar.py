"""M-STaR: a policy makes many samples about a picture, and the best two of the right ones are kept.

The study is that of Liu et al. 2024, "Diving into self-evolving training for multimodal reasoning". It is
B-STaR's protocol with pictures: a judge rates the least sound step of each sample, and of the right samples
the two with the highest ratings are kept. The report has the share of turns with any right sample (Pass@K)
and with one among the two of the highest ratings (Reward-Pass@2), by which the paper picks the temperature:
``--each "policy=local?temperature=0.3" --each ...`` plays each temperature as a condition. The rows to train
on are those of ``arena export RUN --where kept=yes``.

The agents ``scenarios.mstar:Rated`` and ``scenarios.mstar:rating_reward`` need no model.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from arena import Request, Scenario, Task
from scenarios.b_star import SelfTaught
from scenarios.lookers import COUNTED, Looker, off_by

scenario = Scenario(
    name="mstar",
    protocol=SelfTaught(samples=16, best=2),
    tasks=COUNTED,
    first=3,
    seats=dict.fromkeys(("policy", "reward"), "local?reproducible=false"),
)


@dataclass
class Rated(Looker):
    """Makes the samples that its courses say: of each a rating from 0 to 9 tenths, and r for right or w.

    In a specification: ``scenarios.mstar:Rated?of=9w8r1r0w,9w8w7r1w``.
    """

    def allowed(self) -> str:
        """Return the pattern of a course."""
        return "([0-9][rw])+"

    def worded(self, request: Request, task: Task, course: str) -> str:
        """Return the next sample, whose steps are as sound as its rating says."""
        samples = re.findall("..", course)
        rating, letter = samples[request.count % len(samples)]
        answer = off_by(task, str(task.truth), 0 if letter == "r" else 1)
        return f"Way {request.count} is sound to {rating} tenths.\nAnswer: {answer}"


def rating_reward(request: Request) -> str:
    """Rate the steps of a `Rated`."""
    found = re.search(r"sound to (\d) tenths", request.prompt.text)
    return f"Answer: {int(found[1]) / 10 if found else 0}"
