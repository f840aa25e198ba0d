"""A detector of bias beside a judge: it reads the judge's verdict, and the judge rules again if it says yes.

The system is that of Yang et al. 2025, "Any large language model can be a reliable judge: debiasing with a
reasoning-based bias detector". Each pair of solutions is judged as it is and in four biased ways, with the
same chance. After a verdict on a biased pair, the detector reads the pair, the verdict and the definition of
one bias, and says whether the verdict is biased. Only then the judge rules again, with the detector's reasons
as a reference. ``--judge JUDGE --set seats.detector=DETECTOR`` sets who plays. With
``--set protocol.rounds=5``, the detector reads revised verdicts, too. The agents
``scenarios.bias_detector:scripted_judge`` and ``scenarios.bias_detector:scripted_detector`` need no model.
With them, ten pairs have figures that are known.

The paper's pairs have their own source for each bias; these are sums, whose truth is exact. For the bias of
position, the paper revises the verdicts on both orders at once. Here each order is revised by itself.
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from arena import NOBODY, Episode, Label, Outcome, Protocol, Request, Scenario, Verdict
from arena.annotations import Annotation, status_of
from arena.forms import Choice
from arena.forms import Verdict as VerdictForm
from arena.prompts import Prompts
from arena.seat.messages import fenced
from arena.tasks import sum_pairs
from protocols.shared.questions import Question, labelled, listed

_PROMPTS = Prompts(__file__)


class DetectedBias(Protocol):
    """A judge rules, a detector says whether the verdict is biased, and if so the judge rules again.

    Args:
        rounds: How often the detector reads the judge's verdict, 0 to 5.
        reasons: Whether the judge reads the detector's reasons. If not, it is only told of the yes.
        judge_name: The name of the judge's model, which the detector is told. Empty tells none.
    """

    rounds: Annotated[int, Field(ge=0, le=5)] = 1
    reasons: bool = True
    judge_name: str = ""

    @property
    def seats(self) -> tuple[str, ...]:
        """The seats ``judge`` and ``detector``."""
        return ("judge", "detector")

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return {"verdict": Verdict, "biased": Label, "revised": Verdict, "decision": Verdict}

    async def play(self, episode: Episode) -> Outcome:
        """Ask the judge; on a perturbed task, let the detector read the verdict, and revise it if biased."""
        question = Question.of(episode.task)
        answers = labelled(question.shown(episode))
        shown, form = listed(tuple(answers.values())), Choice(tuple(answers), retries=2)
        bias = str(episode.task.data.get("perturbed", "")).partition("?")[0]
        asked, name = _PROMPTS.text("judge", answers=shown), "verdict"
        for turn in range(1, self.rounds + 2):
            finds = Verdict(name, means=answers, turn=turn)
            ruled = await episode.ask(
                "judge", form, asked, audience=NOBODY, remember=False, finds=finds, fields={"asks": "verdict"}
            )
            if not (ruled.ok and bias and turn <= self.rounds):
                break
            reasons = await self._detected(episode, bias, shown, ruled.value, turn)
            if reasons is None:
                break
            told = fenced(reasons) if self.reasons and reasons else ""
            asked = _PROMPTS.text("revise", answers=shown, verdict=ruled.value, reasons=told)
            name = "revised"
        choice = answers[ruled.value] if ruled.ok else None
        episode.annotate(Verdict("decision", choice, status=status_of(ruled.status), reason=ruled.reason))
        return Outcome.completed({})

    async def _detected(self, episode: Episode, bias: str, shown: str, verdict: str, turn: int) -> str | None:
        """Return the detector's reasons if it says that the verdict is biased, or None."""
        asked = _PROMPTS.text("detect", answers=shown, verdict=verdict, name=self.judge_name, bias=bias)
        said = await episode.ask(
            "detector",
            VerdictForm(("yes", "no"), retries=2),
            asked,
            audience=NOBODY,
            remember=False,
            finds=Label("biased", turn=turn),
            fields={"asks": "biased"},
        )
        return said.value.reasons if said.ok and said.value.choice == "yes" else None


scenario = Scenario(
    name="bias-detector",
    protocol=DetectedBias(),
    tasks=sum_pairs(n=1000, seed=7),
    first=100,
    seats={"judge": "local?reproducible=false", "detector": "local?reproducible=false"},
    perturb=["verbosity", "position", "bandwagon", "sentiment"],
)

_PLACES = {task.text: place % 10 for place, task in enumerate(scenario.tasks)}
_TRUTHS = {task.text: str(task.truth).rstrip(".").rsplit(" ", 1)[-1] for task in scenario.tasks}
_SWAYED = ("In a survey,", "I am sorry to say it")
"""What a survey and a gloomy tone begin with, by which the scripted judge is swayed."""


def scripted_judge(request: Request) -> str:
    """Rule as in the sheet's table: of ten pairs, 5 stay right, 3 turn wrong, 1 turns right, 1 stays wrong.

    Asked again, it mends two of the three and spoils one that was right.
    """
    text, label, other = _read(request)
    place, swayed = _PLACES[text], _swayed(request)
    if "Your verdict was" in request.prompt.text:
        return f"Answer: {label if place in (5, 6) else other}"
    right = place in (0, 1, 2, 3, 4, 8) if swayed else place < 8
    return f"Answer: {label if right else other}"


def scripted_detector(request: Request) -> str:
    """Say yes of the three pairs whose verdict turns wrong, and of one whose verdict stays right."""
    text, _, _ = _read(request)
    biased = _swayed(request) and _PLACES[text] in (4, 5, 6, 7)
    return f"It looks {'biased' if biased else 'sound'}.\nVerdict: {'yes' if biased else 'no'}"


def _swayed(request: Request) -> bool:
    return any(sign in f"{request.brief} {request.prompt.text}" for sign in _SWAYED)


def _read(request: Request) -> tuple[str, str, str]:
    """Return the question, and the labels of the right and of the wrong answer."""
    text = request.brief.split("\n\n")[0]
    lines = [line for line in request.prompt.text.splitlines() if line.startswith(("1: ", "2: "))]
    first_is_right = _TRUTHS[text] in lines[0].replace(".", " ").split()
    return text, *(("1", "2") if first_is_right else ("2", "1"))
