"""The rows that figures are computed of. What is unknown is None: never 0, never a half, never a loss."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from arena.episode.outcome import Ending

PANEL = "majority of the judges"
"""Who rules where the judges of a panel, who judged by the same criterion, are counted together."""
SPEAKER = "speaker"
"""The role of a seat that defends an answer, whatever it is called."""


class EpisodeKey(NamedTuple):
    """Which episode: the place of its run among those that were read, and its number there."""

    run: int
    number: int


class EpisodeRow(NamedTuple):
    """An episode in which something was to be decided.

    `cluster` is what its task is drawn by in a bootstrap: equal for the same task in any run. `answers` are
    in the task's order, and `defended` says which answer each speaker defended. `choice` is the answer that
    was decided for, None if none was (failed episodes included); `correct` is 1 or 0, `confidence` the
    judge's in its choice, and `agreed` whether its verdicts in several orders chose the same. `shown_first`
    is the answer that stood first when it was first asked.
    """

    episode: EpisodeKey
    condition: str
    task: str
    cluster: str
    truth: str | None
    answers: tuple[str, ...]
    defended: Mapping[str, str]
    choice: str | None
    correct: float | None
    confidence: float | None
    truth_probability: float | None
    agreed: bool | None
    shown_first: str | None


class AskRow(NamedTuple):
    """One ask of a judge to choose, with what it chooses among in one order.

    `criterion` is empty for a judge who sat in the episode. `order` is 0 for the order in which it was asked
    first, and `sample` tells repetitions apart. `first_won` are the points of what stood first, and `won`
    those of what stands first in order 0; None without a choice, or unless it was `of_two`.
    """

    episode: EpisodeKey
    condition: str
    cluster: str
    judge: str
    criterion: str
    order: int
    sample: int
    correct: float | None
    first_won: float | None
    won: float | None
    of_two: bool


class SideRow(NamedTuple):
    """A speaker who defended an answer that was decided about.

    `place` is that of its answer in the task's order, from 0, `shown` that in the order in which the judge
    was first asked, None if it was not; `right` says whether the answer is the right one, `won` are points,
    None if nothing was decided, and `words` is how much it said in public.
    """

    episode: EpisodeKey
    condition: str
    cluster: str
    seat: str
    agent: str
    answer: str
    place: int | None
    shown: int | None
    right: float | None
    won: float | None
    words: int


class BeliefRow(NamedTuple):
    """A belief that was asked for; `probability` is None if none was given.

    `role` is ``speaker``, or the seat's name without its number. `came_true` is 1 or 0: of kind ``wins``, by
    the verdict in the episode, and of kind ``right``, by the truth. `later` says the same of kind ``wins`` by
    the majority of those who judged the run later, by criterion and how its verdicts are combined.
    `truth_probability` is what the belief comes to for the true answer.
    """

    episode: EpisodeKey
    condition: str
    cluster: str
    seat: str
    agent: str
    role: str
    moment: str
    round: int
    method: str
    kind: str
    about: str
    probability: float | None
    came_true: float | None
    later: Mapping[str, float | None]
    truth_probability: float | None


class RulingRow(NamedTuple):
    """What one of several judges, or a later one, or the `PANEL`, came to.

    `side` is a seat, a tie or None, or a place among the answers that no one seat defends; `criterion` says
    also how its verdicts are combined, and is empty for those who sat in the episode.
    """

    episode: EpisodeKey
    condition: str
    cluster: str
    criterion: str
    judge: str
    side: str | None
    answer: str | None
    correct: float | None


class DetailsRow(NamedTuple):
    """What an episode's outcome says of one kind, such as ``negotiation``; no `values` if it broke.

    `agents` are those in its seats, `returns` what the seats got, empty where there is no result, and `truth`
    is the task's.
    """

    episode: EpisodeKey
    condition: str
    cluster: str
    agents: Mapping[str, str]
    returns: Mapping[str, float]
    truth: Any
    values: Mapping[str, Any]


class ScoreRow(NamedTuple):
    """The score that a judge who judged the run later gave to a seat, on the scale of the `criterion`.

    `agent` sat in the seat, and `present` are all agents of the episode. `score` is the mean over the judge's
    orders and samples, None if no verdict was usable.
    """

    episode: EpisodeKey
    condition: str
    cluster: str
    criterion: str
    judge: str
    seat: str
    agent: str
    present: frozenset[str]
    score: float | None


DETAILS = "negotiation", "detection", "revision"
"""The kinds of details that have figures of their own."""


@dataclass(slots=True)
class Columns:
    """All rows of some runs, in the order of runs and episodes.

    `conditions` names what each run was, by its place: runs of the same condition are pooled. Where a run
    compares conditions of its own, rows have the names of those. `endings` counts the episodes of each
    condition by how they ended, whether they have rows or not. `details` are the rows of each kind.
    """

    conditions: tuple[str, ...] = ()
    endings: dict[str, Counter[Ending]] = field(default_factory=dict)
    episodes: list[EpisodeRow] = field(default_factory=list)
    asks: list[AskRow] = field(default_factory=list)
    sides: list[SideRow] = field(default_factory=list)
    beliefs: list[BeliefRow] = field(default_factory=list)
    rulings: list[RulingRow] = field(default_factory=list)
    scores: list[ScoreRow] = field(default_factory=list)
    details: dict[str, list[DetailsRow]] = field(default_factory=lambda: {kind: [] for kind in DETAILS})
