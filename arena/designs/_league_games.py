"""The games of a league: what is played in each, and what a name or a table of settings stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, ConfigDict, Field, ValidationError, ValidationInfo

from arena.core.checked import Checked
from arena.core.complaints import first_problem
from arena.core.errors import UsageError
from arena.core.ranges import Episodes
from arena.designs._described import described, digest_of
from arena.designs._protocol_names import NAME, ProtocolLike
from arena.designs._seats import names_of
from arena.designs.scenario import Scenario
from arena.designs.tools import ToolsBySeat, described_tools
from arena.designs.wording import as_wording
from arena.episode.protocol import Protocol
from arena.prompts import Wording
from arena.registry import AgentLike, find, make_play, table
from arena.tasks.reading import tasks_of
from arena.tasks.task import Task

_PROTOCOL = "protocol"


class LeagueGame(Checked):
    """A game of a league: a protocol with its tasks, and agents in the seats that do not compete.

    What is left out is as the league says.

    Args:
        protocol: The protocol that is played, with its settings, such as ``games.debate.protocol.words``.
        seats: The agents of seats that do not compete, such as ``games.debate.seats.judge``.
        tasks: The tasks that are played, such as topics of a debate, or the file from which they are read.
        first: How many of the tasks are played, from the first on.
        episodes: How often each task is played in a match, each time with another chance seed.
        format: How the agents are paired: round-robin, gauntlet or self-play.
        prompts: Prompts of your own for this game.
        tools: The tools of seats in this game.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    protocol: ProtocolLike
    seats: Mapping[str, AgentLike] = Field(default_factory=dict)
    tasks: Annotated[Sequence[Task], BeforeValidator(tasks_of), Field(min_length=1)] | None = None
    first: Episodes | None = None
    episodes: Episodes | None = None
    format: str | None = None
    prompts: Annotated[Wording, BeforeValidator(as_wording)] = Field(default_factory=dict)
    tools: ToolsBySeat = Field(default_factory=dict)

    @property
    def other_seats(self) -> set[str]:
        """The seats that do not compete."""
        return set(self.protocol.seats) - set(self.protocol.players)

    def others(self, common: Mapping[str, AgentLike]) -> dict[str, AgentLike]:
        """Return the agent of each seat that does not compete. `common` has those that are not in `seats`."""
        return {seat: common[seat] for seat in self.other_seats if seat in common} | dict(self.seats)

    def config(self, common: Mapping[str, AgentLike], tasks: Sequence[Task]) -> dict[str, Any]:
        """Return everything about the game that shapes transcripts, as JSON-able values."""
        return {
            "protocol": described(self.protocol),
            "players": list(self.protocol.players),
            "seats": names_of(self.others(common)),
            "tasks": {"count": len(tasks), "digest": digest_of(tasks)},
            **({"prompts": self.prompts} if self.prompts else {}),
            **({"tools": described_tools(self.tools)} if self.tools else {}),
        }


_NO_TASKS = (Task(),)


def _games(given: Any, info: ValidationInfo) -> Any:
    """Return the games that a list of names, or a mapping of names to games or tables, stands for."""
    with_tasks = info.data.get("tasks", _NO_TASKS) == _NO_TASKS
    if isinstance(given, str):
        given = [given]
    if isinstance(given, list | tuple):
        given = {game_key(name): name for name in given}
    if not isinstance(given, Mapping):
        return given
    return {name: _game(name, one, with_tasks=with_tasks) for name, one in given.items()}


def game_key(game: Any) -> str:
    """Return what a game is called in a league: its own name, without characters that paths cannot have."""
    return "".join(one if one.isalnum() else "-" for one in str(game)).strip("-")


def _game(name: str, given: Any, *, with_tasks: bool) -> Any:
    if isinstance(given, Protocol):
        return {_PROTOCOL: given}
    if isinstance(given, str):
        given = {_PROTOCOL: given}
    if not isinstance(given, Mapping) or isinstance(given.get(_PROTOCOL), Protocol):
        return given
    settings = given.get(_PROTOCOL, name)
    settings = {NAME: settings} if isinstance(settings, str) else settings
    if not isinstance(settings, Mapping):
        return given
    settings = {NAME: name, **settings}
    try:
        begun = _begun(str(settings.pop(NAME)), settings, with_tasks=with_tasks and "tasks" not in given)
    except UsageError as error:
        raise ValueError(str(error).rstrip(".")) from None
    seats = {**begun.pop("seats", {}), **given.get("seats", {})}
    return {**begun, **given, _PROTOCOL: begun[_PROTOCOL], "seats": seats}


def _begun(name: str, settings: Mapping[str, Any], *, with_tasks: bool) -> dict[str, Any]:
    """Return the game that a name stands for: a protocol, a game, or a scenario if it must bring tasks.

    Raises:
        UsageError: if there is none, or if it cannot have these settings.
    """
    found: dict[str, Any] = {}
    if with_tasks and name in table("scenarios") and type(own := find("scenarios", name)) is Scenario:
        protocol = own.protocol
        others = {seat: agent for seat, agent in own.seats.items() if seat not in protocol.players}
        found = {"tasks": own.tasks, "first": own.first, "seats": others}
    else:
        protocol = _protocol(name, settings)
    if settings and isinstance(protocol, Protocol):
        protocol = _made(type(protocol), {**_values(protocol), **settings}, name)
    return {**found, _PROTOCOL: protocol}


def _protocol(name: str, settings: Mapping[str, Any]) -> Protocol:
    """Return the protocol with a name, with its settings, or the one that plays the game with the name."""
    if name in table("protocols") or (".py:" in name and "?" not in name):
        kind = find("protocols", name)
        if isinstance(kind, type) and issubclass(kind, Protocol):
            return _made(kind, settings, name)
    played: Protocol = make_play(name)
    return played


def _values(protocol: Protocol) -> dict[str, Any]:
    return {name: getattr(protocol, name) for name in type(protocol).model_fields}


def _made(kind: type[Protocol], values: Mapping[str, Any], name: str) -> Protocol:
    try:
        return kind.model_validate(values)
    except ValidationError as invalid:
        raise UsageError(f"{name} cannot be played: {first_problem(invalid)}.") from None


LeagueGames: TypeAlias = Annotated[Mapping[str, LeagueGame], BeforeValidator(_games), Field(min_length=1)]
"""The games of a league by name. A list of names, or tables with some of a game's settings, may be given."""
