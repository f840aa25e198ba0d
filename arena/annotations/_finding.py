"""What a value that was read from a reply says, and annotations filled in with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from arena.annotations._kinds import Annotation, Answer, Belief, Label, Reward, Score, Verdict


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


def filling(template: Annotation, finding: Finding) -> dict[str, Any]:
    """Return the fields of an annotation that a finding fills in; what the template says already stays."""
    said: dict[str, Any] = {}
    match template:
        case Answer():
            said["text"] = _meant(template.means, finding.text) if template.text is None else template.text
            said["comparison"] = template.comparison or finding.comparison
            said["confidence"] = _first(template.confidence, finding.confidence)
        case Verdict():
            means = template.means
            said["choice"] = _meant(means, finding.text) if template.choice is None else template.choice
            said["confidence"] = _first(template.confidence, finding.confidence)
            chances = template.probabilities or finding.probabilities
            said["probabilities"] = chances and {
                _meant(means, option) or "": chance for option, chance in chances.items()
            }
        case Belief():
            said["probability"] = _first(template.probability, finding.number)
        case Label():
            said["value"] = finding.text if template.value is None else template.value
            said["count"] = _first(template.count, finding.number)
        case Score() | Reward():
            said["value"] = _first(template.value, finding.number)
    return said


def _meant(means: Mapping[str, str] | None, text: str | None) -> str | None:
    return text if means is None or text is None else means.get(text, text)


def _first(own: float | None, found: float | None) -> float | None:
    return found if own is None else own
