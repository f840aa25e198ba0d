"""A judge's verdict on a question, asked for with the answers in both orders, and then combined.

A second verdict with the answers in the other order shows whether a judge prefers the first answer (Zheng et
al. 2023). The judge remembers neither request in the other. Both verdicts are recorded unchanged, with the
name of the rule that combines them. If a verdict cannot be used, the episode fails and nobody wins, unless
the rule is ``net``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from statistics import fmean
from typing import Any, NamedTuple

from arena.annotations import AnnotationStatus, Place, status_of
from arena.annotations import Verdict as FoundVerdict
from arena.episode.episode import Episode
from arena.forms import Choice, Decision, Status, Verdict
from arena.prompts import Prompts
from arena.seat.response import Response
from arena.seat.transcript import NOBODY
from arena.votes.rulings import COMBINATIONS, TIE, Ballot, RulingStatus
from arena.votes.voting import leading
from protocols.shared.questions import Question, labelled, listed

_PROMPTS = Prompts(__file__)


class Combination(StrEnum):
    """The rule that combines verdicts on the same answers in different orders."""

    TWO_GAME = "two-game"
    """The answer that all verdicts chose. If they differ, no answer (Tan et al. 2025, JudgeBench)."""
    NET = "net"
    """As two-game, but a verdict that cannot be used counts nothing, and the other one decides."""
    TIE_ON_DISAGREEMENT = "tie-on-disagreement"
    """The answer that all verdicts chose. If they differ, the chosen answers share the win (MT-Bench)."""
    MEAN_PROBABILITY = "mean-probability"
    """The answer with the highest mean probability. If several have it, they share the win."""


class Reading(StrEnum):
    """How a judge's verdict is read."""

    STATED = "stated"
    """The judge writes its choice, its confidence and its reasons."""
    TOKEN_PROBABILITY = "token-probability"
    """The answer that the judge was most likely to write. The agent has to return the probabilities."""


class OneVerdict(NamedTuple):
    """One verdict of the judge, and the order of the answers that it saw.

    `choice` is an answer, or None if there is no usable verdict. Then `status` and `reason` say why. If only
    the confidence could not be read, `reason` says why. `probabilities` holds the probability of each answer,
    or is None if they are unknown. If the judge states a confidence c from 0 to 1, the other answers share
    1 - c equally.
    """

    order: tuple[str, ...]
    choice: str | None
    confidence: float | None
    probabilities: Mapping[str, float] | None
    reasons: str
    status: str
    reason: str


class Combined(NamedTuple):
    """The combined verdict: an answer or None, and how the win is shared among the answers.

    `confidence` is the mean probability of the choice, and `probabilities` holds the means of all answers.
    Both are None if a verdict has no probabilities. `agreed` says whether the verdicts chose the same answer.
    """

    choice: str | None
    confidence: float | None
    probabilities: Mapping[str, float] | None
    shares: Mapping[str, float]
    agreed: bool
    combination: Combination


async def ask_verdict(
    episode: Episode, seat: str, question: Question, order: tuple[str, ...], reading: Reading, place: int = 0
) -> OneVerdict:
    """Ask a judge which answer is right. The answers are shown in `order`, whose index is `place`, from 0.

    The judge's later views do not hold this request. The verdict is recorded as an annotation called
    ``verdict``. Its answers are in the order shown, and each is a unit with its index in the question.
    """
    asked = _PROMPTS.text("verdict", question=question.text, answers=listed(order)).strip()
    answers = labelled(order)
    fields = {"asks": "verdict", "answers": answers}
    options: dict[str, Any] = {"audience": NOBODY, "remember": False, "fields": fields}
    among = tuple((None, Place(unit=question.answers.index(answer))) for answer in order)
    finds = FoundVerdict("verdict", means=answers, order=place, among=among)
    if reading is Reading.STATED:
        stated = await episode.ask(seat, Verdict(tuple(answers)), asked, finds=finds, **options)
        return _stated(stated, answers)
    told = await episode.ask(seat, Choice(tuple(answers)), asked, **options)
    likeliest = _likeliest(told, answers)
    episode.annotate(
        FoundVerdict(
            "verdict",
            likeliest.choice,
            confidence=likeliest.confidence,
            probabilities=likeliest.probabilities,
            order=place,
            among=among,
            about=told.place,
            said=told.place.step,
            author=seat,
            status=status_of(Status(likeliest.status)),
            reason=likeliest.reason,
        )
    )
    return likeliest


def _stated(answer: Response[Decision], answers: Mapping[str, str]) -> OneVerdict:
    order = tuple(answers.values())
    if not answer.ok:
        return OneVerdict(order, None, None, None, "", answer.status.value, answer.reason)
    label, confidence, reasons, unread = answer.value
    choice = answers[label]
    probabilities = None
    if confidence is not None:
        other = (1 - confidence) / (len(order) - 1)
        probabilities = {one: confidence if one == choice else other for one in order}
    return OneVerdict(order, choice, confidence, probabilities, reasons, answer.status.value, unread)


def _likeliest(answer: Response[str], answers: Mapping[str, str]) -> OneVerdict:
    order = tuple(answers.values())
    if not answer.ok:
        return OneVerdict(order, None, None, None, "", answer.status.value, answer.reason)
    by_label = answer.probabilities
    if any(label not in by_label for label in answers):
        reason = "the agent told no probabilities"
        return OneVerdict(order, None, None, None, "", Status.UNPARSEABLE.value, reason)
    probabilities = {text: by_label[label] for label, text in answers.items()}
    choice, *others = leading(probabilities)
    if others:
        reason = "several answers are equally likely"
        return OneVerdict(order, None, None, probabilities, "", Status.AMBIGUOUS.value, reason)
    return OneVerdict(order, choice, probabilities[choice], probabilities, "", answer.status.value, "")


def combine(verdicts: Sequence[OneVerdict], combination: Combination) -> Combined | None:
    """Return the combined verdict by the rules of `arena.votes.rulings`.

    It is None if a verdict is not usable, or if its probabilities are needed and unknown. By ``net``, it is
    None if no verdict is usable.
    """
    usable = sum(verdict.choice is not None for verdict in verdicts)
    if not usable or (usable < len(verdicts) and combination is not Combination.NET):
        return None
    # Votes are for labels, because the text of an answer may be the same as the vote for a tie.
    answers = labelled(verdicts[0].order)
    labels = {answer: label for label, answer in answers.items()}
    ballots = [
        Ballot(
            labels.get(verdict.choice or ""),
            {labels[answer]: chance for answer, chance in (verdict.probabilities or {}).items()},
        )
        for verdict in verdicts
    ]
    ruling = COMBINATIONS[combination.value](ballots)
    if ruling.how is RulingStatus.MISSING:
        return None
    probabilities = _mean(verdicts)
    winners = () if ruling.how is RulingStatus.UNDECIDED else leading(ruling.shares)
    shares = {answer: (label in winners) / max(1, len(winners)) for label, answer in answers.items()}
    choice = None if ruling.choice is None else answers[ruling.choice]
    confidence = probabilities[choice] if probabilities and choice is not None else None
    agreed = len({verdict.choice for verdict in verdicts}) == 1
    return Combined(choice, confidence, probabilities, shares, agreed, combination)


def found_verdict(verdicts: Sequence[OneVerdict], combined: Combined | None) -> FoundVerdict:
    """Return the annotation called ``decision``: the chosen answer, or the reason why there is none."""
    if combined is None:
        why = next((one for one in verdicts if one.choice is None), None)
        status = status_of(Status(why.status)) if why else AnnotationStatus.UNKNOWN
        return FoundVerdict("decision", status=status, reason=why.reason if why else "no probabilities")
    known = {"confidence": combined.confidence, "probabilities": combined.probabilities}
    if combined.choice is None and not any(combined.shares.values()):
        reason = "the orders disagree"
        return FoundVerdict("decision", status=AnnotationStatus.UNKNOWN, reason=reason, **known)  # type: ignore[arg-type]
    if combined.choice is None and TIE in combined.shares:
        reason = f"the verdicts tie, and an answer is called {TIE!r} too"
        return FoundVerdict("decision", status=AnnotationStatus.UNKNOWN, reason=reason, **known)  # type: ignore[arg-type]
    return FoundVerdict("decision", combined.choice or TIE, **known)  # type: ignore[arg-type]


def _mean(verdicts: Sequence[OneVerdict]) -> dict[str, float] | None:
    known = [verdict.probabilities for verdict in verdicts if verdict.probabilities is not None]
    if len(known) < len(verdicts):
        return None
    return {answer: fmean(one[answer] for one in known) for answer in verdicts[0].order}
