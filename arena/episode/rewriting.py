"""Self-conditioning: the first answers of a seat are written for it, at a given error rate.

The seat never learns that it did not give these answers itself. What it then does at the first turn in which
it is asked shows what its own past, right or wrong, does to it.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Annotated, Any, TypeVar

from pydantic import Field, PrivateAttr

from arena.annotations import Annotation, Answer, Finds, Label, Verdict
from arena.core.errors import UsageError
from arena.core.ranges import Rounds
from arena.core.seeds import derive
from arena.episode._together import BySeat, of_seat
from arena.episode.episode import Episode
from arena.episode.outcome import Outcome
from arena.episode.wrapping import WrappingProtocol
from arena.forms import Form, Unusable
from arena.seat.agent import Reply
from arena.seat.parts import ReplyPart
from arena.seat.response import Response
from arena.tasks.grading import is_spellings

T = TypeVar("T")

PAST = "past"
"""The name of the label of what was written for a seat, and the author of that part of the reply."""
_LABELS = ("Answer", "Verdict", "Move")


class Rewritten(WrappingProtocol):
    """Another protocol, in which the first answers of the seats are written for them.

    The source is Sinha et al. 2025, "The illusion of diminishing returns: measuring long horizon execution in
    LLMs", in which only the turn after the rewritten past is measured. Each of the first `turns` answers of a
    seat that can be right or wrong is the right one, or with the probability `rate` a wrong one: another of
    the options, or the right number and noise. The agent is not asked for it. The protocol goes on from it,
    and it stands in all views as the seat's own. The label ``past`` says of each whether it is right. Only
    what the agent answers later is annotated as its answer, and nobody learns from what was written for it.

    What is wrong at a rate is wrong at every higher rate, too, in episodes with the same chance.

    Args:
        protocol: The protocol that is played.
        rate: The probability that an answer is wrong, from 0 to 1. At 0 the past is healed.
        turns: How many answers of each seat are written for it.
        noise: The largest amount that is added to or taken from a right number. As in the authors' code it
            may be 0, so that the number stays right.
        whose: The seats whose past is rewritten. None rewrites that of all.
    """

    rate: Annotated[float, Field(ge=0, le=1)]
    turns: Rounds
    noise: Rounds = 10
    whose: tuple[str, ...] | None = None

    _truth: str | None = PrivateAttr(None)

    def model_post_init(self, context: Any) -> None:
        """Check the names of the seats.

        Raises:
            UsageError: if there is no such seat.
        """
        if unknown := [seat for seat in self.whose or () if seat not in self.protocol.seats]:
            seats = ", ".join(self.protocol.seats)
            raise UsageError(f"No seat is called {unknown[0]}; the seats are {seats}.")

    def knowing(self, truth: Any) -> Rewritten:
        """Return this protocol for an episode whose task has this truth, or None."""
        found = self.model_copy()
        text = truth[0] if is_spellings(truth) else truth
        if isinstance(text, bool):
            text = str(text).lower()
        found._truth = str(text) if isinstance(text, str | int | float) else None
        return found

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations of the protocol, and whether what was written is right."""
        return {**self.protocol.finds, PAST: Label}

    async def play(self, episode: Episode) -> Outcome:
        """Play the protocol, and write the first answers.

        If any was written, the outcome has no returns, because they would rest on words that no agent said.
        """
        rewriting = _Rewriting(episode, self, self._truth)
        outcome = await self.protocol.play(rewriting)
        return replace(outcome, returns={}) if any(rewriting.written.values()) else outcome


class _Rewriting(Episode):
    """An episode in which answers are written for seats. It shares the state of the episode below it.

    `written` is the number of answers that were written for each seat.
    """

    def __init__(self, below: Episode, rule: Rewritten, truth: str | None) -> None:
        self.__dict__ = below.__dict__
        self._below = below
        self._rule = rule
        self._known = truth
        self.written = dict.fromkeys(below.seats, 0)

    async def ask(self, seat: str, form: Form[T], question: str = "", **options: Any) -> Response[T]:
        """Ask one seat, or write its answer."""
        past = self._write(seat, form, options.get("finds"), options.get("sample"))
        if past is not None:
            options["finds"] = ()
        answer = await self._below.ask(seat, form, question, **options)
        self._note(past, answer)
        return answer

    async def together(
        self,
        seats: Collection[str],
        form: Form[T] | BySeat[Form[T]],
        question: str | BySeat[str] = "",
        **options: Any,
    ) -> dict[str, Response[T]]:
        """Ask seats at the same time, or write the answers of some."""
        finds = options.get("finds")
        pasts = {
            seat: self._write(seat, of_seat(seat, form), of_seat(seat, finds), options.get("sample"))
            for seat in seats
        }
        if any(past is not None for past in pasts.values()):
            options["finds"] = BySeat(
                {seat: of_seat(seat, finds) if past is None else () for seat, past in pasts.items()}
            )
        answers = await self._below.together(seats, form, question, **options)
        for seat, past in pasts.items():
            self._note(past, answers[seat])
        return answers

    def _note(self, past: Label | None, answer: Response[Any]) -> None:
        if past is not None:
            self.annotate(replace(past, about=answer.place))

    def _write(self, seat: str, form: Form[Any], finds: Finds | None, sample: int | None) -> Label | None:
        """Have the next reply of a seat written if it belongs to its past, and return what it is."""
        rule = self._rule
        whose = rule.protocol.seats if rule.whose is None else rule.whose
        asked = _graded(form.finds() if finds is None else finds)
        if asked is None or sample or seat not in whose or self.written[seat] >= rule.turns:
            return None
        self.written[seat] += 1
        right = asked.truth or self._known
        options = tuple(getattr(form, "options", ()))
        meant = asked.means or {}
        right = next((label for label, stands in meant.items() if stands == right), right)
        if right is None or (options and right not in options):
            raise UsageError(
                f"The past of {seat} cannot be rewritten: it is not known which answer to {asked.name!r} is "
                "right. Give the task a truth, or the answer in the protocol."
            )
        rng = random.Random(derive(self._chance, PAST, seat, self.written[seat]))
        errs = rng.random() < rule.rate
        said = _wrong(right, options, rule.noise, rng) if errs else right
        text = _reply_of(form, asked.name, said)
        self._sessions[seat].given = Reply.of_parts(ReplyPart(text, author=PAST, trains=False))
        return Label(PAST, "right" if said == right else "wrong", turn=asked.turn)


def _graded(finds: Finds | None) -> Answer | Verdict | None:
    """Return the first of an ask's annotations that can be right or wrong."""
    listed = finds if isinstance(finds, tuple | list) else (finds,)
    return next((one for one in listed if isinstance(one, Answer | Verdict) and one.graded), None)


def _wrong(right: str, options: Collection[str], noise: int, rng: random.Random) -> str:
    """Return another option, or the right number with noise."""
    if options:
        return rng.choice([option for option in options if option != right] or [right])
    try:
        number = Fraction(right.replace(",", "")) + rng.randint(-noise, noise)
    except ValueError:
        raise UsageError(
            f"No wrong answer can be written in place of {right!r}: it is neither a number nor an option."
        ) from None
    return str(number) if number.denominator == 1 else f"{float(number):.15g}"


def _reply_of(form: Form[Any], name: str, said: str) -> str:
    """Return a reply that the form reads as this answer."""
    for text in (*(f"{label}: {said}" for label in _LABELS), said):
        try:
            found = form.finding(form.parse(text), name).text
        except Unusable:
            continue
        if found is not None and _same(found, said):
            return text
    raise UsageError(
        f"The past cannot be rewritten: no reply is known that a {type(form).__name__} reads as {said!r}."
    )


def _same(one: str, other: str) -> bool:
    try:
        return one == other or Fraction(one) == Fraction(other)
    except ValueError:
        return False
