"""SRPO's cold start: a model solves a task, and a teacher who knows the truth reflects on its solution.

The study is that of Wan et al. 2025, "SRPO: enhancing multimodal LLM reasoning via reflection-aware
reinforcement learning". The teacher sees the picture, the solution and the right answer, and writes what
leads from one to the other. ``arena export RUN --to trl-sft --seat teacher`` has its reflections as rows, and
``--seat model --where answer=right`` the solutions. The agents ``scenarios.srpo_cold_start:Solving`` and
``scenarios.srpo_cold_start:reflecting_teacher`` need no model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from arena import Answer, Episode, Label, Outcome, Protocol, Request, Scenario, Task
from arena.annotations import Annotation, AnnotationStatus, status_of
from arena.forms import Speech
from arena.prompts import Prompts
from arena.seat.messages import fenced
from arena.seat.transcript import NOBODY
from arena.tasks import PublicTask
from arena.tasks.grading import AnswerMatch
from scenarios.lookers import COUNTED, Looker, off_by
from scenarios.tagged import AsWritten, tagged

_MODEL, _TEACHER = "model", "teacher"
_PROMPTS = Prompts(__file__)


class ReflectionColdStart(Protocol):
    """A model thinks and answers, and a teacher writes a reflection on both.

    The task's private brief of the teacher says the right answer. The label ``reflects on`` is whether the
    answer is ``right`` or ``wrong``.
    """

    @property
    def seats(self) -> tuple[str, ...]:
        """The seats ``model`` and ``teacher``."""
        return _MODEL, _TEACHER

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return {"answer": Answer, "reflects on": Label}

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the task, and to the teacher its role and the right answer."""
        own = super().brief(seat, task)
        return f"{own}\n\n{_PROMPTS.text('teacher')}" if seat == _TEACHER else own

    async def play(self, episode: Episode) -> Outcome:
        """Ask the model, and then the teacher."""
        said = await episode.ask(_MODEL, AsWritten(), _PROMPTS.text("solve"), audience=NOBODY)
        answers = [part.said for part in tagged(said.value, ["answer"])] if said.ok else []
        unread = AnnotationStatus.UNPARSEABLE if said.ok else status_of(said.status)
        status = AnnotationStatus.OK if answers else unread
        text = answers[-1] if answers else None
        episode.annotate(
            Answer("answer", text, about=said.place, author=_MODEL, comparison="number", status=status)
        )
        if not said.ok:
            return Outcome.failed(said.reason or "there was no solution", _MODEL)
        asked = _PROMPTS.text("reflect", reply=fenced(said.value))
        reflected = await episode.ask(_TEACHER, Speech(), asked, audience=NOBODY)
        if not reflected.ok:
            return Outcome.failed(reflected.reason or "there was no reflection", _TEACHER)
        right = episode.score(text or "", AnswerMatch.NUMBER)
        episode.annotate(Label("reflects on", "right" if right else "wrong", about=reflected.place))
        return Outcome.completed({_MODEL: float(bool(right))})


def _with_truth(task: Task) -> Task:
    """Return the task with its truth in the teacher's private brief."""
    return task.model_copy(update={"briefs": {_TEACHER: _PROMPTS.text("truth", truth=str(task.truth))}})


scenario = Scenario(
    name="srpo-cold-start",
    protocol=ReflectionColdStart(),
    tasks=[_with_truth(task) for task in COUNTED],
    first=2,
    seats=dict.fromkeys((_MODEL, _TEACHER), "local?reproducible=false"),
)


@dataclass
class Solving(Looker):
    """Thinks and answers as its courses say: a digit is how far the answer is above the right one."""

    def allowed(self) -> str:
        """Return the pattern of a course."""
        return "[0-9]"

    def worded(self, request: Request, task: Task, course: str) -> str:
        """Return the thought and the answer."""
        return f"<think>I count.</think><answer>{off_by(task, str(task.truth), int(course))}</answer>"


def reflecting_teacher(request: Request) -> str:
    """Say what the right answer is, as the private brief has it."""
    return f"I would count once more. {request.brief.split(chr(10) * 2)[1]}"
