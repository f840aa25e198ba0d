"""Coached self-play: a series of games in which one side learns from its history and a critic's advice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any, ClassVar, NamedTuple, Self

from pydantic import Field, model_validator

from arena.core.ranges import Rounds
from arena.core.seeds import derive
from arena.designs._described import described
from arena.designs._protocol_names import ProtocolLike
from arena.designs._seats import check_probes, check_seats, names_of
from arena.designs.coached import ADVICE, COACHING_PROMPTS, CRITIC, HISTORY, Coached
from arena.designs.scenario import AnyScenario, Round
from arena.designs.wording import check_wording
from arena.episode.plan import Plan, Played
from arena.episode.protocol import Protocol
from arena.prompts import wording
from arena.registry import AgentLike, agent_name, by_name, place_of
from arena.seat.messages import fenced
from arena.tasks.task import Task

FIRST_GAME = "first game"
"""The condition of the game from which all arms branch."""


class Arm(StrEnum):
    """What the improving side is told about its earlier games."""

    COACHED = "coached"
    """It is told how they went, and the critic's advice after each."""
    HISTORY = "history"
    """It is told how they went."""
    ALONE = "alone"
    """It is told nothing."""


class Coaching(AnyScenario):
    """A series of games of one protocol, in which one seat learns from the earlier games.

    The design is that of "Improving Language Model Negotiation with Self-Play and In-Context Learning from AI
    Feedback" (Fu et al. 2023). A critic reads a game as the improving side saw it, and gives advice. The
    history and the advice are added to what that side is told before its next game. The others begin each
    game without any memory. `seats` names the agents of the protocol's seats and, for the coached arm, of the
    ``critic``.

    There is a series for each task and each of its `episodes`, and with `swap` for each rotation of the
    players. The first game of a series is played once, and all `arms` branch from it. From the second game
    on, each arm plays a game of its own, and all arms have the same chance seed. All games of a series are
    one match. The condition of an episode names its arm and game, such as ``coached, game 2``. An arm ends
    after a game without a result.

    Args:
        protocol: The protocol of each game, with its settings, such as ``protocol.words``.
        improving: The seat that is coached.
        games: How many games are played in a series.
        arms: Which arms are compared: coached, history (without advice) or alone.
    """

    kind: ClassVar[str] = "coaching"
    reads: ClassVar[tuple[str, ...]] = (HISTORY, ADVICE)

    name: str = "coaching"
    protocol: ProtocolLike
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
        check_probes(self.probes, (*self.protocol.seats, *critic))
        check_wording(self.prompts, [self.protocol])
        return self

    @property
    def players(self) -> tuple[str, ...]:
        """The seats that compete, as the protocol says."""
        return self.protocol.players

    def protocol_of(self, plan: Plan) -> Protocol:
        """Return the protocol of a game, with its critic and history if a later game needs them."""
        return self._protocol(arm_of(plan.condition), plan.round)

    def _protocol(self, arm: Arm | None, game: int) -> Protocol:
        """Return what an arm plays in a game. The arm is None in the first game, which all arms share."""
        if game == self.games - 1 or arm is Arm.ALONE:
            return self.protocol
        return self._played(advised=Arm.COACHED in ((arm,) if arm else self.arms))

    def _played(self, *, advised: bool) -> Protocol:
        return Coached(protocol=self.protocol, improving=self.improving, advised=advised)

    def cast(self) -> dict[str, AgentLike]:
        """Return every agent of the scenario by its name."""
        return by_name(self.seats.values())

    def round(self, number: int, played: Iterable[Played]) -> Round | None:
        """Return the plans of the games with this number, counted from 0. They depend on the games before."""
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
        past = {(one.plan.match, one.plan.condition): one for one in played if one.plan.round < game}
        plans = []
        for series in self._series():
            for arm in self.arms:
                earlier = [past.get((series.place, _condition(arm, before))) for before in range(game)]
                ended = [one for one in earlier if one is not None and one.outcome.is_result]
                if len(ended) == game:
                    plans.append(self._plan(series, arm, game, ended))
        return plans

    def _series(self) -> Iterator[_Series]:
        """Yield each series: a task, a repetition and a seating."""
        place = 0
        for task in self.played_tasks:
            for repetition in range(self.episodes):
                for seats, _ in self.seatings_of(self.protocol, self.seats):
                    yield _Series(place, task, repetition, seats)
                    place += 1

    def _plan(self, series: _Series, arm: Arm | None, game: int, earlier: Sequence[Played]) -> Plan:
        # Plans are numbered by series, so that an arm that ends early changes the number of no other plan.
        within = 1 + (game - 1) * len(self.arms) + self.arms.index(arm) if arm else 0
        has_critic = CRITIC in self._protocol(arm, game).seats
        critic = {CRITIC: agent_name(self.seats[CRITIC])} if has_critic else {}
        number = series.place * self._match_size + within
        with wording(self.prompts):
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
        """Return everything that shapes the run's transcripts, as JSON-able values. Resuming compares it."""
        coaching = {
            "class": place_of(Coaching),
            "improving": self.improving,
            "games": self.games,
            "arms": list(self.arms),
            "protocol": described(self.protocol),
        }
        return super().config() | {"protocol": coaching, "seats": names_of(self.seats)}


class _Series(NamedTuple):
    """A series of games: a task, its repetition, and the agent in each seat. `place` counts the series."""

    place: int
    task: Task
    repetition: int
    seats: Mapping[str, str]


def _condition(arm: Arm | None, game: int) -> str:
    return f"{arm}, game {game + 1}" if arm and game else FIRST_GAME


def arm_of(condition: str) -> Arm | None:
    """Return the arm that an episode's condition names. None for a first game, which belongs to all arms."""
    return None if condition == FIRST_GAME else Arm(condition.partition(",")[0])


def _brief(own: str, improving: str, earlier: Sequence[Played], arm: Arm | None) -> str:
    """Return what the improving side is told before a game: its `own` brief, and what its arm may know.

    It is not told the returns of the others, because they would reveal what is private to them.
    """
    if not earlier or arm is Arm.ALONE:
        return own
    parts = [own, COACHING_PROMPTS.text("before")]
    for game, one in enumerate(earlier, start=1):
        got, advice = one.outcome.returns.get(improving), one.found.get(ADVICE)
        history = fenced(one.found[HISTORY])
        parts.append(COACHING_PROMPTS.text("earlier_game", game=game, history=history))
        if got is not None:
            parts.append(COACHING_PROMPTS.text("earlier_return", game=game, got=f"{got:g}"))
        if arm is Arm.COACHED and advice is not None:
            parts.append(COACHING_PROMPTS.text("earlier_advice", game=game, advice=fenced(advice)))
    return "\n\n".join(filter(None, parts))


def _with_brief(task: Task, number: int, seat: str, brief: str) -> Task:
    """Return the task with another brief for a seat, and with an id of its own if the brief differs.

    Journals identify tasks by their ids. ``variant_of`` tells figures that it is the same task.
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
