"""All exceptions that Arena raises on purpose. Each is grouped by who can fix its cause.

::

    ArenaError
    ├── UsageError               the caller gave a name, parameter, file or configuration that cannot be used
    │   ├── UnknownName          there is nothing of that name
    │   ├── ShadowedPackage      another package hides one of ours
    │   ├── MissingExtra         a feature needs a package that an extra installs
    │   ├── PromptError          a template of a prompt may not say what it says, or says too much
    │   ├── Unwritable           a file or folder cannot be written
    │   └── ConfigurationChanged a run cannot be resumed under another configuration
    ├── AgentFailed              a request to an agent failed
    │   └── PromptTooLong        the request is longer than the agent's model can read
    ├── NoAnswer                 code used an answer that never came
    ├── EpisodeLimit             the episode reached its limit of turns, time, calls, tokens or dollars
    ├── CapReached               the run reached a cap; it ends and can be resumed
    ├── Drained                  the run is being drained; a waiting request is made later
    ├── Diverged                 the protocol asked something different from what the tape holds
    ├── StopRun                  no episode can continue, for example because a key is refused
    ├── CacheError               the response cache cannot be read or written
    └── JournalError             the journal cannot be read or written
        ├── JournalBusy          another process is writing this run
        ├── JournalNewer         written by a newer Arena
        └── JournalDamaged       it holds something other than what was written

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
    """Another package of the same name is found before one of Arena's."""


class MissingExtra(UsageError, ImportError):
    """A feature needs a package that is not installed. Arena's `extra` of that name installs it.

    If `below` is given, the extra installs nothing on Python versions from `below` on, since the package does
    not exist there.
    """

    def __init__(self, needs: str, extra: str, *, below: tuple[int, int] = (4, 0)) -> None:
        how = how_to_install(f"'.[{extra}]'")
        if sys.version_info >= below:
            how = f"that needs a Python before {below[0]}.{below[1]}, and this one is newer"
        super().__init__(f"{needs}; {how}")


class PromptError(UsageError):
    """A template of a prompt may not say what it says, or says too much."""


class Unwritable(UsageError):
    """A file or folder cannot be written. What was there before is unchanged."""


class ConfigurationChanged(UsageError):
    """A run cannot be resumed, because its configuration differs from the one with which it began."""


class AgentFailed(ArenaError):
    """A request to an agent failed.

    `usage`, `model`, `faults` and `notes` describe the request, as in `arena.seat.agent.RequestUsage`.
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
    """A request is longer than the agent's model can read. The episode that made it ends here."""


class NoAnswer(ArenaError):
    """Code used the value of an answer, but the `seat` never gave a usable one."""

    def __init__(self, seat: str, reason: str) -> None:
        super().__init__(reason)
        self.seat = seat


class EpisodeLimit(ArenaError):
    """The episode reached one of its limits."""


class CapReached(ArenaError):
    """The run reached the `cap` on one `quantity`: calls, tokens, dollars or minutes."""

    def __init__(self, reason: str, quantity: str, cap: float) -> None:
        super().__init__(reason)
        self.quantity = quantity
        self.cap = cap


class Drained(ArenaError):
    """The run is being drained, so a request that only waited was given up.

    It is made when the run resumes.
    """


class Diverged(ArenaError):
    """During a replay, a seat was asked something different from what the tape holds."""


class StopRun(ArenaError):
    """An agent raises this if no episode can continue. The run ends and can be resumed later."""


class CacheError(ArenaError):
    """The response cache cannot be read or written."""


class JournalError(ArenaError):
    """The journal cannot be read or written."""


class JournalBusy(JournalError):
    """Another process holds this run's journal."""


class JournalNewer(JournalError):
    """The journal's schema is newer than those that this version of Arena knows."""


def how_to_install(what: str = ".") -> str:
    """Return the end of a sentence that says how to install Arena, or one of its extras.

    Arena is on no package index yet, so the name of its distribution alone would install nothing.
    """
    return f"in the clone of Arena, run: pip install {what}"


class JournalDamaged(JournalError):
    """The journal holds something other than what was written: in `episode`, or in the run if that is None.

    `what` names the damaged part in a few words.
    """

    def __init__(self, reason: str, what: str, episode: int | None = None) -> None:
        super().__init__(reason)
        self.what = what
        self.episode = episode


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the question whether a similar known name was meant, after a space, or "" if none is similar."""
    near = get_close_matches(name, list(known), n=1)
    return f" Did you mean {near[0]}?" if near else ""


_MOST_LISTED = 16


def there_are(name: str, known: Iterable[str], kind: str = "") -> str:
    """Return the known name that was perhaps meant, and which names there are, each after a space.

    Of long lists only some names are said. ``arena list KIND`` shows them all, if `kind` is given.

    >>> there_are("kun", ["kuhn", "leduc"])
    ' Did you mean kuhn? There are: kuhn, leduc.'
    """
    names = list(known)
    if len(names) <= _MOST_LISTED:
        return f"{did_you_mean(name, names)} There are: {', '.join(names)}."
    shown = f"; `arena list {kind}` shows all of them" if kind else ""
    return f"{did_you_mean(name, names)} There are {len(names):,}, such as {', '.join(names[:5])}{shown}."
