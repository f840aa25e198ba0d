"""SuperCorrect: a student and a teacher correct the first wrong step of a solution, and become a pair.

The study is "SuperCorrect: Supervising and correcting language models with error-driven insights" (Yang et
al. 2024), its second stage. Both are asked the same about the same wrong solution: which step is the first
wrong one, why, and what is right. Only the teacher knows a right solution. An inspector, who knows it too,
sends a wrong correction back, at most three times. ``arena export --to trl-dpo --reward correction
--pairs seats`` makes a pair of the two last answers if one of them alone is right. It stands under the
problem and the right steps before the wrong one.

Solutions are chains of arithmetic, so the step and its result are exact. The agents
``scenarios.supercorrect:scripted_student``, ``tutor`` and ``exact_inspector`` need no model.
"""

from collections.abc import Mapping
from typing import Any

from arena import Answer, Episode, Label, Outcome, Place, Protocol, Request, Reward, Scenario, Score, Task
from arena.annotations import Annotation, status_of
from arena.core.ranges import Rounds
from arena.episode import Ending
from arena.forms import Speech, Verdict
from arena.prompts import Prompts
from arena.seat.messages import fenced
from arena.seat.response import Response
from arena.seat.transcript import NOBODY
from arena.tasks import PublicTask, faulty_chains
from arena.tasks.arithmetic import value_of
from protocols.shared.answers import AnswerMatch, Argued, ArguedAnswer

_PROMPTS = Prompts(__file__)
_STUDENT, _TEACHER, _INSPECTOR = "student", "teacher", "inspector"
_LOCATED, _CORRECTED = "location right", "correction right"


class StepCorrection(Protocol):
    """A student and a teacher name the first wrong step of a solution and its right result.

    A task's ``data`` has the ``steps``, the steps of a ``right`` solution, the number of the first wrong step
    as ``wrong`` and its right ``result``. Its truth is the two in one text, such as ``3: 51``.

    Args:
        rounds: How often the teacher answers at most, if the inspector does not accept it.
        next_step: Whether the student is asked aside, first of all, for the step after the right ones. The
            reward of its correction names that request, so that pairs stand under it, as in the study.
    """

    rounds: Rounds = 3
    next_step: bool = True

    @property
    def seats(self) -> tuple[str, ...]:
        """The seats ``student``, ``teacher`` and ``inspector``."""
        return (_STUDENT, _TEACHER, _INSPECTOR)

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return {
            "answer": Answer,
            "inspected": Label,
            "correction": Reward,
            _LOCATED: Score,
            _CORRECTED: Score,
        }

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the problem, and the role of the seat."""
        return f"{super().brief(seat, task)}\n\n{_PROMPTS.text(seat)}"

    async def play(self, episode: Episode) -> Outcome:
        """Ask the student, and then the teacher until the inspector accepts its answer."""
        steps = list(episode.task.data["steps"])
        asked = _PROMPTS.text("find", steps=steps)
        anchor = await self._next_step(episode, steps) if self.next_step else None
        student = await self._corrected(episode, _STUDENT, asked, 1, anchor)
        known = _PROMPTS.text("right", right=list(episode.task.data["right"]))
        episode.tell({_TEACHER, _INSPECTOR}, known)
        for turn in range(1, self.rounds + 1):
            teacher = await self._corrected(episode, _TEACHER, asked, turn)
            if turn == self.rounds or not teacher.ok:
                break
            trace = fenced(f"{teacher.value.argument}\nAnswer: {teacher.value.answer}".strip())
            verdict = await episode.ask(
                _INSPECTOR,
                Verdict(("accept", "revise")),
                _PROMPTS.text("inspect", steps=steps, trace=trace),
                audience=NOBODY,
                finds=Label("inspected", turn=turn),
            )
            if not verdict.ok or verdict.value.choice == "accept":
                break
            asked = _PROMPTS.text("again", reason=fenced(verdict.value.reasons or "It is not right."))
        if not student.ok and not teacher.ok:
            return Outcome(Ending.FAILED, {}, (_STUDENT, _TEACHER), "there was no usable correction")
        return Outcome.completed({})

    async def _next_step(self, episode: Episode, steps: list[str]) -> Place:
        """Ask the student for the first step that is wrong in the solution, and return the turn."""
        wrong = int(episode.task.data["wrong"])
        asked = _PROMPTS.text("next", steps=steps[: wrong - 1], number=wrong)
        said = await episode.ask(_STUDENT, Speech(), asked, audience=NOBODY, remember=False)
        return said.place

    async def _corrected(
        self, episode: Episode, seat: str, asked: str, turn: int, anchor: Place | None = None
    ) -> Response[Argued]:
        form = ArguedAnswer((), AnswerMatch.CASEFOLD)
        said = await episode.ask(
            seat,
            form,
            asked,
            audience=NOBODY,
            finds=Answer("answer", turn=turn),
            fields={"asks": "correction"},
        )
        step, _, result = said.value.answer.partition(":") if said.ok else ("", "", "")
        data, status = episode.task.data, status_of(said.status)
        right = {_LOCATED: value_of(step) == data["wrong"], _CORRECTED: value_of(result) == data["result"]}
        told: dict[str, Any] = {"about": said.place, "status": status, "reason": said.reason}
        for name, is_right in right.items():
            value = float(is_right) if said.ok else None
            episode.annotate(Score(name, value, low=0, high=1, **told))
        both = float(all(right.values())) if said.ok else None
        episode.annotate(Reward("correction", both, anchor=anchor, **told))
        return said


def _wrong(task: Task) -> Task:
    """Return a chain whose first wrong step is known, with the right solution."""
    steps, place = list(task.data["steps"]), int(str(task.truth))
    value = steps[0].partition(" ")[0]
    right = []
    for step in steps:
        _, sign, by, *_ = step.split()
        result = str(value_of(f"{value} {sign} {by}"))
        right.append(f"{value} {sign} {by} = {result}")
        value = result
    result = right[place].rpartition(" ")[2]
    data = {"steps": steps, "right": right, "wrong": place + 1, "result": int(result)}
    return Task(id=task.id, text=task.text, data=data, truth=f"{place + 1}: {result}")


scenario = Scenario(
    name="supercorrect",
    protocol=StepCorrection(),
    tasks=[_wrong(task) for task in faulty_chains(n=2000, seed=7) if int(str(task.truth)) >= 0],
    first=12,
    seats=dict.fromkeys((_STUDENT, _TEACHER, _INSPECTOR), "local"),
)

_PLACES = {task.text: (place, str(task.truth)) for place, task in enumerate(scenario.tasks)}


def _read(request: Request) -> tuple[int, str]:
    return _PLACES[request.brief.partition("\n\n")[0]]


def scripted_student(request: Request) -> str:
    """Be right about every third solution, and about the step but not the result of every other third."""
    place, truth = _read(request)
    step, result = map(int, truth.split(": "))
    said = (truth, f"{step}: {result + 7}", f"{step + 2}: {result + 7}")[place % 3]
    return f"I looked at each step.\nAnswer: {said}"


def tutor(request: Request) -> str:
    """Be wrong at first about every fourth solution, and right as soon as it is sent back."""
    place, truth = _read(request)
    sent_back = "An inspector does not accept" in request.prompt.text
    step, _, result = truth.partition(": ")
    said = truth if sent_back or place % 4 else f"{int(step) + 1}: {result}"
    return f"The numbers were not put together rightly.\nAnswer: {said}"


def exact_inspector(request: Request) -> str:
    """Accept what is right."""
    _, truth = _read(request)
    is_right = f"> Answer: {truth}" in request.prompt.text
    return f"I worked it out.\nVerdict: {'accept' if is_right else 'revise'}"
