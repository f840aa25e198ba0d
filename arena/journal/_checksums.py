"""Checksums of the journal's rows. They detect damage, but not forgery, because they contain no secret.

A checksum is the CRC-32 (ISO 3309, RFC 1952) of a row's values, types included. It continues from a start
value: the journal's own number, so that a row of another journal does not pass; for an episode's events, the
checksum of the step before; for an ending, that of its episode. The row's key is among the values, so no row
passes for another. One damaged row in four thousand million passes.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import reduce
from hashlib import blake2b
from marshal import dumps
from typing import Any
from zlib import crc32

Row = tuple[Any, ...]

_ENCODING = 2
"""The version of marshal's encoding. It is the last one that depends only on values and types."""
_HEAD = 5
"""The number of leading bytes that say that a list or a tuple follows, and its length."""
_NONE = b"N"
_TEXT = b"u"
LONG = 100_000
"""From how many characters on a text is not copied to find its checksum."""


def checksum(before: int, values: list[Any] | Row) -> int:
    """Return the checksum, from 0 to 2**32 - 1, of a row's values as SQLite returns them.

    Trailing Nones are ignored. A list and a tuple of the same values have the same checksum.
    """
    # A plain loop over few types is several times as fast as asking for every value's size.
    for value in values:
        if value.__class__ is str and len(value) > LONG:
            return _of_long(before, values)
    try:
        encoded = dumps(values, _ENCODING)
    except ValueError:
        encoded = dumps(list(map(_plain, values)), _ENCODING)
    return crc32(encoded[_HEAD:].rstrip(_NONE), before)


def _of_long(before: int, values: list[Any] | Row) -> int:
    """Return the same checksum, with no copy of a text but its encoding: marshal makes several."""
    pieces: list[bytes] = []
    for value in map(_plain, values):
        if isinstance(value, str) and len(value) > LONG:
            text = value.encode(errors="surrogatepass")
            pieces += (_TEXT + len(text).to_bytes(4, "little"), text)
        else:
            pieces.append(dumps(value, _ENCODING))
    while pieces and pieces[-1].endswith(_NONE):
        if last := pieces.pop().rstrip(_NONE):
            pieces.append(last)
    return reduce(lambda found, piece: crc32(piece, found), pieces, before)


def event_values(values: Row, pictures: str | None) -> Row:
    """Return the values of an event that its step's checksum covers.

    The last is the place of the checksum itself. Events had no pictures in older journals, and one without
    pictures is covered as it was there.
    """
    return (*values, None) if pictures is None else (*values, pictures, None)


def text_digest(text: str) -> str:
    """Return the digest of a text that many episodes share. It identifies the text, and is its checksum."""
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _plain(value: Any) -> Any:
    """Return a value of a subclass, such as an enumeration, in a type that SQLite accepts."""
    for kind in (str, int, float):
        if isinstance(value, kind):
            return kind.__str__(value) if kind is str else kind(value)
    return value


class Written:
    """The parts of an episode or of a verdict that were written so far. Its last row is sealed with them."""

    __slots__ = (
        "annotations", "annotations_checksum", "begun",
        "calls", "calls_checksum", "events", "events_checksum",
    )  # fmt: skip

    def __init__(self, journal: int) -> None:
        self.begun = self.events_checksum = journal
        self.events = self.calls = self.calls_checksum = 0
        self.annotations = self.annotations_checksum = 0

    def call(self, own: int | None) -> None:
        """Count a call with its checksum, if it has one. The order does not matter."""
        self.calls += 1
        if own:
            self.calls_checksum ^= own

    def annotation(self, own: int | None) -> None:
        """Count an annotation with its checksum, if it has one. The order does not matter."""
        self.annotations += 1
        if own:
            self.annotations_checksum ^= own

    @property
    def seal(self) -> tuple[int, int, int, int, int, int]:
        """The numbers of events and calls, the checksums of both, and those of the annotations."""
        return (
            *(self.events, self.calls, self.events_checksum, self.calls_checksum),
            *(self.annotations, self.annotations_checksum),
        )


class Begun(dict[Hashable, Written]):
    """What has begun and not ended in a journal: episodes by their numbers, verdicts by their keys."""

    def __init__(self, journal: int) -> None:
        super().__init__()
        self._journal = journal

    def __missing__(self, key: Hashable) -> Written:
        written = self[key] = Written(self._journal)
        return written

    def end(self, key: Hashable) -> Written:
        """Remove and return what was written of one of them."""
        written = self[key]
        del self[key]
        return written
