"""Tournaments: a format pairs the agents. Each match is a set of episodes with the seats rotated."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import chain, groupby
from typing import Any, ClassVar, Self
from urllib.parse import parse_qsl

from pydantic import TypeAdapter, ValidationError, field_validator, model_validator

from arena.core.complaints import first_problem
from arena.core.errors import UnknownName, UsageError, did_you_mean
from arena.designs._entrants import Entrants, MatchDeal, PlannedMatch, check_different, meetings, plans_of
from arena.designs.scenario import Round, Scenario, Seating
from arena.episode.plan import Plan, Played
from arena.pairing import ONE_ROUND, TOURNAMENT_FORMATS, Format, Pairing
from arena.ratings import Result
from arena.registry import AgentLike, agent_name, by_name


class Tournament(Scenario):
    """Agents that meet in matches, which a format pairs.

    A match plays every task `episodes` times. Each of these is played in every rotation of the match's agents
    over the seats of the protocol's players, with the same chance seed. `seats` names the agents of the other
    seats, such as a judge. `format` is the name of a format in `arena.pairing.TOURNAMENT_FORMATS`, which may
    be followed by parameters: ``"round-robin?meetings=100"``.

    Args:
        agents: The agents that compete.
        format: How they are paired, such as ``round-robin?meetings=100``. `arena list formats` names the
            formats.
        added: The agents that were added later, in groups (see `arena.Run.add`).
    """

    kind: ClassVar[str] = "tournament"
    perturbs: ClassVar[bool] = False

    name: str = "tournament"
    agents: Entrants
    added: tuple[Entrants, ...] = ()
    format: str = "round-robin"
    swap: bool = True

    @field_validator("format")
    @classmethod
    def _known_format(cls, specification: str) -> str:
        make_format(specification, 2)
        return specification

    @model_validator(mode="after")
    def _can_be_added_to(self) -> Self:
        check_different([agent for group in self.groups for agent in group])
        if self.added and self.pairs_by_results:
            raise UsageError(
                f"Nobody can be added to {self.name}, because who meets by {self.format} depends on earlier "
                "results; begin a new tournament with all of them."
            )
        return self

    def needed_seats(self) -> set[str]:
        """Return the seats that do not compete. `seats` must name their agents."""
        return set(self.protocol.seats) - set(self.protocol.players)

    @property
    def pairs_by_results(self) -> bool:
        """Whether who meets depends on earlier results, as in a Swiss tournament."""
        return not isinstance(self._format, ONE_ROUND)

    def cast(self) -> dict[str, AgentLike]:
        """Return every agent of the tournament by its name."""
        return by_name((*(agent for group in self.groups for agent in group), *self.seats.values()))

    def config(self) -> dict[str, Any]:
        """Return everything that shapes the run's transcripts, the order of the agents included."""
        begun, *added = [[agent_name(agent) for agent in group] for group in self.groups]
        more = {"added": added} if added else {}
        return super().config() | {"agents": begun, "format": self.format, **more}

    @property
    def groups(self) -> tuple[Sequence[AgentLike], ...]:
        """The agents with which the tournament begins, and those that were added, group by group."""
        return (self.agents, *self.added)

    def adding(self, agents: Sequence[AgentLike]) -> Self:
        """Return the tournament with more agents, whose matches come after all others.

        Raises:
            UsageError: if one of them plays already, or if who meets depends on earlier results.
        """
        values = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self)(**{**values, "added": (*self.added, tuple(agents))})

    @property
    def _names(self) -> tuple[str, ...]:
        return tuple(agent_name(entrant) for entrant in self.agents)

    @property
    def _format(self) -> Format:
        return make_format(self.format, len(self.protocol.players))

    def round(self, number: int, played: Iterable[Played]) -> Round | None:
        """Return the plans of a round, or None if the format has no more rounds.

        The results of earlier rounds are read from the episodes `played`, so a resumed tournament has the
        same pairings as one that was never stopped.
        """
        if number and not self.pairs_by_results:
            return None
        rounds: list[list[Result]] = []
        results = dict(match_results(played, self.protocol.players)) if number else {}
        episode = match = 0
        while True:
            pairings = [pairing for pairing in self._pairings(rounds) if not pairing.bye]
            if len(rounds) == number or not pairings:
                break
            rounds.append([results[match + place] for place in range(len(pairings))])
            match += len(pairings)
            episode += sum(map(self._episodes, pairings))
        if not pairings:
            return None
        added = list(self._added()) if number == 0 else []
        plans, size = self._plans(pairings, number, match, episode), sum(map(self._episodes, pairings))
        later = plans_of(added, first=episode + size, match=match + len(pairings))
        return Round(chain(plans, later), size + sum(match.episodes for match in added))

    def _added(self) -> Iterator[PlannedMatch]:
        """Yield the matches that added agents bring, whose chance depends on those who meet alone."""
        groups = [[agent_name(agent) for agent in group] for group in self.groups]
        for meeting in meetings(self._format, groups) if self.added else ():
            if meeting.group:
                path = (self.seed, "added", *meeting.key)
                deal = MatchDeal(self.played_tasks, self.episodes, path)
                yield PlannedMatch(self._seatings(meeting.players), deal)

    def _plans(
        self, pairings: Iterable[Pairing], round_number: int, match: int, episode: int
    ) -> Iterator[Plan]:
        for pairing in pairings:
            seatings = self._seatings(pairing.players)
            yield from self.deals(seatings, first=episode, round_number=round_number, match=match)
            match += 1
            episode += self._episodes(pairing)

    def _pairings(self, rounds: Sequence[Sequence[Result]]) -> list[Pairing]:
        return self._format.pairings(self._names, rounds)

    def _seatings(self, players: Sequence[str]) -> list[Seating]:
        seated: Mapping[str, AgentLike] = dict(zip(self.protocol.players, players, strict=True))
        return self.seatings_of(self.protocol, {**self.seats, **seated})

    def _episodes(self, pairing: Pairing) -> int:
        return len(self._seatings(pairing.players)) * self.repetitions


def match_results(played: Iterable[Played], players: Sequence[str]) -> Iterator[tuple[int, Result]]:
    """Yield the number and the result of each match whose episodes have all been played.

    An agent's score in a match is the sum of its returns over the episodes. The agents of a result have the
    order of their seats in the first episode of the match. If an episode has no result, or none for one of
    the agents, the match has no result, because the remaining episodes would not give all agents the same
    chance.

    Args:
        played: episodes in order of number.
        players: the seats that compete.
    """
    for number, group in groupby(played, key=lambda episode: episode.plan.match):
        episodes = list(group)
        if len(episodes) == episodes[0].plan.match_size:
            yield number, _result(episodes, players)


def _result(episodes: Sequence[Played], players: Sequence[str]) -> Result:
    agents = tuple(episodes[0].plan.seats[seat] for seat in players)
    results = [episode.outcome.returns for episode in episodes if episode.outcome.is_result]
    if len(results) < len(episodes) or not all(returns.keys() >= set(players) for returns in results):
        return Result(agents, None)
    if len(set(agents)) < len(agents):
        seats = [[returns[seat] for returns in results] for seat in players]
        return Result(agents, tuple(map(math.fsum, seats)))
    returns = [episode.returns_by_agent() for episode in episodes]
    return Result(agents, tuple(math.fsum(one.get(agent, 0.0) for one in returns) for agent in agents))


def make_format(specification: str, players: int) -> Format:
    """Return the format that ``name?parameter=value&...`` describes, for matches of `players` players.

    Raises:
        UnknownName: if there is no such format.
        UsageError: if the format has no such parameter, or if it cannot pair so many players.
    """
    if players < 2:
        raise UsageError(
            "A tournament rates players against each other, and here only one seat plays; "
            "play it with arena run."
        )
    name, _, query = specification.partition("?")
    if name not in TOURNAMENT_FORMATS:
        hint = did_you_mean(name, TOURNAMENT_FORMATS)
        known_names = ", ".join(sorted(TOURNAMENT_FORMATS))
        raise UnknownName(f"There is no format called {name!r}.{hint} There are: {known_names}.")
    factory: Any = TOURNAMENT_FORMATS[name]
    known = {parameter.name for parameter in fields(factory)}
    given: dict[str, Any] = dict(parse_qsl(query, keep_blank_values=True))
    if unknown := sorted(given.keys() - known):
        takes = ", ".join(sorted(known - {"table_size"}))
        raise UsageError(f"The format {name} has no parameter {unknown[0]!r}; it takes: {takes}.")
    if "table_size" in known:
        given["table_size"] = players
    elif players != 2:
        raise UsageError(
            f"The format {name} pairs two players, but this protocol has {players}; choose another format."
        )
    try:
        made: Format = TypeAdapter(factory).validate_python(given)
    except ValidationError as invalid:
        raise UsageError(f"The format {specification!r} cannot be made: {first_problem(invalid)}.") from None
    return made
