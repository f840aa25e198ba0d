"""The words by which a game speaks, and replacing them by invented words, so that nobody recognises it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import product
from random import Random
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ONSETS = ("bra", "clo", "dru", "fle", "gri", "kro", "plu", "sne", "tro", "vla", "zwi", "sku", "pre", "glo")
_ENDS = ("mep", "nix", "zub", "vok", "gaf", "pim", "lod", "tash", "wen", "kib", "dov", "fum", "jat", "rog")
_LETTERS = "BCDFGHJKLMNPQRSTVWXYZ"
_ENDINGS = ("s", "es", "d", "ed", "ing", "er", "ers")
_WORD = re.compile(r"(?<!\w)(?:([Aa])n )?(\w+)")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words by which a game speaks: its name, and what its things and moves are called.

    Each word of three letters or more also stands for itself with an English ending, as in ``folded``. Forms
    that are made otherwise follow the word, with spaces between them, as in ``"bet betting"``. A word is
    found where no other letter, digit or underscore is beside it. Capital letters matter only for single
    letters.

    Args:
        words: the words. They must not be words that the game also uses in another sense, such as ``a``.
        instead: texts that would not be true of other words, each with what is said in place of it. The words
            are replaced afterwards.
    """

    words: tuple[str, ...]
    instead: tuple[tuple[str, str], ...] = ()

    def joined(self, other: Vocabulary) -> Vocabulary:
        """Return a vocabulary that also has the words of `other`."""
        return Vocabulary((*self.words, *other.words), (*self.instead, *other.instead))


class Disguise(NamedTuple):
    """A vocabulary with the word that is said in place of each."""

    vocabulary: Vocabulary
    words: Mapping[str, str]
    back: Mapping[str, str]

    def said(self, text: str) -> str:
        """Return `text` with all words of the vocabulary replaced. Different words stay different."""
        for found, other in self.vocabulary.instead:
            text = text.replace(found, other)
        return _WORD.sub(partial(_other, self.words), text)

    def meant(self, text: str) -> str:
        """Return a disguised text with the words of the game in it, so that the game can read it."""
        return _WORD.sub(partial(_other, self.back), text)


def _other(words: Mapping[str, str], found: re.Match[str]) -> str:
    article, word = found.groups()
    other = words.get(word if len(word) == 1 else word.lower())
    if other is None:
        return found[0]
    if len(word) > 1 and word.isupper():
        other = other.upper()
    elif len(word) > 1 and word[0].isupper():
        other = other.capitalize()
    # Each invented word begins with a consonant.
    return f"{article} {other}" if article else other


@lru_cache(maxsize=256)
def disguise(vocabulary: Vocabulary, seed: int) -> Disguise:
    """Return the disguise of a vocabulary. The seed decides which word is said in place of which.

    A single letter becomes another letter, and a longer word becomes an invented one of six or seven letters.
    The same seed always gives the same words, and no two words get the same.

    Raises:
        ValueError: the vocabulary has too many words, a word twice, or one with a space or sign in it.
    """
    rng = Random(f"disguise/{seed}")
    own = {form for entry in vocabulary.words for form in entry.split()}
    if wrong := sorted(form for form in own if not _WORD.fullmatch(form)):
        raise ValueError(f"A vocabulary has words of letters and digits, not {wrong[0]!r}.")
    letters = [letter for letter in _LETTERS if letter not in own and letter.lower() not in own]
    invented = ["".join(parts) for parts in product(_ONSETS, _ENDS)]
    rng.shuffle(letters)
    rng.shuffle(invented)
    words: dict[str, str] = {}
    for entry in vocabulary.words:
        base, *forms = entry.split()
        try:
            made = {base: letters.pop()} if len(base) == 1 else dict(_forms(base, forms, invented.pop()))
        except IndexError:
            most = f"{len(_ONSETS) * len(_ENDS)} words and {len(_LETTERS)} letters"
            raise ValueError(f"A vocabulary has at most {most}.") from None
        if twice := sorted(made.keys() & words.keys()):
            raise ValueError(f"A vocabulary has each word once, but it has {twice[0]!r} twice.")
        words |= made
    back: dict[str, str] = {}
    for word, other in words.items():
        back.setdefault(other if len(other) == 1 else other.lower(), word)
    return Disguise(vocabulary, words, back)


def _forms(base: str, others: list[str], invented: str) -> Iterator[tuple[str, str]]:
    yield base.lower(), invented
    for ending in _ENDINGS if len(base) > 2 else ():  # a shorter one is a code, such as Ac
        yield base.lower() + ending, invented + ending
    for form in others:
        ending = next((one for one in ("ing", "s") if form.endswith(one)), "ed")
        yield form.lower(), invented + ending
