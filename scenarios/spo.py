"""SPO: samples of one policy to one prompt are compared by pairs, and each earns its win rate among siblings.

The system is that of Swamy et al. 2024, "A minimaximalist approach to reinforcement learning from human
feedback". A judge compares every pair in both orders, because it may prefer the first. There is no reward
model, so preferences may go round in a circle. Rows for any policy gradient are

    arena export RUN --to trl-sft --seat writer --reward sibling-win-rate --advantage group-mean?by=prompt

A comparison that could not be used counts in no rate. Of each prompt the minimax winner is found out: the
mixture of its samples that no sample is preferred to (`arena.votes.minimax`). Each sample has its weight in
it, and the largest weight is 1 if one sample beats all others. The gap says by how much the best sample beats
the mean of all, and is 0 if the policy is at the minimax winner. The words are ours, because there is no
official code.

The agents ``scenarios.spo:Stylist`` and ``scenarios.spo:Circle`` need no model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Annotated

import numpy as np
from pydantic import Field

from arena import (
    Agent,
    Episode,
    Label,
    Outcome,
    Place,
    Protocol,
    Reply,
    Request,
    Scenario,
    Score,
    Task,
    Verdict,
)
from arena.annotations import Annotation, AnnotationStatus
from arena.core.ranges import Words
from arena.forms import Speech
from arena.forms import Verdict as VerdictForm
from arena.prompts import Prompts
from arena.seat.messages import fenced
from arena.seat.response import Response
from arena.seat.transcript import NOBODY
from arena.tasks import PublicTask
from arena.votes.minimax import MOST_OPTIONS, minimax_winner

_WRITER, _JUDGE = "writer", "judge"
_TIE = "tie"
_PROMPTS = Prompts(__file__)


class PreferredSamples(Protocol):
    """Several samples of one answer, every pair of which a judge compares.

    Args:
        samples: How many answers the writer gives to one request.
        votes: How often a pair is compared in each of its two orders.
        words: The most words of an answer.
    """

    samples: Annotated[int, Field(ge=2, le=MOST_OPTIONS)] = 4
    votes: Annotated[int, Field(ge=1, le=100)] = 1
    words: Words = 150

    @property
    def seats(self) -> tuple[str, ...]:
        """The seats ``writer`` and ``judge``."""
        return _WRITER, _JUDGE

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return {
            "better": Verdict,
            "minimax weight": Score,
            "largest minimax weight": Score,
            "gap": Score,
            "winner of all pairs": Label,
        }

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the role of the seat, and for the writer the task."""
        own = super().brief(seat, task) if seat == _WRITER else ""
        return "\n\n".join(part for part in (own, _PROMPTS.text(seat)) if part)

    async def play(self, episode: Episode) -> Outcome:
        """Write the samples, compare them, and record what the comparisons come to."""
        form, asked = Speech(self.words), _PROMPTS.text("write")
        written = [
            await episode.ask(_WRITER, form, asked, audience=NOBODY, remember=False, sample=place)
            for place in range(self.samples)
        ]
        usable = [said for said in written if said.ok]
        points: dict[tuple[int, int], list[float]] = {}
        for one, other in combinations(range(len(usable)), 2):
            for time in range(2 * self.votes):
                shown = (one, other) if time % 2 == 0 else (other, one)
                point = await self._compared(episode, [usable[place] for place in shown], time)
                if point is not None:
                    points.setdefault((one, other), []).append(point if time % 2 == 0 else 1 - point)
        _conclude(episode, [said.place for said in usable], points)
        return Outcome.completed({})

    async def _compared(self, episode: Episode, shown: Sequence[Response[str]], time: int) -> float | None:
        """Return the point of the answer that is shown first: 1, 0, 1/2 for a tie, or None."""
        first, second = (said.value for said in shown)
        said = await episode.ask(
            _JUDGE,
            VerdictForm(("1", "2", _TIE), confidence=False),
            _PROMPTS.text("compare", task=episode.task.text, first=fenced(first), second=fenced(second)),
            audience=NOBODY,
            remember=False,
            fields={"asks": "preference", "first": first, "second": second, "time": time},
            finds=Verdict(
                "better",
                among=tuple((None, answer.place) for answer in shown),
                means={"1": "0", "2": "1"},
                graded=False,
            ),
        )
        return {"1": 1.0, "2": 0.0, _TIE: 0.5}[said.value.choice] if said.ok else None


def _conclude(
    episode: Episode, places: Sequence[Place], points: Mapping[tuple[int, int], Sequence[float]]
) -> None:
    """Record the minimax winner of the samples; nothing of it is known if a pair was never compared."""
    if len(places) < 2 or len(points) < len(places) * (len(places) - 1) // 2:
        missing = AnnotationStatus.UNPARSEABLE
        episode.annotate(Score("largest minimax weight", status=missing), Score("gap", status=missing))
        return
    rates = np.full((len(places), len(places)), 0.5)
    for (one, other), own in points.items():
        rates[one, other] = sum(own) / len(own)
        rates[other, one] = 1 - rates[one, other]
    winner = minimax_winner(rates)
    others = rates + np.eye(len(places))
    episode.annotate(
        *(
            Score("minimax weight", float(weight), about=place, low=0, high=1)
            for place, weight in zip(places, winner, strict=True)
        ),
        Score("largest minimax weight", float(winner.max()), low=0, high=1),
        Score("gap", max(0.0, float(rates.mean(axis=1).max() - 0.5)), low=0, high=0.5),
        Label("winner of all pairs", "yes" if (others > 0.5).all(axis=1).any() else "no"),
    )


PROMPTS = [
    Task(id=f"style-{place}", text=text)
    for place, text in enumerate(
        (
            "Explain in a few sentences why the sky is blue.",
            "Describe a morning at a harbour in a few sentences.",
            "Tell a beginner in a few sentences how to boil rice.",
            "Say in a few sentences what a friend is.",
        )
    )
]

scenario = Scenario(
    name="spo",
    protocol=PreferredSamples(),
    tasks=PROMPTS,
    seats=dict.fromkeys((_WRITER, _JUDGE), "local?reproducible=false"),
)


@dataclass
class Stylist(Agent):
    """Writes each sample in the next style, by whose name alone it can be told.

    Args:
        styles: the styles, with commas between them. After the last the first follows again.
    """

    styles: str = "rock,paper,scissors"

    async def reply(self, request: Request) -> Reply:
        """Return the name of the style."""
        styles = self.styles.split(",")
        return Reply(styles[request.count % len(styles)])


@dataclass
class Circle(Agent):
    """Prefers each style to the next one, and the last to the first, in some comparisons of a pair.

    Args:
        styles: the styles in the order of the circle, with commas between them.
        wins: in how many comparisons each style is preferred to the next, with commas between them.
    """

    styles: str = "paper,rock,scissors"
    wins: str = "2,2,2"

    async def reply(self, request: Request) -> Reply:
        """Return the verdict; the same style twice is a tie."""
        fields, styles = request.prompt.data, self.styles.split(",")
        first, second = (styles.index(fields[name]) for name in ("first", "second"))
        if first == second:
            return Reply(f"Verdict: {_TIE}")
        follows = (first + 1) % len(styles) == second
        better = first if follows else second
        wins = fields["time"] < int(self.wins.split(",")[better])
        return Reply(f"Verdict: {1 if wins is follows else 2}")
