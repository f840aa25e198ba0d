"""Which author wrote which part of a reply, and whether anybody is to learn from that part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple


class ReplyPart(NamedTuple):
    """A stretch of a reply's text that one author wrote.

    `author` says who wrote it, such as an agent's or a seat's name; it is empty for the agent that replied.
    `version` is the version of the author's policy, or empty. If `trains` is false, no trainer is to learn
    from the part: it is context for the parts after it.
    """

    text: str
    author: str = ""
    version: str = ""
    trains: bool = True


class Span(NamedTuple):
    """The place of a part in a reply's text: the characters from `start` to before `end`."""

    start: int
    end: int
    part: ReplyPart


def joined(parts: Iterable[ReplyPart]) -> str:
    """Return the text that parts make up.

    >>> joined([ReplyPart("It is 6. "), ReplyPart("Look again. ", author="teacher", trains=False)])
    'It is 6. Look again. '
    """
    return "".join(part.text for part in parts)


def spans(parts: Sequence[ReplyPart]) -> Iterator[Span]:
    """Yield the places of parts in the text that they make up.

    >>> [(start, end) for start, end, _ in spans([ReplyPart("abc"), ReplyPart("de")])]
    [(0, 3), (3, 5)]
    """
    ends = list(accumulate(len(part.text) for part in parts))
    for start, end, part in zip([0, *ends], ends, parts, strict=False):
        yield Span(start, end, part)


def is_learnt_in_part(parts: Iterable[ReplyPart]) -> bool:
    """Return whether nobody is to learn from some of the parts."""
    return not all(part.trains for part in parts)


def parts_record(parts: Iterable[ReplyPart]) -> list[list[str | int]]:
    """Return parts as plain data: of each its number of characters, author, version, and 1 if it trains."""
    return [[len(part.text), part.author, part.version, int(part.trains)] for part in parts]


def parts_from_record(text: str, record: Iterable[Sequence[str | int]]) -> tuple[ReplyPart, ...]:
    """Return the parts of a text whose `parts_record` this is."""
    parts, start = [], 0
    for length, author, version, trains in record:
        end = start + int(length)
        parts.append(ReplyPart(text[start:end], str(author), str(version), bool(trains)))
        start = end
    return tuple(parts)
