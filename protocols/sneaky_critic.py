"""A sneaky generator against a critic: who plants errors in steps of solutions, and who finds them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from arena.annotations import Annotation, AnnotationStatus, Answer, Label, Reward
from arena.core.errors import UsageError
from arena.core.ranges import Words
from arena.episode.episode import Episode
from arena.episode.outcome import Ending, Outcome
from arena.episode.protocol import Protocol
from arena.forms import Decision, Structured
from arena.seat.messages import fenced
from arena.seat.response import Response
from arena.tasks.solutions import checkable
from arena.tasks.task import PublicTask
from protocols.shared.answers import AnswerMatch, ArguedAnswer
from protocols.shared.steps import (
    CORRECT,
    CRITIC,
    CRITIC_ROLE,
    INCORRECT,
    MEANINGS,
    ErrorType,
    confidence,
    critic_choice,
    criticise,
    so_far,
    step_text,
    steps_of,
)
from protocols.shared.validation import UNCHANGED, Rollouts, Validity, by_arithmetic, by_rollouts

GENERATOR, SOLVER = "generator", "solver"


class Alteration(BaseModel):
    """A step that was made wrong: how, the type of the error, and what it says now."""

    model_config = ConfigDict(extra="forbid")

    reasons: Annotated[str, Field(max_length=1000)]
    error_type: ErrorType
    step: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


ALTERATION: Structured[Alteration] = Structured(Alteration)


class SneakyCritic(Protocol):
    """A generator makes a step of a right solution wrong, or is told to leave it; a critic says which it was.

    Chen et al. 2025, "SPC: Evolving Self-Play Critic via Adversarial Games for LLM Reasoning". Chance draws
    the step and, by a fair coin, whether it is altered. An altered step is shown to the critic only if it is
    really wrong, by `protocols.shared.validation`: by exact arithmetic or else, if there are `rollouts`, by
    as many of a solver from either step, of which at least `original_success` must succeed from the original
    one, and at most `altered_success` from the altered one. The task's truth, the number that a right
    solution ends in, says which succeed; without it they tell nothing. Without rollouts only steps are drawn
    that arithmetic can check, unless there is `any_step`. With `marks`, everybody reads GSM8K's ``<<...>>``,
    else only the validator does.

    The critic gets 1 for being right and -1 for being wrong, and the generator the opposite if it was asked:
    a seat that was not asked has no return. An alteration that is not wrong never earns: the generator gets
    `invalid_pays`; that much is a choice of ours, not taken from the paper. Nobody wins by a reply of anybody
    that could not be used, nor where no validator could tell.

    The outcome's ``details["detection"]``::

        step, steps     which step was at issue, from 0, and of how many
        told            alter or leave
        error_type      what the generator says that it did; None if it said nothing that could be used
        valid           whether the altered step is wrong; None if there is none, or nothing could tell
        validated_by    unchanged, arithmetic or rollouts; None if nothing could tell
        rollouts        of the original and of the altered step: succeeded, unusable, of; None without any
        shown_wrong     whether the step that the critic was shown is wrong; None if it was not asked
        said            correct, incorrect or None
        confidence      of the critic, from 0 to 1; None if it gave none
        statuses        how the replies of generator and critic could be read, by seat, of those asked

    Args:
        marks: Whether everybody reads GSM8K's ``<<...>>`` marks. Otherwise only the validator does.
        any_step: Whether any step may be drawn. Otherwise, without rollouts, only steps that arithmetic can
            check.
        arithmetic: Whether exact arithmetic decides where it can. Otherwise rollouts alone do.
        rollouts: How often a solver goes on from the original step and from the altered one; 0 for no
            rollouts.
        original_success: The least share of rollouts from the original step that must succeed.
        altered_success: The largest share of rollouts from the altered step that may succeed.
        invalid_pays: What the generator gets for an alteration that is not wrong.
        words: The most words of a reply.
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
            raise ValueError("without arithmetic something else has to validate: set rollouts")
        return self

    @property
    def seats(self) -> tuple[str, ...]:
        """``generator`` and ``critic``, and with rollouts a ``solver``."""
        return (*self.players, SOLVER) if self.rollouts else self.players

    @property
    def players(self) -> tuple[str, ...]:
        """``generator`` and ``critic``."""
        return (GENERATOR, CRITIC)

    def asks_of(self, seat: str) -> frozenset[str]:
        """Return what prompts ask for from `seat`."""
        return frozenset({_ASKED[seat]})

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the problem, and what the seat is there for."""
        return f"{super().brief(seat, task)}\n\n{_ROLES[seat]}"

    async def play(self, episode: Episode) -> Outcome:
        """Draw a step, have it altered and validated or left, and have it criticised."""
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
            episode.tell((GENERATOR,), f"{so_far(before)}\n\nThe next step is left as it is:\n{fenced(step)}")
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
        raise UsageError("No step of the task has an equation to check; any_step needs none.")

    async def _altered(self, episode: Episode, before: list[str], step: str) -> Response[Alteration]:
        question = (
            f"{so_far(before)}\n\nThe next step, which is right:\n{fenced(step)}\n\nMake this step wrong."
        )
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
        """Have the solver go on from these steps, each time as if it were the first."""
        form = ArguedAnswer((), AnswerMatch.NUMBER, self.words)
        question = f"{so_far(steps)}\n\nGo on from here, step by step, to the answer."
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
    """Yield whether an alteration is wrong, about the turn in which it was made, and what it pays if not."""
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
_ROLES = {
    GENERATOR: (
        "You are given how far somebody came with this problem, and the next step. If you are asked to, make "
        "that step wrong, such that whoever goes on from it comes to a wrong answer, and such that a critic, "
        "who sees your step alone, takes it for right. Keep its length and style. The types of errors are:\n"
        + "\n".join(f"- {kind.value}: {meaning}" for kind, meaning in MEANINGS.items())
    ),
    CRITIC: CRITIC_ROLE,
    SOLVER: "You are given how far somebody came with this problem. Go on to the answer.",
}


def _failed(answer: Response[Alteration] | Response[Decision], record: dict[str, Any]) -> Outcome:
    """Return the outcome of an episode in which a seat's reply could not be used: nobody wins."""
    reason = f"{answer.seat} gave no usable answer ({answer.status.value}): {answer.reason}"
    return Outcome(Ending.FAILED, {}, (answer.seat,), reason, {"detection": record})
