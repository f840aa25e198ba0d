"""Finding the files that a user names, and writing files so that they appear only when they are complete."""

from __future__ import annotations

import os
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

from arena.core.errors import Unwritable, UsageError

_FOLDERS: ContextVar[tuple[str, ...]] = ContextVar("folders", default=())


@contextmanager
def searching(*folders: str) -> Iterator[None]:
    """Find the files that a user names from these folders while the block runs, wherever the program runs.

    Tasks and threads that the block starts find them there, too.
    """
    before = _FOLDERS.set(folders)
    try:
        yield
    finally:
        _FOLDERS.reset(before)


def search_folders() -> tuple[str, ...]:
    """Return the folders in which a relative path is looked for, the working folder last."""
    return (*_FOLDERS.get(), str(Path.cwd()))


def resolved(path: Path | str) -> Path:
    """Return the path of a file that a user named.

    A relative path is looked for in the folders of `searching`, one after the other. If it is in none of
    them, or there are none, it is returned as it is.
    """
    named = Path(path)
    if named.is_absolute():
        return named
    places = (Path(folder) / named for folder in _FOLDERS.get())
    return next((place for place in places if place.exists()), named)


def read_text(file: Path) -> str:
    """Return the text of a UTF-8 file, without the byte-order mark that it may begin with.

    Raises:
        OSError: if the file cannot be read.
        UsageError: if the file is in another encoding.
    """
    content = file.read_bytes()
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise UsageError(f"{file} is written in UTF-16; save it as UTF-8.")
    try:
        return content.removeprefix(BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{file} is not written in UTF-8 (byte {error.start + 1:,}); save it as UTF-8."
        ) from None


@contextmanager
def atomic_write(file: Path) -> Iterator[Path]:
    """Yield a path to write to. The file there replaces `file` when the block ends without an error.

    The old file stays until then, and it stays for good if anything fails. A link is followed.

    Raises:
        Unwritable: if nothing can be written there, or the disk is full.
    """
    check_writable(file)
    target = Path(os.path.realpath(file))
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        with _in_plain_words(file, partial):
            partial.touch()
            if target.exists():
                partial.chmod(target.stat().st_mode & 0o777)
            yield partial
            with partial.open("rb") as written:
                os.fsync(written.fileno())
            partial.replace(target)
    finally:
        with suppress(OSError):
            partial.unlink()


def write_whole(file: Path, text: str) -> None:
    """Write a small file in one step, as `atomic_write` does.

    Raises:
        Unwritable: if nothing can be written there, or the disk is full.
    """
    with atomic_write(file) as partial:
        partial.write_text(text, encoding="utf-8", newline="\n")


def check_writable(*files: Path) -> None:
    """Check that a file can be written, before the work that fills it begins.

    Raises:
        Unwritable: if the file's folder does not exist, or the path is not a file, or the file is read-only.
    """
    for file in files:
        with _in_plain_words(file):
            if not file.parent.is_dir():
                raise Unwritable(f"There is no folder {file.parent} to write {file.name} in.")
            if not file.exists():
                continue
            if file.is_dir():
                raise Unwritable(f"{file} cannot be written: it is a folder; name a file.")
            if not file.is_file():
                raise Unwritable(f"{file} cannot be written: it is a device or a pipe; name a file.")
            # Root may write anything, but what is marked as read-only is meant to stay.
            if not file.stat().st_mode & 0o222 or not os.access(file, os.W_OK):
                raise Unwritable(f"{file} cannot be written: it is read-only; choose another name.")


@contextmanager
def _in_plain_words(file: Path, partial: Path | None = None) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        # One that names another file is not about writing this one.
        if partial is not None and error.filename not in (None, str(partial)):
            raise
        raise Unwritable(f"{file} cannot be written: {why(error)}.") from error


def why(error: OSError) -> str:
    """Return the system's reason for an error, without the path."""
    return os.strerror(error.errno) if error.errno else str(error)
