"""B-STaR: a policy makes many samples, a reward keeps some, and both sides of that are monitored.

The study is that of Zeng et al. 2025, "B-STaR: monitoring and balancing exploration and exploitation in
self-taught reasoners". The score of a sample is ``ORM + PRM / 5``: 1 if its answer is right, and the judge's
rating of its least sound step. Samples of a score strictly above `threshold` are kept, and of equal texts the
first. The report has how often there is a right sample (exploration), how often the reward chooses it
(exploitation), and the balance score, by which the paper picks the temperature and the threshold of each
iteration: ``--each "policy=local?temperature=0.5" --each ...`` plays each temperature as a condition. The
rows to train on are those of ``arena export RUN --where kept=yes``.

The agents ``scenarios.b_star:Sampled`` and ``scenarios.b_star:scripted_reward`` need no model.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import Field

from arena import Agent, Answer, Episode, Label, Outcome, Protocol, Reply, Request, Scenario, Score
from arena.annotations import Annotation, AnnotationStatus, status_of
from arena.core.errors import UsageError
from arena.episode.outcome import Ending
from arena.forms import Number
from arena.prompts import Prompts
from arena.seat.messages import fenced
from arena.seat.response import Response
from arena.seat.transcript import NOBODY
from arena.tasks import PublicTask
from arena.tasks.grading import AnswerMatch
from protocols.shared.answers import Argued, ArguedAnswer
from scenarios.courses import SUMS

_POLICY, _REWARD = "policy", "reward"
OF_THE_STEPS = 0.2
"""What the rating of the steps counts beside the answer."""
_PROMPTS = Prompts(__file__)


class SelfTaught(Protocol):
    """A policy makes samples of its answer, and a judge rates the steps of each.

    Args:
        samples: How many samples there are of each answer.
        threshold: The score that a sample must exceed to be kept.
        best: If this is not 0, so many of the right samples are kept, those of the highest ratings, and a
            score is the rating alone, as in M-STaR (Liu et al. 2024). Of equal ratings the first come first.
    """

    samples: Annotated[int, Field(ge=2, le=1000)] = 8
    threshold: float = 0.0
    best: Annotated[int, Field(ge=0, le=1000)] = 0

    @property
    def seats(self) -> tuple[str, ...]:
        """The seats ``policy`` and ``reward``."""
        return _POLICY, _REWARD

    @property
    def players(self) -> tuple[str, ...]:
        """The seat ``policy``."""
        return (_POLICY,)

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return {"answer": Answer, "score": Score, "kept": Label}

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the task, or to the judge what it does."""
        return super().brief(seat, task) if seat == _POLICY else _PROMPTS.text("reward")

    async def play(self, episode: Episode) -> Outcome:
        """Make the samples, rate them and keep some."""
        form = ArguedAnswer((), AnswerMatch.NUMBER)
        said = [
            await episode.ask(
                *(_POLICY, form, _PROMPTS.text("solve")),
                audience=NOBODY, remember=False, sample=place, finds=Answer("answer"),
            )
            for place in range(self.samples)
        ]  # fmt: skip
        scores = [await self._scored(episode, form, one) for one in said]
        episode.annotate(*scores)
        kept = self._kept(
            episode,
            [(one.value if one.ok else None, score.value) for one, score in zip(said, scores, strict=True)],
        )
        for place, one in enumerate(said):
            episode.annotate(Label("kept", "yes" if place in kept else "no", about=one.place))
        if not any(one.ok for one in said):
            return Outcome(Ending.FAILED, {}, (_POLICY,), "there was no usable answer")
        return Outcome.completed({})

    def _kept(self, episode: Episode, samples: Sequence[tuple[Argued | None, float | None]]) -> set[int]:
        """Return the places of the samples that are kept; of equal texts it is the first."""
        first: dict[Argued, tuple[float, int]] = {}
        for place, (said, score) in enumerate(samples):
            if said is not None and score is not None and self._may_be_kept(episode, said, score):
                first.setdefault(said, (-score, place))
        return {place for _, place in sorted(first.values())[: self.best or None]}

    def _may_be_kept(self, episode: Episode, said: Argued, score: float) -> bool:
        if self.best:
            return bool(episode.score(said.answer, AnswerMatch.NUMBER))
        return score > self.threshold

    async def _scored(self, episode: Episode, form: ArguedAnswer, said: Response[Argued]) -> Score:
        """Return the score of a sample; one that cannot be used, or whose truth is not known, has none."""
        high = 1.0 if self.best else 1 + OF_THE_STEPS
        score = Score("score", about=said.place, low=0, high=high)
        if not said.ok:
            return replace(score, status=status_of(said.status), reason=said.reason)
        asked = _PROMPTS.text(
            "least_sound", task=fenced(episode.task.text), answer=fenced(form.publish(said.value))
        )
        rated = await episode.ask(_REWARD, Number(0, 1), asked, audience=NOBODY, remember=False)
        right = episode.score(said.value.answer, AnswerMatch.NUMBER)
        if not rated.ok or right is None:
            status = AnnotationStatus.UNKNOWN if rated.ok else status_of(rated.status)
            return replace(score, status=status, reason=rated.reason or "its truth is not known")
        return replace(score, value=rated.value if self.best else float(right) + OF_THE_STEPS * rated.value)


scenario = Scenario(
    name="b-star",
    protocol=SelfTaught(),
    tasks=SUMS,
    first=4,
    seats=dict.fromkeys((_POLICY, _REWARD), "local?reproducible=false"),
)

_PLACES = {task.text: place for place, task in enumerate(SUMS)}
_SOUND, _UNSOUND = "I check each step.", "I skip a step."


@dataclass
class Sampled(Agent):
    """Makes the samples that its courses say, the first of them of the first sum.

    Of the letters, ``r`` is a right sample, ``w`` a wrong one whose steps look sound, ``x`` a wrong one whose
    steps do not, and ``d`` a right one in the words of another. In a specification:
    ``scenarios.b_star:Sampled?of=r8w2,r4x6``.

    Args:
        of: The courses, with commas between them: letters with how many samples are so.
    """

    of: str

    def __post_init__(self) -> None:
        parts = [re.findall(r"([rwxd])(\d+)", one) for one in self.of.split(",")]
        if ",".join("".join(map("".join, part)) for part in parts) != self.of or not all(parts):
            raise UsageError(f"A course has letters of rwxd with numbers, as in r8w2, not {self.of!r}.")
        self._courses = ["".join(letter * int(times) for letter, times in part) for part in parts]

    async def reply(self, request: Request) -> Reply:
        """Return the next sample."""
        place = _PLACES[request.brief]
        letters = self._courses[place % len(self._courses)]
        letter = letters[request.count % len(letters)]
        way = "My usual way." if letter == "d" else f"Way {request.count}."
        steps = _UNSOUND if letter == "x" else _SOUND
        off = 0 if letter in "rd" else 1
        return Reply(f"{way} {steps}\nAnswer: {int(str(SUMS[place].truth)) + off}")


def scripted_reward(request: Request) -> str:
    """Rate the steps of a `Sampled`."""
    return f"Answer: {1 if _SOUND in request.prompt.text else 0}"
