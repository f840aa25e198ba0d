"""What was found out in one episode, as a person reads it: who found what, when, how sure, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic_core import from_json

from arena.annotations import Annotation, Answer, Belief, Label, Place, Reward, Score, Verdict, annotation_of
from arena.core.text import one_line
from arena.journal import StoredEpisode, StoredVerdict
from arena.results.study import DECISION
from arena.web.rendering import percent

_LONGEST = 60
"""The largest number of characters of an answer that says which order of the answers was shown."""

TITLES: Mapping[str, str] = {
    "verdict": "Verdicts",
    "belief": "Beliefs",
    "answer": "Answers",
    "label": "Labels",
    "score": "Scores",
    "reward": "Rewards",
}
"""The headings of the kinds, in the order in which they are shown."""


class ShownFinding(NamedTuple):
    """One annotation as texts; those that do not apply are empty.

    `when` is the moment, the turn, the sample or the order of the answers. `what` says what it is about, and
    `found` what was found out, or why nothing was.
    """

    kind: str
    who: str
    when: str
    what: str
    found: str
    confidence: str = ""
    reasons: str = ""


def shown_findings(episode: StoredEpisode) -> list[ShownFinding]:
    """Return the annotations that were written while an episode was played, by kind and in order.

    The reasons of a verdict or a belief are those of the reply in which it was said.
    """
    reasons, answers = reasons_in(episode), episode.plan.task.data.get("answers")
    known = tuple(map(str, answers)) if isinstance(answers, list | tuple) else ()
    shown = [_shown(annotation_of(row), reasons, known) for row in episode.annotations]
    return sorted(shown, key=lambda one: list(TITLES).index(one.kind))


def decided(episode: StoredEpisode) -> str:
    """Return a phrase about what an episode decided, such as ``decided for yes, right``; empty if nothing."""
    for row in episode.annotations:
        if row.name == DECISION and row.kind in (Verdict.kind, Answer.kind):
            if row.text is None or row.text == "tie":
                return "undecided"
            judged = {1.0: ", right", 0.0: ", wrong"}.get(-1.0 if row.correct is None else row.correct, "")
            return f"decided for {row.text}{judged}"
    return ""


def shown_later(verdict: StoredVerdict) -> Iterator[ShownFinding]:
    """Yield what a judge found out afterwards, or why nothing was found out.

    Of a verdict, `what` is the criterion, and `when` the sides that were judged.
    """
    if verdict.found.labels is not None:
        yield from (_shown(annotation_of(row), {}) for row in verdict.found.labels)
        return
    key, found = verdict.key, verdict.found
    about = key.subject or ", then ".join(verdict.speakers)
    said = found.choice if found.choice is not None else f"{found.score:g}" if found.score is not None else ""
    if not verdict.ok:
        said = f"{verdict.status.value}: {verdict.reason}"
    sure = _sure(found.confidence)
    yield ShownFinding(Verdict.kind, key.judge, about, key.criterion, said, sure, found.reasons)


def reasons_in(episode: StoredEpisode) -> dict[tuple[str, int], str]:
    """Return the reasons in each reply that could be used, by seat and step."""
    found: dict[tuple[str, int], str] = {}
    for call in episode.calls:
        said: Any = from_json(call.parsed) if call.parsed is not None else None
        if isinstance(said, dict) and isinstance(said.get("reasons"), str):
            found[call.seat, call.step] = said["reasons"]
    return found


def _shown(
    found: Annotation, reasons: Mapping[tuple[str, int], str], answers: Sequence[str] = ()
) -> ShownFinding:
    value, confidence = _value(found)
    if not found.status.is_result or value is None:
        value = ": ".join(filter(None, (found.status.value, found.reason)))
    why = "" if found.said is None else reasons.get((found.author, found.said), "")
    when = ", ".join(_when(found, answers))
    return ShownFinding(found.kind, found.author, when, _what(found), value, _sure(confidence), why)


def _value(found: Annotation) -> tuple[str | None, float | None]:
    """Return what was found out, None if nothing was, and how sure its author is."""
    match found:
        case Belief():
            return None if found.probability is None else percent(found.probability), None
        case Answer():
            text = "does not know" if found.text is None and found.status == "abstained" else found.text
            return text and f"{text}{_graded(found.correct)}", found.confidence
        case Verdict():
            return found.choice and f"{found.choice}{_graded(found.correct)}", found.confidence
        case Label():
            count = "" if found.count is None else f"{found.count:g} times"
            return ", ".join(filter(None, (found.value, count))) or None, None
        case Score():
            unit = f" {found.unit}" if found.unit else ""
            return None if found.value is None else f"{found.value:g}{_scale(found)}{unit}", None
        case Reward():
            return None if found.value is None else f"{found.value:+g}", None
    return None, None


def _scale(score: Score) -> str:
    """Return the range of a score: the largest, and the smallest too if that is below 0."""
    if score.high is None:
        return ""
    if score.low is not None and score.low < 0:
        return f" ({score.low:g} to {score.high:g})"
    return f" of {score.high:g}"


def _when(found: Annotation, answers: Sequence[str]) -> Iterator[str]:
    if found.moment and found.moment != "round":
        yield found.moment
    if found.turn is not None:
        yield f"{'round' if found.moment == 'round' else 'turn'} {found.turn}"
    if found.about.sample is not None:
        yield f"sample {found.about.sample}"
    if found.order is not None:
        yield f"order {found.order + 1}"
        if found.among and (first := _name(found.among[0][1], answers)):
            yield f"{first} first"


def _name(place: Place, answers: Sequence[str]) -> str:
    """Return what is said of one of the sides that a judge chose between: its seat, or the answer itself."""
    if place.unit is not None and place.unit < len(answers):
        return one_line(answers[place.unit], _LONGEST)
    return place.seat


def _what(found: Annotation) -> str:
    place = found.about
    of = found.of if isinstance(found, Belief) else ""
    whose = place.seat if place.seat != found.author else ""
    unit = "" if place.unit is None else f"part {place.unit + 1}"
    detail = ", ".join(filter(None, (of, whose, unit)))
    return f"{found.name}: {detail}" if detail else found.name


def _graded(correct: float | None) -> str:
    return "" if correct is None else {1.0: " (right)", 0.0: " (wrong)"}.get(correct, f" ({correct:g} right)")


def _sure(confidence: float | None) -> str:
    return "" if confidence is None else percent(confidence)
