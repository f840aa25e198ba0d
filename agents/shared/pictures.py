"""Pictures as servers are sent them: in base64, which is made once for each picture and off the loop."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Iterable, Sequence
from threading import Lock

from arena.pictures import Picture
from arena.seat.messages import Message

_CHARACTERS_KEPT = 64 * 2**20


class _Encoded:
    """The pictures in base64 that were used last, up to 64 MiB of text."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}
        self._size = 0
        self._lock = Lock()

    def of(self, picture: Picture) -> str:
        """Return the content of a picture in base64."""
        with self._lock:
            known = self._kept.pop(picture.digest, None)
            if known is not None:
                self._kept[picture.digest] = known
                return known
        made = b64encode(picture.content).decode("ascii")
        with self._lock:
            if picture.digest not in self._kept:
                self._size += len(made)
            self._kept[picture.digest] = made
            while self._size > _CHARACTERS_KEPT and len(self._kept) > 1:
                self._size -= len(self._kept.pop(next(iter(self._kept))))
        return made


_ENCODED = _Encoded()


def base64_of(picture: Picture) -> str:
    """Return the content of a picture in base64."""
    return _ENCODED.of(picture)


def address_of(picture: Picture) -> str:
    """Return where a server finds a picture: its address, or its content in a ``data:`` address."""
    return picture.address or f"data:{picture.media_type};base64,{base64_of(picture)}"


async def encoded(said: Sequence[Message]) -> int:
    """Encode the pictures of messages in a thread, and return how many characters they have together."""
    pictures = [placed.picture for message in said for placed in message.pictures]
    if not pictures:
        return 0
    return await asyncio.to_thread(_lengths, pictures)


def _lengths(pictures: Iterable[Picture]) -> int:
    return sum(len(base64_of(picture)) if picture.content else len(picture.address) for picture in pictures)
