r"""Multimodal RL with cold start: traces of a bigger model, of which those with the right answer are kept.

The study is that of Wei et al. 2025, "Advancing multimodal reasoning via reinforcement learning with cold
start". A teacher writes several traces about each picture, with its answer in a box. The reward ``accuracy``
is 1 if that is the truth and else 0. The score ``format``, a thought between tags with a box behind it, is
reported and pays nothing, as in the authors' code. The conditions are two ways to ask for a trace. The rows
for the cold start are those of ``arena export RUN --to trl-sft --where kept=yes``.

Words that mark a reflection are counted in the label ``reflection``, and the answers of traces with any and
without are told apart. The pattern is ours, because the paper's was not found. The agent
``scenarios.cold_start:Teacher`` needs no model.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, field_validator

from arena import Answer, Comparison, Episode, Label, Outcome, Protocol, Request, Reward, Score, Task
from arena.annotations import Annotation, AnnotationStatus, status_of
from arena.episode.outcome import Ending
from arena.prompts import Prompts
from arena.seat.response import Response
from arena.seat.transcript import NOBODY
from arena.tasks.grading import AnswerMatch
from scenarios.lookers import COUNTED, Looker, off_by
from scenarios.tagged import WholeOutput, last_box, thinks_then_boxes

_SEAT = "teacher"
_PROMPTS = Prompts(__file__)


class TraceStyle(StrEnum):
    """How a trace is asked for."""

    PLAIN = "plain"
    REFLECTIVE = "reflective"


class ColdStart(Protocol):
    """A teacher writes traces of its reasoning, each from the same view, and those that are right are kept.

    Args:
        samples: How many traces are written.
        style: How they are asked for.
        reflects: The regular expression of what marks a reflection in a trace.
    """

    samples: Annotated[int, Field(ge=1, le=1000)] = 4
    style: TraceStyle = TraceStyle.PLAIN
    reflects: str = r"(?i)\b(wait|hold on|re-?check|re-?evaluate|let me check)\b"

    @field_validator("reflects")
    @classmethod
    def _is_pattern(cls, given: str) -> str:
        try:
            re.compile(given)
        except re.error as error:
            raise ValueError(f"{given!r} is no pattern: {error}") from None
        return given

    @property
    def seats(self) -> tuple[str, ...]:
        """The seat ``teacher``."""
        return (_SEAT,)

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        found = {"answer": Answer, "accuracy": Reward, "format": Score, "kept": Label, "reflection": Label}
        return found | {f"answer {way} reflection": Answer for way in ("with", "without")}

    async def play(self, episode: Episode) -> Outcome:
        """Ask for the traces, and keep those whose box holds the truth."""
        usable = [await self._trace(episode, number) for number in range(self.samples)]
        if not any(usable):
            return Outcome(Ending.FAILED, {}, (_SEAT,), "there was no usable trace")
        return Outcome.completed({})

    async def _trace(self, episode: Episode, number: int) -> bool:
        """Ask for a trace, record what is found of it, and return whether it can be used."""
        asked = _PROMPTS.text(self.style.value)
        said: Response[str] = await episode.ask(
            _SEAT, WholeOutput(), asked, audience=NOBODY, remember=False, sample=number
        )
        answer = last_box(said.value) if said.ok else None
        unread = AnnotationStatus.UNPARSEABLE if said.ok else status_of(said.status)
        found: dict[str, Any] = {"about": said.place, "author": _SEAT, "comparison": "number"}
        found |= {} if answer else {"status": unread}
        episode.annotate(Answer("answer", answer or None, **found))
        if not said.ok:
            return False
        count = len(re.findall(self.reflects, said.value))
        episode.annotate(
            Label("reflection", count=count, about=said.place),
            Answer(f"answer {'with' if count else 'without'} reflection", answer or None, **found),
        )
        right = None if episode.score("") is None else bool(episode.score(answer or "", AnswerMatch.NUMBER))
        if right is not None:
            episode.annotate(Reward("accuracy", float(right), about=said.place))
        episode.annotate(
            Score("format", float(thinks_then_boxes(said.value)), low=0, high=1, about=said.place),
            Label("kept", "yes" if right else "no", about=said.place),
        )
        return True


scenario = Comparison(
    name="cold-start",
    tasks=COUNTED,
    first=2,
    seats={_SEAT: "local?reproducible=false&temperature=1"},
    conditions={style.value: ColdStart(style=style) for style in TraceStyle},
)


@dataclass
class Teacher(Looker):
    """Writes the traces that its courses say, a letter each.

    A digit is how far the answer is above the right one, ``w`` before it is a reflection, and ``n`` is a
    trace without a box. In a specification: ``scenarios.cold_start:Teacher?of=0w01n``.
    """

    def allowed(self) -> str:
        """Return the pattern of a course."""
        return "(w?[0-9]|n)+"

    def worded(self, request: Request, task: Task, course: str) -> str:
        """Return the next trace."""
        traces = re.findall("w?[0-9]|n", course)
        trace = traces[request.count % len(traces)]
        thought = "Wait, I look again." if trace.startswith("w") else "I look."
        said = f"<think>{thought}</think>"
        if trace == "n":
            return said
        return f"{said} \\boxed{{{off_by(task, str(task.truth), int(trace[-1]))}}}"
