"""What a person typed to begin a run, from which the same scenario is built again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from arena.core.documents import Document
from arena.core.errors import UsageError
from arena.designs.overriding import SettingError
from arena.prompts import Wording


class Source(BaseModel):
    """What a person typed to begin a run. The same scenario can be built from it again to resume the run.

    `name` is the name of a scenario, a Python file that defines a `scenario`, or the name or place of a
    protocol (``file.py:Name``). For a tournament it may be a game. `settings` holds values by path, such as
    ``protocol.hands``. `prompts` holds wordings by their names, `each` the agents that are compared, and
    `past` the error rates of rewritten pasts. The files that it names are found from its `folders`. If it was
    read from a study, `study` is its name, and `document` its content with the lines. `name` is empty if the
    settings are all of a design of the `kind`.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    kind: str = ""
    tournament: bool = False
    agents: tuple[str, ...] = ()
    settings: Mapping[str, Any] = {}
    prompts: Mapping[str, Wording] = {}
    each: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    study: str = Field("", exclude=True)
    document: Document | None = Field(None, exclude=True)

    def located(self, error: SettingError) -> UsageError:
        """Return an error about settings that says where they stand in the study, if they stand in one."""
        lines = map(self.document.line_of, error.paths) if self.document else ()
        at = next(filter(None, lines), None)
        return error if at is None else UsageError(f"{self.study}, line {at:,}: {error}")


class ForkSource(BaseModel):
    """What a person typed to fork a run. `parent` is what was typed to begin that run."""

    model_config = ConfigDict(frozen=True)

    parent: Source | ForkSource
    at: Mapping[int, int] = {}
    siblings: int | None = None
    seats: Mapping[str, str] = {}
    replies: tuple[str, ...] = ()
    seed: int | None = None

    def at_turns(self, at: Mapping[int, int]) -> Self:
        """Return a copy with other turns to branch at."""
        return self.model_copy(update={"at": dict(at)})
