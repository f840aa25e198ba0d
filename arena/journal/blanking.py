"""Finding a person's words in what others wrote, and blanking them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from pydantic_core import from_json, to_json

BLANK = "[blanked]"
"""What stands where a person's words stood."""

_WORD = re.compile(r"\w+")
_RUN = 5
"""So many words in a row are taken for the person's if the person wrote them so."""
_SHORTEST = 3
"""The fewest words of a whole line that are taken for the person's."""
_KEPT = frozenset({"act", "choice", "items", "letters", "move", "status"})
"""The fields that hold what was chosen, and not how it was said."""

Blanking = Callable[[str], str]


class PersonsWords:
    """The words of a person, by which quotes of them are found in other texts.

    Every five words in a row that the person wrote are found, and whole lines of three or four words,
    whatever the case and the punctuation. What the task itself says is nobody's.
    """

    def __init__(self, written: Iterable[str], public: Iterable[str]) -> None:
        said = {run for text in written for run in _runs(text)}
        self._runs = said - {run for text in public for run in _pieces(text)}

    def blanked(self, text: str) -> str:
        """Return a text with the person's words blanked."""
        words = [(found.start(), found.end(), found[0].casefold()) for found in _WORD.finditer(text)]
        covered = bytearray(len(words))
        for length in range(_SHORTEST, _RUN + 1):
            for at in range(len(words) - length + 1):
                if tuple(word for _, _, word in words[at : at + length]) in self._runs:
                    covered[at : at + length] = b"\1" * length
        if 1 not in covered:
            return text
        pieces, end, was = list[str](), 0, False
        for (start, stop, _), is_theirs in zip(words, covered, strict=True):
            if is_theirs and not was:
                pieces += [text[end:start], BLANK]
            elif not is_theirs:
                pieces.append(text[end:stop])
            end, was = stop, bool(is_theirs)
        return "".join([*pieces, text[end:]])


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    """Yield what is looked for of a text that the person wrote."""
    words = [word.casefold() for word in _WORD.findall(text)]
    for at in range(len(words) - _RUN + 1):
        yield tuple(words[at : at + _RUN])
    for line in text.splitlines():
        own = tuple(word.casefold() for word in _WORD.findall(line))
        if _SHORTEST <= len(own) < _RUN:
            yield own


def _pieces(text: str) -> Iterator[tuple[str, ...]]:
    words = [word.casefold() for word in _WORD.findall(text)]
    for length in range(_SHORTEST, _RUN + 1):
        for at in range(len(words) - length + 1):
            yield tuple(words[at : at + length])


def all_blank(text: str) -> str:
    """Return what stands for a text that the person wrote; an empty one stays."""
    return BLANK if text else text


def texts_in(value: Any) -> Iterator[str]:
    """Yield the texts in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts_in(part)


def in_json(stored: str | None, blanking: Blanking) -> str | None:
    """Return a JSON value with its texts blanked. What was chosen stays."""
    if not stored:
        return stored
    value = from_json(stored)
    changed = _changed(value, blanking)
    return stored if changed == value else to_json(changed).decode()


def _changed(value: Any, blanking: Blanking) -> Any:
    if isinstance(value, str):
        return blanking(value)
    if isinstance(value, dict):
        return {
            name: part if name in _KEPT and blanking is all_blank else _changed(part, blanking)
            for name, part in value.items()
        }
    return [_changed(part, blanking) for part in value] if isinstance(value, list) else value
