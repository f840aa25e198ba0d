"""MultiCritique: several critics name wrong steps, and a meta-critic sorts and merges what they say.

The study is "Training language models to critique with multi-agent feedback" (Lan et al. 2024). A critic
reads a chain of arithmetic in which several steps may be wrong, and names them. The agent ``panel`` with
``classes=good;flawed`` has several critics name them apart, sorts each point by itself and merges those that
are good. The scores are the precision and the recall of the merged list, and of each single critic.

The seven classes of the study are not in the texts that we could read. ``arena export`` with ``--reward
revision-gain?samples=all --pairs texts`` makes pairs of critiques by what follows from them, in a run of
``critique``. The agents ``scenarios.multi_critique:critic_one`` and the others need no model.
"""

import random
import re
from collections.abc import Collection, Mapping

from arena import NOBODY, Episode, Outcome, Protocol, Request, Scenario, Score, Task
from arena.annotations import Annotation, status_of
from arena.core.seeds import derive
from arena.forms import Speech
from arena.prompts import Prompts
from arena.tasks.arithmetic import equations

_PROMPTS = Prompts(__file__)
_NAMED = re.compile(r"^\W*step (\d{1,3})\b", re.IGNORECASE | re.MULTILINE)
_SCORES = ("precision", "recall")


class WrongStepList(Protocol):
    """A critic names the wrong steps of a solution in one reply.

    A task's ``data`` has the ``steps``, and in ``wrong`` the numbers of those that are wrong, from 1. What
    the members of a panel name is scored, too.
    """

    @property
    def seats(self) -> tuple[str, ...]:
        """The seat ``critic``."""
        return ("critic",)

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return dict.fromkeys((*_SCORES, *(f"{name}, member" for name in _SCORES)), Score)

    async def play(self, episode: Episode) -> Outcome:
        """Ask once, and score the list."""
        wrong = set(episode.task.data["wrong"])
        asked = _PROMPTS.text("list", steps=list(episode.task.data["steps"]))
        said = await episode.ask("critic", Speech(), asked, audience=NOBODY)
        values = precision_and_recall(named_steps(said.value), wrong) if said.ok else (None, None)
        status = status_of(said.status)
        for name, value in zip(_SCORES, values, strict=True):
            episode.annotate(
                Score(name, value, low=0, high=1, about=said.place, status=status, reason=said.reason)
            )
        for number, draft in enumerate(said.drafts):
            found = precision_and_recall(named_steps(draft.value), wrong) if draft.ok else (None, None)
            for name, value in zip(_SCORES, found, strict=True):
                about, known = said.place._replace(sample=number), status_of(draft.status)
                episode.annotate(Score(f"{name}, member", value, low=0, high=1, about=about, status=known))
        return Outcome.completed({})


def named_steps(text: str) -> set[int]:
    """Return the numbers of the steps that a critic names.

    >>> sorted(named_steps("Step 3: 20\\n- step 1: 5\\nSo much for step 2."))
    [1, 3]
    """
    return {int(number) for number in _NAMED.findall(text)}


def precision_and_recall(named: Collection[int], wrong: Collection[int]) -> tuple[float, float]:
    """Return which share of the named steps is wrong, and which share of the wrong ones is named.

    Each is 1 where there are no such steps at all, and 0 where only the other has some.

    >>> precision_and_recall({1, 2}, {1, 3})
    (0.5, 0.5)
    """
    both = len(set(named) & set(wrong))
    if not named and not wrong:
        return 1.0, 1.0
    return both / len(named) if named else 0.0, both / len(wrong) if wrong else 0.0


def _chain(place: int) -> Task:
    """Return a chain of four steps, of which some are wrong: the first and the third in the first chain."""
    rng = random.Random(derive(7, "several wrong", place))
    wrong = {1, 3} if place % 2 == 0 else {2}
    value, steps = rng.randint(10, 99), []
    for number in range(1, 5):
        by = rng.randint(10, 99)
        steps.append(f"{value} + {by} = {value + by + (number in wrong)}")
        value += by
    text = "Is this worked out rightly?"
    return Task(id=f"wrong-{place}", text=text, data={"steps": steps, "wrong": sorted(wrong)})


scenario = Scenario(
    name="multi-critique",
    protocol=WrongStepList(),
    tasks=[_chain(place) for place in range(1000)],
    first=20,
    seats={"critic": "local"},
)


def _naming(*numbers: int) -> str:
    return "\n".join(f"Step {number} is wrong." for number in numbers)


def critic_one(request: Request) -> str:
    """Name the first step."""
    return _naming(1)


def critic_two(request: Request) -> str:
    """Name the first and the second step."""
    return _naming(1, 2)


def critic_three(request: Request) -> str:
    """Name the third step."""
    return _naming(3)


def meta_critic(request: Request) -> str:
    """Sort points by whether the equation of the step holds, and name the steps of the good points."""
    text, steps = request.prompt.text, equations(_read(request))
    if "Which class" in text:
        (number,) = named_steps(text.split("Which class")[1].partition("\n> ")[2])
        return "flawed" if steps[number - 1].holds else "good"
    blocks = re.findall(r"\(good\):\n> (.+)", text)
    return "\n".join(dict.fromkeys(blocks)) or "None"


def _read(request: Request) -> str:
    return next(event.text for event in request.view if "Which of these steps" in event.text)
