"""Quotes of the source, which are marked when a speech is published (Khan et al. 2024, section 3).

A debater who read the source may quote it to a judge who did not. A quote is the text between ``<quote>`` and
``</quote>``. It is published between ``<verified>`` marks if the source contains it word for word, and
otherwise between ``<unverified>`` marks. Only the engine writes the marks: every angle bracket of a debater
is published as another character, so no debater can forge a mark.
"""

from __future__ import annotations

import random
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from arena.forms import Form, Speech
from arena.forms.base import object_schema, text_schema
from arena.forms.speech import cut_words
from arena.prompts import Prompts

_PROMPTS = Prompts(__file__)
VERIFIED, UNVERIFIED = "verified", "unverified"

_TAG = re.compile(r"(</?quote>)", re.IGNORECASE)
_BRACKETS = str.maketrans("<>＜＞﹤﹥", "‹›‹›‹›")
_ALIKE = str.maketrans("‘’‚‛“”„‟‐‑‒–—―−", "''''" + '""""' + "-------")
# Words include inner apostrophes and hyphens, so "can't be non-lethal" contains neither "can" nor "lethal".
_WORD = re.compile(r"\w+(?:['’‐‑-]\w+)*")


class Part(NamedTuple):
    """A part of a speech. `verified` says whether a quote is verified; None means that it is not a quote."""

    text: str
    verified: bool | None = None

    def published(self) -> str:
        """Return the text without angle brackets. A quote stands between marks."""
        text = self.text.translate(_BRACKETS)
        if self.verified is None:
            return text
        mark = VERIFIED if self.verified else UNVERIFIED
        return f"<{mark}>{text}</{mark}>"


class Quoting(NamedTuple):
    """The parts of a speech, and how many words over the limit were cut off."""

    parts: tuple[Part, ...]
    cut_words: int = 0


@dataclass(frozen=True, slots=True)
class QuotedSpeech(Form[Quoting]):
    """Free text of at most `words` words, whose quotes of `source` are verified.

    A quote is verified if it has at least `least` whole words and the source contains them word for word,
    with the same spelling, capitals and punctuation. The comparison ignores line breaks and repeated spaces,
    the shape of single and of double quotation marks, and the length of dashes. Text is normalised (NFC).
    A quote is never corrected. A tag without its other half makes no quote.
    """

    source: str
    words: int | None = None
    least: int = 3

    def instructions(self) -> str:
        """Return how long the text may be, and how to quote."""
        return _PROMPTS.text("form", speech=Speech(words=self.words).instructions(), least=self.least)

    def parse(self, text: str) -> Quoting:
        """Return the parts of the text. Each quote is compared with the source."""
        speech = Speech(words=self.words).parse(text)
        parts = []
        pieces = _TAG.split(speech)
        place = 0
        while place < len(pieces):
            following = [piece.lower() for piece in pieces[place : place + 3 : 2]]
            if following == ["<quote>", "</quote>"]:
                quote = pieces[place + 1]
                parts.append(Part(quote, stands_in(quote, self.source, self.least)))
                place += 3
            else:
                parts.append(Part(pieces[place]))
                place += 1
        return Quoting(
            tuple(part for part in parts if part.text or part.verified is not None), cut_words(speech)
        )

    def schema(self) -> dict[str, Any]:
        """Return the schema of ``{"speech": text}``."""
        return object_schema("speech", text_schema(self.words))

    def sample(self, rng: random.Random) -> str:
        """Return a sentence that quotes up to five words of the source."""
        words = self.source.split()
        start = rng.randrange(max(1, len(words) - 4))
        return f"The source has <quote>{' '.join(words[start : start + 5])}</quote>, for one."

    def publish(self, value: Quoting) -> str:
        """Return the text that is rebuilt from its parts, with the marks."""
        return "".join(part.published() for part in value.parts)

    def fields(self, value: Quoting) -> dict[str, Any]:
        """Return the text with its marks, the quotes, and how many words were cut off, if any were."""
        cut = {"cut_words": value.cut_words} if value.cut_words else {}
        return {**self.public_fields(value), **cut}

    def public_fields(self, value: Quoting) -> dict[str, Any]:
        """Return the text with its marks, and the quotes."""
        quotes = [part._asdict() for part in value.parts if part.verified is not None]
        return {"speech": self.publish(value), "quotes": quotes}


def stands_in(quote: str, source: str, least: int = 3) -> bool:
    """Return whether `source` contains `quote`, and the quote begins and ends at the ends of words there.

    The quote must have at least `least` words.

    >>> stands_in("the cook’s  key", "She took the cook's key away.")
    True
    >>> stands_in("he cook's key", "She took the cook's key away.")
    False
    """
    spaced = _spaced(quote)
    if len(_WORD.findall(spaced)) < max(1, least):
        return False
    sought, (text, within) = spaced.translate(_ALIKE), _prepared(source)
    found = text.find(sought)
    while found >= 0:
        if not (within[found] or within[found + len(sought)]):
            return True
        found = text.find(sought, found + 1)
    return False


@lru_cache(maxsize=32)
def _prepared(source: str) -> tuple[str, bytes]:
    """Return the source in the form in which quotes are searched for, and 1 for each place inside a word."""
    spaced = _spaced(source)
    within = bytearray(len(spaced) + 1)
    for word in _WORD.finditer(spaced):
        within[word.start() + 1 : word.end()] = b"\1" * (word.end() - word.start() - 1)
    return spaced.translate(_ALIKE), bytes(within)


def _spaced(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
