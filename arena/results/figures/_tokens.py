"""What episodes cost in tokens, and whether answers are right more often where more were used."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from arena.results.figures._accuracy import final, gradable, named
from arena.results.figures._entries import FigureEntry
from arena.results.figures.plots import Plot, TokensPlot
from arena.results.study import Annotations, Line, Study

ABOUT = (
    "Tokens of the prompts and completions of all attempts in an episode, as the servers reported them. An "
    "episode is left out if any of its models did not report them, as where a reply came from the response "
    "cache. Judges who were asked afterwards are not counted."
)
QUARTERS = ("fewest tokens", "2nd quarter", "3rd quarter", "most tokens")
BY_QUARTER = (
    "share of the last answers that are right in each quarter of the condition's episodes by their tokens; "
    "episodes of equal tokens are in one quarter"
)


def tokens_per_episode(study: Study) -> Iterator[Line]:
    """Mean tokens of an episode."""
    if np.isnan(study.tokens).all():
        return
    episodes = Annotations("answer", study.episodes, {"episode": np.arange(len(study.episodes))})
    for condition, rows in episodes.grouped("condition"):
        yield study.line("Tokens per episode", condition, study.tokens[rows.episode], rows, unit="episodes")


def accuracy_by_tokens(answers: Annotations, study: Study) -> Iterator[Line]:
    """Share of the last answers that are right, by how many tokens the episode took."""
    yield from _by_quarter(answers, study)


def verdicts_by_tokens(verdicts: Annotations, study: Study) -> Iterator[Line]:
    """Share of the verdicts that are right, by how many tokens the episode took."""
    yield from _by_quarter(verdicts, study)


def pictures_of_answers(answers: Annotations, study: Study) -> Iterator[Plot]:
    """Yield how often answers are right, by the tokens of their episodes."""
    yield from _picture("Answers", answers, study)


def pictures_of_verdicts(verdicts: Annotations, study: Study) -> Iterator[Plot]:
    """Yield how often verdicts are right, by the tokens of their episodes."""
    yield from _picture("Verdicts", verdicts, study)


def _picture(name: str, found: Annotations, study: Study) -> Iterator[Plot]:
    """Yield the accuracy of each quarter against its mean tokens, of groups with more than one."""
    curves: dict[str, list[tuple[float, float]]] = {}
    for group, _, rows in quarters_of(found, study):
        right = rows.correct[~np.isnan(rows.correct)]
        if len(right):
            mean = float(study.tokens[rows.episode].mean())
            curves.setdefault(group, []).append((mean, float(right.mean())))
    if drawn := [(group, points) for group, points in curves.items() if len(points) > 1]:
        yield TokensPlot(name, drawn)


def quarters(tokens: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the quarter of each episode by its tokens, (episodes,), from 0, equal tokens in the lowest.

    Args:
        tokens: (episodes,), none missing.

    >>> quarters(np.array([10.0, 20.0, 30.0, 40.0, 40.0])).tolist()
    [0, 0, 1, 2, 2]
    """
    ordered = np.sort(tokens)
    return np.asarray(4 * np.searchsorted(ordered, tokens) // max(len(tokens), 1), dtype=np.intp)


def _by_quarter(found: Annotations, study: Study) -> Iterator[Line]:
    for group, place, rows in quarters_of(found, study):
        what = f"{group}, {QUARTERS[place]}"
        yield study.line("Accuracy by tokens", what, rows.correct, rows, convention=BY_QUARTER)
        mean = study.tokens[rows.episode]
        yield study.line("Tokens of these", what, mean, rows, convention="mean tokens of an episode")


def quarters_of(found: Annotations, study: Study) -> Iterator[tuple[str, int, Annotations]]:
    """Yield the last answers of each group and quarter of its episodes by their tokens."""
    if np.isnan(study.tokens).all():
        return
    for name, group, rows in named(gradable(found)):
        for condition, own in final(rows).grouped("condition"):
            tokens = study.tokens[own.episode]
            known = np.flatnonzero(~np.isnan(tokens))
            episodes, inverse = np.unique(own.episode[known], return_inverse=True)
            quarter = quarters(study.tokens[episodes])[inverse.reshape(-1)]
            for place in sorted(set(quarter.tolist())):
                yield f"{condition}: {group}{name}", place, own.where(known[quarter == place])


TOKENS = (
    FigureEntry(title="Tokens", function=tokens_per_episode, about=ABOUT),
    FigureEntry(title="Tokens", function=accuracy_by_tokens, about=ABOUT, plots=pictures_of_answers),
    FigureEntry(title="Tokens", function=verdicts_by_tokens, about=ABOUT, plots=pictures_of_verdicts),
)
