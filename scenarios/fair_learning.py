"""Fair learning with one-sided feedback: a learner, auditors who object, and labels of the accepted alone.

The game is that of Bechavod and Roth 2023, "Individually fair learning with one-sided feedback". In a round,
people come with a feature `x` and an unknown label. The learner says with which probability each is accepted,
and learns the labels of those who were. Each auditor reports a pair whose probabilities differ by more than
its own distance of the two and `alpha`, or none. A pair is a violation if at least `gamma` of the auditors
report it, and at least one.

``objection`` is the largest share of auditors who report one pair, so a run tells the violations at any
gamma. ``loss`` is the errors and `cost` times the violation. All three are unknown in a round in which an
auditor gives no usable report, and then the learner has no return.

The learner can know ``usable-loss`` alone: an accepted one who is bad costs 1, and a rejected one a half.
Differences of it are half of those of ``errors``.
``regret`` is the errors of all rounds less those of the best threshold.

``scenarios.fair_learning:ThresholdLearner``, ``StatedChances`` and ``Auditor`` need no model.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Annotated, NamedTuple

from pydantic import Field

from arena import Agent, Episode, Outcome, Protocol, Reply, Request, Scenario, Score, Task
from arena.annotations import Annotation, status_of
from arena.core.errors import UsageError
from arena.episode.episode import BySeat
from arena.forms import Choice, Probability
from arena.prompts import Prompts
from arena.seat.response import Response
from arena.seat.transcript import NOBODY
from arena.tasks import PublicTask

_LEARNER = "learner"
_NONE = "none"
_PROMPTS = Prompts(__file__)
_OF_THE_PANEL = ("objection", "violation", "loss")


class Arrivals(NamedTuple):
    """Who came in a round: the feature of each, from 0 to 1, and the label, 1 if good."""

    features: tuple[float, ...]
    labels: tuple[int, ...]


class FairLearning(Protocol):
    """A learner accepts people round by round, and auditors object to unequal treatment.

    A task's data have the ``rounds``: a list of the ``x`` and the ``y`` of those who come.

    Args:
        auditors: The number of auditors.
        alpha: How much a difference may be above an auditor's distance.
        gamma: The share of auditors, from 0 to 1, who must report a pair. At least one must.
        cost: The cost of a violation, in errors.
    """

    auditors: Annotated[int, Field(ge=1, le=100)] = 3
    alpha: Annotated[float, Field(ge=0, le=1)] = 0.1
    gamma: Annotated[float, Field(ge=0, le=1)] = 0.5
    cost: Annotated[float, Field(ge=0, le=1e6)] = 1.0

    @property
    def seats(self) -> tuple[str, ...]:
        """The seats ``learner``, ``auditor_0``, ``auditor_1`` and so on."""
        return (_LEARNER, *self.panel)

    @property
    def panel(self) -> tuple[str, ...]:
        """The seats of the auditors."""
        return tuple(f"auditor_{number}" for number in range(self.auditors))

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return dict.fromkeys(["errors", "usable-loss", *_OF_THE_PANEL, "regret"], Score)

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the task, and the role of the seat."""
        role = _PROMPTS.text("learner" if seat == _LEARNER else "auditor")
        return "\n\n".join(filter(None, [super().brief(seat, task), role]))

    async def play(self, episode: Episode) -> Outcome:
        """Play the rounds. The learner's return is its loss, negated, if the loss of each round is known."""
        rounds = [Arrivals(tuple(one["x"]), tuple(one["y"])) for one in episode.task.data["rounds"]]
        errors, losses = 0.0, list[float | None]()
        for turn, came in enumerate(rounds, start=1):
            wrong, loss = await self._round(episode, came, turn)
            errors += wrong
            losses.append(loss)
        episode.annotate(Score("regret", errors - fewest_errors(rounds)))
        known = [loss for loss in losses if loss is not None]
        return Outcome.completed({_LEARNER: -sum(known)} if len(known) == len(losses) else {})

    async def _round(self, episode: Episode, came: Arrivals, turn: int) -> tuple[float, float | None]:
        """Play and annotate a round, and return its errors and its loss, None if that is unknown."""
        numbers = list(range(1, len(came.features) + 1))
        episode.tell({_LEARNER}, _PROMPTS.text("came", numbers=numbers, values=came.features))
        chances, accepted = [], []
        for number, feature in zip(numbers, came.features, strict=True):
            fields = {"asks": "accept", "x": feature, "number": number}
            asked = _PROMPTS.text("accept", number=number)
            form = Probability(f"number {number} is accepted")
            said = await episode.ask(_LEARNER, form, asked, audience=NOBODY, fields=fields, finds=())
            chances.append(said.value)
            accepted.append(episode.draw([(True, said.value), (False, 1 - said.value)]))
        for number, label, taken in zip(numbers, came.labels, accepted, strict=True):
            if taken:
                episode.tell({_LEARNER}, _PROMPTS.text("told", number=number, good=bool(label)))
        reports = await self._audited(episode, came.features, chances)
        wrong = errors_of(accepted, came.labels)
        of_the_panel = self._of_the_panel(reports, wrong, turn)
        episode.annotate(
            Score("errors", wrong, turn=turn),
            Score("usable-loss", usable_loss(accepted, came.labels), turn=turn),
            *of_the_panel,
        )
        return wrong, of_the_panel[-1].value

    def _of_the_panel(self, reports: Sequence[Response[str]], wrong: float, turn: int) -> list[Score]:
        """Return the scores that rest on the reports, the loss last, all unknown if one cannot be used."""
        failed = next((one for one in reports if not one.ok), None)
        if failed is not None:
            status = status_of(failed.status)
            return [Score(name, turn=turn, status=status, reason=failed.reason) for name in _OF_THE_PANEL]
        pairs = [one.value for one in reports if one.value != _NONE]
        violated = is_violated(pairs, self.auditors, self.gamma)
        values = (objection_of(pairs, self.auditors), float(violated), wrong + self.cost * violated)
        return [Score(name, value, turn=turn) for name, value in zip(_OF_THE_PANEL, values, strict=True)]

    async def _audited(
        self, episode: Episode, features: Sequence[float], chances: Sequence[float]
    ) -> list[Response[str]]:
        """Return what each auditor reports: a pair or none."""
        numbers = list(range(1, len(features) + 1))
        form = Choice((_NONE, *(f"{one} over {two}" for one, two in permutations(numbers, 2))))
        asked = _PROMPTS.text("audit", numbers=numbers, values=features, chances=chances, slack=self.alpha)
        fields = {"asks": "audit", "x": list(features), "chances": list(chances), "alpha": self.alpha}
        said = await episode.together(
            self.panel, form, asked, audience=BySeat(dict.fromkeys(self.panel, ())), fields=fields
        )
        return list(said.values())


def objection_of(reported: Sequence[str], auditors: int) -> float:
    """Return the largest share of the auditors who report the same pair.

    >>> objection_of(["1 over 2", "2 over 1", "1 over 2"], 4), objection_of([], 4)
    (0.5, 0.0)
    """
    return max(Counter(reported).values(), default=0) / auditors


def is_violated(reported: Sequence[str], auditors: int, gamma: float) -> bool:
    """Return whether at least a share `gamma` of the auditors, and at least one, report the same pair.

    >>> is_violated(["1 over 2"] * 2, 3, 0.5), is_violated(["1 over 2"] * 2, 3, 1.0), is_violated([], 3, 0)
    (True, False, False)
    """
    return bool(reported) and objection_of(reported, auditors) >= gamma


def errors_of(accepted: Sequence[bool], labels: Sequence[int]) -> float:
    """Return how many decisions are wrong.

    >>> errors_of([True, True], [1, 0]), errors_of([True, False], [1, 0])
    (1.0, 0.0)
    """
    return float(sum(taken != bool(label) for taken, label in zip(accepted, labels, strict=True)))


def usable_loss(accepted: Sequence[bool], labels: Sequence[int]) -> float:
    """Return the loss that the learner can know: 1 for an accepted one who is bad, a half for a rejected one.

    >>> usable_loss([True, True], [1, 0]), usable_loss([True, False], [1, 0])
    (1.0, 0.5)
    """
    return sum(1.0 - label if taken else 0.5 for taken, label in zip(accepted, labels, strict=True))


def fewest_errors(rounds: Sequence[Arrivals]) -> float:
    """Return the errors of the best fixed threshold, which accepts all who have it or more."""
    known = sorted({feature for came in rounds for feature in came.features})
    return min(
        sum(errors_of([x >= threshold for x in came.features], came.labels) for came in rounds)
        for threshold in [*known, math.inf]
    )


@dataclass
class ThresholdLearner(Agent):
    """Accepts all whose feature is at least `at`. At 0 it accepts everybody.

    Args:
        at: The threshold.
        explores: The probability of doing the opposite, so that it learns of those below, too.
    """

    at: Annotated[float, Field(ge=0, le=1)] = 0.5
    explores: Annotated[float, Field(ge=0, le=1)] = 0.0

    async def reply(self, request: Request) -> Reply:
        """Return the probability."""
        chance = 1 - self.explores if request.prompt.data["x"] >= self.at else self.explores
        return Reply(f"Probability: {chance * 100:g}%")


@dataclass
class StatedChances(Agent):
    """Accepts with the probabilities that are stated, the first of them the first of each round.

    Args:
        chances: The probabilities in percent, with slashes between them, as in ``90/20``.
    """

    chances: str

    def __post_init__(self) -> None:
        parts = self.chances.split("/")
        if not all(part.isdecimal() and int(part) <= 100 for part in parts):
            raise UsageError(f"Chances are whole percentages, as in 90/20, not {self.chances!r}.")
        self._chances = [int(part) for part in parts]

    async def reply(self, request: Request) -> Reply:
        """Return the probability."""
        return Reply(f"Probability: {self._chances[request.prompt.data['number'] - 1]}%")


@dataclass
class Auditor(Agent):
    """Reports the pair that is furthest above `slope` times the difference of their features.

    Args:
        slope: How different two people are to it for each unit of difference of their features.
    """

    slope: Annotated[float, Field(ge=0, le=1e6)] = 1.0

    async def reply(self, request: Request) -> Reply:
        """Return the pair, or none."""
        x, chances = request.prompt.data["x"], request.prompt.data["chances"]
        above = {
            f"{one + 1} over {two + 1}": chances[one] - chances[two] - self.slope * abs(x[one] - x[two])
            for one, two in permutations(range(len(x)), 2)
        }
        most = max(above, key=lambda pair: above[pair], default=_NONE)
        return Reply(f"Answer: {most if above and above[most] > request.prompt.data['alpha'] else _NONE}")


def _generated(number: int, rounds: int = 10, people: int = 2) -> Task:
    """Return a task in which somebody is good with the probability of the own feature."""
    rng = random.Random(number)
    came = [[round(rng.random(), 2) for _ in range(people)] for _ in range(rounds)]
    data = [{"x": xs, "y": [int(rng.random() < x) for x in xs]} for xs in came]
    return Task(id=f"people-{number}", data={"rounds": data})


EXAMPLE = Task(id="example", data={"rounds": [{"x": [0.6, 0.5], "y": [1, 0]}]})
"""One round of two."""

scenario = Scenario(
    name="fair-learning",
    protocol=FairLearning(),
    tasks=[EXAMPLE, *map(_generated, range(1, 6))],
    seats={
        _LEARNER: "local",
        **{
            f"auditor_{place}": f"scenarios.fair_learning:Auditor?slope={slope}"
            for place, slope in enumerate((1, 5, 8))
        },
    },
)
