"""MultiRole: roles with different views answer one question, and their answers and reasons are to differ.

The study is that of Wang et al. 2025, "MultiRole-R1" (arXiv 2507.20187). Where all roles share one truth
(category ``convergent``), their majority decides; if it is tied, the first role's answer of those that lead
does. Where each role has a truth of its own (``divergent``), each answer is compared with that of its role.

``arena judge RUN --with scenarios.multi_role:Diversity`` measures how diverse the words of each reply are,
and asks nobody. The reward of the paper is then ``arena export RUN --reward 0.9*correct --reward
0.1*judge:diversity``. The agent ``scenarios.multi_role:Sided`` needs no model.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from arena import Agent, Answer, Episode, Label, Outcome, Protocol, Reply, Request, Scenario, Score, Task
from arena.annotations import Annotation, AnnotationStatus, Finds
from arena.core.errors import UsageError
from arena.episode.episode import BySeat
from arena.episode.outcome import Ending
from arena.judging import Judge, JudgedCase
from arena.prompts import Prompts
from arena.results.metrics import text_diversity
from arena.seat.response import Response
from arena.seat.transcript import NOBODY
from arena.tasks import PublicTask
from arena.votes import leading
from protocols.shared.answers import Argued, ArguedAnswer, candidates

_PROMPTS = Prompts(__file__)


class MultiRole(Protocol):
    """Roles answer a question at the same time, without hearing each other, and their answers are merged.

    The roles are those that the task lists as ``roles`` in its data. If it lists ``truths``, each role has
    its own, in the same order, and nothing is merged. With several `paths`, each role reasons several times,
    and its most frequent answer, the first of those as frequent, is kept.

    Args:
        roles: How many roles each task has. They are called ``role_0``, ``role_1`` and so on.
        paths: How often each role reasons.
    """

    roles: Annotated[int, Field(ge=2, le=26)] = 3
    paths: Annotated[int, Field(ge=1, le=100)] = 1

    @property
    def seats(self) -> tuple[str, ...]:
        """The seats ``role_0``, ``role_1`` and so on."""
        return tuple(f"role_{number}" for number in range(self.roles))

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return {"answer": Answer, "kept": Label, "decision": Answer}

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the task and the role of the seat."""
        role = task.data["roles"][self.seats.index(seat)]
        return "\n\n".join([super().brief(seat, task), _PROMPTS.text("role", role=role)])

    async def play(self, episode: Episode) -> Outcome:
        """Ask each role, and merge the answers where there is one truth."""
        form = ArguedAnswer(candidates(episode))
        truths = episode.task.data.get("truths", [None] * self.roles)
        finds: BySeat[Finds] = BySeat(
            {seat: Answer("answer", truth=truth) for seat, truth in zip(self.seats, truths, strict=True)}
        )
        said: dict[str, list[Response[Argued]]] = {seat: [] for seat in self.seats}
        for path in range(self.paths):
            sample = path if self.paths > 1 else None
            given = await episode.together(
                *(self.seats, form, _PROMPTS.text("asked")),
                audience=NOBODY, remember=False, finds=finds, sample=sample,
            )  # fmt: skip
            for seat, response in given.items():
                said[seat].append(response)
        kept = {seat: _kept(responses) for seat, responses in said.items()}
        if self.paths > 1:
            for one in kept.values():
                if one is not None:
                    episode.annotate(Label("kept", "yes", about=one.place))
        answers = [one.value.answer for one in kept.values() if one is not None]
        if not answers:
            return Outcome(Ending.FAILED, {}, self.seats, "no role gave a usable answer")
        if "truths" not in episode.task.data:
            episode.annotate(Answer("decision", decided_for(answers)))
        return Outcome.completed({})


def decided_for(answers: Sequence[str]) -> str:
    """Return the most frequent answer, the first of those as frequent. There is at least one.

    >>> decided_for(["C", "C", "B"]), decided_for(["B", "C"])
    ('C', 'B')
    """
    counts = {answer: float(answers.count(answer)) for answer in answers}
    return next(answer for answer in answers if answer in leading(counts))


def _kept(responses: Sequence[Response[Argued]]) -> Response[Argued] | None:
    """Return the first reply with the most frequent answer; None if none can be used."""
    usable = [response for response in responses if response.ok]
    if not usable:
        return None
    answer = decided_for([response.value.answer for response in usable])
    return next(response for response in usable if response.value.answer == answer)


class Diversity(Judge):
    """Measures how diverse the words of each reply are."""

    view = "reply"

    async def judge(self, case: JudgedCase) -> AsyncIterator[Score]:
        """Yield the mean of the eight measures of each turn."""
        for turn in case.turns:
            found = text_diversity(f"{turn.reasoning or ''}\n{turn.text}")
            if found is None:
                unknown = AnnotationStatus.UNKNOWN
                yield Score("diversity", about=turn.place, status=unknown, reason="it has no words")
            else:
                yield Score("diversity", found.mean, low=0, about=turn.place)


def _task(name: str, text: str, answers: Sequence[str], roles: Sequence[str], *truths: str) -> Task:
    """Return a task whose roles share one truth, or have one each."""
    data = {"category": name.partition("-")[0], "answers": list(answers), "roles": list(roles)}
    shared = len(truths) == 1
    return Task(
        id=name,
        text=text,
        truth=truths[0] if shared else None,
        data=data if shared else data | {"truths": list(truths)},
    )


_DAY, _WORKERS = ("morning", "evening", "night"), ("a night nurse", "a shop clerk", "a theatre usher")
_SIDES, _DRIVERS = (
    ("left", "right", "both"),
    ("a driver in Japan", "a driver in France", "a walker with a dog"),
)
_SHOP = ("a shopkeeper", "a customer", "an accountant")
_TRIP = ("a guide", "a pilot", "a child")
scenario = Scenario(
    name="multi-role",
    protocol=MultiRole(),
    tasks=[
        _task("divergent-work", "When does your work begin?", _DAY, _WORKERS, "night", "morning", "evening"),
        _task("convergent-shop", "60 less a third is how much?", ("20", "30", "40"), _SHOP, "40"),
        _task("divergent-side", "On which side do you keep?", _SIDES, _DRIVERS, "left", "right", "both"),
        _task("convergent-trip", "90 km at 60 km/h take what?", ("1 h", "90 min", "2 h"), _TRIP, "90 min"),
    ],
    seats={f"role_{number}": "local?reproducible=false" for number in range(3)},
)

_PLACES = {task.text: place for place, task in enumerate(scenario.tasks)}


@dataclass
class Sided(Agent):
    """Answers by letters: those of a course are the answers of a task's roles, ``A`` for the first listed.

    In a specification: ``scenarios.multi_role:Sided?of=CCB,CCB``.

    Args:
        of: The courses of the tasks, with commas between them. After the last the first follows again.
    """

    of: str

    def __post_init__(self) -> None:
        self._courses = self.of.split(",")
        if wrong := [one for one in self._courses if not one or set(one) - set("ABC")]:
            raise UsageError(f"A course has a letter A, B or C for each role, as in CCB, not {wrong[0]!r}.")

    async def reply(self, request: Request) -> Reply:
        """Return the answer of the role."""
        place = _PLACES[request.brief.split("\n\n")[0]]
        letters = self._courses[place % len(self._courses)]
        role = int(request.seat.rpartition("_")[2])
        answers = scenario.tasks[place].data["answers"]
        return Reply(f"Answer: {answers['ABC'.index(letters[role % len(letters)])]}")
