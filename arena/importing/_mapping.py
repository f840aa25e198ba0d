"""Mapping files: plain TOML that says where another format has the fields of an imported episode.

A mapping has the fields of an imported episode (see `arena.importing._record`). The value of each field says
where to find it, in the language of `arena.importing._places`: a text is a path, such as
``"sides.0.model"``, and a table says more.

``speeches``, ``beliefs``, ``verdicts``, ``scores`` and ``tools`` are lists of tables. A table with ``each``,
the path of a list or table, makes one part for each of its entries. ``seats``, ``defends``, ``briefs`` and
``returns`` are tables by seat, or lists of tables whose parts have a ``seat``. A field that is missing in
some episodes is left out there. A path that is missing in all episodes is an error, unless it is optional,
because it is probably misspelt.

A game that is replayed has ``game``, ``moves``, ``seats`` and perhaps ``returns`` instead of the task and
what is said (see `arena.importing._replaying`).

``episodes`` is the path of the list of episodes in a file that is a single JSON document. It is ``"$"`` if
the document itself is the list, or is one episode. Paths that start with ``$$.`` begin at the document then.
Without it, every line of the file is an episode.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from pydantic import Field, ValidationError, model_validator

from arena.core.complaints import first_problem
from arena.core.errors import UsageError
from arena.core.files import read_text
from arena.core.text import printable
from arena.importing._looking import PartFinder, Sought, known_paths
from arena.importing._parts import (
    BeliefPart,
    CallPart,
    DealPart,
    EpisodePart,
    Name,
    ScorePart,
    SpeechPart,
    TaskPart,
    ToolPart,
    VerdictPart,
)
from arena.importing._paths import DOCUMENT, ENTRY
from arena.importing._places import Conditions, Lookup, Moves, PartTable, Place, Spec

_LARGEST = 2**20
_BY_SEAT = {"seats": "agent", "defends": "answer", "briefs": "text", "returns": "value"}
"""The tables by seat, and the field that holds the value in a part of one."""
_PARTS: dict[str, type[EpisodePart]] = {
    "speeches": SpeechPart,
    "beliefs": BeliefPart,
    "verdicts": VerdictPart,
    "scores": ScorePart,
    "tools": ToolPart,
}
_ALONE = "condition", "simultaneous", "announced", "ending", "reason", "offenders"
_OF_GAMES = "seats", "returns"
_TABLES = "calls", "scores", "probabilities", "values", "shares", "worths"
"""The fields of parts that are tables themselves."""


class Mapped(Spec):
    """The places of an episode's fields. `episodes` is None if every line of a file is an episode.

    Only episodes for which all conditions in `when` hold and none in `unless` are taken.
    """

    seats: PartTable | list[PartTable]
    game: Place | None = None
    moves: Moves | None = None
    task: PartTable = Field(default_factory=PartTable)
    episodes: str | None = None
    when: Conditions = Field(default_factory=dict)
    unless: Conditions = Field(default_factory=dict)
    condition: Place | None = None
    simultaneous: Place | None = None
    announced: Place | None = None
    ending: Place | None = None
    reason: Place | None = None
    offenders: Place | None = None
    replies: list[Name] = Field(default_factory=list)
    defends: PartTable | list[PartTable] = Field(default_factory=PartTable)
    briefs: PartTable | list[PartTable] | None = None
    returns: PartTable | list[PartTable] = Field(default_factory=PartTable)
    speeches: list[PartTable] = Field(default_factory=list)
    beliefs: list[PartTable] = Field(default_factory=list)
    verdicts: list[PartTable] = Field(default_factory=list)
    scores: list[PartTable] = Field(default_factory=list)
    tools: list[PartTable] = Field(default_factory=list)
    deal: PartTable | None = None

    @cached_property
    def looks_beside(self) -> bool:
        """Whether a path leads to what a document holds besides its episodes."""
        own = [getattr(self, name) for name in type(self).model_fields if name not in ("episodes", "replies")]
        paths = (*known_paths(own), *self.when, *self.unless)
        return any(path.startswith(DOCUMENT) for path in paths)

    @cached_property
    def takes_lists(self) -> bool:
        """Whether an episode may be a list, because the entries of a part are those of the episode itself."""
        return any(_is_of_the_episode(table.each) for name in _PARTS for table in getattr(self, name))

    def record(self) -> dict[str, Any]:
        """Return the mapping as it is written, for the run's record."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True, warnings=False)

    def takes(self, foreign: Any, document: Any = None) -> bool:
        """Return whether an episode is not left out by the conditions."""
        finder = PartFinder(foreign, document, Sought())
        return finder.is_wanted(PartTable(when=self.when, unless=self.unless), finder.whole)

    def episode(self, foreign: Any, sought: Sought | None = None, document: Any = None) -> dict[str, Any]:
        """Return the fields of an imported episode, from an episode in the other format.

        Args:
            foreign: the episode in the other format.
            sought: counts how often each path is found.
            document: what its document holds besides the episodes.

        Raises:
            BadLine: if a value cannot be mapped.
        """
        finder = PartFinder(foreign, document, sought or Sought())
        if self.moves is not None:
            return self._game(finder, self.moves)
        whole: dict[str, Any] = {"task": finder.filled(self.task.fields, "task", finder.whole)}
        for name, field in _BY_SEAT.items():
            tables = getattr(self, name)
            if tables is not None:
                whole[name] = finder.by_seat(tables, name, field)
        alone = {name: getattr(self, name) for name in _ALONE if getattr(self, name) is not None}
        whole |= finder.filled(alone, "", finder.whole)
        for name in _PARTS:
            whole[name] = [
                part
                for number, table in enumerate(getattr(self, name))
                for part in finder.parts(table, f"{name}.{number}")
            ]
        if self.deal is not None:
            whole["deal"] = next(finder.parts(self.deal, "deal"), None)
        # A seat that only some episodes have is no seat of the others.
        whole["replies"] = [seat for seat in self.replies if seat in whole["seats"]]
        return whole

    def _game(self, finder: PartFinder, moves: Moves) -> dict[str, Any]:
        """Return the fields of a game that is replayed."""
        alone = {"game": self.game, "condition": self.condition}
        known = {name: place for name, place in alone.items() if place is not None}
        by_seat = {name: finder.by_seat(getattr(self, name), name, _BY_SEAT[name]) for name in _OF_GAMES}
        return {**finder.filled(known, "", finder.whole), **by_seat, "moves": finder.moves(moves)}

    @model_validator(mode="after")
    def _is_a_talk_or_a_game(self) -> Self:
        if (self.game is None) != (self.moves is None):
            raise ValueError("a game that is replayed needs both fields game and moves")
        if self.game and (self.task.fields or self.speeches or self.beliefs or self.verdicts):
            raise ValueError("a game that is replayed has no task, speeches, beliefs or verdicts")
        return self

    @model_validator(mode="after")
    def _names_fields(self) -> Self:
        """Check the names of the fields, which would be wrong in each episode."""
        tables: list[tuple[str, PartTable, type[EpisodePart]]]
        tables = [("task", self.task, TaskPart), ("deal", self.deal or PartTable(), DealPart)]
        for name, part in _PARTS.items():
            tables += [(f"{name}.{number}", one, part) for number, one in enumerate(getattr(self, name))]
        for name, field in _BY_SEAT.items():
            own = getattr(self, name)
            for number, one in enumerate(own if isinstance(own, list) else ()):
                _check_names(f"{name}.{number}", one, ("seat", field))
        for where, table, part in tables:
            _check_names(where, table, _names_of(part))
            calls = table.fields.get("calls")
            if isinstance(calls, PartTable):
                _check_names(f"{where}.calls", calls, _names_of(CallPart))
        return self


def _is_of_the_episode(each: str | Lookup | None) -> bool:
    return (each.path if isinstance(each, Lookup) else each) == ENTRY


def _names_of(part: type[EpisodePart]) -> Sequence[str]:
    return [field.alias or name for name, field in part.model_fields.items()]


def _check_names(where: str, table: PartTable, known: Sequence[str]) -> None:
    for name, place in table.fields.items():
        if name not in known:
            raise ValueError(f"{where}.{name}: there is no such field; there are {', '.join(known)}")
        if isinstance(place, PartTable) and name not in _TABLES:
            raise ValueError(f"{where}.{name}: it must be a path, or a table with is, path or text")


def read_mapping(file: Path) -> Mapped:
    """Return the mapping of a TOML file.

    Raises:
        UsageError: if it cannot be read or is not a mapping.
    """
    try:
        if file.stat().st_size > _LARGEST:
            raise UsageError(f"The mapping {file} is larger than {_LARGEST:,} bytes.")
        return Mapped.model_validate(tomllib.loads(read_text(file)))
    except OSError as error:
        raise UsageError(f"The mapping {file} cannot be read: {error.strerror}.") from error
    except ValidationError as invalid:
        raise UsageError(f"The mapping {file} is not valid: {printable(first_problem(invalid))}.") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"The mapping {file} is not TOML: {printable(str(error))}.") from None
