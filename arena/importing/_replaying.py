"""Games of other systems, replayed by our rules, so that each seat saw what the game shows it.

::

    {"game": "tictactoe", "seats": {"player_0": "model-x", "player_1": "model-y"},
     "moves": [4, "a1", 8, 2, 6, 0], "returns": {"player_0": 0, "player_1": 0}}

A move is the number of an action, or the move as the game writes it. Where players move at the same time, or
the file has a move for each player and turn, it is a list with one for each; those not to move are ignored.
The events of chance stand among the moves, as numbers. A file's returns must be those of the rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from math import isclose
from typing import Annotated, Any, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from arena.core.errors import Drained, UsageError
from arena.core.jsonl import BadLine
from arena.core.text import one_line
from arena.episode.context import EpisodeContext
from arena.episode.episode import Episode
from arena.episode.outcome import Outcome
from arena.episode.plan import Plan, Played
from arena.importing._parts import Name
from arena.journal import Journal
from arena.registry import make_play, place_of
from arena.seat.agent import Agent, Reply, Request
from arena.tasks.task import Task

MOST_MOVES = 100_000
_LONGEST_NUMBER = 10
_MARKS = "+#"
_SHOWN = 12
"""The most moves that an error lists."""

_FRACTION = re.compile(r"(?<=[=,(])-?\d+\.\d+(?=[,)&]|$)")
_NAMED = re.compile(r"[\w:()=,?&+-]+")
"""What the name of a game may hold. It leads to no file, because an import must not choose what is run."""

Move = int | Annotated[str, Field(max_length=1000)] | None
T = TypeVar("T")


class ReplayedEpisode(BaseModel):
    """A game that was played elsewhere. `returns` of None are not known: then that seat failed."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    game: Name
    seats: Annotated[dict[Name, Name], Field(min_length=1, max_length=100)]
    moves: Annotated[list[Move | list[Move]], Field(max_length=MOST_MOVES)]
    returns: dict[Name, float | None] = Field(default_factory=dict)
    condition: Annotated[str, Field(max_length=1000)] = ""

    @property
    def players(self) -> tuple[str, ...]:
        """The seats."""
        return tuple(self.seats)

    def made_task(self) -> Task:
        """Return the task, which is nothing but the game."""
        return Task(id=f"game-{blake2b(self.game.encode(), digest_size=8).hexdigest()}")


class _State(Protocol):
    """What is asked of a state of a game, with OpenSpiel's names."""

    @property
    def current_player(self) -> int: ...
    @property
    def is_terminal(self) -> bool: ...
    def legal_actions(self, player: int | None = None) -> tuple[int, ...]: ...
    def child(self, action: int) -> _State: ...
    def joint_child(self, actions: Sequence[int]) -> _State: ...
    def chance_outcomes(self) -> tuple[tuple[int, float], ...]: ...
    def returns(self) -> tuple[float, ...]: ...
    def action_to_string(self, player: int, action: int) -> str: ...
    def action_named(self, player: int, text: str) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Replay:
    """How a game went by the rules: what each seat said in turn, what chance did, and how it ended.

    `outcome` is None if the game reached its end. Then the protocol says how.
    """

    said: Mapping[str, Sequence[str]]
    chance: Sequence[int]
    outcome: Outcome | None


@cache
def _play(game: str) -> Any:
    return make_play(game)


def protocol_of(game: str) -> dict[str, Any]:
    """Return the configuration of the protocol that plays a game."""
    play = _play(game)
    return {"class": place_of(type(play)), **play.model_dump(mode="json")}


def replayed(episode: ReplayedEpisode) -> Replay:
    """Return how a game went, with every move checked by the rules.

    Raises:
        BadLine: if there is no such game, the seats are not its own, a move is not legal, the moves end too
            early, or the returns are not those of the rules. It names the number of the move, from 1.
    """
    if not _NAMED.fullmatch(_FRACTION.sub("0", episode.game)):
        raise BadLine(f"{one_line(episode.game, 60)!r} names no game; a file of a game is not run here")
    try:
        play = _play(episode.game)
    except UsageError as unknown:
        raise BadLine(str(unknown)) from None
    if tuple(sorted(episode.seats)) != tuple(sorted(play.seats)):
        raise BadLine(f"the seats of {episode.game} are {', '.join(play.seats)}")
    if other := next((seat for seat in episode.returns if seat not in episode.seats), None):
        raise BadLine(f"returns: there is no seat {one_line(other)!r}")
    walk = _Walk(play.rules.new_initial_state(), play.seats)
    failed = [seat for seat, amount in episode.returns.items() if amount is None]
    for number, move in enumerate(episode.moves, start=1):
        try:
            walk.take(move)
        except BadLine as bad:
            last = number == len(episode.moves)
            if last and failed and not walk.state.is_terminal:
                return walk.ended(Outcome.failed(f"move {number}: {bad}", failed))
            raise BadLine(f"move {number}: {bad}") from None
    if walk.state.is_terminal:
        walk.check(episode.returns)
        return walk.ended(None)
    if failed:
        return walk.ended(Outcome.failed("it ended before the game was over", failed))
    known = {seat: amount for seat, amount in episode.returns.items() if amount is not None}
    if len(known) < len(play.seats):
        raise BadLine(
            f"the game is not over after its {len(episode.moves):,} moves, and not all returns are given"
        )
    return walk.ended(Outcome.completed(known, ended="before the game was over"))


class _Walk:
    """A game on its way: its state, and all that led there."""

    def __init__(self, state: _State, seats: Sequence[str]) -> None:
        self.state = state
        self._seats = seats
        self._said: dict[str, list[str]] = {seat: [] for seat in seats}
        self._chance: list[int] = []

    def take(self, move: Move | list[Move]) -> None:
        """Take one move, or the moves of all players at once, or an event of chance."""
        state = self.state
        if state.is_terminal:
            raise BadLine("the game is over before it")
        if outcomes := state.chance_outcomes():
            known = [action for action, _ in outcomes]
            if isinstance(move, bool) or not isinstance(move, int) or move not in known:
                raise BadLine(f"it is an event of chance, whose numbers are {_few(known)}, not {_said(move)}")
            self._chance.append(move)
            self.state = state.child(move)
            return
        together = state.current_player < 0
        movers = range(len(self._seats)) if together else (state.current_player,)
        if together and not isinstance(move, list):
            raise BadLine("all players move at once here, so it must be a list with a move for each")
        if isinstance(move, list) and len(move) != len(self._seats):
            raise BadLine(f"it is a list of {len(move)} moves, and there are {len(self._seats)} players")
        own = [self._action(player, move[player] if isinstance(move, list) else move) for player in movers]
        for player, action in zip(movers, own, strict=True):
            self._said[self._seats[player]].append(state.action_to_string(player, action))
        self.state = state.joint_child(own) if together else state.child(own[0])

    def _action(self, player: int, move: Move) -> int:
        """Return the legal action that a move of a player means."""
        legal = self.state.legal_actions(player)
        if isinstance(move, str):
            action = self._named(player, move, legal)
        else:
            action = None if isinstance(move, bool) else move
        if action is None or action not in legal:
            words = [f"{one} ({self.state.action_to_string(player, one)})" for one in legal[:_SHOWN]]
            more = ", ..." if len(legal) > _SHOWN else ""
            raise BadLine(
                f"{_said(move)} of {self._seats[player]} is not legal; legal: {', '.join(words)}{more}"
            )
        return action

    def _named(self, player: int, move: str, legal: Sequence[int]) -> int | None:
        """Return the action that a text means, which may lack the marks of check and mate."""
        named = self.state.action_named(player, move)
        if named is not None:
            return named
        if move.isascii() and move.isdecimal() and len(move) < _LONGEST_NUMBER:
            return int(move)
        bare = move.rstrip(_MARKS)
        words = (self.state.action_to_string(player, action).rstrip(_MARKS) for action in legal)
        return next((action for action, word in zip(legal, words, strict=True) if word == bare), None)

    def check(self, given: Mapping[str, float | None]) -> None:
        """Check that the returns given are those of the rules."""
        for seat, own in zip(self._seats, self.state.returns(), strict=True):
            said = given.get(seat, own)
            if said is None or not isclose(said, own, abs_tol=1e-9):
                what = "nothing" if said is None else f"{said:g}"
                raise BadLine(f"the file gives {seat} {what}, and by the rules it gets {own:g}")

    def ended(self, outcome: Outcome | None) -> Replay:
        """Return the whole game."""
        return Replay(self._said, self._chance, outcome)


def _few(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers[:_SHOWN])) + (", ..." if len(numbers) > _SHOWN else "")


def _said(move: object) -> str:
    return one_line(repr(move), 60)


class _Heard(Agent):
    """Says in turn what a player said. It hears nothing."""

    def __init__(self, name: str, said: Sequence[str]) -> None:
        self.name = name
        self._said = iter(said)

    async def reply(self, request: Request) -> Reply:
        said = next(self._said, None)
        if said is None:
            raise Drained("The moves of the file end here.")
        return Reply(said)


class _Dealt(Episode):
    """An episode whose events of chance are given."""

    def __init__(self, *arguments: Any, chance_events: Iterator[int], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._events = chance_events

    def draw(self, outcomes: Sequence[tuple[T, float]]) -> T:
        event = next(self._events, None)
        for outcome, _ in outcomes:
            if outcome == event:
                return outcome
        raise Drained("The moves of the file end here.")


async def replay(journal: Journal, number: int, episode: ReplayedEpisode) -> None:
    """Play a game again and write it into a journal: what seats were sent, what they said, how it ended."""
    play, went, task = _play(episode.game), replayed(episode), episode.made_task()
    plan = Plan(number, task, episode.seats, number, match=number, condition=episode.condition)
    briefs = {seat: play.brief(seat, task.public) for seat in play.seats}
    journal.begin(plan, briefs)
    playing = _Dealt(
        {seat: _Heard(episode.seats[seat], said) for seat, said in went.said.items()},
        task,
        briefs=briefs,
        number=number,
        context=EpisodeContext(recorder=journal, absent=play.absent),
        chance_events=iter(went.chance),
    )
    try:
        outcome = await play.play(playing)
    except Drained:
        if went.outcome is None:
            raise
        outcome = went.outcome
    finally:
        playing.end()
    journal.end(Played(plan, outcome, playing.turns, 0.0))
