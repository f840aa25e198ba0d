"""Mind2Web 2: answers are judged by a rubric tree of critical and other parts, leaf by leaf.

The benchmark is that of Gou et al. 2025, "Mind2Web 2: evaluating agentic search with agent-as-a-judge". An
agent answers, and a judge verifies each leaf of a rubric in a call of its own: ``arena judge RUN --judge
VERIFIER --rubric scenarios.mind2web:rubric --no-swap --set calls=3 --set skip=true``. With ``calls=3`` the
majority of three calls decides a leaf, and with ``skip=true`` a leaf is not verified that cannot change the
score. The report has partial completion, success and, over several episodes of a task, Pass@k.

``--agents AGENT`` sets who answers. The agents ``scenarios.mind2web:Reporter`` and
``scenarios.mind2web:verifier`` need no model and no web.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from arena import Agent, Episode, Outcome, Protocol, Reply, Request, Scenario, Task
from arena.annotations import Annotation
from arena.forms import Speech
from arena.judging import Rubric
from arena.prompts import Prompts

_ANSWERER = "answerer"
_PROMPTS = Prompts(__file__)
_LEAF_ASKED = re.compile(r"the (city|year) of item (\d)")


class Report(Protocol):
    """One seat answers the task at length. Judges come afterwards."""

    @property
    def seats(self) -> tuple[str, ...]:
        """The seat ``answerer``."""
        return (_ANSWERER,)

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """No annotations."""
        return {}

    async def play(self, episode: Episode) -> Outcome:
        """Ask once."""
        await episode.ask(_ANSWERER, Speech(), _PROMPTS.text("report"))
        return Outcome.completed({})


def _item(number: int) -> Rubric:
    fields = [
        Rubric(question=f"Is the {field} of item {number} right?", critical=True)
        for field in ("city", "year")
    ]
    return Rubric(parts=tuple(fields))


rubric = Rubric(parts=tuple(_item(number) for number in (1, 2, 3)))
"""Three items, each of which needs its city and its year."""

_KINDS = (
    "museums",
    "bridges",
    "theatres",
    "stations",
    "gardens",
    "libraries",
    "lighthouses",
    "observatories",
)
_TASKS = [f"Name three {kind}, each with its city and the year of its opening." for kind in _KINDS]

scenario = Scenario(
    name="mind2web",
    protocol=Report(),
    tasks=[Task(id=kind, text=text) for kind, text in zip(_KINDS, _TASKS, strict=True)],
    first=2,
    seats={_ANSWERER: "local?reproducible=false"},
)


@dataclass
class Reporter(Agent):
    """Reports items of which its courses say what is right, the first of them on the first task, and so on.

    A course has a letter for the city and one for the year of each item, ``y`` if it is right and ``n`` if it
    is not. In a specification: ``scenarios.mind2web:Reporter?of=yyyyyn,yyyyyy``.

    Args:
        of: the courses, with commas between them. After the last the first follows again.
        samples: how many episodes each task has. Each of them has a course of its own.
    """

    of: str
    samples: int = 1

    def __post_init__(self) -> None:
        self._met: dict[int, list[int]] = {}

    async def reply(self, request: Request) -> Reply:
        """Return the report."""
        place, courses = _TASKS.index(request.brief), self.of.split(",")
        met = self._met.setdefault(place, [])
        if request.root not in met:
            met.append(request.root)
        course = courses[(place * self.samples + met.index(request.root)) % len(courses)]
        told = {"y": "right", "n": "wrong"}
        items = [
            f"{number + 1}. The city is {told[city]}, the year is {told[year]}."
            for number, (city, year) in enumerate(zip(course[::2], course[1::2], strict=True))
        ]
        return Reply("\n".join(items))


def verifier(request: Request) -> str:
    """Verify a leaf of our rubric; of the three calls for a leaf, the first one is answered wrongly."""
    field, number = _LEAF_ASKED.findall(request.prompt.text)[0]
    line = next(line for line in request.view[0].text.splitlines() if line.startswith(f"> {number}."))
    right = f"the {field} is right" in line.lower()
    return f"Answer: {'yes' if right == (request.count % 3 > 0) else 'no'}"
