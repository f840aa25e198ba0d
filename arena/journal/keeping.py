"""Keeping runs: how much room one takes, removing it, and packing it into one file."""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Callable
from hashlib import file_digest
from pathlib import Path
from typing import IO

from arena.core.errors import Unwritable, UsageError
from arena.core.files import atomic_write, why
from arena.journal._opening import held
from arena.journal.schema import JOURNAL_FILE

PACKED = ".tar.gz"
"""How the name of a packed run ends."""


def stored_runs(folder: Path) -> list[Path]:
    """Return the folders of the runs in a folder, and the files of those that are packed, by name."""
    runs = [path.parent for path in folder.glob(f"*/{JOURNAL_FILE}")]
    return sorted([*runs, *folder.glob(f"*{PACKED}")])


def bytes_of(run: Path) -> int:
    """Return how many bytes the files of a run take, or its packed file."""
    if run.is_file():
        return run.stat().st_size
    return sum(file.stat().st_size for file in run.rglob("*") if file.is_file() and not file.is_symlink())


def _check_is_run(folder: Path) -> None:
    """Check that a folder holds one run and nothing that is not the run's.

    Raises:
        UsageError: if it holds no run, or other runs, or is a link.
    """
    if not (folder / JOURNAL_FILE).is_file():
        raise UsageError(f"There is no run in {folder}; `arena runs` lists all runs.")
    if folder.is_symlink():
        raise UsageError(f"{folder} is a link to {folder.resolve()}; name that folder.")
    if folder.resolve() in (Path.cwd(), *Path.cwd().parents):
        raise UsageError(f"{folder} is the folder that you are in, or holds it, so it stays as it is.")
    other = next(folder.glob(f"*/**/{JOURNAL_FILE}"), None)
    if other is not None:
        raise UsageError(f"{folder} holds another run, {other.parent}, so it stays as it is.")


def _agrees() -> bool:
    return True


def remove_run(folder: Path, agreed: Callable[[], bool] = _agrees) -> bool:
    """Remove a run: its folder with all that is in it.

    Args:
        folder: the folder of the run.
        agreed: is asked once the folder has been checked, and says whether to go on.

    Returns:
        Whether it was removed.

    Raises:
        UsageError: if the folder holds no run, or other things.
        JournalBusy: if a process is writing it.
        Unwritable: if a file cannot be removed.
    """
    _check_is_run(folder)
    if not agreed():
        return False
    with held(folder):
        _remove(folder)
    return True


def pack_run(folder: Path, agreed: Callable[[], bool] = _agrees) -> Path | None:
    """Pack a run into one compressed file beside its folder, and then remove the folder.

    The file is read again and compared before anything is removed. ``tar -xzf FILE`` unpacks it.

    Args:
        folder: the folder of the run.
        agreed: is asked once the folder has been checked, and says whether to go on.

    Returns:
        The path of the file; None if it was not agreed to.

    Raises:
        UsageError: if the folder holds no run, or other things, or the file is there already.
        JournalBusy: if a process is writing it.
        Unwritable: if the file cannot be written, or a file cannot be removed.
    """
    _check_is_run(folder)
    packed = folder.with_name(f"{folder.name}{PACKED}")
    if packed.exists():
        raise UsageError(f"{packed} is there already; remove it or rename it first.")
    if not agreed():
        return None
    with held(folder):
        with atomic_write(packed) as partial:
            with tarfile.open(partial, "w:gz") as archive:
                archive.add(folder, arcname=folder.name)
            _compare(folder, partial)
        _remove(folder)
    return packed


def _compare(folder: Path, packed: Path) -> None:
    """Check that each file of a folder is in a packed file, byte for byte.

    Raises:
        Unwritable: if one is not.
    """
    with tarfile.open(packed) as archive:
        for file in folder.rglob("*"):
            if not file.is_file() or file.is_symlink():
                continue
            content = archive.extractfile(str(Path(folder.name) / file.relative_to(folder)))
            with file.open("rb") as own:
                if content is None or _digest(content) != _digest(own):
                    raise Unwritable(f"{file} changed while it was packed; nothing was removed.")


def _digest(file: IO[bytes]) -> bytes:
    return file_digest(file, "sha256").digest()  # type: ignore[arg-type]


def _remove(folder: Path) -> None:
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise Unwritable(f"{error.filename or folder} cannot be removed: {why(error)}.") from error
