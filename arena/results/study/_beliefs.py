"""Whether beliefs came true: by the task's truth, by the episode's decision, or by the believer's answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

import numpy as np

from arena.episode.probes import HYPOTHETICAL
from arena.results.study._annotations import Annotations
from arena.results.study._episodes import EpisodeTable
from arena.seat.drafts import is_of_draft


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

    What is ``right`` is so by the truth. If it names nothing, it is so by what the believer answered or chose
    itself: in the step that the belief is about, or else in the turn. What
    ``wins`` is so by the episode's decision. How much somebody ``knows`` is the share of its answers in the
    episode that were right.
    """
    column = beliefs.columns["correct"] = np.array(beliefs.columns["correct"], dtype=np.float64)
    own: _OwnAnswers | None = None
    shares: dict[tuple[int, str], float] | None = None
    episodes, texts = beliefs.episode.tolist(), beliefs.text
    decisions, sides, truths = study.decisions, study.sides, study.episodes.truths
    open_rows = np.isnan(column).tolist()
    for row, name in enumerate(beliefs.name):
        if name not in ("right", "wins", "knows") or not open_rows[row]:
            continue
        episode, of = episodes[row], texts[row]
        if name == "wins":
            won = decisions[episode]
            wanted = sides[episode].get(of, of)
            if won is not None:
                column[row] = float(wanted == won)
        elif name == "knows":
            own = _own_answers(study) if own is None else own
            shares = _shares(own) if shares is None else shares
            column[row] = shares.get((episode, beliefs.author[row]), np.nan)
        elif of:
            if (truth := truths[episode]) is not None:
                column[row] = float(of == truth)
        else:
            own = _own_answers(study) if own is None else own
            turn, step = float(beliefs.turn[row]), float(beliefs.step[row])
            column[row] = own.right(episode, beliefs.author[row], turn, step)


def _shares(own: _OwnAnswers) -> dict[tuple[int, str], float]:
    """Return the share of each author's answers in an episode that were right, by episode and author."""
    graded: dict[tuple[int, str], list[float]] = {}
    for (episode, author, _), right in own.by_step.items():
        if not np.isnan(right):
            graded.setdefault((episode, author), []).append(right)
    return {key: sum(rights) / len(rights) for key, rights in graded.items()}


class _OwnAnswers(NamedTuple):
    """Whether each author was right, by episode, author and the turn or the step of its answer."""

    by_turn: Mapping[tuple[int, str, float | None], float]
    by_step: Mapping[tuple[int, str, float], float]

    def right(self, episode: int, author: str, turn: float, step: float) -> float:
        """Return whether what was said in a step was right, or else in a turn; NaN if that is not known."""
        found = self.by_step.get((episode, author, step))
        if found is None:
            found = self.by_turn.get((episode, author, None if np.isnan(turn) else turn))
        return np.nan if found is None else found


def _own_answers(study: _Known) -> _OwnAnswers:
    """Return whether the answers and verdicts of seats were right, without those of probes and drafts."""
    by_turn: dict[tuple[int, str, float | None], float] = {}
    by_step: dict[tuple[int, str, float], float] = {}
    for kind in ("verdict", "answer"):
        found = study.annotations(kind)
        given = np.array([not is_of_draft(name) for name in found.name], dtype=np.bool_)
        own = found.where((found.judgement == 0) & ~found.name.is_(HYPOTHETICAL) & given)
        for episode, author, turn, step, correct in zip(
            own.episode.tolist(),
            own.author,
            own.turn.tolist(),
            own.said.tolist(),
            own.correct.tolist(),
            strict=True,
        ):
            by_turn[episode, author, None if np.isnan(turn) else turn] = correct
            by_step[episode, author, step] = correct
    return _OwnAnswers(by_turn, by_step)
