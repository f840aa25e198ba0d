"""The pictures of a journal. Each is stored once, by its digest, and is checked when it is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from arena.core.errors import UsageError
from arena.journal._bulk import Read
from arena.pictures import Picture

_BYTES_REMEMBERED = 64 * 2**20


class StoredPictures:
    """Reads pictures by the records that name them in a task, an event or a message. `read` runs a query.

    Those that were read last are remembered, up to 64 MiB, because many episodes share one.
    """

    def __init__(self, read: Read) -> None:
        self._read = read
        self._known: dict[str, Picture] = {}
        self._bytes = 0

    def of(self, records: Iterable[Mapping[str, Any]]) -> tuple[Picture, ...]:
        """Return the pictures of several records.

        Raises:
            ValueError: if one is missing or is not what was written.
        """
        return tuple([self.find(record) for record in records])

    def find(self, record: Mapping[str, Any]) -> Picture:
        """Return the picture of a record.

        Raises:
            ValueError: if it is missing or is not what was written.
        """
        known = self._known.get(record.get("digest", ""))
        if known is None:
            known = self._read_one(record)
        if known.record() != dict(record):
            raise ValueError("a picture is not what was written")
        return known

    def _read_one(self, record: Mapping[str, Any]) -> Picture:
        try:
            if "address" in record:
                return Picture.at(record["address"])
            query = "SELECT content FROM pictures WHERE digest = ?"
            ((content,),) = self._read(query, record["digest"])
            picture = Picture.from_bytes(content)
        except (UsageError, LookupError, TypeError) as error:
            raise ValueError("a picture is missing or broken") from error
        self._bytes += len(picture.content)
        if self._bytes > _BYTES_REMEMBERED:
            self._known, self._bytes = {}, len(picture.content)
        self._known[picture.digest] = picture
        return picture
