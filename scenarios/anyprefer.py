"""Anyprefer: the best and the worst of several answers become a pair, which is rated before it is kept.

The system is that of Zhou et al. 2025, "Anyprefer: an agentic framework for preference data synthesis". A
target writes several answers, a judge scores each alone, and the first of the best and the last of the worst
are a pair. A rater, who is another model, rates it. If the rating is below the threshold, an editor writes
other instructions for the target and the judge, and the round is played again. Training pairs are

    arena export RUN --to trl-dpo --seat target --reward annotation:preference

in which the answers of a kept pair earn their scores. `scenarios.anyprefer_tools` gives the judge a tool. The
threshold and the number of rounds are our choice, as the paper does not name them. If the best and the
worst score are equal, there is no pair in that round. The agent ``scenarios.anyprefer:Rehearsed`` needs no
model.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, NamedTuple

from pydantic import BaseModel, Field

from arena import (
    Agent,
    Answer,
    Episode,
    Label,
    Outcome,
    Place,
    Protocol,
    Reply,
    Request,
    Reward,
    Scenario,
    Score,
)
from arena.annotations import Annotation, AnnotationStatus
from arena.core.errors import UsageError
from arena.core.ranges import Rounds
from arena.forms import Number, Structured
from arena.prompts import Prompts
from arena.seat.messages import fenced
from arena.seat.transcript import NOBODY
from arena.tasks import PublicTask
from arena.tasks.grading import AnswerMatch
from protocols.shared.answers import ArguedAnswer
from scenarios.courses import SUMS

_TARGET, _JUDGE, _RATER, _EDITOR = "target", "judge", "rater", "editor"
_LOW, _HIGH = 1, 10
_PROMPTS = Prompts(__file__)
_Text = Annotated[str, Field(min_length=1, max_length=1000)]


class Instructions(BaseModel):
    """What the target and the judge are told besides. At first it is nothing."""

    target: _Text
    judge: _Text


class ScoredAnswer(NamedTuple):
    """An answer that was scored: where it was given, its text, its score, and whether it is right."""

    place: Place
    text: str
    score: float
    right: bool | None


class Anyprefer(Protocol):
    """A pair of answers is made, rated, and kept if the rating is high enough, in at most `rounds` rounds.

    Args:
        samples: How many answers the target writes in a round.
        threshold: The lowest rating of a pair that is kept, from 1 to 10.
        rounds: How often it is tried.
    """

    samples: Annotated[int, Field(ge=2, le=100)] = 5
    threshold: Annotated[float, Field(ge=_LOW, le=_HIGH)] = 8
    rounds: Rounds = 3

    @property
    def seats(self) -> tuple[str, ...]:
        """The seats ``target``, ``judge``, ``rater`` and ``editor``."""
        return _TARGET, _JUDGE, _RATER, _EDITOR

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return {
            "answer": Answer,
            "quality": Score,
            "pair": Score,
            "preference": Reward,
            "accepted": Label,
            "rounds": Score,
            "better": Label,
        }

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the role of the seat, and for the target the task."""
        own = super().brief(seat, task) if seat == _TARGET else ""
        return "\n\n".join(part for part in (own, _PROMPTS.text(seat)) if part)

    async def play(self, episode: Episode) -> Outcome:
        """Play rounds until a pair is kept."""
        told: Instructions | None = None
        for turn in range(1, self.rounds + 1):
            pair = _extremes(await self._candidates(episode, turn, told))
            rating = await _rated(episode, turn, *pair) if pair else None
            if pair and rating is not None and rating >= self.threshold:
                _keep(episode, turn, *pair)
                return Outcome.completed({})
            if turn < self.rounds:
                told = await _edited(episode, rating, told) or told
        episode.annotate(Label("accepted", "no"))
        return Outcome.completed({})

    async def _candidates(self, episode: Episode, turn: int, told: Instructions | None) -> list[ScoredAnswer]:
        """Return the answers of a round that could be used and scored."""
        form = ArguedAnswer(comparison=AnswerMatch.NUMBER)
        asked = _PROMPTS.text("answer", instruction=told.target if told else "")
        found = []
        for place in range(self.samples):
            said = await episode.ask(
                _TARGET,
                form,
                asked,
                audience=NOBODY,
                remember=False,
                finds=Answer("answer"),
                sample=place,
            )
            if not said.ok:
                continue
            text = form.publish(said.value)
            scored = await episode.ask(
                _JUDGE,
                Number(_LOW, _HIGH),
                _PROMPTS.text(
                    "score",
                    task=episode.task.text,
                    response=fenced(text),
                    instruction=told.judge if told else "",
                ),
                audience=NOBODY,
                remember=False,
                finds=Score("quality", about=said.place, low=_LOW, high=_HIGH),
            )
            if scored.ok:
                right = episode.score(said.value.answer, AnswerMatch.NUMBER)
                found.append(ScoredAnswer(said.place, text, scored.value, right))
        return found


def _extremes(candidates: list[ScoredAnswer]) -> tuple[ScoredAnswer, ScoredAnswer] | None:
    """Return the first of the best and the last of the worst candidates, or None if all are equally good."""
    if not candidates:
        return None
    best = max(candidates, key=lambda one: one.score)
    worst = min(reversed(candidates), key=lambda one: one.score)
    return (best, worst) if best.score > worst.score else None


async def _rated(episode: Episode, turn: int, chosen: ScoredAnswer, rejected: ScoredAnswer) -> float | None:
    """Return the rating of a pair, or None if there is none."""
    asked = _PROMPTS.text(
        "rate", task=episode.task.text, chosen=fenced(chosen.text), rejected=fenced(rejected.text)
    )
    said = await episode.ask(
        _RATER, Number(_LOW, _HIGH), asked, audience=NOBODY, remember=False, fields={"turn": turn}
    )
    value = said.value if said.ok else None
    status = AnnotationStatus.OK if said.ok else AnnotationStatus.UNPARSEABLE
    episode.annotate(Score("pair", value, turn=turn, low=_LOW, high=_HIGH, status=status))
    return value


def _keep(episode: Episode, turn: int, chosen: ScoredAnswer, rejected: ScoredAnswer) -> None:
    """Record a pair that is kept: what its answers earn, in which round, and whether it is truly so."""
    episode.annotate(
        *(Reward("preference", one.score, about=one.place) for one in (chosen, rejected)),
        Label("accepted", "yes"),
        Score("rounds", turn),
    )
    if chosen.right is not None and rejected.right is not None:
        better = int(chosen.right) - int(rejected.right)
        episode.annotate(Label("better", ("same", "yes", "no")[better]))


async def _edited(episode: Episode, rating: float | None, told: Instructions | None) -> Instructions | None:
    """Return other instructions for the target and the judge, or None if the editor wrote none."""
    asked = _PROMPTS.text(
        "edit",
        task=episode.task.text,
        rating=rating or 0,
        for_target=told.target if told else "",
        for_judge=told.judge if told else "",
    )
    said = await episode.ask(_EDITOR, Structured(Instructions), asked, audience=NOBODY, remember=False)
    return said.value if said.ok else None


scenario = Scenario(
    name="anyprefer",
    protocol=Anyprefer(),
    tasks=SUMS,
    first=3,
    seats=dict.fromkeys((_TARGET, _JUDGE, _RATER, _EDITOR), "local?reproducible=false"),
)
_PLACES = {task.text: place for place, task in enumerate(SUMS)}


@dataclass
class Rehearsed(Agent):
    """Answers, scores, rates and edits as its courses say, the first of them on the first sum, and so on.

    A course has the scores of the answers of a round, and the ratings of the pairs of the rounds:
    ``9/7/7/3/3:5/7/9``. The first answer is right, and each further one is wrong by one more.

    Args:
        of: the courses, with commas between them. After the last the first follows again.
    """

    of: str

    def __post_init__(self) -> None:
        courses = [course.partition(":") for course in self.of.split(",")]
        if not all(scores and ratings for scores, _, ratings in courses):
            raise UsageError(f"A course has scores and ratings, as in 9/7/7/3/3:5/7/9, not {self.of!r}.")
        self._courses = [(scores.split("/"), ratings.split("/")) for scores, _, ratings in courses]

    async def reply(self, request: Request) -> Reply:
        """Return what the seat says."""
        if request.seat == _EDITOR:
            return Reply(json.dumps({"target": "Be exact.", "judge": "Compute it yourself."}))
        place = next(
            place for text, place in _PLACES.items() if text in f"{request.brief} {request.prompt.text}"
        )
        scores, ratings = self._courses[place % len(self._courses)]
        fields = request.prompt.data
        if request.seat == _RATER:
            return Reply(f"Number: {ratings[fields['turn'] - 1]}")
        sample = request.count % len(scores)
        if request.seat == _JUDGE:
            return Reply(f"Number: {scores[sample]}")
        return Reply(f"Answer: {int(str(SUMS[place].truth)) + sample}")
