"""The form of a judge's decision: a choice, how sure the judge is, and its reasons."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from arena.annotations import Annotation, Finding
from arena.annotations import Verdict as FoundVerdict
from arena.forms._status import Status, Unusable
from arena.forms.base import FORM_PROMPTS, REASONS_WORDS, Form, fields_schema, only_fields, text_schema
from arena.forms.number import percentage_schema, probability_of, sample_percentage
from arena.forms.reading import (
    CONFIDENCE,
    VERDICT,
    Read,
    Value,
    one_of,
    read_announced,
    read_answer,
    shortened,
    without,
)

_BESIDE = re.compile(
    r"(?:confidence(?: level| score)?|certainty|confiance|confianza|konfidenz|置信度|"
    r"信頼度)\W{0,3}(?:is|of|at)?\W{0,3}(?P<named>\w.{0,80})"
    r"|[(,;-]\s*(?P<bare>\d[\d.,]*\s*%)|(?P<sure>\d[\d.,]*\s*%?)\s*(?:confident|confidence|sure|certain)",
    re.IGNORECASE,
)
"""A confidence on the same line as the verdict."""


class Decision(NamedTuple):
    """A judge's decision: one of the options, its confidence (0 to 1, None if not given), and its reasons.

    If a confidence was given but could not be read, `unread` says why.
    """

    choice: str
    confidence: float | None = None
    reasons: str = ""
    unread: str = ""


@dataclass(frozen=True, slots=True)
class Verdict(Form[Decision]):
    """A decision for one of `options`. With `confidence`, also how likely it is right, from 0 to `scale`.

    In a written reply it is read from lines such as ``Verdict: pro`` and ``Confidence: 80``. The rest is the
    reasons. Text in the reasons that is quoted with ``>`` or stands in a fenced block is never read as the
    verdict. If the confidence is missing or cannot be read, it is None, and the decision stands without it.
    Only the `public` fields reach the audience.
    """

    options: tuple[str, ...]
    scale: Literal[1, 100] = 100
    confidence: bool = True
    public: tuple[Literal["choice", "confidence", "reasons"], ...] = ("choice",)

    def instructions(self) -> str:
        """Return how to decide."""
        return FORM_PROMPTS.text(
            "verdict", options=self.options, confidence=self.confidence, scale=self.scale
        )

    def parse(self, text: str) -> Decision:
        """Return the one decision in `text`, from its own words."""
        answer, choice = read_answer(text, VERDICT, one_of(self.options))
        if choice is None:
            reason = f"{shortened(answer.text)!r} is not one of {', '.join(self.options)}"
            raise Unusable(Status.UNPARSEABLE, reason)
        reasons = (
            without(answer.own, VERDICT, CONFIDENCE) if answer.labelled and answer.fields is None else ""
        )
        return Decision(choice, *self._with_confidence(answer, reasons))

    def _with_confidence(self, answer: Read, reasons: str) -> tuple[float | None, str, str]:
        """Return the confidence and the reasons, and why a given confidence could not be read."""
        if not self.confidence:
            return None, reasons, ""
        try:
            found = read_announced(answer.own, CONFIDENCE, self._confidence)
            if found is None and (beside := _BESIDE.search(answer.text)):
                written = beside["named"] or beside["bare"] or beside["sure"]
                found = answer._replace(text=written), self._confidence(Value(written))
        except Unusable as unusable:
            return None, reasons, unusable.reason
        if found is not None and found[1] is None:
            return None, reasons, f"the confidence {shortened(found[0].text)!r} is not a number"
        return found[1] if found else None, reasons, ""

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
        choice = one_of(self.options)(Value(found["choice"])) if isinstance(found["choice"], str) else None
        if choice is None:
            raise Unusable(Status.UNPARSEABLE, f"its choice is not one of {', '.join(self.options)}")
        if not isinstance(found["reasons"], str):
            raise Unusable(Status.UNPARSEABLE, "its reasons are not text")
        reasons = found["reasons"].strip()
        if not self.confidence:
            return Decision(choice, None, reasons)
        written = str(found["confidence"])
        try:
            confidence = self._confidence(Value(written))
        except Unusable as unusable:
            return Decision(choice, None, reasons, unusable.reason)
        unread = f"the confidence {shortened(written)!r} is not a number" if confidence is None else ""
        return Decision(choice, confidence, reasons, unread)

    def sample(self, rng: random.Random) -> str:
        """Return any option, with any confidence if that is asked for."""
        option = rng.choice(self.options)
        if not self.confidence:
            return option
        return f"Verdict: {option}\nConfidence: {sample_percentage(self.scale, rng)}"

    def publish(self, value: Decision) -> str:
        """Return the choice. If there are other public fields, return all of them on lines of their own."""
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

    def finding(self, value: Decision, name: str) -> Finding:
        """Return the choice and the confidence."""
        return Finding(text=value.choice, confidence=value.confidence)

    def finds(self) -> Annotation:
        """Return a verdict called ``verdict``."""
        return FoundVerdict("verdict")

    def fields(self, value: Decision) -> dict[str, Any]:
        """Return choice, confidence and reasons, and ``unread`` if a confidence could not be read."""
        fields = value._asdict()
        return (
            fields if value.unread else {name: fields[name] for name in ("choice", "confidence", "reasons")}
        )

    def public_fields(self, value: Decision) -> dict[str, Any]:
        """Return the fields that the audience may read."""
        return {name: field for name, field in value._asdict().items() if name in self.public}

    def _confidence(self, value: Value) -> float | None:
        return probability_of(value, self.scale)
