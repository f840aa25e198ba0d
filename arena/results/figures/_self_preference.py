"""Whether a judge that sat in an episode chooses its own side more often than a panel does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from arena.judging import TIE
from arena.results.figures._agreement import ABOUT
from arena.results.figures._entries import FigureEntry
from arena.results.figures._soft_wins import among
from arena.results.study import NOT_REACHED, Annotations, Line, Study, groups

Floats = NDArray[np.float64]

OWN = "how often a judge prefers the side in which it sat itself, less how often {gold} does; above 0 favours"
HALF = "over all its verdicts on it, by their probabilities where it told them; an equal preference is half"
LOST = "all its verdicts must choose that side; anything else, and a missing verdict, is none"
PANEL = "the majority of all verdicts of judges who sat nowhere in it (equal, or none: half)"
TRUTH = "the truth"


def self_preference_in_choices(verdicts: Annotations, study: Study) -> Iterator[Line]:
    """How often a judge prefers its own side, less how often others do (DBG, Chen et al. 2025)."""
    later = verdicts.where(verdicts.by.is_("judge"))
    agents = study.episodes.agents
    for name, condition, rows in later.grouped("name", "condition"):
        judges = set(rows.author)
        found: dict[tuple[str, str], list[tuple[int, float, float]]] = {}
        for places in groups(rows.episode):
            episode = int(rows.episode[places[0]])
            own_rows = rows.where(places)
            panel = [judge not in agents[episode].values() for judge in own_rows.author]
            for seat, agent in agents[episode].items():
                own = places[own_rows.author.is_(agent)]
                if agent not in judges or not len(own):
                    continue
                gold, by = _gold(own_rows.where(np.array(panel)), study.right(episode), seat)
                half, lost = _preferred(rows.where(own), seat)
                found.setdefault((agent, by), []).append((int(own[0]), half - gold, lost - gold))
        for (agent, by), items in sorted(found.items()):
            stand = np.array([place for place, _, _ in items])
            halves, wins = (np.array([item[at] for item in items]) for at in (1, 2))
            what, how = f"{condition}: {agent}, {name}", OWN.format(gold=by)
            for title, values, more in (
                ("Self-preference in choices", halves, HALF),
                ("Self-preference in choices, undecided as none", wins, LOST),
            ):
                convention = f"{how} itself; {more}"
                yield study.line(title, what, values, rows.where(stand), unit="pairs", convention=convention)


def _gold(panel: Annotations, right: Mapping[str, float], seat: str) -> tuple[float, str]:
    """Return how much the panel or, if there is none, the truth prefers a side; and which of them it is."""
    if not len(panel):
        return right.get(seat, np.nan), TRUTH
    if panel.status.is_(NOT_REACHED).all():
        return np.nan, PANEL
    votes = [text for text in panel.text if text and text != TIE]
    return _share(votes.count(seat), len(votes) - votes.count(seat)), PANEL


def _preferred(rows: Annotations, seat: str) -> tuple[float, float]:
    """Return how much a judge prefers a side by its verdicts on a pair, an equal preference as half or none.

    If one of the verdicts is missing, the first is NaN and the second 0; both are NaN if it was not reached.
    """
    if any(not text for text in rows.text):
        return np.nan, np.nan if rows.status.is_(NOT_REACHED).any() else 0.0
    told = [among(more) for more in rows.more]
    if all(probabilities for _, probabilities in told):
        own = sum(probabilities.get(seat, 0.0) for _, probabilities in told)
        other = sum(
            probabilities.get(side, 0.0) for sides, probabilities in told for side in sides if side != seat
        )
        return _share(own, other), float(own > other)
    chosen = list(rows.text)
    ties = chosen.count(TIE)
    own_votes = chosen.count(seat)
    return _share(own_votes, len(chosen) - ties - own_votes), float(own_votes == len(chosen))


def _share(own: float, other: float) -> float:
    return 0.5 if np.isclose(own, other) else float(own > other)


SELF_PREFERENCE = FigureEntry(
    title="Agreement of judges",
    function=self_preference_in_choices,
    columns=("text", "more"),
    about=ABOUT,
)
