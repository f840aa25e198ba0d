"""What a value that was read from a reply says, and the columns of annotations that it fills in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from arena.annotations._kinds import Annotation, Answer, Belief, Label, Reward, Score, Verdict
from arena.annotations._rows import more_of, real


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a value says, for the annotations that are made of it (see `Form.finding`).

    Args:
        text: the answer, choice or class; None if the value is none.
        number: the probability, score, count or amount; None if the value is no number.
        confidence: how likely the author holds its answer to be right, from 0 to 1, or None.
        probabilities: the probability of each option, or None.
        comparison: the name of the comparison by which answers are the same, or empty.
        abstained: whether the author said that it does not know.
    """

    text: str | None = None
    number: float | None = None
    confidence: float | None = None
    probabilities: Mapping[str, float] | None = None
    comparison: str = ""
    abstained: bool = False


def filling(
    template: Annotation, finding: Finding, chances: Mapping[str, float] | None = None
) -> dict[str, Any]:
    """Return the columns of an `AnnotationRow` that a finding fills in. What the template says stays.

    Args:
        template: the annotation to fill in.
        finding: what the value says.
        chances: the probability of each option that the agent told beside its reply, or None.
    """
    match template:
        case Answer():
            return {
                "text": _meant(template.means, finding.text) if template.text is None else template.text,
                "method": template.comparison or finding.comparison,
                "confidence": _first(template.confidence, finding.confidence),
            }
        case Verdict():
            means = template.means
            columns: dict[str, Any] = {
                "text": _meant(means, finding.text) if template.choice is None else template.choice,
                "confidence": _first(template.confidence, finding.confidence),
            }
            if said := template.probabilities or chances or finding.probabilities:
                by_meaning = {_meant(means, option) or "": chance for option, chance in said.items()}
                columns["more"] = more_of(template, by_meaning)
            return columns
        case Belief():
            return {"value": _first(template.probability, finding.number)}
        case Label():
            text = finding.text if template.value is None else template.value
            return {"text": text, "value": _first(template.count, finding.number)}
        case Score() | Reward():
            return {"value": _first(template.value, finding.number)}
    return {}


def _meant(means: Mapping[str, str] | None, text: str | None) -> str | None:
    return text if means is None or text is None else means.get(text, text)


def _first(own: float | None, found: float | None) -> float | None:
    return real(found if own is None else own)
