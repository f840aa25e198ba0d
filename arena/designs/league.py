"""Leagues: one tournament over several games and topics of debate, in which each game weighs alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Self

from pydantic import model_validator

from arena.core.errors import UsageError
from arena.designs._entrants import (
    Entrants,
    MatchDeal,
    Meeting,
    PlannedMatch,
    check_different,
    meetings,
    plans_of,
)
from arena.designs._league_games import LeagueGame, LeagueGames
from arena.designs._league_games import game_key as game_key
from arena.designs._seats import check_probes, check_seats
from arena.designs.scenario import AnyScenario, Round, Seating
from arena.designs.tools import ToolLike, check_tools, tools_together
from arena.designs.tournament import make_format
from arena.designs.wording import check_wording, overlaid
from arena.episode.plan import Plan, Played
from arena.episode.protocol import Protocol
from arena.pairing import ONE_ROUND, Format
from arena.prompts import Wording
from arena.registry import AgentLike, agent_name, by_name, place_of
from arena.tasks.task import Task


class League(AnyScenario):
    """Agents that meet in matches of several games, such as Kuhn poker and a debate over topics.

    Every match of a game plays each of its tasks, in every rotation of the seats, so a debate over several
    topics is one game. In the standings over all games, each game weighs alike. The chance seed of a match
    is made of the league's seed, the game, the agents that meet and how often they met before. So a match is
    the same whenever its agents entered, and whoever else plays. Who sits first depends on the order in
    which the two entered.

    Args:
        games: The games by name, such as ``games.debate.protocol.rounds``. A name alone stands for the game
            or the protocol of that name.
        agents: The agents with which the league begins.
        added: The agents that were added later, in groups (see `arena.Run.add`).
        format: How the agents are paired in games that do not say it: round-robin, gauntlet or self-play.
    """

    kind: ClassVar[str] = "league"

    name: str = "league"
    games: LeagueGames
    agents: Entrants
    added: tuple[Entrants, ...] = ()
    format: str = "round-robin"
    swap: bool = True

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        check_different([agent for group in self.groups for agent in group])
        for name, game in self.games.items():
            if not name or "." in name:
                raise UsageError(f"A game of a league cannot be called {name!r}; give it a plain name.")
            where = f" in {name}"
            check_seats(game.others(self.seats), game.other_seats, where)
            check_wording(game.prompts, [game.protocol])
            check_tools(game.tools, game.protocol.seats, where)
            self._format(name)
            if game.first is not None and game.first > (there := len(self._all_tasks(game))):
                raise UsageError(f"{name} has {there:,} tasks, so the first {game.first:,} cannot be played.")
        protocols = [game.protocol for game in self.games.values()]
        everywhere = {seat for protocol in protocols for seat in protocol.seats}
        idle = {seat for game in self.games.values() for seat in game.other_seats}
        check_seats(idle | set(self.seats), idle)
        check_probes(self.probes, sorted(everywhere))
        check_wording(self.prompts, protocols)
        check_tools(self.tools, sorted(everywhere))
        self._check_tasks()
        self.cast()
        return self

    def _check_tasks(self) -> None:
        known: dict[str, Task] = {}
        for name in self.games:
            for task in self.tasks_of(name):
                if known.setdefault(task.id, task) != task:
                    raise UsageError(f"Two games have different tasks with the id {task.id!r}; rename one.")

    @property
    def groups(self) -> tuple[Sequence[AgentLike], ...]:
        """The agents with which the league began, and those that were added, group by group."""
        return (self.agents, *self.added)

    @property
    def players(self) -> tuple[str, ...]:
        """The seats that compete in every game that has them, in the order of the games."""
        idle = {seat for game in self.games.values() for seat in game.other_seats}
        found = dict.fromkeys(seat for game in self.games.values() for seat in game.protocol.players)
        return tuple(seat for seat in found if seat not in idle)

    @property
    def played_tasks(self) -> Sequence[Task]:
        """The tasks of all games."""
        return list({task.id: task for name in self.games for task in self.tasks_of(name)}.values())

    def tasks_of(self, game: str) -> Sequence[Task]:
        """Return the tasks that are played in a game: its own, or those of the league."""
        own = self.games[game]
        first = own.first if own.first is not None or own.tasks is not None else self.first
        return self._all_tasks(own)[:first]

    def _all_tasks(self, game: LeagueGame) -> Sequence[Task]:
        return self.tasks if game.tasks is None else game.tasks

    def protocol_of(self, plan: Plan) -> Protocol:
        """Return the protocol of the plan's game."""
        return self.games[plan.condition].protocol

    def wording_of(self, plan: Plan) -> Wording:
        """Return the prompts of the league, with those of the plan's game in place of them."""
        return overlaid(self.prompts, self.games[plan.condition].prompts)

    def tools_of(self, plan: Plan) -> Mapping[str, Sequence[ToolLike]]:
        """Return the tools of the seats of the plan's game."""
        game = self.games[plan.condition]
        common = {seat: own for seat, own in self.tools.items() if seat in game.protocol.seats}
        return tools_together(game.protocol.tools, common, game.tools)

    def cast(self) -> dict[str, AgentLike]:
        """Return every agent of the league by its name."""
        entrants = [agent for group in self.groups for agent in group]
        others = [agent for game in self.games.values() for agent in game.others(self.seats).values()]
        return by_name((*entrants, *others))

    def round(self, number: int, played: Iterable[Played]) -> Round | None:
        """Return the plans of the only round. Those of agents that were added later come last."""
        if number > 0:
            return None
        return Round(plans_of(self._matches()), sum(match.episodes for match in self._matches()))

    def _matches(self) -> Iterator[PlannedMatch]:
        """Yield the matches, group by group and game by game."""
        groups = [[agent_name(agent) for agent in group] for group in self.groups]
        entered = [name for group in groups for name in group]
        listed = {name: list(meetings(self._format(name), groups)) for name in self.games}
        for number in range(len(groups)):
            for name in self.games:
                seated: dict[tuple[str, ...], list[Seating]] = {}
                for meeting in listed[name]:
                    if meeting.group == number:
                        players = _in_turn(meeting, entered)
                        if players not in seated:
                            seated[players] = self._seatings(name, players)
                        path = (self.seed, "league", name, *meeting.key)
                        deal = MatchDeal(self.tasks_of(name), self._episodes(name), path)
                        yield PlannedMatch(seated[players], deal)

    def _seatings(self, name: str, players: Sequence[str]) -> list[Seating]:
        game = self.games[name]
        seated = dict(zip(game.protocol.players, players, strict=True))
        return self.seatings_of(game.protocol, {**game.others(self.seats), **seated}, name)

    def _episodes(self, name: str) -> int:
        own = self.games[name].episodes
        return self.episodes if own is None else own

    def _format(self, name: str) -> Format:
        game = self.games[name]
        typed = self.format if game.format is None else game.format
        made = make_format(typed, len(game.protocol.players))
        if not isinstance(made, ONE_ROUND):
            raise UsageError(
                f"A league cannot play {name} by {typed}, because who meets there depends on earlier "
                "results; choose round-robin, gauntlet or self-play."
            )
        return made

    def adding(self, agents: Sequence[AgentLike]) -> Self:
        """Return the league with more agents.

        Raises:
            UsageError: if one of them plays already.
        """
        values = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self)(**{**values, "added": (*self.added, tuple(agents))})

    def config(self) -> dict[str, Any]:
        """Return everything that shapes the run's transcripts, the order of games and agents included."""
        conditions = {
            name: {
                **game.config(self.seats, self.tasks_of(name)),
                "format": self.format if game.format is None else game.format,
                "episodes": self._episodes(name),
            }
            for name, game in self.games.items()
        }
        played = {"class": place_of(League), "order": list(conditions), "conditions": conditions}
        groups = [[agent_name(agent) for agent in group] for group in self.groups]
        added = {"added": groups[1:]} if self.added else {}
        return super().config() | {"protocol": played, "seats": {}, "agents": groups[0], **added}


def _in_turn(meeting: Meeting, entered: Sequence[str]) -> tuple[str, ...]:
    """Return those who meet in the order in which they entered, turned so that all sit first about as often.

    The turn depends only on those who meet, so that nothing changes when others enter.
    """
    ranked = sorted(meeting.players, key=entered.index)
    turn = (sum(map(entered.index, ranked)) + meeting.earlier + 1) % len(ranked)
    return (*ranked[turn:], *ranked[:turn])
