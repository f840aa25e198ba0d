"""Whether a text names a thing: by whole words, at its end, letter by letter, or with others."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence


def ends_with(question: str, name: str) -> bool:
    """Return whether a question ends with a name.

    >>> ends_with("Is it a football?", "Football"), ends_with("Is it used for football games?", "football")
    (True, False)
    """
    said, sought = words_of(question), words_of(name)
    return said[-len(sought) :] == sought


def names_it(text: str, name: str) -> bool:
    """Return whether a text has a name in it, as whole words.

    >>> names_it("Are you from Sao Paulo?", "São Paulo"), names_it("Are you a Limavady man?", "Lima")
    (True, False)
    """
    said, sought = words_of(text), words_of(name)
    return any(said[start : start + len(sought)] == sought for start in range(len(said) - len(sought) + 1))


def count_named(text: str, listed: Iterable[Sequence[str]]) -> int:
    """Return how many of several things a text names, each of which may have several spellings.

    Two that have a spelling in common are the same thing. Within a longer name no shorter one is counted.

    >>> count_named("Kiev, or New York?", [("Kyiv",), ("Kyiv", "Kiev"), ("New York",), ("York",)])
    2
    """
    first: dict[str, str] = {}
    for spelled in listed:
        own = [" ".join(words_of(name)) for name in spelled]
        known = next((first[name] for name in own if name in first), own[0])
        first.update(dict.fromkeys(own, known))
    left, named = f" {' '.join(words_of(text))} ", set[str]()
    for name in sorted(first, key=len, reverse=True):
        if f" {name} " in left:
            named.add(first[name])
            left = left.replace(f" {name} ", "  ")
    return len(named)


def spells_it(text: str, name: str) -> bool:
    """Return whether a text has the letters of a name one after the other, whatever stands between them.

    >>> spells_it("K-y-i-v!", "Kyiv"), spells_it("SAO_PAULO", "São Paulo"), spells_it("Limavady", "Lima")
    (True, True, False)
    """
    letters = r"[\W_]*".join("".join(words_of(name)))
    return bool(re.search(rf"(?<![^\W_]){letters}(?![^\W_])", _folded(text)))


def _folded(text: str) -> str:
    """Return a text in small letters, without accents and invisible characters."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(one for one in folded if unicodedata.category(one) not in ("Mn", "Cf"))


def words_of(text: str) -> list[str]:
    """Return the words of a text in small letters, without accents, invisible characters and emphasis."""
    return re.findall(r"[^\W_]+", _folded(text))
