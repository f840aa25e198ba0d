"""Checksums of the journal's rows: against damage, not against forgery, as they hold no secret.

A checksum is the CRC-32 (ISO 3309, RFC 1952) of a row's values, types included, that goes on from what is
before the row: the journal's own number, so that a row of another journal does not pass; in the chain of an
episode's events, the checksum of the step before; for an ending, that of its episode. The row's key is among
the values, so that none passes for another. One damaged row in four thousand million passes.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import reduce
from hashlib import blake2b
from marshal import dumps
from sys import getsizeof
from typing import Any
from zlib import crc32

Row = tuple[Any, ...]

_ENCODING = 2
"""The version of marshal's encoding: the last one that depends on values and types alone."""
_HEAD = 5
"""How many bytes of it say that what follows is a list or a tuple, and how long."""
_NONE = b"N"
_TEXT = b"u"
LONG = 100_000
"""From how many bytes on, about, a text is not copied to find its checksum."""


def checksum(before: int, values: list[Any] | Row) -> int:
    """Return the checksum, from 0 to 2**32 - 1, of a row's values, which are as SQLite returns them.

    None at the end does not count. A list and a tuple of the same values have the same checksum.
    """
    if max(map(getsizeof, values), default=0) > LONG:
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


def text_digest(text: str) -> str:
    """Return the digest by which a text is known that many episodes share, which is its checksum too."""
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _plain(value: Any) -> Any:
    """Return a value of a subclass, such as an enumeration's, as SQLite takes it."""
    for kind in (str, int, float):
        if isinstance(value, kind):
            return kind.__str__(value) if kind is str else kind(value)
    return value


class Written:
    """How much of an episode, or of a verdict, was written: what its last row is sealed with."""

    __slots__ = ("begun", "calls", "calls_checksum", "events", "events_checksum")

    def __init__(self, journal: int) -> None:
        self.begun = self.events_checksum = journal
        self.events = self.calls = self.calls_checksum = 0

    def call(self, own: int | None) -> None:
        """Count a call with its checksum, if it has one; the order does not matter."""
        self.calls += 1
        if own:
            self.calls_checksum ^= own

    @property
    def seal(self) -> tuple[int, int, int, int]:
        """How many events and calls there are, and the checksums of either."""
        return self.events, self.calls, self.events_checksum, self.calls_checksum


class Begun(dict[Hashable, Written]):
    """What has begun and not ended in a journal: episodes by their numbers, verdicts by their keys."""

    def __init__(self, journal: int) -> None:
        super().__init__()
        self._journal = journal

    def __missing__(self, key: Hashable) -> Written:
        written = self[key] = Written(self._journal)
        return written

    def end(self, key: Hashable) -> Written:
        """Return what was written of one of them, for the last time."""
        written = self[key]
        del self[key]
        return written
