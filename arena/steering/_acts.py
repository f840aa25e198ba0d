"""Acts: what people ask of a run, as they stand in its journal, and what the run answered."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, ValidationError, model_validator

from arena.core.checked import Checked
from arena.core.errors import UsageError
from arena.core.text import one_line
from arena.journal import ActRow, StoredRun
from arena.registry import agent_name
from arena.spending.limits import Caps, Limits

SECONDS_TO_END = 5.0
"""For how many seconds a run that is stopped waits by default for replies that are on their way."""
_LONGEST_NAME = 100


class ActKind(StrEnum):
    """What is asked of a run."""

    PAUSE = "pause"
    STOP = "stop"
    RESUME = "resume"
    CHANGE = "change"


class RunAct(Checked):
    """What somebody asks of a run.

    Only ``resume`` and ``change`` can change anything. Caps and limits that are not set stay as they are, and
    None lifts one. Limits and replacements hold for the episodes that begin afterwards.

    Args:
        kind: What is asked: pause, stop, resume or change.
        caps: The new caps of the run.
        limits: The new limits of an episode.
        concurrency: The largest number of episodes that are played at the same time from now on.
        replace: The agents that play in the place of others, by the names of those.
        retry_failed: Whether the episodes that have failed are played again, before all others.
        seconds: How long a run that is stopped waits for replies that are on their way.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ActKind
    caps: Caps = Caps()
    limits: Limits = Limits()
    concurrency: Annotated[int, Field(ge=1, le=100_000)] | None = None
    replace: Mapping[str, str] = Field(default_factory=dict)
    retry_failed: bool = False
    seconds: Annotated[float, Field(ge=0, le=3600)] = SECONDS_TO_END

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        if self.changes and self.kind in (ActKind.PAUSE, ActKind.STOP):
            raise UsageError(f"To {self.kind} a run changes nothing else; ask for the changes by themselves.")
        if not self.changes and self.kind is ActKind.CHANGE:
            raise UsageError("Nothing is to be changed; say what is.")
        return self

    @property
    def changes(self) -> bool:
        """Whether it changes anything."""
        given = self.caps.model_fields_set or self.limits.model_fields_set or self.concurrency
        return bool(given or self.replace or self.retry_failed)

    @property
    def changes_settings(self) -> bool:
        """Whether episodes that begin afterwards are played otherwise."""
        return bool(self.limits.model_fields_set or self.replace)

    def record(self) -> dict[str, Any]:
        """Return what was given, other than the kind, as JSON-able values."""
        return self.model_dump(mode="json", exclude_unset=True, exclude={"kind"})

    def __str__(self) -> str:
        """Say in words what is asked."""
        changes = self.in_words()
        return f"{self.kind} ({changes})" if changes else str(self.kind)

    def in_words(self) -> str:
        """Say in words what changes; nothing if nothing does."""
        parts = []
        for what, given in (("caps", self.caps), ("limits of an episode", self.limits)):
            said = given.model_dump(exclude_unset=True)
            parts += [f"{what}: {', '.join(f'{n} {_shown(v)}' for n, v in said.items())}"] if said else []
        parts += [f"concurrency: {self.concurrency}"] if self.concurrency else []
        parts += [f"{new} in the place of {old}" for old, new in self.replace.items()]
        parts += ["failed episodes again"] if self.retry_failed else []
        return "; ".join(parts)


@dataclass(frozen=True, slots=True)
class Heeded:
    """What the run answered to an act, at a time in seconds since 1970. If it refused, it changed nothing."""

    at: float
    refused: str = ""


@dataclass(frozen=True, slots=True)
class StoredAct:
    """An act in a run's journal: what `by` asked for, `at` a time in seconds since 1970.

    `answer` is None until the run has heeded it.
    """

    number: int
    at: float
    by: str
    act: RunAct
    answer: Heeded | None = None

    @property
    def holds(self) -> bool:
        """Whether the run has heeded it, and did not refuse."""
        return self.answer is not None and not self.answer.refused


def acts(run: StoredRun) -> list[StoredAct]:
    """Return what was asked of a run, in order, each with the run's answer.

    What only a newer Arena knows is left out.

    Raises:
        JournalDamaged: if one differs from what was written.
    """
    answers = {row.act: Heeded(row.at, str(row.more.get("refused", ""))) for row in run.answers()}
    found = []
    for row in run.acts():
        with suppress(UsageError):
            found.append(stored_act(row, answers.get(row.number)))
    return found


def stored_act(row: ActRow, answer: Heeded | None = None) -> StoredAct:
    """Return an act from its row.

    Raises:
        UsageError: if this version of Arena does not know what is asked.
    """
    try:
        act = RunAct.model_validate({"kind": row.kind, **row.asked})
    except (ValidationError, UsageError):
        raise UsageError(f"Act {row.number} asks for {row.kind!r}, which this Arena does not know.") from None
    return StoredAct(row.number, row.at, row.author, act, answer)


def who(name: str = "") -> str:
    """Return the name of who asks, on one line. By default it is the name of the user on this machine."""
    if not name:
        try:
            name = getpass.getuser()
        except (OSError, KeyError, ImportError):
            name = "somebody"
    return one_line(name.strip(), _LONGEST_NAME) or "somebody"


def named_replacements(replace: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Return the name and the specification of each agent that plays in another's place, by its name."""
    return {old: (agent_name(new), new) for old, new in replace.items()}


def _shown(value: object) -> str:
    return "none" if value is None else f"{value:,}" if isinstance(value, int) else str(value)
