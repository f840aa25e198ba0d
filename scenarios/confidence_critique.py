"""Confidence v.s. critique: how sure an answerer is of each answer, before and after each possible first one.

The study is "Confidence v.s. Critique: a decomposition of self-correction capability for LLMs" (Yang et al.
2024), of tasks in which one of several answers is chosen. The answerer is asked once, and then once more for
every answer, as if that had been its first one. What counts is the probability of each answer, so an
agent must report it: ``local-policy``, or a model with ``logprobs``. The first answer stands in the question,
where the paper has it as the answerer's own turn.

``scenarios.confidence_critique:Hesitant`` needs no model, and has known probabilities.
The variant for tasks in free text, with samples, is the scenario `self-correction`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from arena import NOBODY, Episode, Outcome, PolicyAgent, Protocol, Request, Scenario, Score, Task
from arena.annotations import Annotation
from arena.episode import Ending
from arena.forms import Choice
from arena.prompts import Prompts
from arena.tasks import sums
from protocols.shared.questions import Question, labelled, listed

_PROMPTS = Prompts(__file__)
_SCORES = ("first right", "kept right", "mended")
_NO_PROBABILITIES = "the agent reports no probabilities; use local-policy or a model with logprobs"


class ForcedAnswers(Protocol):
    """An answerer chooses an answer, and chooses again after each answer that could have been its first.

    The truth of a task must be one of its answers. The scores are the probability that the first answer is
    right, that a right one is kept, and that a wrong one is mended; the last is the mean over the wrong
    answers, weighed by their probabilities at first.
    """

    @property
    def seats(self) -> tuple[str, ...]:
        """The seat ``answerer``."""
        return ("answerer",)

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return dict.fromkeys(_SCORES, Score)

    async def play(self, episode: Episode) -> Outcome:
        """Ask once, and once more for each answer."""
        answers = labelled(Question.of(episode.task).shown(episode))
        shown, form = listed(tuple(answers.values())), Choice(tuple(answers))
        right = next(label for label, answer in answers.items() if episode.score(answer))
        first = await self._chances(episode, form, _PROMPTS.text("ask", answers=shown))
        after: dict[str, float] = {}
        for label in answers if first else ():
            asked = _PROMPTS.text("again", answers=shown, given=label)
            again = await self._chances(episode, form, asked)
            if again:
                after[label] = again[right]
        if not first or len(after) < len(answers):
            return Outcome(Ending.FAILED, {}, self.seats, _NO_PROBABILITIES)
        wrong = sum(first[label] * after[label] for label in answers if label != right)
        mended = wrong / (1 - first[right]) if first[right] < 1 else 0.0
        for name, value in zip(_SCORES, (first[right], after[right], mended), strict=True):
            episode.annotate(Score(name, value, low=0, high=1))
        return Outcome.completed({})

    async def _chances(self, episode: Episode, form: Choice, asked: str) -> Mapping[str, float]:
        said = await episode.ask("answerer", form, asked, audience=NOBODY, remember=False)
        return said.probabilities


def _choice(task: Task) -> Task:
    """Return a sum with its right answer and two wrong ones."""
    right = int(str(task.truth))
    answers = [str(right), str(right + 1), str(right - 10)]
    return task.model_copy(update={"data": {"answers": answers}, "truth": str(right)})


scenario = Scenario(
    name="confidence-critique",
    protocol=ForcedAnswers(),
    tasks=[_choice(task) for task in sums(n=1000, seed=7)],
    first=20,
    seats={"answerer": "local-policy"},
)

_PLACES = {text: (task, place) for task in scenario.tasks for place, text in enumerate(task.data["answers"])}
_FIRST = (0.5, 0.3, 0.2)
_AFTER = ((0.8, 0.1, 0.1), (0.4, 0.3, 0.3), (0.6, 0.2, 0.2))


@dataclass
class Hesitant(PolicyAgent):
    """Is right with 0.5 at first, and with 0.8, 0.4 and 0.6 after a right answer and the two wrong ones."""

    async def distribution(self, request: Request) -> Mapping[str, float]:
        """Return the probability of each label."""
        task = next(task for task in scenario.tasks if request.brief.startswith(task.text))
        place = {answer: number for number, answer in enumerate(task.data["answers"])}
        lines = [line.partition(": ") for line in request.prompt.text.splitlines() if line[:1].isdecimal()]
        labels = {label: place[answer] for label, _, answer in lines}
        given = request.prompt.text.partition("Your answer was: ")[2].partition("\n")[0]
        chances = _AFTER[labels[given]] if given else _FIRST
        return {label: chances[number] for label, number in labels.items()}
