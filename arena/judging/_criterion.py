"""The criterion of a judging: what a judge is asked, what it is shown, and how its answers are read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from hashlib import blake2b
from typing import Annotated, Any, Self, TypeVar

from pydantic import ConfigDict, Field, ValidationError, model_validator

from arena.core.checked import Checked
from arena.core.ranges import Retries
from arena.episode.episode import Episode
from arena.forms import Choice, Number, Speech, Status, Verdict
from arena.journal import VerdictValue
from arena.judging._rubric import Rubric, pending, score
from arena.judging._wording import JudgesWording
from arena.judging.rendering import JUDGING_PROMPTS, speaker
from arena.seat.response import Response
from arena.tasks.task import Task
from arena.votes.rulings import TIE, likeliest

T = TypeVar("T")

JUDGE = "judge"
"""The seat of a judge in the episode in which it is asked."""

_ANSWER_WORDS = 150
OF_SPEAKERS = "sides", "question", "low", "high", "ties", "reference", "answers_first", "persona", "perturb"
"""Settings of what is asked about speakers, which the run's own question does not have."""
_FORMER = {"choice": "speaker"}
"""What was asked by another name before 0.4."""


class NoVerdict(Exception):
    """A judge gave no usable answer. It holds the status and the reason of the judge's last attempt."""

    def __init__(self, status: Status, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class NoProbabilities(NoVerdict):
    """A judge gave an answer but did not report how likely it was."""

    def __init__(self) -> None:
        super().__init__(Status.UNPARSEABLE, "it does not tell how likely the answers were")


class Asks(StrEnum):
    """What a judge is asked."""

    ANSWER = "answer"
    """The judge is asked what the run's own judge was asked: which answer is right."""
    SPEAKER = "speaker"
    """The judge says which side did better."""
    SCORE = "score"
    """The judge gives each side a score."""
    RUBRIC = "rubric"
    """The judge answers each question of a rubric with yes or no, for each side."""


class Criterion(Checked):
    """What a judge is asked about an episode, and what it is shown.

    Attributes:
        asks: what the judge is asked: answer, speaker, score or rubric. A rubric implies rubric.
        sides: the seats that are judged. If there are none, the protocol's players are judged.
        question: what the judge is asked. If it is empty, there is a standard question.
        rubric: the questions of a rubric, if the judge is asked those.
        low: the lowest score that the judge may give.
        high: the highest score that the judge may give.
        probabilities: take the judge's probability of each answer in place of the answer that it writes. A
            score is then the expected score (G-Eval, Liu et al. 2023). The judge must report probabilities.
        ties: allow the judge to choose neither side.
        reference: show the judge the task's truth.
        answers_first: have the judge answer the task itself before it judges.
        persona: a text that the judge's brief begins with.
        view: the seat whose view the judge reads. If it is None, the judge reads what all seats saw.
        retries: how often the judge is asked again after an unusable reply.
        perturb: a perturbation, such as bandwagon or mine.py:shout, that changes what the judge reads (see
            `arena.designs.perturbing`). It changes the last words of the sides, or what stands beside them.
        calls: how often each question of a rubric is asked, an odd number. The majority of answers counts.
        skip: leave out the questions of a rubric that cannot change the score any more, because a critical
            part beside them failed. Their answers are then missing.
        prompts: prompts in place of the standard ones: a folder that ``arena prompts`` wrote.
        name: what this judging is called in figures, beside others. If it is empty, it is called by its
            question.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    asks: Asks = Asks.SPEAKER
    sides: tuple[str, ...] = ()
    question: str = ""
    rubric: Rubric | None = None
    low: int = 1
    high: int = 10
    probabilities: bool = False
    ties: bool = False
    reference: bool = False
    answers_first: bool = False
    persona: str = ""
    view: str | None = None
    retries: Retries = 2
    perturb: str = ""
    calls: Annotated[int, Field(ge=1, le=99)] = 1
    skip: bool = False
    prompts: JudgesWording = Field(default_factory=dict)
    name: str = ""

    @model_validator(mode="before")
    @classmethod
    def _implied(cls, given: Any) -> Any:
        if isinstance(given, dict) and "method" in given:
            now = _FORMER.get(str(given["method"]), given["method"])
            raise ValueError(f"method={given['method']} is now asks={now}")
        if isinstance(given, dict) and given.get("rubric") is not None:
            return {"asks": Asks.RUBRIC} | given
        return given

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.rubric is not None) != (self.asks is Asks.RUBRIC):
            raise ValueError("asking for a rubric needs a rubric, and nothing else has one")
        if self.calls % 2 == 0:
            raise ValueError("a question is asked an odd number of times, so that a majority decides")
        if self.rubric is None and (self.calls > 1 or self.skip):
            raise ValueError("the settings calls and skip are about the questions of a rubric")
        if self.asks is Asks.ANSWER and (set_so := [name for name in OF_SPEAKERS if self._is_changed(name)]):
            raise ValueError(
                f"the run's own question is asked as it was, so {set_so[0]} cannot be set; change its words "
                "by prompts, or ask about the speakers"
            )
        if self.low >= self.high:
            raise ValueError("the lowest score must be less than the highest")
        if self.probabilities and self.asks is Asks.RUBRIC:
            raise ValueError(
                "a rubric cannot be judged by probabilities, because its questions are answered in words"
            )
        return self

    def _is_changed(self, name: str) -> bool:
        default = type(self).model_fields[name].get_default(call_default_factory=True)
        return bool(getattr(self, name) != default)

    @property
    def settings(self) -> dict[str, Any]:
        """The settings as JSON-able values, without those of later versions that are as they were before."""
        later = ("perturb", "calls", "skip", "prompts", "name")
        absent = {name for name in later if not self._is_changed(name)}
        return self.model_dump(mode="json", exclude=absent)

    @property
    def key(self) -> str:
        """What is asked and a digest of all settings. Verdicts by different criteria are kept apart by it."""
        digest = blake2b(json.dumps(self.settings, sort_keys=True).encode(), digest_size=4)
        return f"{self.asks}-{digest.hexdigest()}"

    @classmethod
    def of_settings(cls, settings: Mapping[str, Any]) -> Self:
        """Return the criterion of the settings that a journal holds, which may be of an earlier version.

        Raises:
            ValidationError: if this version cannot read them.
        """
        method = settings.get("method")
        named = {} if method is None else {"asks": _FORMER.get(method, method)}
        return cls.model_validate({name: one for name, one in settings.items() if name != "method"} | named)

    def key_in(self, criteria: Mapping[str, Any]) -> str:
        """Return the key under which a journal holds the verdicts by this criterion, or will hold them.

        Args:
            criteria: the settings of each criterion in the journal, by its key.
        """
        for key, settings in criteria.items():
            try:
                if type(self).of_settings(settings) == self:
                    return key
            except ValidationError:
                continue
        return self.key

    @property
    def asked(self) -> str:
        """The question that the judge is asked, before it is told how to answer. A rubric has several."""
        if self.question or self.asks is Asks.RUBRIC:
            return self.question
        if self.asks is Asks.SPEAKER:
            return JUDGING_PROMPTS.text("better")
        if self.asks is Asks.ANSWER:
            return JUDGING_PROMPTS.text("right")
        return JUDGING_PROMPTS.text("how_well", speaker="{speaker}")

    @property
    def is_of_one(self) -> bool:
        """Whether the judge is asked about each side separately. Other questions are about all at once."""
        return self.asks in (Asks.SCORE, Asks.RUBRIC)

    @property
    def brief(self) -> str:
        """The system text of the judge."""
        return "\n\n".join(filter(None, (self.persona, JUDGING_PROMPTS.text("judge"))))

    async def judge(
        self, episode: Episode, task: Task, exchange: str, speakers: tuple[str, ...], subject: str
    ) -> VerdictValue:
        """Ask the judge everything that one verdict needs, and return the verdict.

        Args:
            episode: the judge's own episode.
            task: the task of the episode that is judged.
            exchange: the text of the episode that is judged.
            speakers: the sides, in the order in which the exchange numbers them.
            subject: the side that is judged; empty if the judge chooses between all sides.

        Raises:
            NoVerdict: if the judge gives no usable answer.
            NoProbabilities: if the criterion needs probabilities and the judge does not report them.
        """
        if self.answers_first:
            question = JUDGING_PROMPTS.text("own_answer", task=task.text)
            usable(await episode.ask(JUDGE, Speech(words=_ANSWER_WORDS, retries=self.retries), question))
        episode.tell((JUDGE,), exchange)
        if self.reference:
            truth = task.truth if isinstance(task.truth, str) else json.dumps(task.truth)
            episode.tell((JUDGE,), JUDGING_PROMPTS.text("truth", truth=truth))
        about = speaker(speakers.index(subject)) if subject else ""
        match self.asks:
            case Asks.SPEAKER:
                return await self._choice(episode, speakers)
            case Asks.SCORE:
                return await self._score(episode, about)
        return await self._rubric(episode, about)

    async def _choice(self, episode: Episode, speakers: tuple[str, ...]) -> VerdictValue:
        labels = {str(place): seat for place, seat in enumerate(speakers, start=1)}
        options = (*labels, TIE) if self.ties else tuple(labels)
        question = JUDGING_PROMPTS.text("choose", question=self.asked, ties=self.ties)
        seats = {**labels, TIE: TIE}
        if self.probabilities:
            by_label = await self._likely(episode, options, question)
            likely = {seats[label]: chance for label, chance in by_label.items()}
            return VerdictValue(likeliest(likely), probabilities=likely)
        decided = usable(await episode.ask(JUDGE, Verdict(options, retries=self.retries), question))
        return VerdictValue(seats[decided.choice], confidence=decided.confidence, reasons=decided.reasons)

    async def _score(self, episode: Episode, about: str) -> VerdictValue:
        asked = self.asked.replace("{speaker}", about)
        question = JUDGING_PROMPTS.text("score", question=asked, speaker=about, low=self.low, high=self.high)
        if self.probabilities:
            scores = tuple(map(str, range(self.low, self.high + 1)))
            likely = await self._likely(episode, scores, question)
            expected = sum(int(label) * chance for label, chance in likely.items())
            return VerdictValue(score=expected, probabilities=likely)
        form = Number(self.low, self.high, whole=True, retries=self.retries)
        return VerdictValue(score=usable(await episode.ask(JUDGE, form, question)))

    async def _likely(self, episode: Episode, labels: Sequence[str], question: str) -> dict[str, float]:
        """Return the probability of each label as the judge's answer. The sum is 1."""
        answer = await episode.ask(JUDGE, Choice(tuple(labels), retries=self.retries), question)
        usable(answer)
        by_label = {label: answer.probabilities.get(label, 0.0) for label in labels}
        if not (total := sum(by_label.values())) > 0:
            raise NoProbabilities
        return {label: chance / total for label, chance in by_label.items()}

    async def _rubric(self, episode: Episode, about: str) -> VerdictValue:
        """Ask one question after another. The judge does not see its answers to the other questions."""
        assert self.rubric is not None
        form = Choice(("yes", "no"), retries=self.retries)
        answers: dict[str, bool] = {}
        while asked_next := next(pending(self.rubric, answers, skip=self.skip), None):
            path, question = asked_next
            asked = JUDGING_PROMPTS.text(
                "rubric", question=question.replace("{speaker}", about), speaker=about
            )
            said = [usable(await episode.ask(JUDGE, form, asked, remember=False)) for _ in range(self.calls)]
            answers[path] = 2 * said.count("yes") > self.calls
        return VerdictValue(score=score(self.rubric, answers), answers=answers)


def usable(answer: Response[T]) -> T:
    """Return the value of an answer.

    Raises:
        NoVerdict: if it has none.
    """
    if not answer.ok:
        raise NoVerdict(answer.status, answer.reason)
    return answer.value
