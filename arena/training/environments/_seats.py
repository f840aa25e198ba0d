"""What an environment of somebody else's needs: a policy from outside in some seats, and how those fared.

The policy is one agent of the scenario, called ``policy``. It may sit in several seats of an episode, and
swaps of seats move it as they would move any other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from typing import Any

from pydantic_core import from_json

from arena.annotations import AnnotationRow
from arena.core.errors import ArenaError, UsageError
from arena.designs.building import Source, build, override
from arena.designs.scenario import AnyScenario, Scenario
from arena.designs.tournament import Tournament
from arena.episode.outcome import Ending, Outcome
from arena.episode.plan import Plan, Played
from arena.episode.record import Call, Recorder
from arena.registry import AgentLike, table
from arena.seat.agent import Agent, Reply, Request
from arena.seat.messages import Message, messages
from arena.seat.transcript import Event

POLICY = "policy"
"""What plans, tables and journals call the policy from outside."""
DEALS = 1000
"""How many deals there are of a game, or of a tournament's protocol, that does not say."""


class NoReturn(ArenaError):
    """An episode gave a seat nothing that could be a reward; that is not the same as 0."""


class Outside(Agent):
    """Whoever answers the requests that `ask` is given: a trainer's sampler, for one."""

    name = POLICY

    def __init__(self, ask: Callable[[Request], Awaitable[Reply]]) -> None:
        self._ask = ask

    async def reply(self, request: Request) -> Reply:
        """Return what comes from outside."""
        return await self._ask(request)


def find_scenario(name: str, settings: Mapping[str, Any] | None = None) -> AnyScenario:
    """Return a scenario by its name, its Python file or a game's name, with `settings` by their path.

    Raises:
        UnknownName: if there is no scenario, file or game of that name.
        UsageError: if a setting does not fit.
    """
    is_game = not name.endswith(".py") and name not in table("scenarios")
    entrants = (POLICY,) if is_game else ()
    return build(Source(name=name, tournament=is_game, agents=entrants, settings=settings or {}))


def with_policy(
    scenario: AnyScenario, seats: Sequence[str] = (), agents: Mapping[str, AgentLike] | None = None
) -> AnyScenario:
    """Return the scenario with the policy in `seats` (all players' unless given) and `agents` in others.

    Of a tournament the protocol, tasks, seed and limits are taken, and `DEALS` of each task unless it plays
    several; its entrants stay away.

    Raises:
        UsageError: if there is no such seat, if one has nobody, or the policy and another agent.
    """
    own, others = seats or scenario.players, agents or {}
    if both := sorted(set(own) & set(others)):
        raise UsageError(f"The policy and another agent are both to sit in {', '.join(both)}; choose one.")
    seated = {**scenario.seats, **others, **dict.fromkeys(own, POLICY)}
    if not isinstance(scenario, Tournament):
        return override(scenario, ["seats"], seated)  # type: ignore[no-any-return]
    kept = "name", "protocol", "tasks", "first", "seed", "limits"
    shared = {name: getattr(scenario, name) for name in kept}
    episodes = scenario.episodes if scenario.episodes > 1 else DEALS
    return Scenario(**shared, episodes=episodes, seats=seated)


def own_seats(plan: Plan) -> list[str]:
    """Return the seats that the policy has in an episode."""
    return [seat for seat, agent in plan.seats.items() if agent == POLICY]


def plans(scenario: AnyScenario) -> Iterator[Plan]:
    """Yield the plans of the episodes in which the policy sits somewhere."""
    round_ = scenario.round(0, ())
    return (plan for plan in (round_.plans if round_ else ()) if own_seats(plan))


def chat(request: Request) -> list[Message]:
    """Return the request as chat messages in which user and assistant alternate, as chat templates want it.

    Neighbours of the same role are one message. Those of a seat's next request still begin with those of its
    last one, since what is added begins with an answer.
    """
    together = groupby(messages(request), attrgetter("role"))
    return [Message(role, "\n\n".join(part.content for part in parts)) for role, parts in together]


def seat_return(outcome: Outcome, seat: str) -> float:
    """Return what a seat got.

    Raises:
        NoReturn: if the episode is no result, or pays the seat nothing.
    """
    if not outcome.is_result:
        raise NoReturn(f"The episode is no result. {outcome}")
    if seat not in outcome.returns:
        raise NoReturn(
            f"The protocol pays {seat} nothing, so there is no reward; let another agent sit there."
        )
    return float(outcome.returns[seat])


class Counting:
    """A recorder that passes on to another, under the episode's `number` there, and counts by seat.

    `replies` are the requests answered, `unusable` those whose answer came to nothing, and `confidences` the
    probabilities that the seat stated, in order, from 0 to 1.
    """

    def __init__(self, recorder: Recorder, number: int) -> None:
        self.number = number
        self.replies: Counter[str] = Counter()
        self.unusable: Counter[str] = Counter()
        self.confidences: dict[str, list[float]] = {}
        self._recorder = recorder

    def begin(self, plan: Plan, briefs: Mapping[str, str]) -> None:
        """Pass it on."""
        self._recorder.begin(replace(plan, number=self.number), briefs)

    def call(self, episode: int, call: Call) -> None:
        """Count it, and pass it on."""
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
        """Wait as the other recorder does."""
        await self._recorder.room()

    def figures(self, played: Played, seat: str) -> dict[str, float]:
        """Return what is to be said of a seat in numbers.

        ``completed`` and ``forfeited`` (by this seat) are 0 or 1, ``replies`` and ``unusable`` are counts of
        this seat's, ``episode_turns`` counts everyone's answers, and ``confidence`` is the last one that the
        seat stated; it is not there if it stated none.
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
