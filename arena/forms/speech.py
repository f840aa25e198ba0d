"""The form of free text."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import Any

from arena.forms._status import Status, Unusable
from arena.forms.base import FORM_PROMPTS, Form, object_schema, text_schema
from arena.forms.reading import said

_WORD = re.compile(r"\S+")


class Cut(str):
    """A text from which `cut_words` words over the limit were cut off."""

    cut_words: int

    @classmethod
    def of(cls, text: str, cut_words: int) -> Cut:
        """Return `text` as a speech from which `words` words were cut off."""
        cut = cls(text)
        cut.cut_words = cut_words
        return cut


def cut_words(speech: str) -> int:
    """Return how many words of a parsed speech were cut off."""
    return speech.cut_words if isinstance(speech, Cut) else 0


@dataclass(frozen=True, slots=True)
class Speech(Form[str]):
    """Free text of at most `words` words. The seat is told the limit, and words beyond it are cut off.

    The number of cut words is recorded, and the journal keeps the whole reply.
    """

    words: int | None = None

    def instructions(self) -> str:
        """Return how long the text may be."""
        return FORM_PROMPTS.text("speech", words=self.words or 0)

    def parse(self, text: str) -> str:
        """Return the text without thoughts, surrounding white space, and the words over the limit."""
        speech = said(text).strip()
        if not speech:
            raise Unusable(Status.UNPARSEABLE, "it is empty")
        if self.words is None:
            return speech
        for position, word in enumerate(_WORD.finditer(speech), start=1):
            if position == self.words:
                beyond = len(speech[word.end() :].split())
                return Cut.of(speech[: word.end()], beyond) if beyond else speech
        return speech

    def schema(self) -> dict[str, Any]:
        """Return the schema of ``{"speech": text}``."""
        return object_schema("speech", text_schema(self.words))

    def sample(self, rng: random.Random) -> str:
        """Return a short sentence."""
        return f"I have {rng.randint(2, 99)} reasons to think so."

    def fields(self, value: str) -> dict[str, Any]:
        """Return ``{"speech": text}``, and the number of ``cut_words`` if there are any."""
        cut = cut_words(value)
        return {"speech": value, "cut_words": cut} if cut else {"speech": value}

    def public_fields(self, value: str) -> dict[str, str]:
        """Return ``{"speech": text}``."""
        return {"speech": value}
