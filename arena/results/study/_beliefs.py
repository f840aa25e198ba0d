"""Whether beliefs came true: by the task's truth, by the episode's decision, or by the believer's answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from arena.results.study._annotations import Annotations
from arena.results.study._episodes import EpisodeTable


class _Known(Protocol):
    """What is known of the episodes: a study."""

    @property
    def episodes(self) -> EpisodeTable: ...

    @property
    def decisions(self) -> Sequence[str | None]: ...

    @property
    def sides(self) -> Sequence[Mapping[str, str]]: ...

    def annotations(self, kind: str) -> Annotations: ...


def fill_in_came_true(beliefs: Annotations, study: _Known) -> None:
    """Fill in whether each belief came true, where the protocol did not say it.

    What is ``right`` is so by the truth, and of what the believer answered itself if it names nothing. What
    ``wins`` is so by the episode's decision. How much somebody ``knows`` is the share of its answers in the
    episode that were right.
    """
    column = beliefs.columns["correct"] = np.array(beliefs.columns["correct"], dtype=np.float64)
    answers: dict[tuple[int, str, Any], float] | None = None
    shares: dict[tuple[int, str], float] | None = None
    for row, name in enumerate(beliefs.name):
        if name not in ("right", "wins", "knows") or not np.isnan(column[row]):
            continue
        episode, of = int(beliefs.episode[row]), beliefs.text[row]
        if name == "wins":
            won = study.decisions[episode]
            wanted = study.sides[episode].get(of, of)
            if won is not None:
                column[row] = float(wanted == won)
        elif name == "knows":
            shares = _shares(study) if shares is None else shares
            column[row] = shares.get((episode, beliefs.author[row]), np.nan)
        elif of:
            if (truth := study.episodes.truths[episode]) is not None:
                column[row] = float(of == truth)
        else:
            answers = _own_answers(study) if answers is None else answers
            turn = beliefs.turn[row]
            own = answers.get((episode, beliefs.author[row], None if np.isnan(turn) else turn))
            column[row] = np.nan if own is None else own


def _shares(study: _Known) -> dict[tuple[int, str], float]:
    """Return the share of each author's answers in an episode that were right, by episode and author."""
    graded: dict[tuple[int, str], list[float]] = {}
    for (episode, author, _), right in _own_answers(study).items():
        if not np.isnan(right):
            graded.setdefault((episode, author), []).append(right)
    return {key: sum(rights) / len(rights) for key, rights in graded.items()}


def _own_answers(study: _Known) -> dict[tuple[int, str, Any], float]:
    """Return whether each author's answer of a turn was right, by episode, author and turn."""
    found = study.annotations("answer")
    return {
        (episode, author, None if np.isnan(turn) else turn): correct
        for episode, author, turn, correct in zip(
            found.episode.tolist(), found.author, found.turn.tolist(), found.correct.tolist(), strict=True
        )
    }
