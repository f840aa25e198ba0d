"""What the first bytes of a picture say, and whether the file is whole. Nothing is decoded.

PNG is specified by ISO/IEC 15948 (W3C Recommendation, third edition), and JPEG by ITU-T T.81, annex B.
"""

from __future__ import annotations

from itertools import count
from typing import NamedTuple
from zlib import crc32

from arena.core.errors import UsageError

PNG, JPEG = "image/png", "image/jpeg"
LONGEST_SIDE = 8_000
"""The largest width or height in pixels. Providers take no larger pictures."""
MOST_PIXELS = 2**25
"""The largest number of pixels, so that whoever decodes a picture needs at most some 128 MiB for it."""
_MOST_CHUNKS = 20_000

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_START = b"\xff\xd8\xff"
_END = b"\xff\xd9"
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
"""JPEG's markers without a length."""
_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
"""JPEG's frames that decoders everywhere read: baseline, extended and progressive."""
_NO_FRAMES = frozenset({0xC4, 0xC8, 0xCC})
_SCAN = 0xDA
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
"""The bit depths that PNG allows for each type of colour."""
_OTHERS = (
    (b"GIF8", "a GIF"),
    (b"BM", "a BMP"),
    (b"II*\0", "a TIFF"),
    (b"MM\0*", "a TIFF"),
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive"),
)
_MARKUP = ((b"<svg", "an SVG"), (b"<html", "HTML"), (b"<!doctype html", "HTML"), (b"<?xml", "XML"))
_LOOKED_AT = 1024


class Header(NamedTuple):
    """The media type of a picture, and its width and height in pixels."""

    media_type: str
    width: int
    height: int


def read_header(content: bytes, where: str) -> Header:
    """Return what a picture says of itself.

    Args:
        content: the whole file.
        where: what is called by it in errors, such as the file's name.

    Raises:
        UsageError: if it is no PNG and no JPEG, is cut off or damaged, or has too many pixels.
    """
    if content.startswith(_SIGNATURE):
        found = _png(content, where)
    elif content.startswith(_START):
        found = _jpeg(content, where)
    else:
        raise UsageError(f"{where} is {_kind(content)}, and a picture must be a PNG or a JPEG; convert it.")
    _, width, height = found
    if not (width and height):
        raise _broken(where, "it says that it has no pixels")
    if max(width, height) > LONGEST_SIDE or width * height > MOST_PIXELS:
        raise UsageError(
            f"{where} has {width:,} x {height:,} pixels, and a picture may have {LONGEST_SIDE:,} on a side "
            f"and {MOST_PIXELS:,} in all; make it smaller."
        )
    return found


def _broken(where: str, what: str) -> UsageError:
    return UsageError(f"{where} is not a whole picture: {what}. Save it again.")


def _kind(content: bytes) -> str:
    """Return what a file is that is no picture of ours, in words."""
    if not content:
        return "empty"
    head = content[:_LOOKED_AT].lower()
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "a WebP"
    if content[4:8] == b"ftyp":
        return "an AVIF, a HEIC or a film"
    for magic, name in _OTHERS:
        if content.startswith(magic):
            return name
    return next((name for tag, name in _MARKUP if tag in head), "something else")


def _png(content: bytes, where: str) -> Header:
    """Read a PNG: its chunks from the first to the last, each with its checksum."""
    at, found, has_data = len(_SIGNATURE), None, False
    view = memoryview(content)
    for number in count():
        if number == _MOST_CHUNKS:
            raise _broken(where, f"it has more than {_MOST_CHUNKS:,} parts")
        length, kind = int.from_bytes(view[at : at + 4], "big"), bytes(view[at + 4 : at + 8])
        end = at + 12 + length
        if end > len(content):
            raise _broken(where, f"the PNG is cut off after {len(content):,} bytes")
        if crc32(view[at + 4 : end - 4]) != int.from_bytes(view[end - 4 : end], "big"):
            raise _broken(where, f"the PNG is damaged at byte {at:,}")
        if number == 0:
            found = _png_header(kind, bytes(view[at + 8 : end - 4]), where)
        has_data = has_data or kind == b"IDAT"
        at = end
        if kind == b"IEND":
            break
    if not has_data or found is None:
        raise _broken(where, "the PNG has no pixels in it")
    if at < len(content):
        raise _broken(where, f"{len(content) - at:,} bytes follow the end of the PNG")
    return found


def _png_header(kind: bytes, part: bytes, where: str) -> Header:
    if kind != b"IHDR" or len(part) != 13 or part[8] not in _DEPTHS.get(part[9], ()):
        raise _broken(where, "the PNG has no valid header")
    return Header(PNG, int.from_bytes(part[:4], "big"), int.from_bytes(part[4:8], "big"))


def _jpeg(content: bytes, where: str) -> Header:
    """Read a JPEG: its segments up to the first scan, and whether its end is there."""
    at, found = 2, None
    for number in count():
        if number == _MOST_CHUNKS:
            raise _broken(where, f"it has more than {_MOST_CHUNKS:,} parts")
        while at + 1 < len(content) and content[at] == content[at + 1] == 0xFF:
            at += 1
        if at + 4 > len(content):
            raise _broken(where, f"the JPEG is cut off after {len(content):,} bytes")
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if content[at] != 0xFF or marker in (0, 0xD8, 0xD9):
            raise _broken(where, f"the JPEG is damaged at byte {at:,}")
        if marker in _ALONE:
            at += 2
            continue
        if 0xC0 <= marker <= 0xCF and marker not in _NO_FRAMES:
            found = _jpeg_frame(marker, content[at + 4 : at + 2 + length], where)
        if length < 2:
            raise _broken(where, f"the JPEG is damaged at byte {at:,}")
        at += 2 + length
        if marker == _SCAN:
            break
    if found is None:
        raise _broken(where, "the JPEG does not say how large it is")
    if content.rfind(_END) < at:
        raise _broken(where, f"the JPEG is cut off after {len(content):,} bytes")
    return found


def _jpeg_frame(marker: int, part: bytes, where: str) -> Header:
    if marker not in _FRAMES:
        raise UsageError(f"{where} is a JPEG of a kind that few programs read; save it as a usual one.")
    if len(part) < 6 or part[0] != 8 or part[5] not in (1, 3, 4) or len(part) != 6 + 3 * part[5]:
        raise _broken(where, "the JPEG has no valid header")
    return Header(JPEG, int.from_bytes(part[3:5], "big"), int.from_bytes(part[1:3], "big"))
