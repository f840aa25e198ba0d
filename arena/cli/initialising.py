"""The work of ``arena init``: it writes a study in which every setting stands with what it does."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_json

from arena.cli.settings import REQUIRED, Setting, settings_of
from arena.core.console import err
from arena.core.documents import YAML_SUFFIXES
from arena.core.errors import UsageError
from arena.core.files import write_whole
from arena.designs.building import Source, build
from arena.designs.comparison import Comparison
from arena.designs.scenario import AnyScenario
from arena.designs.study_files import StudyOptions
from arena.designs.tournament import Tournament
from arena.designs.writing import inline, toml_key
from arena.episode.protocol import Protocol
from arena.registry import find, table
from arena.spending.limits import Caps

_ELSEWHERE = {"name", "protocol", "conditions", "seats", "tasks", "agents", "prompts", "tools"}
"""The settings of designs that have tables of their own here, or are not written."""
_NO_KEY = "random"
_WIDTH = 100
_PLAIN = re.compile(r"[\w.-]+")
_FILE = {"file": "questions.csv", "columns": {"question": "question", "truth": "answer"}}


def write_study(name: str, file: Path | None, *, yaml: bool, overwrite: bool) -> None:
    """Write the study of a name, and say how it is run.

    Raises:
        UnknownName: if there is no such scenario, protocol or game.
        UsageError: if the file is there already, or ends otherwise than its format.
    """
    suffix = ".yaml" if yaml else ".toml"
    stem = "".join(character if character.isalnum() else "-" for character in name).strip("-")
    file = file or Path(stem + suffix)
    if (file.suffix in YAML_SUFFIXES) != yaml:
        raise UsageError(f"{file} is written as {suffix[1:].upper()}; name a file that ends with {suffix}.")
    if file.exists() and not overwrite:
        raise UsageError(f"{file} is there already; name another with --out, or replace it with --overwrite.")
    scenario = _begun(name)
    verb = "tournament" if isinstance(scenario, Tournament) else "run"
    about = f"{_about(name, scenario)} Run it with: arena {verb} {file}"
    write_whole(file, "\n".join(_Study(yaml=yaml).text(name, scenario, about)) + "\n")
    err.print(f"Wrote {file}. Change what you like, and run it with: arena {verb} {file}", markup=False)


def _begun(name: str) -> AnyScenario:
    """Return the scenario of a name. One that names no agents has agents that need no key."""
    if name in table("scenarios"):
        return build(Source(name=name))
    if name.partition(":")[0].partition("?")[0] in table("games"):
        agents = (f"first={_NO_KEY}", f"second={_NO_KEY}")
        return build(Source(name=name, tournament=True, agents=agents))
    if name in table("protocols") or ".py:" in name:
        kind = find("protocols", name)
        if isinstance(kind, type) and issubclass(kind, Protocol):
            return build(Source(name=name, settings=dict.fromkeys(_seats_of(name, kind), _NO_KEY)))
    return build(Source(name=name))


def _seats_of(name: str, kind: type[Protocol]) -> list[str]:
    """Return the paths of the seats of a protocol with its defaults.

    Raises:
        UsageError: if a setting has no default.
    """
    needed = [field for field, about in kind.model_fields.items() if about.is_required()]
    if needed:
        raise UsageError(
            f"{name} needs a value for {' and '.join(needed)}, so its seats are not known yet; write a study "
            "of a scenario that plays it (see `arena list scenarios`), or begin with arena run and "
            "--save-config."
        )
    return [f"seats.{seat}" for seat in kind().seats]


def _about(name: str, scenario: AnyScenario) -> str:
    """Return the first sentence that says what a name stands for."""
    if name in table("scenarios"):
        document = import_module(table("scenarios")[name].partition(":")[0]).__doc__
    else:
        document = type(getattr(scenario, "protocol", scenario)).__doc__
    return " ".join((document or "").strip().partition("\n\n")[0].split())


class _Study:
    """Writes a study in TOML or YAML: first the settings that stand alone, then the tables."""

    def __init__(self, *, yaml: bool) -> None:
        self._yaml = yaml

    def text(self, name: str, scenario: AnyScenario, about: str) -> Iterator[str]:
        """Yield the lines of a study."""
        yield from _comment(about)
        yield from _comment("A setting behind a # has its default; take the # away to change it.")
        yield self._pair("run", name)
        own = [one for one in settings_of(scenario) if one.name.partition(".")[0] not in _ELSEWHERE]
        if isinstance(scenario, Tournament):
            yield ""
            yield from _comment("Who plays. A short name may stand before each agent, as in ann=random.")
            yield self._pair("agents", list(scenario.agents))
        yield from self._settings(scenario, [one for one in own if "." not in one.name])
        yield from self._settings(StudyOptions(), settings_of(StudyOptions), "caps")
        seats = {seat: agent for seat, agent in scenario.seats.items() if isinstance(agent, str)}
        if seats:
            yield from self._table("seats", "The agent of each seat; `arena list agents` names them.")
            yield from (self._pair(seat, agent, within=True) for seat, agent in seats.items())
        yield from self._table("tasks", "Tasks of your own, from CSV, JSON Lines, JSON or Parquet.", "#")
        yield from (f"#{self._pair(key, value, within=True)}" for key, value in _FILE.items())
        for path, protocol in _protocols(scenario):
            if not type(protocol).model_fields:
                continue
            yield from self._table(path, f"The settings of {type(protocol).__name__}.", "#")
            yield from self._settings(protocol, settings_of(protocol), within=True)
        for group in dict.fromkeys(one.name.partition(".")[0] for one in own if "." in one.name):
            yield from self._table(group, "", "#")
            inner = getattr(scenario, group)
            yield from self._settings(inner, settings_of(inner), within=True)
        yield from self._table("caps", "What the run may spend. At a cap it ends, and can be resumed.", "#")
        yield from self._settings(Caps(), settings_of(Caps), within=True)

    def _settings(
        self, holder: BaseModel, settings: Sequence[Setting], without: str = "", *, within: bool = False
    ) -> Iterator[str]:
        """Yield settings as comments, each under what it does."""
        for one in settings:
            if without and one.name.partition(".")[0] == without:
                continue
            needed = "Needed. " if one.default == REQUIRED else ""
            yield from _comment(f"{needed}{one.description} ({one.type})".strip())
            yield f"#{self._pair(one.name, _value(holder, one.name), within=within)}"

    def _table(self, path: str, about: str, mark: str = "") -> Iterator[str]:
        yield ""
        yield from _comment(about)
        if self._yaml:
            yield f"{mark}{path if _PLAIN.fullmatch(path) else to_json(path).decode()}:"
        else:
            yield f"{mark}[{'.'.join(map(toml_key, path.split('.')))}]"

    def _pair(self, key: str, value: Any, *, within: bool = False) -> str:
        """Return a key with its value; within a table, YAML indents it."""
        if self._yaml:
            return f"{'  ' if within else ''}{key}: {to_json(value).decode()}"
        return f"{key} = {'' if value is None else inline(value)}".rstrip()


def _protocols(scenario: AnyScenario) -> Iterator[tuple[str, Protocol]]:
    if isinstance(scenario, Comparison):
        for name, condition in scenario.conditions.items():
            yield f"conditions.{name}.protocol", condition.protocol
    elif isinstance(protocol := getattr(scenario, "protocol", None), Protocol):
        yield "protocol", protocol


def _value(holder: BaseModel, path: str) -> Any:
    """Return a setting's value as JSON has it."""
    value: Any = holder.model_dump(mode="json")
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _comment(text: str) -> Iterator[str]:
    yield from (f"# {line}" for line in textwrap.wrap(text, _WIDTH))
