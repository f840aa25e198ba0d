"""The form of a judge's decision: a choice, how sure the judge is, and its reasons."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from arena.forms.answer_line import has_label, one_of, read_answer, read_labelled, shortened
from arena.forms.base import REASONS_WORDS, Form, Status, Unusable, fields_schema, only_fields, text_schema
from arena.forms.number import Probability, percentage_schema

_FENCES = ("```", "~~~")


class Decision(NamedTuple):
    """What a judge decided: one of the options, its confidence (0 to 1, None if not given), its reasons."""

    choice: str
    confidence: float | None = None
    reasons: str = ""


@dataclass(frozen=True, slots=True)
class Verdict(Form[Decision]):
    """A decision for one of `options`; with `confidence`, how likely it is right, from 0 to `scale`.

    Written out, it is read from lines such as ``Verdict: pro`` and ``Confidence: 80``; the rest is reasons,
    and what is quoted there with ``>`` or in a fenced block is never taken for the verdict. A confidence that
    is not given stays None: the decision stands without it. Only the `public` fields reach the audience.
    """

    options: tuple[str, ...]
    scale: Literal[1, 100] = 100
    confidence: bool = True
    public: tuple[Literal["choice", "confidence", "reasons"], ...] = ("choice",)

    def instructions(self) -> str:
        """Return how to decide."""
        asked = f"Choose one of: {', '.join(self.options)}. Give your reasons in brief. End with a line"
        if not self.confidence:
            return f"{asked} 'Verdict: ' and your choice."
        return (
            f"{asked} 'Verdict: ' and your choice, and a line 'Confidence: ' and how likely your choice is "
            f"right, a number from 0 to {self.scale} (certain)."
        )

    def parse(self, text: str) -> Decision:
        """Return the one decision that `text` holds, in words of its own."""
        own = "\n".join(line for line, quoted in _lines(text) if not quoted)
        answer, choice = read_answer(own, "Verdict", one_of(self.options))
        if choice is None:
            reason = f"{shortened(answer.text)!r} is not one of {', '.join(self.options)}"
            raise Unusable(Status.UNPARSEABLE, reason)
        found = read_labelled(own, "Confidence", self._confidence) if self.confidence else None
        return Decision(choice, found[1] if found else None, _reasons(text) if answer.labelled else "")

    def schema(self) -> dict[str, Any]:
        """Return the schema of an object with ``reasons``, ``choice`` and, if asked for, ``confidence``."""
        fields: dict[str, dict[str, Any]] = {
            "reasons": text_schema(REASONS_WORDS),
            "choice": {"type": "string", "enum": list(self.options)},
        }
        if self.confidence:
            fields["confidence"] = percentage_schema(self.scale)
        return fields_schema(fields)

    def parse_structured(self, text: str) -> Decision:
        """Return the decision that a reply made to `schema` holds."""
        found = only_fields(text, self.schema()["properties"])
        if found["choice"] not in self.options:
            raise Unusable(Status.UNPARSEABLE, f"its choice is not one of {', '.join(self.options)}")
        if not isinstance(found["reasons"], str):
            raise Unusable(Status.UNPARSEABLE, "its reasons are not text")
        confidence = self._confidence(repr(found["confidence"])) if self.confidence else None
        return Decision(found["choice"], confidence, found["reasons"].strip())

    def sample(self, rng: random.Random) -> str:
        """Return any option, with any confidence if that is asked for."""
        option = rng.choice(self.options)
        if not self.confidence:
            return option
        return f"Verdict: {option}\nConfidence: {rng.random() * self.scale:.3f}"

    def publish(self, value: Decision) -> str:
        """Return the choice, or the public fields on lines of their own if there are others."""
        if self.public == ("choice",):
            return value.choice
        lines = [f"Verdict: {value.choice}"] if "choice" in self.public else []
        if "confidence" in self.public and value.confidence is not None:
            lines.append(f"Confidence: {value.confidence * 100:.15g}%")
        if "reasons" in self.public and value.reasons:
            lines += ["", value.reasons]
        return "\n".join(lines)

    def vote(self, value: Decision) -> str:
        """Return the choice, whatever the reasons."""
        return value.choice

    def fields(self, value: Decision) -> dict[str, Any]:
        """Return choice, confidence and reasons."""
        return value._asdict()

    def public_fields(self, value: Decision) -> dict[str, Any]:
        """Return the fields that the audience may read."""
        return {name: field for name, field in value._asdict().items() if name in self.public}

    def _confidence(self, number: str) -> float:
        return Probability("it is right", scale=self.scale).parse(number)


def _lines(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the lines of a text, and whether each is quoted: begins with ``>``, or is in a fenced block."""
    fence = ""
    for line in text.splitlines():
        bare = line.strip()
        mark = bare[:3]
        if fence:
            yield line, True
            fence = "" if mark == fence else fence
        elif mark in _FENCES:
            yield line, True
            fence = "" if mark in bare[3:] else mark
        else:
            yield line, bare.startswith(">")


def _reasons(text: str) -> str:
    """Return what is said besides the verdict and the confidence."""
    labels = ("Verdict", "Confidence")
    kept = (
        line for line, quoted in _lines(text) if quoted or not any(has_label(line, label) for label in labels)
    )
    return "\n".join(kept).strip()
