"""Words that are being written, told from the process that plays a run to one that shows it.

Whoever shows an episode says so by touching a file in the run's folder. Only then does the process that plays
the run have models stream, and it writes what has come so far to a file of the episode, a few times a second.
Both files are no record: they are removed when nobody watches any more.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

from arena.seat.writing import Listener, LiveWriter

FOLDER = "live"
"""The folder of the files, in that of the run. It is there while a process plays the run."""
_GONE = "live.gone"
"""Where the folder is moved before it is removed."""
WATCHED_FOR = 5.0
"""For how many seconds somebody who has said so watches an episode."""
_BETWEEN_LOOKS = 0.5
"""How many seconds pass at least between two looks at who watches."""
_BETWEEN = 0.15
"""How many seconds pass at least between two writings of an episode's words."""
_MOST = 20_000
"""The last characters of a reply that are told."""


class HasListener(Protocol):
    """What holds the listener of a run."""

    listener: Listener | None


class WrittenWords(NamedTuple):
    """What a seat has written of a reply that is not finished.

    `retried` says that earlier words were taken back.
    """

    seat: str
    text: str
    thought: str
    retried: bool


def watch(folder: Path, episode: int) -> None:
    """Say that somebody watches an episode for the next seconds.

    Nothing is said in a read-only folder, or where no process would hear it.
    """
    with suppress(OSError):
        (folder / FOLDER / f"{episode}.watched").touch()


def written_words(folder: Path, episode: int) -> list[WrittenWords]:
    """Return what is being written in an episode now, by seat."""
    try:
        told = json.loads((folder / FOLDER / f"{episode}.json").read_text(encoding="utf-8"))
        return [
            WrittenWords(str(seat), str(text), str(thought), bool(retried))
            for seat, text, thought, retried in told
        ]
    except (OSError, ValueError, TypeError):
        return []


@dataclass(slots=True)
class _Reply:
    text: str = ""
    thought: str = ""
    retried: bool = False


@dataclass(slots=True)
class FolderListener:
    """Tells who watches an episode, through the run's folder, what its seats are writing.

    Args:
        folder: the folder of the run.
        also: another listener that hears everything, too.
    """

    folder: Path
    also: Listener | None = None
    _replies: dict[int, dict[str, _Reply]] = field(default_factory=dict)
    _due: set[int] = field(default_factory=set)
    _changed: set[int] = field(default_factory=set)
    _watched: frozenset[int] = frozenset()
    _look_at: float = 0.0

    def wants(self, episode: int) -> bool:
        """Whether somebody watches the episode now."""
        if (now := time.monotonic()) >= self._look_at:
            self._look_at = now + _BETWEEN_LOOKS
            self._watched = self._watched_now()
        return episode in self._watched or (self.also is not None and self.also.wants(episode))

    def begin(self, writer: LiveWriter, so_far: str) -> None:
        """A reply begins."""
        own = self._replies.setdefault(writer.episode, {})
        before = own.get(writer.seat)
        own[writer.seat] = _Reply(so_far[-_MOST:], retried=before is not None and before.retried)
        if self.also is not None:
            self.also.begin(writer, so_far)
        self._tell(writer.episode)

    def more(self, writer: LiveWriter, text: str, *, is_thought: bool) -> None:
        """More words are written."""
        reply = self._replies.setdefault(writer.episode, {}).setdefault(writer.seat, _Reply())
        if is_thought:
            reply.thought = (reply.thought + text)[-_MOST:]
        else:
            reply.text = (reply.text + text)[-_MOST:]
        if self.also is not None:
            self.also.more(writer, text, is_thought=is_thought)
        self._tell(writer.episode)

    def taken_back(self, writer: LiveWriter) -> None:
        """What was written is taken back."""
        self._replies.setdefault(writer.episode, {})[writer.seat] = _Reply(retried=True)
        if self.also is not None:
            self.also.taken_back(writer)
        self._tell(writer.episode)

    def end(self, writer: LiveWriter) -> None:
        """The reply is finished."""
        own = self._replies.get(writer.episode, {})
        reply = own.get(writer.seat)
        if reply is not None and (reply.text or not reply.retried):
            del own[writer.seat]
        if not own:
            self._replies.pop(writer.episode, None)
        if self.also is not None:
            self.also.end(writer)
        self._tell(writer.episode)

    def _watched_now(self) -> frozenset[int]:
        """Return the episodes that somebody watches, by one look at the folder for all requests."""
        said = (file.stem for file in (self.folder / FOLDER).glob("*.watched"))
        return frozenset(int(name) for name in said if name.isdecimal() and self._is_watched(int(name)))

    def _is_watched(self, episode: int) -> bool:
        try:
            touched = (self.folder / FOLDER / f"{episode}.watched").stat().st_mtime
        except OSError:
            return False
        return time.time() - touched < WATCHED_FOR

    def _tell(self, episode: int) -> None:
        """Have the words written soon, once for all that comes until then."""
        self._changed.add(episode)
        if episode not in self._due:
            self._due.add(episode)
            asyncio.get_running_loop().call_later(_BETWEEN, self._write, episode)

    def _write(self, episode: int) -> None:
        """Write the words as they are now, off the event loop."""
        self._changed.discard(episode)
        replies = self._replies.get(episode, {})
        told = [(seat, one.text, one.thought, one.retried) for seat, one in replies.items()]
        writing = asyncio.get_running_loop().run_in_executor(None, self._put, episode, told)
        writing.add_done_callback(lambda _: self._written(episode))

    def _written(self, episode: int) -> None:
        self._due.discard(episode)
        if episode in self._changed:
            self._tell(episode)

    def _put(self, episode: int, told: list[tuple[str, str, str, bool]]) -> None:
        file = self.folder / FOLDER / f"{episode}.json"
        with suppress(OSError):
            if not told or not self._is_watched(episode):
                file.unlink(missing_ok=True)
                return
            partial = file.with_suffix(".part")
            partial.write_text(json.dumps(told), encoding="utf-8")
            partial.replace(file)


@contextmanager
def telling_words(told: HasListener, folder: Path) -> Iterator[None]:
    """Have words told in a folder while the block runs, beside whoever listens already."""
    before = told.listener
    _remove(folder)  # A process that was killed leaves words there.
    with suppress(OSError):
        (folder / FOLDER).mkdir(mode=0o700, exist_ok=True)  # unparsed words are for the owner alone
    told.listener = FolderListener(folder, before)
    try:
        yield
    finally:
        told.listener = before
        _remove(folder)


def _remove(folder: Path) -> None:
    """Remove the files. They are moved away first, so that nobody writes another one meanwhile."""
    place, gone = folder / FOLDER, folder / _GONE
    _clear(gone)
    with suppress(OSError):
        place.rename(gone)
        if not _clear(gone):
            gone.rename(place)


def _clear(place: Path) -> bool:
    """Remove the files in a folder, and the folder. Return False if it holds anything else."""
    try:
        for file in (*place.glob("*.watched"), *place.glob("*.json"), *place.glob("*.part")):
            file.unlink(missing_ok=True)
        place.rmdir()
    except OSError:
        return False
    return True
