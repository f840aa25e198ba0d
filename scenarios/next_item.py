"""The next item of a sequence, and a player who counts what followed what.

The metrics and the agent ``transitions`` are those of Zhu et al. 2024 (MQSA-TED). A predictor ranks the items
that may come next. The hit rate is 1 if the next one is among the first five, and NDCG is
``ln 2 / ln (place + 2)`` with places from 0. ``arena tournament transitions`` has it play rock, paper,
scissors a hundred times against others, whose habits it counts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field

from agents.transitions import ASKS_NEXT
from arena import Answer, Episode, Outcome, Protocol, Scenario, Score, Task, Tournament
from arena.annotations import Annotation
from arena.core.ranges import Rounds
from arena.forms import Structured
from arena.prompts import Prompts
from arena.tasks.grading import AnswerMatch
from protocols import Play

_PREDICTOR = "predictor"
_PROMPTS = Prompts(__file__)


class Ranking(BaseModel):
    """Items, the likeliest first."""

    model_config = ConfigDict(extra="forbid")

    items: list[str] = Field(min_length=1, max_length=100)


_RANKING: Structured[Ranking] = Structured(Ranking)


class NextItem(Protocol):
    """A predictor ranks the items that may come next. A task's data have the ``sequence`` and the ``items``.

    Args:
        most: How many places of the ranking count.
    """

    most: Rounds = 5

    @property
    def seats(self) -> tuple[str, ...]:
        """The seat ``predictor``."""
        return (_PREDICTOR,)

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return {"answer": Answer, f"HR@{self.most}": Score, f"NDCG@{self.most}": Score}

    async def play(self, episode: Episode) -> Outcome:
        """Ask for the ranking, and find the next item in it."""
        data = episode.task.data
        asked = _PROMPTS.text("rank", sequence=data["sequence"], items=data["items"], most=self.most)
        fields = {"asks": ASKS_NEXT, "sequence": data["sequence"], "items": data["items"]}
        said = await episode.ask(_PREDICTOR, _RANKING, asked, fields=fields)
        ranked = list(dict.fromkeys(said.value.items))[: self.most]
        right = [bool(episode.score(item, AnswerMatch.EXACT)) for item in ranked]
        place = right.index(True) if any(right) else None
        episode.annotate(
            Answer("answer", ranked[0], comparison="exact"),
            Score(f"HR@{self.most}", float(place is not None), low=0, high=1),
            Score(f"NDCG@{self.most}", gain(place), low=0, high=1),
        )
        return Outcome.completed({_PREDICTOR: gain(place)})


def gain(place: int | None) -> float:
    """Return the gain of a place in a ranking, from 0; 0 if the item is at none.

    >>> gain(0), gain(2), gain(None)
    (1.0, 0.5, 0.0)
    """
    return 0.0 if place is None else math.log(2) / math.log(place + 2)


def _task(sequence: str, truth: str) -> Task:
    return Task(id=sequence, data={"sequence": list(sequence), "items": list("ABCDEFX")}, truth=truth)


scenario = Scenario(
    name="next-item",
    protocol=NextItem(),
    tasks=[_task("ABABACA", "B"), _task("XAXAXBX", "C"), _task("XBXAXBX", "X")],
    seats={_PREDICTOR: "local"},
)

rock_paper_scissors = Tournament(
    name="transitions",
    protocol=Play(game="repeated:rock-paper-scissors?n=100"),
    agents=["transitions", "random"],
    format="round-robin?meetings=20",
)
