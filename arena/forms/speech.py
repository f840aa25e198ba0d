"""The form of free text."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import Any

from arena.forms.base import Form, Status, Unusable, object_schema

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Speech(Form[str]):
    """Free text of at most `words` words. What goes beyond is asked not to be, and then cut off.

    The journal keeps the whole reply, so a cut is seen by comparing the two.
    """

    words: int | None = None

    def instructions(self) -> str:
        """Return how long the text may be."""
        return f"Reply in at most {self.words} words." if self.words else "Reply in your own words."

    def parse(self, text: str) -> str:
        """Return the text, without the white space around it and without the words over the limit."""
        speech = text.strip()
        if not speech:
            raise Unusable(Status.UNPARSEABLE, "it is empty")
        for position, word in enumerate(_WORD.finditer(speech), start=1):
            if position == self.words:
                return speech[: word.end()]
        return speech

    def schema(self) -> dict[str, Any]:
        """Return the schema of ``{"speech": text}``."""
        return object_schema("speech", {"type": "string"})

    def sample(self, rng: random.Random) -> str:
        """Return a short sentence."""
        return f"I have {rng.randint(2, 99)} reasons to think so."

    def fields(self, value: str) -> dict[str, str]:
        """Return ``{"speech": text}``."""
        return {"speech": value}
