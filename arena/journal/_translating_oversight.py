"""What old debates, consultancies, direct answers and imported transcripts found out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from arena.annotations import Annotation, AnnotationStatus, Belief, Label, Place, Verdict, status_of
from arena.journal._old_episodes import OldEpisode

_KNOWN = AnnotationStatus.OK


def of_oversight(old: OldEpisode, defended: Mapping[str, str]) -> Iterator[Annotation]:
    """Yield the annotations of an episode whose details have ``defended``, ``verdicts`` and ``beliefs``."""
    for seat, answer in defended.items():
        yield Label("defends", answer, about=Place(seat))
    believed = list(_beliefs(old))
    yield from (belief for belief in believed if belief.moment != "after")
    yield from _verdicts(old)
    yield from (belief for belief in believed if belief.moment == "after")


def _beliefs(old: OldEpisode) -> Iterator[Belief]:
    asked = {
        seat: iter(old.asked(seat, "belief")) for seat in {one["seat"] for one in old.details["beliefs"]}
    }
    for record in old.details["beliefs"]:
        seat, known = record["seat"], record["probability"] is not None
        question = next(asked[seat], None)
        for _ in range(sum((record["votes"] or {}).values()) - 1):
            next(asked[seat], None)
        status = _KNOWN if known else status_of(record["status"])
        yield Belief(
            record["kind"],
            record["probability"],
            of=record["about"],
            method=record["method"],
            moment=record["moment"],
            turn=record["round"] if record["moment"] == "round" else None,
            about=question.place if question else Place(seat),
            said=question.step if question else None,
            author=seat,
            status=status if known or status is not _KNOWN else AnnotationStatus.UNKNOWN,
            reason="" if known else record["reason"],
        )


def _verdicts(old: OldEpisode) -> Iterator[Verdict]:
    """Yield each verdict and then the decision, if a judge was asked at all."""
    records, answers = old.details["verdicts"], list(old.details.get("answers") or ())
    asked = iter(old.asked(asks="verdict"))
    orders: dict[str, list[tuple[str, ...]]] = {}
    for place, record in enumerate(records):
        question = next(asked, None)
        judge = question.seat if question else record.get("judge", "judge")
        shown = tuple(record["order"] or ())
        before = orders.setdefault(judge, [])
        order = list(dict.fromkeys((*before, shown))).index(shown)
        choice = "tie" if record.get("tie") else record["choice"]
        yield Verdict(
            "verdict",
            choice,
            confidence=record["confidence"],
            probabilities=record["probabilities"] if _is_told(old) else None,
            among=tuple((None, Place(unit=answers.index(answer))) for answer in shown if answer in answers),
            order=place if question else order,
            repeat=None if question else before.count(shown),
            about=question.place if question else Place(judge),
            said=question.step if question else None,
            author=judge,
            status=status_of(record["status"]),
            reason=record["reason"] if choice is None else "",
        )
        before.append(shown)
    if records:
        yield _decision(old.details["verdict"], records)


def _is_told(old: OldEpisode) -> bool:
    """Return whether the probabilities were told, and not made up from a stated confidence."""
    return bool(old.settings.get("reading") == "token-probability")


def _decision(combined: Mapping[str, Any] | None, records: list[Mapping[str, Any]]) -> Verdict:
    if combined is None:
        why = next((one for one in records if one["choice"] is None and not one.get("tie")), None)
        status = status_of(why["status"]) if why else AnnotationStatus.UNKNOWN
        return Verdict("decision", status=status, reason=why["reason"] if why else "no probabilities")
    known: dict[str, Any] = {"confidence": combined["confidence"], "probabilities": combined["probabilities"]}
    if combined["choice"] is None and not any(combined["shares"].values()):
        return Verdict("decision", status=AnnotationStatus.UNKNOWN, reason="the orders disagree", **known)
    return Verdict("decision", combined["choice"] or "tie", **known)
