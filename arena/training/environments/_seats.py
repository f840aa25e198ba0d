"""Parts of an environment for another library: its policy in some seats, and the results of those seats.

The policy is one agent of the scenario, called ``policy``. It may sit in several seats of an episode. Swaps
of seats move it like any other agent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby, islice
from operator import attrgetter
from typing import Any

from pydantic_core import from_json

from arena.annotations import AnnotationRow
from arena.core.errors import ArenaError, UsageError
from arena.designs.building import Source, build
from arena.designs.overriding import override
from arena.designs.scenario import AnyScenario, Scenario
from arena.designs.tournament import Tournament
from arena.episode.outcome import Ending, Outcome
from arena.episode.plan import Plan, Played
from arena.episode.record import NOTHING_OFFERED, Call, Recorder, Returned
from arena.registry import AgentLike, table
from arena.seat.agent import Agent, Reply, Request
from arena.seat.messages import Message, as_one, messages
from arena.seat.transcript import Event

POLICY = "policy"
"""The name of the policy in plans, tables and journals."""
DEALS = 1000
"""The number of deals of a game, or of a tournament's protocol, that does not set it."""


class NoReturn(ArenaError):
    """An episode has no reward for a seat. That is not the same as a reward of 0."""


class Outside(Agent):
    """An agent whose requests are answered by the function `ask`, such as a trainer's sampler.

    It is sent texts alone.
    """

    name = POLICY
    sees_pictures = False

    def __init__(self, ask: Callable[[Request], Awaitable[Reply]]) -> None:
        self._ask = ask

    async def reply(self, request: Request) -> Reply:
        """Return the reply of `ask`."""
        return await self._ask(request)


def find_scenario(name: str, settings: Mapping[str, Any] | None = None) -> AnyScenario:
    """Return the scenario of a name, a Python file or a game, with `settings` changed by their paths.

    Raises:
        UnknownName: if no scenario, file or game has that name.
        UsageError: if a setting is not valid.
    """
    is_game = not name.endswith(".py") and name not in table("scenarios")
    entrants = (POLICY,) if is_game else ()
    return build(Source(name=name, tournament=is_game, agents=entrants, settings=settings or {}))


def with_policy(
    scenario: AnyScenario,
    seats: Sequence[str] = (),
    agents: Mapping[str, AgentLike] | None = None,
    *,
    pictures: bool = False,
) -> AnyScenario:
    """Return the scenario with the policy in `seats` and with `agents` in other seats.

    Without `seats`, the policy sits in all players' seats. A tournament becomes a scenario with its protocol,
    tasks, seed and limits, but without its entrants. Its episodes are kept if there are several of each task;
    otherwise there are `DEALS`.

    Raises:
        UsageError: if a seat does not exist, if it has no agent, if it has both the policy and another agent,
            or if a seat has tools; without `pictures` also if the tasks have pictures or the protocol shows
            the policy some, because most trainers are sent texts alone.
    """
    if not pictures and any(task.all_pictures for task in scenario.played_tasks):
        raise UsageError(
            f"The tasks of {scenario.name} have pictures, and an environment sends its trainer texts alone; "
            "train on exported rows, such as trl-vision-sft."
        )
    own, others = seats or scenario.players, agents or {}
    check_seats({*own, *others}, [*scenario.players, *(set(scenario.seats) - set(scenario.players))])
    if both := sorted(set(own) & set(others)):
        raise UsageError(f"{', '.join(both)} would have both the policy and another agent; choose one.")
    seated = {**scenario.seats, **others, **dict.fromkeys(own, POLICY)}
    if not isinstance(scenario, Tournament):
        return _checked(override(scenario, ["seats"], seated), pictures)
    kept = "name", "protocol", "tasks", "first", "seed", "limits", "tools"
    shared = {name: getattr(scenario, name) for name in kept}
    episodes = scenario.episodes if scenario.episodes > 1 else DEALS
    return _checked(Scenario(**shared, episodes=episodes, seats=seated), pictures)


def check_seats(named: Iterable[str], seats: Sequence[str]) -> None:
    """Check that these seats are among those of a protocol.

    Raises:
        UsageError: if one is not.
    """
    if missing := sorted(set(named).difference(seats)):
        raise UsageError(f"There is no seat {', '.join(missing)}; the seats are {', '.join(seats)}.")


def _checked(scenario: AnyScenario, pictures: bool) -> AnyScenario:
    """Return the scenario, if in its first plans no seat has tools, and the policy is shown no pictures."""
    for plan in islice(plans(scenario), DEALS):
        if tools := scenario.tools_of(plan):
            raise UsageError(
                f"The seat {next(iter(tools))} of {scenario.name} has tools, which an environment cannot "
                "offer; give no seat tools, or train on exported rows, such as trl-sft."
            )
        shows = scenario.protocol_of(plan).shows_pictures
        if not pictures and (pictured := [s for s in own_seats(plan) if shows(s, plan.task.public)]):
            raise UsageError(
                f"The protocol of {scenario.name} shows {pictured[0]} pictures, and an environment sends its "
                "trainer texts alone; let another agent sit there."
            )
    return scenario


def own_seats(plan: Plan) -> list[str]:
    """Return the seats in which the policy sits in an episode."""
    return [seat for seat, agent in plan.seats.items() if agent == POLICY]


def plans(scenario: AnyScenario) -> Iterator[Plan]:
    """Yield the plans of the episodes in which the policy has a seat."""
    round_ = scenario.round(0, ())
    return (plan for plan in (round_.plans if round_ else ()) if own_seats(plan))


def chat(request: Request) -> list[Message]:
    """Return the request as chat messages in which user and assistant alternate, as chat templates require.

    Neighbouring messages of the same role are joined. The messages of a seat's next request still begin with
    those of the last one, because the seat's answer comes between them.
    """
    together = groupby(messages(request), attrgetter("role"))
    return [as_one(list(parts)) for _, parts in together]


def seat_return(outcome: Outcome, seat: str) -> float:
    """Return the return of a seat.

    Raises:
        NoReturn: if the episode is not a result, or the protocol does not give the seat a return.
    """
    if not outcome.is_result:
        raise NoReturn(f"The episode is not a result. {outcome}")
    if seat not in outcome.returns:
        raise NoReturn(
            f"The protocol gives {seat} no return, so there is no reward; let another agent sit there."
        )
    return float(outcome.returns[seat])


class Counting:
    """A recorder that passes everything on to another, with the episode's `number` there, and counts by seat.

    `replies` counts the answered requests, and `unusable` those whose answer could not be used. `confidences`
    holds the probabilities that each seat stated, in order, from 0 to 1.
    """

    def __init__(self, recorder: Recorder, number: int) -> None:
        self.number = number
        self.replies: Counter[str] = Counter()
        self.unusable: Counter[str] = Counter()
        self.confidences: dict[str, list[float]] = {}
        self._recorder = recorder

    def begin(
        self, plan: Plan, briefs: Mapping[str, str], offered: Mapping[str, str] = NOTHING_OFFERED
    ) -> None:
        """Pass it on."""
        self._recorder.begin(replace(plan, number=self.number), briefs, offered)

    def tool(self, episode: int, came: Returned) -> None:
        """Pass it on."""
        self._recorder.tool(self.number, came)

    def call(self, episode: int, call: Call) -> None:
        """Count the call, and pass it on."""
        self.replies[call.seat] += 1
        if call.parsed is None:
            self.unusable[call.seat] += 1
        else:
            parsed = from_json(call.parsed)
            stated = parsed.get("probability") if isinstance(parsed, dict) else None
            if isinstance(stated, int | float):
                self.confidences.setdefault(call.seat, []).append(float(stated))
        self._recorder.call(self.number, call)

    def events(self, episode: int, step: int, position: int, events: Sequence[Event]) -> None:
        """Pass it on."""
        self._recorder.events(self.number, step, position, events)

    def annotations(self, episode: int, step: int, found: Sequence[AnnotationRow]) -> None:
        """Pass it on."""
        own = [row._replace(episode=self.number) for row in found]
        self._recorder.annotations(self.number, step, own)

    def end(self, played: Played) -> None:
        """Pass it on."""
        self._recorder.end(replace(played, plan=replace(played.plan, number=self.number)))

    async def room(self) -> None:
        """Wait until the other recorder has room."""
        await self._recorder.room()

    def figures(self, played: Played, seat: str) -> dict[str, float]:
        """Return the figures of a seat, by their names.

        ``completed`` and ``forfeited`` (by this seat) are 0 or 1. ``replies`` and ``unusable`` count this
        seat's answers, and ``episode_turns`` counts the answers of all seats. ``confidence`` is the last
        probability that the seat stated. It is left out if the seat stated none.
        """
        outcome = played.outcome
        figures = {
            "completed": outcome.ending is Ending.COMPLETED,
            "forfeited": outcome.ending is Ending.FORFEITED and seat in outcome.offenders,
            "replies": self.replies[seat],
            "unusable": self.unusable[seat],
            "episode_turns": played.turns,
        }
        stated = {"confidence": self.confidences[seat][-1]} if seat in self.confidences else {}
        return {name: float(figure) for name, figure in (figures | stated).items()}
