"""A walk over a grid: an agent predicts a chunk of moves and of places, and each is scored by its horizon.

The scores are those of two papers. Schwarzer et al. 2021, "Data-efficient reinforcement learning with
self-predictive representations" (SPR): the loss ``2 - 2 cos`` of the predicted and the true observation, mean
over `horizon` steps, of which those after the walk's end count as 0. Vujinović and Kovačević 2025, "ACT-JEPA:
joint-embedding predictive architecture improves policy representation learning": the next moves and the next
observations at once, each compared by its offset. Here the observation is the place on the grid, and its
vector stands for the latent state.

``--set protocol.chunk=1`` asks again after each move, with the true place. The agent
``scenarios.grid_walk:Walker`` needs no model.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from arena import Agent, Episode, Outcome, Protocol, Reply, Request, Scenario, Score, Task
from arena.annotations import Annotation, AnnotationStatus, Place, status_of
from arena.core.errors import UsageError
from arena.core.ranges import Rounds
from arena.forms import Structured
from arena.prompts import Prompts
from arena.tasks import PublicTask

_WALKER = "walker"
_PROMPTS = Prompts(__file__)

Square = tuple[int, int]
STEPS: Mapping[str, Square] = {"R": (1, 0), "L": (-1, 0), "D": (0, 1), "U": (0, -1)}


_Move = Literal["R", "L", "D", "U"]
_Coordinate = Annotated[int, Field(ge=-999, le=999)]


class Chunk(BaseModel):
    """Predicted moves, and the place after each."""

    model_config = ConfigDict(extra="forbid")

    moves: list[_Move]
    places: list[tuple[_Coordinate, _Coordinate]]


@lru_cache
def _form(chunk: int) -> Structured[Chunk]:
    """Return the form of at most so many moves, so that a model in a loop comes to an end."""
    most = Field(max_length=chunk)
    bounded = create_model(
        "Chunk",
        __base__=Chunk,
        moves=(list[_Move], most),
        places=(list[tuple[_Coordinate, _Coordinate]], most),
    )
    return Structured(bounded)


class GridWalk(Protocol):
    """The walker predicts chunk after chunk of a walk, which the task's data have as ``moves``.

    A prediction that a chunk lacks at an offset is wrong there, and the SPR loss counts it as opposite, 4. A
    chunk that lacks a place has no ``rmse``. A chunk that cannot be used is unknown: its scores have the
    status of its reply, and the walk has no return.

    Args:
        chunk: How many moves are predicted at once.
        horizon: The number of steps over which the SPR loss is averaged.
    """

    chunk: Rounds = 3
    horizon: Rounds = 5

    @property
    def seats(self) -> tuple[str, ...]:
        """The seat ``walker``."""
        return (_WALKER,)

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return dict.fromkeys(_names(self.chunk), Score)

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the task, and what the walker does."""
        return "\n\n".join(filter(None, [super().brief(seat, task), _PROMPTS.text("walker")]))

    async def play(self, episode: Episode) -> Outcome:
        """Ask for the chunks, and score each of them."""
        moves = list(episode.task.data["moves"])
        places = walked(moves)
        right, are_known = 0, True
        for start in range(0, len(moves), self.chunk):
            (x, y), (x_end, y_end) = places[start - 1] if start else (0, 0), places[-1]
            asked = _PROMPTS.text("predict", moves=self.chunk, x=x, y=y, x_end=x_end, y_end=y_end)
            fields = {"asks": "chunk", "start": start, "moves": self.chunk}
            said = await episode.ask(_WALKER, _form(self.chunk), asked, fields=fields)
            ahead = slice(start, start + self.chunk)
            if not said.ok:
                status, are_known = status_of(said.status), False
                for name in _names(len(moves[ahead])):
                    episode.annotate(Score(name, about=said.place, status=status, reason=said.reason))
                continue
            episode.annotate(*self._scores(said.value, moves[ahead], places[ahead], said.place))
            right += sum(one == two for one, two in zip(said.value.moves, moves[ahead], strict=False))
        return Outcome.completed({_WALKER: right / len(moves)} if are_known else {})

    def _scores(
        self, said: Chunk, moves: Sequence[str], places: Sequence[Square], about: Place
    ) -> Iterator[Score]:
        """Yield the scores of a chunk, of which the walk may have fewer moves."""
        guessed = [tuple(one) for one in said.places]
        hits = [
            float(guess == place) for guess, place in zip(_filled(guessed, len(places)), places, strict=True)
        ]
        for number, (guess, move) in enumerate(
            zip(_filled(said.moves, len(moves)), moves, strict=True), start=1
        ):
            yield Score(f"move at offset {number}", float(guess == move), low=0, high=1, about=about)
        for number, hit in enumerate(hits, start=1):
            yield Score(f"place at offset {number}", hit, low=0, high=1, about=about)
        yield Score("compounding", hits[-1] - hits[0], low=-1, high=1, about=about)
        if len(said.places) >= len(places):
            yield Score("rmse", rmse(said.places, places), low=0, about=about)
        else:
            reason = "the chunk lacks a place"
            yield Score("rmse", low=0, about=about, status=AnnotationStatus.UNKNOWN, reason=reason)
        yield Score("spr-loss", spr_loss(said.places, places, self.horizon), low=0, high=4, about=about)


def _names(moves: int) -> list[str]:
    """Return the names of the scores of a chunk of so many moves."""
    offsets = [f"{what} at offset {number}" for number in range(1, moves + 1) for what in ("move", "place")]
    return [*offsets, "compounding", "rmse", "spr-loss"]


def _filled(values: Sequence[object], count: int) -> list[object]:
    """Return so many values, with None where there are none."""
    return [*values[:count], *[None] * (count - len(values))]


def walked(moves: Sequence[str]) -> list[Square]:
    """Return the place after each move of a walk that begins at (0, 0).

    >>> walked("RRD")
    [(1, 0), (2, 0), (2, 1)]
    """
    steps = (STEPS[move] for move in moves)
    return list(accumulate(steps, lambda at, step: (at[0] + step[0], at[1] + step[1])))


def rmse(guessed: Sequence[Square], true: Sequence[Square]) -> float:
    """Return the root of the mean squared difference of both coordinates, over the true places.

    >>> f"{rmse([(1, 0), (1, 1), (1, 2)], [(1, 0), (2, 0), (2, 1)]):.4f}"
    '0.8165'
    """
    pairs = zip(guessed, true, strict=False)
    squares = ((x - x_true) ** 2 + (y - y_true) ** 2 for (x, y), (x_true, y_true) in pairs)
    return math.sqrt(sum(squares) / (2 * len(true)))


def step_loss(guessed: Square, true: Square) -> float:
    """Return the squared distance of two vectors of length 1, which is 2 less twice their cosine.

    As in the authors' code, a vector is divided by its length, or by 0.001 if it is shorter.

    >>> step_loss((1, 0), (0, 1)), step_loss((1, 0), (3, 0)), f"{step_loss((1, 0), (1, 1)):.4f}"
    (2.0, 0.0, '0.5858')
    """
    (a, b), (c, d) = _unit(guessed), _unit(true)
    return (a - c) ** 2 + (b - d) ** 2


def _unit(point: Square) -> tuple[float, float]:
    length = max(math.hypot(*point), 1e-3)
    return point[0] / length, point[1] / length


def spr_loss(guessed: Sequence[Square], true: Sequence[Square], horizon: int) -> float:
    """Return the mean loss over so many steps. Steps after the last true place count as 0.

    >>> spr_loss([(0, 1), (3, 0)], [(1, 0), (2, 0)], 5)
    0.4
    """
    losses = [
        step_loss(guessed[step], place) if step < len(guessed) else 4.0
        for step, place in enumerate(true[:horizon])
    ]
    return sum(losses) / horizon


@dataclass
class Walker(Agent):
    """Predicts the moves and places that it was given, from the first step on.

    In a specification: ``scenarios.grid_walk:Walker?says=R1/0,D1/1,D1/2``.

    Args:
        says: The moves, each with the place after it, and commas between them.
    """

    says: str

    def __post_init__(self) -> None:
        try:
            parts = [(part[0], part[1:].split("/")) for part in self.says.split(",")]
            self._says = [(move, [int(x), int(y)]) for move, (x, y) in parts]
        except (ValueError, IndexError):
            raise UsageError(f"Moves and places are written as R1/0,D1/1, not {self.says!r}.") from None

    async def reply(self, request: Request) -> Reply:
        """Return the next moves and places of what it says."""
        start, count = request.prompt.data["start"], request.prompt.data["moves"]
        chunk = self._says[start : start + count]
        said = {"moves": [move for move, _ in chunk], "places": [place for _, place in chunk]}
        return Reply(json.dumps(said))


def _walk(moves: str) -> Task:
    return Task(id=moves, data={"moves": list(moves)})


_WALKS = [_walk(moves) for moves in ("RR", "RRD", "DDRRR", "RDRDRD", "DRRULDDR")]

spr = Scenario(
    name="spr",
    protocol=GridWalk(chunk=5, horizon=5),
    tasks=_WALKS,
    seats={_WALKER: "local"},
)

act_jepa = Scenario(
    name="act-jepa",
    protocol=GridWalk(chunk=3),
    tasks=_WALKS[1:],
    seats={_WALKER: "local"},
)
