"""A sneaky generator plants errors in steps of solutions, and a critic tries to find them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from arena.annotations import Annotation, AnnotationStatus, Answer, Label, Reward, Verdict
from arena.core.errors import UsageError
from arena.core.ranges import Words
from arena.episode.episode import Episode
from arena.episode.outcome import Ending, Outcome
from arena.episode.protocol import Protocol
from arena.forms import Decision, Structured
from arena.prompts import Prompts
from arena.seat.messages import fenced
from arena.seat.response import Response
from arena.tasks.solutions import checkable
from arena.tasks.task import PublicTask
from protocols.shared.answers import AnswerMatch, ArguedAnswer
from protocols.shared.steps import (
    CORRECT,
    CRITIC,
    INCORRECT,
    MEANINGS,
    ErrorType,
    confidence,
    critic_choice,
    critic_role,
    criticise,
    so_far,
    step_text,
    steps_of,
)
from protocols.shared.validation import UNCHANGED, Rollouts, Validity, by_arithmetic, by_rollouts

_PROMPTS = Prompts(__file__)

GENERATOR, SOLVER = "generator", "solver"


class Alteration(BaseModel):
    """A step that was made wrong: how, the type of the error, and what it says now."""

    model_config = ConfigDict(extra="forbid")

    reasons: Annotated[str, Field(max_length=1000)]
    error_type: ErrorType
    step: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


ALTERATION: Structured[Alteration] = Structured(Alteration)


class SneakyCritic(Protocol):
    """A generator makes a step of a right solution wrong or leaves it, and a critic says whether it is wrong.

    The game is that of Chen et al. 2025, "SPC: Evolving Self-Play Critic via Adversarial Games for LLM
    Reasoning". Chance draws the step, and a fair coin decides whether it is altered. The critic sees an
    altered step only if `protocols.shared.validation` finds that it is really wrong. Exact arithmetic decides
    first. If it cannot decide, a solver makes `rollouts` from each of the two steps. The share that succeeds
    must be at least `original_success` from the original step, and at most `altered_success` from the altered
    one. A rollout succeeds if it ends in the task's truth, which is the number at the end of a right
    solution. If the task has no truth, rollouts decide nothing. Without rollouts, only steps that arithmetic
    can check are drawn. `any_step` allows all steps. With `marks`, everybody reads GSM8K's ``<<...>>``.
    Otherwise only the validator does.

    The critic gets 1 if it is right and -1 if it is wrong. The generator gets the opposite if it was asked to
    alter the step, and no return if it was not. For an alteration that is not wrong, the generator gets
    `invalid_pays`, so that it never earns by one. That amount is our choice and is not from the paper. If a
    reply cannot be used, or validation cannot decide, nobody wins.

    The outcome's ``details["detection"]`` holds::

        step, steps     the index of the drawn step, from 0, and the number of steps
        told            alter or leave
        error_type      the error that the generator says it made; None if it gave no usable reply
        valid           whether the altered step is wrong; None if no step was altered or nothing could decide
        validated_by    unchanged, arithmetic or rollouts; None if nothing could decide
        rollouts        counts for the original and the altered step: succeeded, unusable, of; None without
                        rollouts
        shown_wrong     whether the step that the critic saw is wrong; None if the critic was not asked
        said            the critic's choice: correct, incorrect or None
        confidence      the critic's confidence, from 0 to 1; None if it gave none
        statuses        how the replies could be read, for each of generator and critic that was asked

    Args:
        marks: Whether everybody reads GSM8K's ``<<...>>`` marks. Otherwise only the validator does.
        any_step: Whether any step may be drawn. If not, and there are no rollouts, only steps that
            arithmetic can check are drawn.
        arithmetic: Whether exact arithmetic decides where it can. If not, only rollouts decide.
        rollouts: The number of times that a solver continues from each of the two steps. 0 means no rollouts.
        original_success: The smallest share of rollouts from the original step that must succeed, above 0 and
            at most 1.
        altered_success: The largest share of rollouts from the altered step that may succeed, from 0 and
            below 1.
        invalid_pays: The generator's return for an alteration that is not wrong. It is at most 0.
        words: The largest number of words in a solver's reply.
    """

    marks: bool = False
    any_step: bool = False
    arithmetic: bool = True
    rollouts: Annotated[int, Field(ge=0, le=1_000)] = 0
    original_success: Annotated[float, Field(gt=0, le=1)] = 0.75
    altered_success: Annotated[float, Field(ge=0, lt=1)] = 0.0
    invalid_pays: Annotated[float, Field(ge=-1e6, le=0)] = -1.0
    words: Words = 150

    @model_validator(mode="after")
    def _can_validate(self) -> SneakyCritic:
        if not self.arithmetic and not self.rollouts:
            raise ValueError("without arithmetic, alterations need rollouts to validate them: set rollouts")
        return self

    @property
    def seats(self) -> tuple[str, ...]:
        """The seats ``generator`` and ``critic``, and ``solver`` if there are rollouts."""
        return (*self.players, SOLVER) if self.rollouts else self.players

    @property
    def players(self) -> tuple[str, ...]:
        """The seats ``generator`` and ``critic``."""
        return (GENERATOR, CRITIC)

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return {
            "error_type": Label,
            "valid": Label,
            "rollout": Answer,
            "step": Verdict,
            "game": Reward,
        }

    def asks_of(self, seat: str) -> frozenset[str]:
        """Return what prompts ask for from `seat`."""
        return frozenset({_ASKED[seat]})

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the problem, and the role of the seat."""
        role = critic_role() if seat == CRITIC else _role(seat)
        return f"{super().brief(seat, task)}\n\n{role}"

    async def play(self, episode: Episode) -> Outcome:
        """Draw a step, let it be altered and validated or leave it, and ask the critic about it."""
        written = steps_of(episode.task)
        steps = [step_text(step, self.marks) for step in written]
        places = self._places(written)
        place = episode.draw([(place, 1 / len(places)) for place in places])
        alter = episode.draw([(True, 0.5), (False, 0.5)])
        before, step = steps[:place], steps[place]
        record: dict[str, Any] = {**_NOTHING_FOUND, "step": place, "steps": len(steps), "statuses": {}}
        record["told"] = "alter" if alter else "leave"
        altered = None
        if alter:
            altered = await self._altered(episode, before, step)
            record["statuses"][GENERATOR] = altered.status.value
            if not altered.ok:
                return _failed(altered, record)
            record["error_type"] = altered.value.error_type.value
            step = step_text(altered.value.step, self.marks)
            found = await self._validated(episode, before, written[place], step)
            record |= {"valid": found.valid, "validated_by": found.by, "rollouts": found.rollouts}
            episode.annotate(*_validity(altered, found, self.invalid_pays))
            if not found.valid:
                returns = {} if found.valid is None else {GENERATOR: self.invalid_pays}
                return Outcome.completed(returns, detection=record)
        else:
            left = _PROMPTS.text("left", steps=so_far(before), step=fenced(step))
            episode.tell((GENERATOR,), left)
        verdict = await criticise(episode, before, step, INCORRECT if alter else CORRECT)
        record["statuses"][CRITIC] = verdict.status.value
        record |= {"shown_wrong": alter, "said": critic_choice(verdict), "confidence": confidence(verdict)}
        if not verdict.ok:
            return _failed(verdict, record)
        right = 1.0 if (record["said"] == "incorrect") == alter else -1.0
        paid = {CRITIC: (right, verdict.place)}
        if altered is not None:
            paid[GENERATOR] = (-right, altered.place)
        episode.annotate(*(Reward("game", amount, about=place) for amount, place in paid.values()))
        returns = {seat: paid[seat][0] for seat in self.players if seat in paid}
        return Outcome.completed(returns, detection=record)

    def _places(self, written: Sequence[str]) -> list[int]:
        if self.any_step or not self.arithmetic:
            return list(range(len(written)))
        if places := checkable(written, self.marks):
            return places
        raise UsageError("No step of the task has an equation to check; set any_step to draw such steps.")

    async def _altered(self, episode: Episode, before: list[str], step: str) -> Response[Alteration]:
        question = _PROMPTS.text("alter", steps=so_far(before), step=fenced(step))
        fields = {"asks": "alter", "before": before, "step": step}
        finds = Label("error_type")
        return await episode.ask(GENERATOR, ALTERATION, question, audience=(), fields=fields, finds=finds)

    async def _validated(self, episode: Episode, before: list[str], original: str, altered: str) -> Validity:
        if altered == step_text(original, self.marks):
            return Validity(False, UNCHANGED)
        found = by_arithmetic(original, altered) if self.arithmetic else Validity()
        if found.valid is not None or not self.rollouts:
            return found
        from_original = await self._rolled_out(
            episode, [*before, step_text(original, self.marks)], "original"
        )
        from_altered = await self._rolled_out(episode, [*before, altered], "altered")
        return by_rollouts(from_original, from_altered, self.original_success, self.altered_success)

    async def _rolled_out(self, episode: Episode, steps: list[str], group: str) -> Rollouts:
        """Let the solver continue from these steps, each time without memory of the earlier times."""
        form = ArguedAnswer((), AnswerMatch.NUMBER, self.words)
        question = _PROMPTS.text("solve", steps=so_far(steps))
        fields = {"asks": "solve", "steps": steps}
        answers = [
            await episode.ask(
                SOLVER,
                form,
                question,
                audience=(),
                remember=False,
                fields=fields,
                finds=Answer("rollout", group=group),
                sample=place,
            )
            for place in range(self.rollouts)
        ]
        right = [episode.score(one.value.answer, form.comparison) if one.ok else None for one in answers]
        return Rollouts(right.count(True), right.count(None), len(right))


def _validity(altered: Response[Alteration], found: Validity, pays: float) -> Iterator[Annotation]:
    """Yield the annotations of an altered turn: whether it is valid, and its reward if it is not."""
    known = {True: "yes", False: "no", None: None}[found.valid]
    status = AnnotationStatus.UNKNOWN if known is None else AnnotationStatus.OK
    method = found.by or "nothing could tell"
    yield Label("valid", known, about=altered.place, status=status, reason="" if known else method)
    if found.valid is False:
        yield Reward("game", pays, about=altered.place)


_NOTHING_FOUND: dict[str, Any] = dict.fromkeys(
    ("error_type", "valid", "validated_by", "rollouts", "shown_wrong", "said", "confidence")
)
_ASKED = {GENERATOR: "alter", CRITIC: "critique", SOLVER: "solve"}


def _role(seat: str) -> str:
    if seat == SOLVER:
        return _PROMPTS.text("solver")
    kinds = [kind.value for kind in MEANINGS]
    return _PROMPTS.text("generator", kinds=kinds, meanings=list(MEANINGS.values()))


def _failed(answer: Response[Alteration] | Response[Decision], record: dict[str, Any]) -> Outcome:
    """Return the outcome of an episode in which a seat's reply could not be used. Nobody wins it."""
    reason = f"{answer.seat} gave no usable answer ({answer.status.value}): {answer.reason}"
    return Outcome(Ending.FAILED, {}, (answer.seat,), reason, {"detection": record})
