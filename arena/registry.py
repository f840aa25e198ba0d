"""Finding protocols, agents, games and scenarios by name.

Each of our packages has a table from names to ``"module:attribute"``. Other distributions add names to it
with an entry-point group, such as ``arena.agents``. Nothing is imported before it is needed.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl

from pydantic import InstanceOf, ValidationError
from pydantic_core import to_json

from arena.core.complaints import first_problem
from arena.core.errors import UnknownName, UsageError, there_are
from arena.core.hiding import without_secrets
from arena.core.python_files import load_file, say_module
from arena.seat.agent import Agent
from arena.seat.function import Function

Kind = Literal["agents", "games", "protocols", "scenarios", "tools"]
_PACKAGES: Mapping[str, str] = {"tools": "agents.tools"}
"""The packages whose tables do not have the name of their kind."""

EXPLOITABILITY = "protocols.exploitability:exploitability"
"""The place of the function that measures an agent's exploitability, as `find` takes it."""
PUBLISHED_SYSTEMS = "scenarios.systems:SYSTEMS"
"""The place of the table of published systems, as `find` takes it."""
GAME_FILES = "games.loading:FIND"
"""The place of the variable with the function by which games find files."""
MOVED: Mapping[str, str] = {
    "agents.function:Function": "arena.seat.function:Function",
    "arena.cache:Cached": "arena.cache.cache:Cached",
    "arena.coaching:Coaching": "arena.designs.coaching:Coaching",
    "arena.comparison:Comparison": "arena.designs.comparison:Comparison",
    "arena.environments.seats:Outside": "arena.training.environments._seats:Outside",
    "arena.fork:Fork": "arena.designs.fork:Fork",
    "arena.forms.choice:Choice": "arena.forms._choice:Choice",
    "arena.forms.choice:Move": "arena.forms._choice:Move",
    "arena.forms.structured:Structured": "arena.forms._structured:Structured",
    "arena.learning:SelfPlay": "arena.training.self_play:SelfPlay",
    "arena.pool:Pool": "arena.designs._pool:Pool",
    "arena.scenario:Scenario": "arena.designs.scenario:Scenario",
    "arena.tournament:Tournament": "arena.designs.tournament:Tournament",
    "protocols.answers:ArguedAnswer": "protocols.shared.answers:ArguedAnswer",
    "protocols.beliefs:ReasonedProbability": "protocols.shared.reasoned:ReasonedProbability",
    "protocols.coached:Coached": "arena.designs.coached:Coached",
    "protocols.offers:Turn": "protocols.shared.offers:BargainingTurn",
    "protocols.quotes:QuotedSpeech": "protocols.shared.quotes:QuotedSpeech",
    "protocols.table_talk:MoveAndMessage": "protocols.shared.table_talk:MoveAndMessage",
}
"""The present places of classes that have moved, by their first places."""
_FIRST = {new: old for old, new in MOVED.items()}


@cache
def table(kind: Kind) -> Mapping[str, str]:
    """Return the places of all names of a kind, including the names that other distributions add."""
    ours: Mapping[str, str] = getattr(importlib.import_module(_PACKAGES.get(kind, kind)), kind.upper())
    theirs = {point.name: point.value for point in entry_points(group=f"arena.{kind}")}
    return {**theirs, **ours}


def find(kind: Kind, name: str) -> Any:
    """Return the object of a name in the kind's table, or of ``module:attribute`` or ``file.py:attribute``.

    Raises:
        UnknownName: if the name, the module, the file or the attribute does not exist.
        UsageError: if its module cannot be imported.
    """
    place = table(kind).get(name, name)
    place = MOVED.get(place, place)
    module, _, attribute = place.rpartition(":")
    if not module:
        known = there_are(name, sorted(table(kind)), kind)
        raise UnknownName(f"There is no {kind.removesuffix('s')} called {name!r}.{known}")
    found: Any = load_file(Path(module)) if module.endswith(".py") else _module(module, kind, name)
    for part in attribute.split("."):
        try:
            found = getattr(found, part)
        except AttributeError:
            raise UnknownName(f"{module} has nothing called {attribute!r}.") from None
    return found


def _module(module: str, kind: Kind, name: str) -> Any:
    if not all(part.isidentifier() for part in module.split(".")):
        raise UnknownName(
            f"There is no {kind.removesuffix('s')} called {name!r}: {module!r} is not the name of a module."
        )
    if module == name.rpartition(":")[0]:
        say_module(module)
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name and module.startswith(error.name):
            raise UnknownName(
                f"There is no {kind.removesuffix('s')} called {name!r}: there is no module {error.name!r}."
            ) from None
        raise UsageError(f"{module} needs the module {error.name!r}, which is not installed.") from error
    except (Exception, SystemExit) as error:
        raise UsageError(f"{module} cannot be imported: {type(error).__name__}: {error}") from error


def place_of(kind: type) -> str:
    """Return the first place of a class, ``module:name``.

    Journals and caches identify a class by it. It does not change when the class moves, so a run can be
    resumed, and a cached reply found, whichever version of Arena recorded it.

    >>> from arena.designs.comparison import Comparison
    >>> place_of(Comparison)
    'arena.comparison:Comparison'
    """
    place = f"{kind.__module__}:{kind.__qualname__}"
    return _FIRST.get(place, place)


def make_agent(agent: str | Agent) -> Agent:
    """Return the agent that a specification describes. An agent is returned unchanged.

    A specification is ``name``, ``name?parameter=value&...`` or ``name:argument?...``. There, `name` is in
    the table of agents, and `argument` is the agent's first parameter. A specification is also
    ``module:attribute`` or ``file.py:attribute``, which stands for an agent class or for a function from a
    request to the text of a reply. A short name may stand before the specification, as in
    ``fast=openai:gpt-5-mini``. The agent is then called by it.

    Raises:
        UnknownName: if the name does not exist.
        UsageError: if the agent does not have these parameters, or their values are not valid.
    """
    if isinstance(agent, Agent):
        return agent
    called, specification = named(agent)
    place, _, query = specification.partition("?")
    parameters = dict(parse_qsl(query, keep_blank_values=True))
    name, _, argument = place.partition(":")
    if argument and name in table("agents"):
        factory = find("agents", name)
        parameters = {_first_parameter(factory): argument, **parameters}
    else:
        factory = find("agents", place)
    made = _build(specification, factory, parameters)
    made.name = called
    return made


_NAMED = re.compile(r"(\w[\w.@+-]*)=(.*)", re.DOTALL)
_UNNAMED = re.compile(r"([^:?/=]*)=")
_LONGEST_NAME = 60  # of an agent, so that tables and pictures can show it


def named(specification: str) -> tuple[str, str]:
    """Return an agent's name, and its specification without a short name.

    Raises:
        UsageError: if nothing follows the short name, or it is too long.

    >>> named("fast=openai:gpt-5-mini"), named("random")
    (('fast', 'openai:gpt-5-mini'), ('random', 'random'))
    """
    short = _NAMED.fullmatch(specification)
    if short is None:
        if (unfit := _UNNAMED.match(specification)) is not None:
            raise UsageError(f"An agent cannot have the short name {unfit[1]!r}; use letters and digits.")
        return specification, specification
    if len(short[1]) > _LONGEST_NAME:
        raise UsageError(f"The agent's name {short[1][:20]}... is longer than {_LONGEST_NAME} characters.")
    if not short[2]:
        raise UsageError(f"An agent with a short name is written name=agent, not {shown(specification)}.")
    return short[1], short[2]


def behind_names(agents: Iterable[AgentLike]) -> dict[str, str]:
    """Return the specifications of agents by their short names, with keys and passwords left out."""
    pairs = (named(agent) for agent in agents if isinstance(agent, str))
    return {called: without_secrets(behind) for called, behind in pairs if called != behind}


def address(agent: AgentLike) -> str:
    """Return an agent's specification without its name and without keys, or the place of its class."""
    return without_secrets(named(agent)[1]) if isinstance(agent, str) else place_of(type(agent))


def shown(specification: str) -> str:
    """Return an agent's specification for use in errors, with keys and passwords left out."""
    return repr(without_secrets(specification))


def _first_parameter(factory: Callable[..., Any]) -> str:
    return next(iter(inspect.signature(factory).parameters))


def _build(specification: str, factory: Any, parameters: Mapping[str, str]) -> Agent:
    from pydantic import TypeAdapter, ValidationError

    if not isinstance(factory, type) and not parameters:
        return Function(factory)
    if isinstance(factory, type) and not (issubclass(factory, Agent) and dataclasses.is_dataclass(factory)):
        raise UsageError(
            f"The agent {shown(specification)} is a class, but not a dataclass that subclasses arena.Agent."
        )
    known = [own.name for own in dataclasses.fields(factory) if own.init] if isinstance(factory, type) else []
    for name in parameters:
        if name not in known:
            takes = f"takes {', '.join(known)}" if known else "takes no parameters"
            raise UsageError(f"The agent {shown(specification)} has no parameter {name!r}; it {takes}.")
    try:
        made: Agent = TypeAdapter(factory).validate_python(dict(parameters))
    except ValidationError as invalid:
        raise UsageError(
            f"The agent {shown(specification)} cannot be made: {first_problem(invalid)}."
        ) from None
    except OSError as error:
        raise UsageError(
            f"The agent {shown(specification)} cannot be made: {error.filename}: {error.strerror}."
        ) from None
    return made


AgentLike = str | InstanceOf[Agent]
"""An agent, or its specification, such as ``"kuhn-nash?alpha=0.2"``, with or without a short name."""


def agent_name(agent: AgentLike) -> str:
    """Return an agent's name in plans and tables: its own name or, if it has none, its specification."""
    return named(agent)[0] if isinstance(agent, str) else agent.name or type(agent).__name__


def by_name(agents: Iterable[AgentLike]) -> dict[str, AgentLike]:
    """Return agents by their names.

    Raises:
        UsageError: if two different agents have the same name.
    """
    named: dict[str, AgentLike] = {}
    for agent in agents:
        name = agent_name(agent)
        if named.setdefault(name, agent) is not agent and named[name] != agent:
            raise UsageError(f"Two different agents are called {name!r}; give each its own name.")
    return named


def protocol_name(config: Mapping[str, Any]) -> str:
    """Return a protocol's name. For the class ``SneakyCritic`` it is ``sneaky-critic``."""
    kind = str(config["protocol"]["class"]).rpartition(":")[2]
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", kind).lower()


def renewed(described: Any) -> Any:
    """Return a stored configuration with the settings that its protocols have today.

    A setting that the run's version did not have gets its default, and a setting that has another name or
    scale now is translated, as the protocol's class does it. So a run of an older version can be resumed.
    Protocols that are in no table stay as they are, and so do settings that are not valid any more.
    """
    if not isinstance(described, Mapping):
        return described
    parts = {name: renewed(part) for name, part in described.items()}
    first = str(parts.get("class", ""))
    place = MOVED.get(first, first)
    if place not in table("protocols").values():
        return parts
    settings = {name: part for name, part in parts.items() if name != "class"}
    try:
        protocol = find("protocols", place).model_validate_json(to_json(settings))
    except ValidationError:
        return parts
    return {"class": first, **protocol.model_dump(mode="json")}


def version_of(name: str) -> str | None:
    """Return the version of an agent, which is the text after the last ``@`` of its name, or None.

    >>> version_of("local:critic@3")
    '3'
    """
    return name.rpartition("@")[2] or None if "@" in name else None


def make_play(game: str) -> Any:
    """Return the protocol that plays a game.

    Raises:
        UsageError: if there is no such game.
    """
    try:
        return find("protocols", "play").model_validate({"game": game})
    except ValidationError as invalid:
        raise UsageError(f"{game} cannot be played: {first_problem(invalid)}.") from None
