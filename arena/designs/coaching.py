"""Coached self-play: game after game, in which one side learns from its history and a critic's advice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any, ClassVar, NamedTuple, Self

from pydantic import Field, InstanceOf, model_validator

from arena.core.ranges import Rounds
from arena.core.seeds import derive
from arena.designs.coached import Coached
from arena.designs.scenario import AnyScenario, Round, check_seats, described, names_of
from arena.episode.outcome import Outcome
from arena.episode.plan import Plan, Played
from arena.episode.protocol import Protocol
from arena.registry import AgentLike, agent_name, by_name, place_of
from arena.seat.messages import fenced
from arena.tasks.task import Task

FIRST = "first game"
"""The condition of the game from which all arms branch."""
CRITIC = "critic"
_BEFORE = (
    "You have played this before. The others remember nothing of it. Lines that begin with '> ' are quoted; "
    "learn from them how to do better."
)


class Arm(StrEnum):
    """What the improving side is told of the games before."""

    COACHED = "coached"
    """How they went for it, and a critic's advice after each."""
    HISTORY = "history"
    """How they went for it."""
    ALONE = "alone"
    """Nothing."""


class Coaching(AnyScenario):
    """So many `games` of a protocol one after another, from which the `improving` side learns, by arm.

    "Improving Language Model Negotiation with Self-Play and In-Context Learning from AI Feedback" (Fu et al.
    2023): a critic reads a game as the improving side saw it and gives advice, and history and advice go into
    what that side is told before its next game. The others begin each game afresh. `seats` names the agents
    of the protocol's seats and, for the coached arm, of the ``critic``.

    Each task, `episodes` times, with `swap` in each rotation of the players, has a first game, which is
    played once and from which all `arms` branch; from the second game on, each arm plays its own, with the
    same chance. All of them together are a match. An arm and its game are an episode's condition, such as
    ``coached, game 2``. An arm goes no further than a game without a result.

    Args:
        protocol: The protocol of each game, with its settings, such as ``protocol.words``.
        improving: The seat that is coached.
        games: How many games are played in a series.
        arms: Which arms are compared: coached, with the history alone, or alone.
    """

    kind: ClassVar[str] = "coaching"

    name: str = "coaching"
    protocol: InstanceOf[Protocol]
    improving: str
    games: Rounds = 4
    arms: Annotated[tuple[Arm, ...], Field(min_length=1)] = tuple(Arm)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if len(set(self.arms)) < len(self.arms):
            raise ValueError("an arm is named twice")
        self._played(advised=False)
        critic = {CRITIC} if Arm.COACHED in self.arms else set()
        check_seats(self.seats, {*self.protocol.seats, *critic})
        return self

    @property
    def players(self) -> tuple[str, ...]:
        """The seats that compete, as the protocol says."""
        return self.protocol.players

    def protocol_of(self, plan: Plan) -> Protocol:
        """Return the protocol, with what its game has for the games after it."""
        return self._protocol(arm_of(plan.condition), plan.round)

    def _protocol(self, arm: Arm | None, game: int) -> Protocol:
        """Return what an arm plays in a game, or all of them together, if None, in the first."""
        if game == self.games - 1 or arm is Arm.ALONE:
            return self.protocol
        return self._played(advised=Arm.COACHED in ((arm,) if arm else self.arms))

    def _played(self, *, advised: bool) -> Protocol:
        return Coached(protocol=self.protocol, improving=self.improving, advised=advised)

    def cast(self) -> dict[str, AgentLike]:
        """Return every agent of the scenario by its name."""
        return by_name(self.seats.values())

    def round(self, number: int, played: Iterable[Played]) -> Round | None:
        """Return the plans of the games of this number, from 0, by what came of the games before."""
        if number >= self.games:
            return None
        plans = self._later_games(number, played) if number else self._first_games()
        return Round(iter(plans), len(plans)) if plans else None

    @property
    def _match_size(self) -> int:
        return 1 + len(self.arms) * (self.games - 1)

    def _first_games(self) -> list[Plan]:
        return [self._plan(series, None, 0, ()) for series in self._series()]

    def _later_games(self, game: int, played: Iterable[Played]) -> list[Plan]:
        past = {(one.plan.match, one.plan.condition): one.outcome for one in played if one.plan.round < game}
        plans = []
        for series in self._series():
            for arm in self.arms:
                earlier = [past.get((series.place, _condition(arm, before))) for before in range(game)]
                ended = [outcome for outcome in earlier if outcome is not None and outcome.is_result]
                if len(ended) == game:
                    plans.append(self._plan(series, arm, game, ended))
        return plans

    def _series(self) -> Iterator[_Series]:
        """Yield each task, repetition and seating: what has a first game, and is gone on with in all arms."""
        place = 0
        for task in self.played_tasks:
            for repetition in range(self.episodes):
                for seats, _ in self.seatings_of(self.protocol, self.seats):
                    yield _Series(place, task, repetition, seats)
                    place += 1

    def _plan(self, series: _Series, arm: Arm | None, game: int, earlier: Sequence[Outcome]) -> Plan:
        # By series and not by round, so that an arm that ends early moves no other plan's number.
        within = 1 + (game - 1) * len(self.arms) + self.arms.index(arm) if arm else 0
        has_critic = CRITIC in self._protocol(arm, game).seats
        critic = {CRITIC: agent_name(self.seats[CRITIC])} if has_critic else {}
        number = series.place * self._match_size + within
        brief = _brief(series.task.briefs.get(self.improving, ""), self.improving, earlier, arm)
        return Plan(
            number,
            _with_brief(series.task, number, self.improving, brief),
            {**series.seats, **critic},
            derive(self.seed, "chance", series.task.id, series.repetition, game),
            game,
            series.place,
            self._match_size,
            _condition(arm, game),
        )

    def config(self) -> dict[str, Any]:
        """Return all that shapes the run's transcripts, as JSON-able values, to compare on resuming."""
        coaching = {
            "class": place_of(Coaching),
            "improving": self.improving,
            "games": self.games,
            "arms": list(self.arms),
            "protocol": described(self.protocol),
        }
        return super().config() | {"protocol": coaching, "seats": names_of(self.seats)}


class _Series(NamedTuple):
    """What has one first game: a task, its repetition, and who sits where; `place` counts them."""

    place: int
    task: Task
    repetition: int
    seats: Mapping[str, str]


def _condition(arm: Arm | None, game: int) -> str:
    return f"{arm}, game {game + 1}" if arm and game else FIRST


def arm_of(condition: str) -> Arm | None:
    """Return the arm of an episode by its condition; None of a first game, which is in all of them."""
    return None if condition == FIRST else Arm(condition.partition(",")[0])


def _brief(own: str, improving: str, earlier: Sequence[Outcome], arm: Arm | None) -> str:
    """Return what the improving side is told before a game: its `own` brief, and what its arm lets it know.

    Of what the others got it is told nothing, which would tell it what is private to them.
    """
    if not earlier or arm is Arm.ALONE:
        return own
    parts = [own, _BEFORE]
    for game, outcome in enumerate(earlier, start=1):
        coaching, got = outcome.details["coaching"], outcome.returns.get(improving)
        parts.append(f"Game {game}, as you saw it:\n{fenced(coaching['history'])}")
        parts.append(f"You got {got:g} in game {game}." if got is not None else "")
        if arm is Arm.COACHED and coaching["advice"] is not None:
            parts.append(f"What a critic advised you to do after game {game}:\n{fenced(coaching['advice'])}")
    return "\n\n".join(filter(None, parts))


def _with_brief(task: Task, number: int, seat: str, brief: str) -> Task:
    """Return the task with another brief of a seat, if it is another, and with an id that no other task has.

    Journals know tasks by their ids; ``variant_of`` says to figures that it is the same task.
    """
    if brief == task.briefs.get(seat, ""):
        return task
    return task.model_copy(
        update={
            "id": f"{task.id} in episode {number}",
            "data": {**task.data, "variant_of": task.id},
            "briefs": {**task.briefs, seat: brief},
        }
    )
