"""Answer, feedback, answer again: one protocol for self-correction with any source of feedback."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, model_validator

from arena.annotations import Annotation, AnnotationStatus, Answer, Belief, Label, Verdict
from arena.core.errors import UsageError
from arena.core.ranges import Rounds, Words
from arena.episode.episode import Episode
from arena.episode.outcome import Ending, Outcome
from arena.episode.protocol import Protocol
from arena.prompts import Prompts
from arena.seat.messages import fenced
from arena.seat.transcript import NOBODY
from arena.tasks.task import PublicTask
from protocols.shared.answers import AnswerMatch, ArguedAnswer, candidates, show_source
from protocols.shared.evaluations import Evaluation
from protocols.shared.feedback import (
    Feedback,
    Hint,
    History,
    Keep,
    RevisionTurn,
    RevisionUnit,
    Sample,
    StopCondition,
    feedback_found,
    remark_form,
    remark_of,
    spliced,
)

ANSWERER, CRITIC = "answerer", "critic"

_PROMPTS = Prompts(__file__)


class Revise(Protocol):
    """The answerer answers, gets hints or feedback, and answers again, in at most `turns` turns.

    Several papers are settings of this protocol. SCoRe (Kumar et al. 2024, "Training language models to
    self-correct via reinforcement learning") is the default, with two turns and no hint. UFO (Liu et al.
    2025, "A simple 'try again' can elicit multi-turn LLM reasoning") is ``hint="unary"``; RISE (Qu et al.
    2024, "Recursive introspection") adds several `samples` a turn and ``keep="right"``; its evaluation is
    ``turns=5, hint="always", history="last"``. AutoMathCritique (Xi et al. 2024) is ``feedback="critic",
    hint="critic"``; Self-Refine (Madaan et al. 2023) is ``feedback="self", stop=["done"]``. With
    ``review_last=True`` besides, SELF (Lu et al. 2023) filters its last answers, and SPOC (Zhao et al. 2025)
    verifies each. Of internal consistency and self-feedback (Liang et al. 2024, a survey), `evaluation` is
    the signal, and the answer is updated by a vote (``keep="majority"``), by answering until a rule of `stop`
    is met, or by abstaining.

    Only the `hint` can tell a seat whether an answer is right. With a hint other than ``always``, a right
    answer ends the episode. A seat that is asked about an answer, or for another one, therefore knows that it
    is wrong. `stop` names further rules that may end the episode before the last turn. Several `samples` are
    made independently from the same view. `keep` says which sample is shown to the answerer as its answer and
    gets the feedback. `unit` says what is found wrong and written again. `comparison` says which answers in
    free text are the same, and which are right. `words` limits each argument and each feedback.

    An answer that is not usable is neither right nor wrong. Nobody gets feedback on it, and the answerer is
    asked for a usable one. The outcome pays 1 if the last answer is right, and 0 if it is wrong. It pays
    nothing if the answerer abstains. Its details hold ``revision``, with the rule that ended it as
    ``stopped``, and the ``turns``. Each turn has the ``answer`` (None if there is no usable one), ``correct``
    (None if that is not known), ``status``, the ``samples``, the index from 0 of the one that was ``kept``,
    the current ``steps``, the ``feedback`` and, if there is one, the ``evaluation``.

    Args:
        turns: The largest number of turns in which the answerer answers. The first one counts.
        hint: Who tells the answerer that its answer is wrong: nobody, a plain hint if it is, the critic, or
            a plain hint always.
        feedback: Who gives feedback on an answer: nobody, the answerer itself, or the critic.
        samples: The number of answers that are made independently in each turn.
        keep: Which of several samples is shown to the answerer as its answer: first, majority or right.
        unit: What is found wrong and written again: the whole solution, or one step and all after it.
        stop: Further rules by which an episode ends before its last turn.
        history: What the answerer sees of its earlier turns: all, or its last answer only.
        review_last: Whether the answer of the last turn gets feedback, too, though nothing follows it.
        evaluation: How likely an answer is held to be right: by the share of its turn's samples that agree
            with it, by a confidence that the answerer states aside, or not at all.
        threshold: The evaluation at which the rule ``sure`` stops, and below which the answerer abstains.
        abstain: Whether the answerer abstains if the evaluation of its last answer is below the threshold.
        comparison: Which answers in free text are the same, and which are right: exact, casefold or number.
        words: The largest number of words in an argument or in feedback. Without it, there is no limit.
    """

    turns: Rounds = 2
    hint: Hint = Hint.NONE
    feedback: Feedback = Feedback.NONE
    samples: Annotated[int, Field(ge=1, le=100)] = 1
    keep: Keep = Keep.FIRST
    unit: RevisionUnit = RevisionUnit.SOLUTION
    stop: tuple[StopCondition, ...] = ()
    history: History = History.ALL
    review_last: bool = False
    evaluation: Evaluation = Evaluation.NONE
    threshold: Annotated[float, Field(ge=0, le=1)] = 0.5
    abstain: bool = False
    comparison: AnswerMatch = AnswerMatch.NUMBER
    words: Words | None = 150

    @model_validator(mode="after")
    def _fits_together(self) -> Revise:
        needs = {StopCondition.DONE: Feedback.SELF, StopCondition.ACCEPTED: Feedback.CRITIC}
        if self.hint is Hint.CRITIC and self.feedback is not Feedback.CRITIC:
            raise ValueError("the hint 'critic' needs a critic: set feedback to 'critic'")
        if self.hint is Hint.UNARY and self.feedback is Feedback.CRITIC:
            raise ValueError("the hint 'unary' does not work with a critic: set hint to 'critic'")
        if self.hint is Hint.ALWAYS and self.feedback is not Feedback.NONE:
            raise ValueError("the hint 'always' is told without feedback: set feedback to 'none'")
        if not self.hint.is_true and (self.keep is Keep.RIGHT or StopCondition.RIGHT in self.stop):
            raise ValueError(
                "keeping or stopping at a right answer needs a hint: set hint to 'unary' or 'critic'"
            )
        if self.unit is RevisionUnit.STEP and self.feedback is Feedback.NONE:
            raise ValueError("somebody has to find the wrong step: set feedback to 'self' or 'critic'")
        if self.evaluation is Evaluation.NONE and (self.abstain or StopCondition.SURE in self.stop):
            raise ValueError("abstaining and stopping when sure need an evaluation: set evaluation")
        if self.evaluation is Evaluation.AGREEMENT and self.samples == 1:
            raise ValueError("samples agree only if there are several: set samples to 2 or more")
        for rule, feedback in needs.items():
            if rule in self.stop and (self.feedback is not feedback or self.hint is not Hint.NONE):
                raise ValueError(f"stopping when {rule.value} needs feedback {feedback.value!r} and no hint")
        return self

    @property
    def seats(self) -> tuple[str, ...]:
        """The seat ``answerer``, and the seat ``critic`` if a critic gives the feedback."""
        return (ANSWERER, CRITIC) if self.feedback is Feedback.CRITIC else (ANSWERER,)

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        found: dict[str, type[Annotation]] = {"answer": Answer, "kept": Label, "feedback": Verdict}
        found |= {"right": Belief} if self.evaluation is not Evaluation.NONE else {}
        return found | ({"decision": Answer} if self.abstain else {})

    def asks_of(self, seat: str) -> frozenset[str]:
        """Return what prompts ask for from `seat`."""
        evaluates = self.evaluation is Evaluation.CONFIDENCE
        own = {"answer", "feedback", *(["evaluation"] if evaluates else [])}
        return frozenset({"feedback"} if seat == CRITIC else own)

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the task, and the role of the seat."""
        if seat == CRITIC:
            role = _PROMPTS.text("critic")
        else:
            role = _PROMPTS.text("answerer", may_repeat=self.turns > 1 and self.hint is Hint.NONE)
        return "\n\n".join(part for part in (super().brief(seat, task), role) if part)

    async def play(self, episode: Episode) -> Outcome:
        """Ask for an answer and feedback, and ask again, until a rule ends the episode."""
        show_source(episode)
        form = ArguedAnswer(candidates(episode), self.comparison, self.words)
        turns: list[RevisionTurn] = []
        stopped = None
        while stopped is None:
            turn = await self._answer(episode, form, turns)
            turns.append(turn)
            turn.evaluation = await self.evaluation.of(episode, ANSWERER, form, turn, len(turns))
            stopped = self._stopped(form, turns)
            reviewed = stopped is None or (self.review_last and stopped is StopCondition.TURNS)
            if reviewed and turns[-1].argued and self.feedback is not Feedback.NONE:
                stopped = await self._review(episode, turns[-1]) or stopped
        details = {"revision": {"stopped": stopped.value, "turns": [turn.record() for turn in turns]}}
        if all(turn.kept is None for turn in turns):
            return Outcome(Ending.FAILED, {}, (ANSWERER,), "there was no usable answer", details)
        last = turns[-1].is_right
        if self.abstain and self._decide(episode, form, turns[-1]):
            last = None
        return Outcome.completed({} if last is None else {ANSWERER: float(last)}, **details)

    def _decide(self, episode: Episode, form: ArguedAnswer, last: RevisionTurn) -> bool:
        """Record the last answer as the decision, or that the answerer abstains. Return whether it does."""
        abstains = last.evaluation is not None and last.evaluation < self.threshold
        answer = form.finding(last.argued, "decision") if last.argued else None
        if answer is None or abstains:
            status = AnnotationStatus.ABSTAINED if abstains else AnnotationStatus.UNKNOWN
            episode.annotate(Answer("decision", status=status))
        else:
            episode.annotate(Answer("decision", answer.text, comparison=answer.comparison))
        return abstains

    async def _answer(self, episode: Episode, form: ArguedAnswer, turns: list[RevisionTurn]) -> RevisionTurn:
        """Ask for the answers of a turn, and keep one."""
        last = turns[-1] if turns else None
        forgets = self.samples > 1 or self.history is History.LAST
        asked = self._asked(last)
        if last and last.argued and forgets:
            own_answer = _PROMPTS.text("own_answer", answer=fenced("\n".join(last.steps)))
            if self.history is History.LAST:
                asked = f"{own_answer}\n\n{asked}"
            else:
                episode.tell({ANSWERER}, own_answer)
        own = last.argued.answer if last and last.argued else None
        fields = {"asks": "answer", "turn": len(turns) + 1, "last": own}
        samples = []
        for place in range(self.samples):
            given = await episode.ask(
                ANSWERER,
                form,
                asked,
                audience=NOBODY,
                remember=not forgets,
                fields=fields,
                finds=Answer("answer", turn=len(turns) + 1),
                sample=place if self.samples > 1 else None,
            )
            right = self._score(episode, form, given.value.answer) if given.ok else None
            samples.append(Sample(given, right))
        turn = RevisionTurn(samples, self.keep.place(samples, form.key))
        if self.samples > 1:
            episode.annotate(*turn.kept_labels())
        if turn.argued:
            written = [line for line in form.publish(turn.argued).splitlines() if line.strip()]
            step = last.remark.step if last and last.remark else None
            turn.steps = spliced(last.steps, step, written) if last and step else written
        return turn

    def _asked(self, last: RevisionTurn | None) -> str:
        """Return the question to the answerer after the last turn. It may say that the answer is wrong."""
        if last is None:
            return _PROMPTS.text("first")
        if last.argued is None:
            return _PROMPTS.text("missing")
        if last.remark and last.remark.text is not None:
            step = last.remark.step
            return _PROMPTS.text("rewrite", step=step) if step else _PROMPTS.text("heard")
        return _PROMPTS.text("wrong" if self.hint in (Hint.UNARY, Hint.ALWAYS) else "again")

    def _score(self, episode: Episode, form: ArguedAnswer, answer: str) -> bool | None:
        right = episode.score(answer, AnswerMatch.EXACT if form.options else self.comparison)
        if right is None and self.hint.is_true:
            raise UsageError(
                f"The hint {self.hint.value!r} needs to know which answers to task {episode.task.id!r} are "
                f"right, but the task's truth cannot be compared by {self.comparison.value!r}."
            )
        return right

    def _stopped(self, form: ArguedAnswer, turns: list[RevisionTurn]) -> StopCondition | None:
        """Return the rule that ends the episode after the last answer, or None if it goes on."""
        if turns[-1].is_right and self.hint.is_true:
            return StopCondition.RIGHT
        answers = [form.key(turn.argued.answer) for turn in turns[-2:] if turn.argued]
        if StopCondition.UNCHANGED in self.stop and len(answers) == 2 and answers[0] == answers[1]:
            return StopCondition.UNCHANGED
        evaluation = turns[-1].evaluation
        if StopCondition.SURE in self.stop and evaluation is not None and evaluation >= self.threshold:
            return StopCondition.SURE
        return StopCondition.TURNS if len(turns) == self.turns else None

    async def _review(self, episode: Episode, turn: RevisionTurn) -> StopCondition | None:
        """Ask for feedback on a turn's answer. Return the rule that then ends the episode, or None."""
        by_critic = self.feedback is Feedback.CRITIC
        done = StopCondition.ACCEPTED if by_critic else StopCondition.DONE
        form = remark_form(
            self.unit,
            len(turn.steps),
            self.words,
            may_accept=self.hint is Hint.NONE,
            decides=done in self.stop,
        )
        answer = await episode.ask(
            CRITIC if by_critic else ANSWERER,
            form,
            self._reviewing(turn),
            audience={ANSWERER} if by_critic else NOBODY,
            fields={"asks": "feedback", "answer": turn.argued.answer if turn.argued else None},
            finds=feedback_found(form, turn),
        )
        turn.remark = remark_of(answer, form)
        return done if turn.remark.accepts and done in self.stop else None

    def _reviewing(self, turn: RevisionTurn) -> str:
        """Return the question to the seat that gives feedback."""
        steps = [f"Step {number}: {line}" for number, line in enumerate(turn.steps, start=1)]
        by_step = self.unit is RevisionUnit.STEP
        return _PROMPTS.text(
            "review",
            answer=fenced("\n".join(steps if by_step else turn.steps)),
            own=self.feedback is Feedback.SELF,
            wrong=self.hint is Hint.CRITIC,
            told_wrong=self.hint is Hint.UNARY,
            by_step=by_step,
        )
