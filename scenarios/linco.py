"""LInCo: judges of several groups rule on the same cases, and the dispersion between the groups is measured.

The measure is that of Wang et al. 2021, "Equality before the law: legal judgment consistency analysis for
fairness". There, each group of past cases, such as those of a region, trains a judge of its own. Here nothing
is trained: a group has a brief, or an agent of its own (``--set seats.south_1=AGENT``). All of them rule on
the same cases apart.

The paper's formula was not at hand. Ours is the standard deviation (of all groups, not of a sample) of the
groups' mean terms, averaged over the cases that two groups or more ruled on. The report has it relative to
the mean term, too, the range, and the same inside groups of several judges. ``--set protocol.judges=2`` seats
several. The agent ``scenarios.linco:Terms`` needs no model.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field

from arena import Agent, Episode, Outcome, Protocol, Reply, Request, Scenario, Score, Task
from arena.annotations import Annotation, status_of
from arena.core.errors import UsageError
from arena.forms import Number
from arena.prompts import Prompts
from arena.seat.transcript import NOBODY
from arena.tasks import PublicTask

_MOST = 600
_PROMPTS = Prompts(__file__)
CUSTOMS: Mapping[str, str] = {
    "north": "In the north, where you sit, theft is punished hard.",
    "south": "In the south, where you sit, a first offence is treated with patience.",
}
"""The groups of the scenario, and what each of them is used to."""


class Bench(Protocol):
    """Judges of several groups each say, for themselves, how many months a defendant is sentenced to.

    Args:
        groups: The groups, each with what its judges are told.
        judges: How many judges each group has.
    """

    groups: Mapping[str, str] = Field(default_factory=lambda: dict(CUSTOMS))
    judges: Annotated[int, Field(ge=1, le=20)] = 1

    @property
    def seats(self) -> tuple[str, ...]:
        """The seats, such as ``north_1`` and ``south_1``."""
        return tuple(f"{group}_{number}" for group in self.groups for number in range(1, self.judges + 1))

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return {"term": Score}

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the case, and the role of the seat."""
        custom = self.groups[seat.rpartition("_")[0]]
        return "\n\n".join([super().brief(seat, task), _PROMPTS.text("judge", custom=custom)])

    async def play(self, episode: Episode) -> Outcome:
        """Ask all judges at once. A term is about the case, so that all terms of an episode compare."""
        form = Number(0, _MOST)
        ruled = await episode.together(self.seats, form, _PROMPTS.text("term"), audience=NOBODY)
        for seat, said in ruled.items():
            episode.annotate(
                Score(
                    "term",
                    said.value if said.ok else None,
                    author=seat,
                    said=said.place.step,
                    unit="months",
                    status=status_of(said.status),
                    reason=said.reason,
                )
            )
        return Outcome.completed({})


def cases(n: int, seed: int) -> list[Task]:
    """Return `n` cases of theft.

    Args:
        n: how many cases are made.
        seed: the seed from which they follow.
    """
    rng = random.Random(seed)
    return [
        Task(
            id=f"case-{place}",
            text=f"Case {place}: the defendant stole {rng.choice(_GOODS)} worth {rng.randint(1, 90)}00 "
            f"dollars, {rng.choice(_WAYS)}, and had {rng.randint(0, 4)} earlier convictions.",
        )
        for place in range(n)
    ]


_GOODS = ("a bicycle", "a coat", "tools", "two phones", "a violin", "copper wire")
_WAYS = ("by day", "at night", "from a locked cellar", "with a false key", "together with another")

scenario = Scenario(
    name="linco",
    protocol=Bench(),
    tasks=cases(n=1000, seed=7),
    first=20,
    seats=dict.fromkeys(Bench().seats, "local?reproducible=false"),
)


@dataclass
class Terms(Agent):
    """Sentences as its courses say, the first of them in the first case, and so on.

    A course has the months of each group, or of each judge if a group has several, in the order of the seats,
    and ``?`` for a reply that cannot be used. In a specification: ``scenarios.linco:Terms?of=12/18,24/24``.

    Args:
        of: the courses, with commas between them. After the last the first follows again.
        seats: the seats, in the order of the months.
    """

    of: str
    seats: tuple[str, ...] = field(default_factory=lambda: Bench().seats)

    def __post_init__(self) -> None:
        self._courses = [course.split("/") for course in self.of.split(",")]
        if any(len(course) != len(self.seats) for course in self._courses):
            raise UsageError(f"A course has the months of {len(self.seats)} judges, unlike {self.of!r}.")

    async def reply(self, request: Request) -> Reply:
        """Return the term."""
        place = int(request.brief.partition(":")[0].removeprefix("Case "))
        term = self._courses[place % len(self._courses)][self.seats.index(request.seat)]
        return Reply("" if term == "?" else f"Number: {term}")
