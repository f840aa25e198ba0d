"""A picture: its bytes, checked and never changed, or the address at which a server finds it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from pydantic import GetCoreSchemaHandler, ValidationInfo
from pydantic_core import core_schema

from arena.core.errors import UsageError
from arena.core.files import resolved
from arena.core.text import one_line
from arena.pictures._files import check_size, content_of
from arena.pictures._headers import JPEG, PNG, read_header

_LONGEST_ADDRESS = 2_000
_MOST_SAID = 80
_SHORT = 6
_NAMES = {PNG: "PNG", JPEG: "JPEG"}
_RECORD = frozenset({"digest", "media_type", "width", "height"})

Resolver = Callable[[Mapping[str, Any]], "Picture"]
"""Finds the picture of a record (`Picture.record`)."""

_KNOWN: WeakValueDictionary[str, Picture] = WeakValueDictionary()
"""The pictures in use, so that one that many tasks and events share is held once."""


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class Picture:
    """A PNG or a JPEG, or an address that a server reads and Arena does not.

    Make one with `Picture.of`. Two pictures of the same bytes are one object.

    Attributes:
        digest: the SHA-256 of the bytes, in 64 hex digits, as ``sha256sum`` prints it. Of an address it is
            that of the word ``address``, a colon and the address.
        media_type: ``image/png`` or ``image/jpeg``; empty if only the address is known.
        width: the width in pixels; 0 if only the address is known.
        height: the height in pixels; 0 if only the address is known.
        content: the bytes of the file; none if only the address is known.
        address: the address, if only that is known.
    """

    digest: str
    media_type: str = ""
    width: int = 0
    height: int = 0
    content: bytes = field(default=b"", repr=False)
    address: str = ""

    @classmethod
    def of(cls, given: Picture | Path | str | bytes) -> Picture:
        """Return the picture of a path, of the bytes of a file, or at an address that begins with https.

        A path is read. An address is not: it is passed on to the model's server as it is.

        Raises:
            UsageError: if it is no whole PNG or JPEG or is too large, or the address cannot be used.
        """
        if isinstance(given, Picture):
            return given
        if isinstance(given, bytes):
            return cls.from_bytes(given)
        if isinstance(given, str) and "://" in given:
            return cls.at(given)
        return cls.from_bytes(content_of(resolved(given), str(given)), str(given))

    @classmethod
    def from_bytes(cls, content: bytes, where: str = "The picture") -> Picture:
        """Return the picture whose file has these bytes. `where` is what errors call it.

        Raises:
            UsageError: if it is no whole PNG or JPEG, or is too large.
        """
        check_size(len(content), where)
        digest = sha256(content).hexdigest()
        known = _KNOWN.get(digest)
        if known is None:
            media_type, width, height = read_header(content, where)
            known = _KNOWN.setdefault(digest, cls(digest, media_type, width, height, bytes(content)))
        return known

    @classmethod
    def at(cls, address: str) -> Picture:
        """Return the picture at an address. Arena never reads it; the model's server does.

        Raises:
            UsageError: if the address does not begin with https or http, or holds a password or white space.
        """
        try:
            parts = urlsplit(address)
            is_usable = parts.scheme in ("https", "http") and parts.hostname and parts.username is None
        except ValueError:
            is_usable = False
        printed = address.isascii() and address.isprintable() and " " not in address
        if not (is_usable and printed and len(address) <= _LONGEST_ADDRESS):
            raise UsageError(
                f"{one_line(address, _MOST_SAID)!r} is no address of a picture: it must begin with https://, "
                f"have at most {_LONGEST_ADDRESS:,} characters, and hold no password and no space."
            )
        return cls(sha256(f"address:{address}".encode()).hexdigest(), address=address)

    def record(self) -> dict[str, Any]:
        """Return what names the picture in records: its digest, type and size, or its address."""
        if self.address:
            return {"address": self.address}
        return {
            "digest": self.digest,
            "media_type": self.media_type,
            "width": self.width,
            "height": self.height,
        }

    def __str__(self) -> str:
        """Return the picture in a few words, such as ``PNG 320x200, a1b2c3…``."""
        if self.address:
            return f"at {self.address}"
        return f"{_NAMES[self.media_type]} {self.width}x{self.height}, {self.digest[:_SHORT]}…"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Picture) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.with_info_plain_validator_function(
            _validated,
            serialization=core_schema.plain_serializer_function_ser_schema(Picture.record, when_used="json"),
        )


def picture_lines(pictures: Iterable[Picture], first: int = 1) -> list[str]:
    """Return a line for each picture, for people: ``[picture 1: PNG 320x200, a1b2c3…]``."""
    return [f"[picture {number}: {picture}]" for number, picture in enumerate(pictures, first)]


def _validated(given: Any, info: ValidationInfo) -> Picture:
    """Return the picture of a value in a model. What a record only names, the validation's context finds."""
    try:
        if isinstance(given, Mapping):
            return _recorded(given, info)
        if info.mode == "json" or not isinstance(given, Picture | Path | str | bytes):
            raise UsageError("A picture is a path, the bytes of a file, an address or a Picture.")
        return Picture.of(given)
    except UsageError as error:
        raise ValueError(str(error)) from None


def _recorded(record: Mapping[str, Any], info: ValidationInfo) -> Picture:
    content = record.get("content")
    if isinstance(content, bytes) and content:  # as pydantic dumps a picture for Python
        return Picture.from_bytes(content)
    if record.get("address"):
        return Picture.at(str(record["address"]))
    find: Resolver | None = (info.context or {}).get("pictures") if isinstance(info.context, dict) else None
    if find is None or not set(record) >= _RECORD:
        raise UsageError(
            "This is the record of a picture, whose bytes stand in the journal of its run; give the picture."
        )
    return find(record)
