"""Mini-o3: a searcher looks as often as it needs to, and an episode cut off while it looks is no failure.

The rule is that of Lai et al. 2025, "Mini-o3: scaling up reasoning patterns and interaction turns for visual
search", on a grid in place of pictures. A searcher that still wants to look in its last turn ``exceeds`` the
limit: the episode is cut off, and none of its rows is learnt from. A turn that is neither a look nor an
answer is wrong. The conditions are limits of turns.

``arena export RUN --advantage "group-mean?by=task&divide=sample-sd&cut-off=in"`` counts what was cut off as 0
in its group, as the authors' code does, and ``cut-off=out`` leaves it out, as the paper says. The agent
``scenarios.mini_o3:Searcher`` needs no model.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from random import Random
from typing import NamedTuple

from pydantic import BaseModel

from arena import Agent, Answer, Comparison, Episode, Label, Outcome, Protocol, Reply, Request, Score, Task
from arena.annotations import Annotation, AnnotationStatus, status_of
from arena.core.errors import UsageError
from arena.core.ranges import Rounds
from arena.forms import Status, Structured
from arena.pictures import Picture
from arena.prompts import Prompts
from arena.seat.response import Response
from arena.seat.transcript import NOBODY
from arena.tasks import PublicTask
from arena.tasks.drawn import grid_picture

_SEAT = "searcher"
_PROMPTS = Prompts(__file__)


class SearchMove(StrEnum):
    """What a searcher does in a turn."""

    LOOK = "look"
    ANSWER = "answer"


class Search(BaseModel):
    """A turn of the searcher."""

    thought: str
    act: SearchMove
    row: int
    column: int


class VisualSearch(Protocol):
    """A searcher looks at windows of a grid of three by three cells, and answers where the mark is.

    Args:
        turns: The largest number of turns.
        pictured: Whether a window is shown as a picture, in which the mark is a red cell, and not in words.
            Drawing it needs the extra ``pictures``.
    """

    turns: Rounds = 6
    pictured: bool = False

    @property
    def seats(self) -> tuple[str, ...]:
        """The seat ``searcher``."""
        return (_SEAT,)

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return {"answer": Answer, "exceeds": Label, "turns": Score}

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the task, how large the grid is, and what to do."""
        told = _PROMPTS.text("brief", rows=task.data["rows"], columns=task.data["columns"])
        return f"{super().brief(seat, task)}\n\n{told}"

    def shows_pictures(self, seat: str, task: PublicTask) -> bool:
        """Return whether windows are pictures."""
        return self.pictured or super().shows_pictures(seat, task)

    async def play(self, episode: Episode) -> Outcome:
        """Let the searcher look, until it answers or has no turn left."""
        for turn in range(1, self.turns + 1):
            left = self.turns - turn + 1
            asked = _PROMPTS.text("turn", left=left)
            said = await episode.ask(_SEAT, Structured(Search), asked, audience=NOBODY, fields={"left": left})
            if not said.ok:
                return _unusable(episode, said)
            looks = said.value.act is SearchMove.LOOK
            if looks and turn < self.turns:
                self._show(episode, said.value)
                continue
            cell = None if looks else f"{said.value.row},{said.value.column}"
            status = AnnotationStatus.TRUNCATED if looks else AnnotationStatus.OK
            episode.annotate(
                Answer("answer", cell, about=said.place, author=_SEAT, status=status),
                Label("exceeds", "yes" if looks else "no", about=said.place),
                Score("turns", turn, low=1, about=said.place),
            )
            if cell is None:
                return Outcome.truncated("the searcher still wanted to look in its last turn")
            return Outcome.completed({_SEAT: float(bool(episode.score(cell)))})
        raise AssertionError("a search has at least one turn")

    def _show(self, episode: Episode, search: Search) -> None:
        """Show the searcher the window that it looks at."""
        cells = _window(episode.task, search)
        if self.pictured and cells:
            rows = [list(row) for _, row in groupby(cells, key=attrgetter("row"))]
            drawn = grid_picture([["red" * cell.marked for cell in row] for row in rows])
            told = _PROMPTS.text("seen_picture", row=cells[0].row, column=cells[0].column)
            episode.tell({_SEAT}, told, pictures=(Picture.from_bytes(drawn),))
            return
        lines = (
            f"row {cell.row}, column {cell.column}: {'mark' if cell.marked else 'empty'}" for cell in cells
        )
        window = "\n".join(lines) or "nothing, because it is outside the grid"
        episode.tell({_SEAT}, _PROMPTS.text("seen", window=window))


class LookedCell(NamedTuple):
    """A cell of a grid that is looked at, and whether it has the mark."""

    row: int
    column: int
    marked: bool


def _unusable(episode: Episode, said: Response[Search]) -> Outcome:
    """End a search by a reply that cannot be read. It is wrong, unless it is not the searcher's fault."""
    status = status_of(said.status)
    episode.annotate(Answer("answer", about=said.place, author=_SEAT, status=status, reason=said.reason))
    if said.status is Status.UNPARSEABLE:
        return Outcome.completed({_SEAT: 0.0})
    return Outcome.failed(said.reason or "there was neither a look nor an answer", _SEAT)


def _window(task: PublicTask, search: Search) -> list[LookedCell]:
    """Return the cell that is looked at and those around it, by rows, of those that are in the grid."""
    mark = tuple(task.data["mark"])
    return [
        LookedCell(row, column, (row, column) == mark)
        for row in range(search.row - 1, search.row + 2)
        for column in range(search.column - 1, search.column + 2)
        if 1 <= row <= task.data["rows"] and 1 <= column <= task.data["columns"]
    ]


def grids(n: int, seed: int, size: int = 9) -> list[Task]:
    """Return `n` square grids of `size` rows with one mark each."""
    rng = Random(seed)
    marks = [(rng.randint(1, size), rng.randint(1, size)) for _ in range(n)]
    return [
        Task(
            id=f"grid-{place}",
            text=f"Find the mark of grid {place}.",
            truth=f"{row},{column}",
            data={"rows": size, "columns": size, "mark": [row, column]},
        )
        for place, (row, column) in enumerate(marks)
    ]


scenario = Comparison(
    name="mini-o3",
    tasks=grids(n=1000, seed=7),
    first=10,
    seats={_SEAT: "local?reproducible=false"},
    conditions={f"limit-{turns}": VisualSearch(turns=turns) for turns in (4, 8, 16)},
)


_PLACES = {task.text: place for place, task in enumerate(scenario.tasks)}


@dataclass
class Searcher(Agent):
    """Looks as often as its courses say and then answers, the first of them in the first grid.

    A course is a number of looks, and ``r`` for a right or ``w`` for a wrong answer after them. In a
    specification: ``scenarios.mini_o3:Searcher?of=0r,0w,9r``.

    Args:
        of: The courses, with commas between them. After the last the first follows again.
        samples: How many episodes each grid has under each limit. Each of them has a course of its own.
    """

    of: str
    samples: int = 1

    def __post_init__(self) -> None:
        self._courses = self.of.split(",")
        if wrong := [one for one in self._courses if not re.fullmatch(r"\d+[rw]", one)]:
            raise UsageError(f"A course is a number of looks and r or w, as in 2r, not {wrong[0]!r}.")
        self._met: dict[tuple[int, int], list[int]] = {}

    async def reply(self, request: Request) -> Reply:
        """Return the next look, or the answer."""
        place = _PLACES[request.brief.split("\n\n")[0]]
        met = self._met.setdefault((place, request.prompt.data["left"] + request.count), [])
        if request.root not in met:
            met.append(request.root)
        course = self._courses[(place * self.samples + met.index(request.root)) % len(self._courses)]
        act = SearchMove.LOOK if request.count < int(course[:-1]) else SearchMove.ANSWER
        row, column = map(int, str(scenario.tasks[place].truth).split(","))
        off = 0 if course[-1] == "r" else 1
        return Reply(Search(thought="I see.", act=act, row=row + off, column=column).model_dump_json())
