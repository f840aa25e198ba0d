"""Importing files. All of them are read and checked before anything is written."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from arena.core.errors import JournalError, Unwritable, UsageError
from arena.core.files import why
from arena.core.jsonl import BadLine, explained
from arena.core.version import __version__
from arena.importing._looking import Sought
from arena.importing._mapping import Mapped, read_mapping
from arena.importing._reading import Readable, readable
from arena.importing._ready import mapping_file
from arena.importing._record import ImportedEpisode
from arena.importing._recording import record
from arena.importing._replaying import ReplayedEpisode, protocol_of, replay, replayed
from arena.journal import recording
from arena.journal.resuming import IMPORTED
from arena.tasks.task import Task

_COMPLAINTS = 20
"""How many bad records are named."""
_IS_A_LIST = (
    'it is a list; if its entries are the episodes, write episodes = "$", and if they are the parts of one, '
    'such as its speeches, write each = "."'
)
AnyEpisode = ImportedEpisode | ReplayedEpisode


@dataclass(frozen=True, slots=True)
class Imported:
    """The result of an import: the run's folder, and its number of episodes and of tasks.

    `warnings` has a sentence for each path of the mapping that was missing in some episodes. `bad` counts the
    records that were left out because they cannot be used, and `left_out` those that the conditions of the
    mapping leave out.
    """

    folder: Path
    episodes: int
    tasks: int
    warnings: tuple[str, ...] = ()
    bad: int = 0
    left_out: int = 0


def import_transcripts(
    files: Sequence[Path | str],
    folder: Path | str,
    *,
    mapping: Path | str | None = None,
    skip_bad: bool = False,
) -> Imported:
    """Make a run from transcripts of other systems.

    Args:
        files: files of JSON documents or tables (`arena.importing._reading`); ``-`` is standard input. Each
            record is an imported episode (`arena.importing._record`), or has the format that `mapping`
            describes.
        folder: the folder of the run. It must be new or empty.
        mapping: a TOML file that describes another format (`arena.importing._mapping`), or the name of one
            that comes with Arena.

        skip_bad: whether records that cannot be used are left out and counted, also in the run's record.

    Raises:
        UsageError: if a file or one of its records cannot be used, or the folder is not empty. Nothing is
            written then.
        Unwritable: if the run cannot be written.
    """
    folder, paths = Path(folder), [Path(file) for file in files]
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not empty; choose another folder.")
    mapped = read_mapping(mapping_file(mapping)) if mapping is not None else None
    survey, sought, bad = _Survey(), Sought(), _BadRecords()
    with readable(paths) as read:
        for number, where, episode in _episodes(read, mapped, sought, bad):
            survey.add(number, where, episode, bad)
        if not survey.episodes:
            sought.check()
            bad.check()
            names = ", ".join(one.name for one in read)
            if bad.left_out:
                raise UsageError(f"The conditions of the mapping leave out all records of {names}.")
            raise UsageError(f"There are no episodes in {names}.")
        if not skip_bad:
            bad.check()
        sought.check()
        config = survey.config(paths, mapped) | bad.record()
        header = {"config": config, "version": __version__, "source": None}
        good = ((where, one) for number, where, one in _episodes(read, mapped) if number not in bad.numbers)
        _make(folder, header, good)
    warnings = (*sought.gaps(), *bad.sentences[:_COMPLAINTS])
    return Imported(folder, survey.episodes, len(survey.tasks), warnings, len(bad.numbers), bad.left_out)


class _BadRecords:
    """The records that cannot be used, with a sentence for each of the first ones, and those left out."""

    def __init__(self) -> None:
        self.numbers: set[int] = set()
        self.sentences: list[str] = []
        self.left_out = 0

    def add(self, number: int, sentence: str) -> None:
        """Take a record, by its number among all records."""
        self.numbers.add(number)
        if len(self.sentences) < _COMPLAINTS:
            self.sentences.append(sentence)

    def check(self) -> None:
        """Check that there are none.

        Raises:
            UsageError: if there are any. It has a sentence for each of the first ones.
        """
        if not self.numbers:
            return
        more = len(self.numbers) - len(self.sentences)
        rest = [f"{more:,} more records cannot be used."] if more else []
        hint = ["To leave all of them out, use --skip-bad."] if len(self.numbers) > 1 else []
        raise UsageError(" ".join([*self.sentences, *rest, *hint]))

    def record(self) -> dict[str, Any]:
        """Return the counts, for the run's record. What is 0 is not in it."""
        counts = {"bad_records": len(self.numbers), "left_out_records": self.left_out}
        return {name: count for name, count in counts.items() if count}


def _make(folder: Path, header: dict[str, Any], episodes: Iterator[tuple[str, AnyEpisode]]) -> None:
    """Write a run, which appears under its name only when it is complete."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise Unwritable(f"The folder {folder} cannot be written: {why(error)}.") from error
    try:
        asyncio.run(_write(partial, header, episodes))
        partial.chmod(0o755)
        partial.replace(folder)
    except OSError as error:
        raise Unwritable(f"The folder {folder} cannot be written: {why(error)}.") from error
    except JournalError as error:
        said = str(error).replace(str(partial), str(folder))
        raise Unwritable(f"{said} Nothing of the import is kept.") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


async def _write(folder: Path, header: dict[str, Any], episodes: Iterator[tuple[str, AnyEpisode]]) -> None:
    async with recording(folder, header) as journal:
        for number, (_, episode) in enumerate(episodes):
            if isinstance(episode, ReplayedEpisode):
                await replay(journal, number, episode)
            else:
                record(journal, number, episode)
            await journal.room()


class _Survey:
    """Facts about all episodes together, collected before any is written."""

    def __init__(self) -> None:
        self.episodes = 0
        self.tasks: dict[str, bytes] = {}
        self._players: dict[str, None] = {}
        self._seats: dict[str, set[str]] = {}
        self._digest = blake2b(digest_size=16)
        self._games: set[str | None] = set()

    def add(self, number: int, where: str, episode: AnyEpisode, bad: _BadRecords) -> None:
        """Count an episode. It is a bad record if a different task had the same id before."""
        task = episode.made_task()
        if self.tasks.setdefault(task.id, _digest(task)) != _digest(task):
            same = f"{where}: the task {task.id!r} differs from an earlier task with the same id."
            bad.add(number, same)
            return
        self.episodes += 1
        self._digest.update(episode.model_dump_json().encode() + b"\n")
        self._games.add(episode.game if isinstance(episode, ReplayedEpisode) else None)
        self._players |= dict.fromkeys(episode.players)
        for seat, agent in episode.seats.items():
            self._seats.setdefault(seat, set()).add(agent)

    def config(self, files: Sequence[Path], mapped: Mapped | None) -> dict[str, Any]:
        """Return the run's configuration."""
        tasks = blake2b(b"".join(self.tasks.values()), digest_size=16).hexdigest()
        return {
            "kind": IMPORTED,
            **self._protocol(),
            "players": list(self._players),
            "seats": {seat: ", ".join(sorted(agents)) for seat, agents in self._seats.items()},
            "tasks": {"count": len(self.tasks), "digest": tasks},
            "seed": 0,
            "files": [file.name for file in files],
            "mapping": mapped and mapped.record(),
        }

    def _protocol(self) -> dict[str, Any]:
        """Return what was played: one game by our protocol, or whatever the files hold."""
        digest = self._digest.hexdigest()
        game = next(iter(self._games)) if len(self._games) == 1 else None
        if game is None:
            return {"protocol": {"class": IMPORTED, "digest": digest}}
        return {"protocol": protocol_of(game), "digest": digest}


def _digest(task: Task) -> bytes:
    return blake2b(task.model_dump_json().encode(), digest_size=16).digest()


def _episodes(
    files: Sequence[Readable],
    mapped: Mapped | None,
    sought: Sought | None = None,
    bad: _BadRecords | None = None,
) -> Iterator[tuple[int, str, AnyEpisode]]:
    """Yield the episodes of all files, each after its number and a text that says where it stands.

    Records that cannot be used are left out. They are added to `bad`, and so is the number of those that the
    mapping's conditions leave out.
    """
    number = 0
    for file in files:
        at, framed = (None, False) if mapped is None else (mapped.episodes, mapped.looks_beside)
        for where, value, document in file.records(at, framed=framed):
            number += 1
            try:
                if isinstance(value, BadLine):
                    raise value
                if mapped is not None and isinstance(value, list) and not mapped.takes_lists:
                    raise BadLine(_IS_A_LIST)
                if mapped is not None and not mapped.takes(value, document):
                    if bad is not None:
                        bad.left_out += 1
                    continue
                found = value if mapped is None else mapped.episode(value, sought, document)
                episode = _checked(found)
            except (BadLine, ValidationError) as error:
                if bad is not None:
                    bad.add(number, f"{where}: {explained(error)}.")
                continue
            yield number, where, episode


def _checked(found: Any) -> AnyEpisode:
    """Return an episode with its fields checked, and a game's moves as well."""
    if not isinstance(found, dict) or "game" not in found:
        return ImportedEpisode.model_validate(found)
    game = ReplayedEpisode.model_validate(found)
    replayed(game)
    return game
