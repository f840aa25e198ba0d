"""Small pictures, written here byte by byte."""

from __future__ import annotations

from struct import pack
from zlib import compress, crc32

from arena.pictures import Picture


def chunk(kind: bytes, content: bytes) -> bytes:
    """Return a part of a PNG with its length and its checksum."""
    return pack(">I", len(content)) + kind + content + pack(">I", crc32(kind + content))


def png(width: int = 2, height: int = 3, shade: int = 0, *, more: bytes = b"") -> bytes:
    """Return a grey PNG of one shade, from 0 to 255. `more` are parts that come before its pixels."""
    header = pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = compress((b"\0" + bytes([shade]) * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + more + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpeg(width: int = 4, height: int = 5, frame: int = 0xC0) -> bytes:
    """Return what has the segments of a grey JPEG. No decoder is asked to read its pixels."""
    app = b"\xff\xe0" + pack(">H", 16) + b"JFIF\0\1\1\0\0\1\0\1\0\0"
    sizes = b"\xff" + bytes([frame]) + pack(">HBHHB", 11, 8, height, width, 1) + b"\1\x11\0"
    scan = b"\xff\xda" + pack(">H", 8) + b"\1\1\0\0\x3f\0" + b"\x12\x34\x56"
    return b"\xff\xd8" + app + sizes + scan + b"\xff\xd9"


def picture(shade: int = 0) -> Picture:
    """Return a small picture. Those of different shades differ."""
    return Picture.from_bytes(png(shade=shade))
