"""Every exception that Arena raises on purpose, named by whose it is to mend.

::

    ArenaError
    ├── UsageError               the caller's: a name, a parameter, a file, a configuration
    │   ├── UnknownName          nothing is called that
    │   ├── ShadowedPackage      another package hides one of ours
    │   ├── MissingExtra         what is asked for needs a package that only an extra installs
    │   ├── Unwritable           nothing can be written where something was to be
    │   └── ConfigurationChanged a run cannot be resumed under another configuration
    ├── AgentFailed              an agent's: a request came to nothing, and this is what it took
    │   └── PromptTooLong        nobody's: the request is longer than the agent's model can read
    ├── NoAnswer                 an agent's: an answer was used that never came
    ├── EpisodeLimit             the episode ran into its limit of turns, time, calls, tokens or dollars
    ├── CapReached               the run has spent what it may; it ends, to be resumed
    ├── Drained                  the run is being drained; a request that only waited is made later
    ├── Diverged                 the protocol's: a replay asked something other than the tape holds
    ├── StopRun                  an agent's: no episode of the run can go on, as with a key that is refused
    ├── CacheError               the response cache's file
    └── JournalError             the record on disk
        ├── JournalBusy          another process is writing this run
        ├── JournalNewer         written by a newer Arena
        └── JournalDamaged       what it holds is not what was written

Each carries one sentence that says what was wrong, where, and what to do.
"""

from __future__ import annotations

import sys
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class ArenaError(Exception):
    """The base of all of Arena's exceptions."""


class UsageError(ArenaError):
    """What the caller gave cannot be used as it stands."""


class UnknownName(UsageError):
    """No protocol, agent, game or scenario has this name."""


class ShadowedPackage(UsageError, ImportError):
    """Another package of the same name is found before one of Arena's own."""


class MissingExtra(UsageError, ImportError):
    """What is asked for needs a package that is not installed, and that only an `extra` of Arena's installs.

    Pythons from `below` on have no such package: there the extra installs nothing.
    """

    def __init__(self, needs: str, extra: str, *, below: tuple[int, int] = (4, 0)) -> None:
        how = how_to_install(f"'.[{extra}]'")
        if sys.version_info >= below:
            how = f"that needs a Python before {below[0]}.{below[1]}, and this one is newer"
        super().__init__(f"{needs}; {how}")


class Unwritable(UsageError):
    """A file or folder cannot be written; what was there before is as it was."""


class ConfigurationChanged(UsageError):
    """A run was to be resumed under a configuration other than the one it began with."""


class AgentFailed(ArenaError):
    """A request to an agent came to nothing.

    `usage`, `model`, `faults` and `notes` are what it took all the same, as in `arena.seat.agent.Spent`.
    """

    def __init__(
        self,
        reason: str,
        *,
        usage: Mapping[str, int] | None = None,
        model: str = "",
        faults: Sequence[str] = (),
        notes: Sequence[str] = (),
    ) -> None:
        super().__init__(reason)
        self.usage = usage or {}
        self.model = model
        self.faults = faults
        self.notes = notes


class PromptTooLong(AgentFailed):
    """A request is longer than the agent's model can read; the episode in which it was made is cut off."""


class NoAnswer(ArenaError):
    """The value of an answer was used although the `seat` never gave a usable one."""

    def __init__(self, seat: str, reason: str) -> None:
        super().__init__(reason)
        self.seat = seat


class EpisodeLimit(ArenaError):
    """The episode reached one of its limits."""


class CapReached(ArenaError):
    """The run can spend no more: the `cap` of its calls, tokens, dollars or minutes (`measure`) is met."""

    def __init__(self, reason: str, measure: str, cap: float) -> None:
        super().__init__(reason)
        self.measure = measure
        self.cap = cap


class Drained(ArenaError):
    """The run is being drained, and a request that only waited was given up; it is made on resuming."""


class Diverged(ArenaError):
    """While replaying, a seat was asked something other than what the tape holds."""


class StopRun(ArenaError):
    """An agent raises this when neither this episode nor any other can go on; the run ends, to be resumed."""


class CacheError(ArenaError):
    """The response cache cannot be read or written."""


class JournalError(ArenaError):
    """The journal cannot be read or written."""


class JournalBusy(JournalError):
    """Another process holds this run's journal."""


class JournalNewer(JournalError):
    """The journal's schema is newer than this version of Arena knows."""


def how_to_install(what: str = ".") -> str:
    """Return the end of a sentence that says how Arena, or an extra of it, is installed.

    It stands on no package index, so that the name of its distribution would find nothing there.
    """
    return f"in the clone of Arena, run: pip install {what}"


class JournalDamaged(JournalError):
    """What the journal holds is not what was written: of an `episode`, or of the run if that is None.

    `what` says of what, in a few words.
    """

    def __init__(self, reason: str, what: str, episode: int | None = None) -> None:
        super().__init__(reason)
        self.what = what
        self.episode = episode


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the question whether a known name much like `name` was meant, with a space before it, or ""."""
    near = get_close_matches(name, list(known), n=1)
    return f" Did you mean {near[0]}?" if near else ""
