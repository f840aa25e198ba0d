"""Open consultancy and debate: the episodes in which the first speaker defends what it holds for right."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from arena.results.figures._accuracy import as_wrong
from arena.results.figures._entries import FigureEntry
from arena.results.study import DECISION, Annotations, Line, Study

CHOICE = "choice"
"""The name of the verdict in which a speaker says, before sides are settled, which answer is right."""
ABOUT = (
    "The first speaker (the consultant, or the protagonist of a debate) was asked aside which answer is "
    "right, before the sides were settled. Open are the episodes in which it defends that answer (Kenton "
    'et al. 2024, "On scalable oversight with weak LLMs judging strong LLMs"). They are chosen among those '
    "that were played, and none is played for them. A verdict that is missing or undecided is wrong."
)


def open_choice(verdicts: Annotations, study: Study) -> Iterator[Line]:
    """Of the episodes in which the first speaker defends what it holds for right; undecided is wrong."""
    choices = verdicts.where(verdicts.name.is_(CHOICE) & ~verdicts.by.is_("judge"))
    texts = [text if code >= 0 else None for text, code in zip(choices.text, choices.text.codes, strict=True)]
    told = zip(choices.author, texts, choices.correct.tolist(), strict=True)
    chosen = dict(zip(choices.episode.tolist(), told, strict=True))
    decided = verdicts.where(verdicts.name.is_(DECISION) & np.isin(verdicts.episode, list(chosen)))
    for condition, rows in decided.grouped("condition"):
        episodes = rows.episode.tolist()
        held = [chosen[episode] for episode in episodes]
        known = np.array([text is not None for _, text, _ in held], dtype=np.bool_)
        sides = [study.sides[episode].get(seat) for episode, (seat, *_) in zip(episodes, held, strict=True)]
        is_open = np.array([side == text for side, (_, text, _) in zip(sides, held, strict=True)])
        yield study.line("Open episodes", condition, np.where(known, is_open, np.nan), rows, unit="episodes")
        if not (is_open & known).any():
            continue
        # An episode whose speaker gave no choice may be open, so it lowers the coverage.
        may_be = is_open | ~known
        right = np.where(known, as_wrong(rows), np.nan)
        won = np.array([choice == text for choice, (_, text, _) in zip(rows.text, held, strict=True)])
        yield study.line("Open accuracy", condition, right[may_be], rows.where(may_be))
        yield study.line("Open win rate", condition, np.where(known, won, np.nan)[may_be], rows.where(may_be))
        for name, value in (("right", 1.0), ("wrong", 0.0)):
            own = may_be & (~known | np.array([correct == value for *_, correct in held]))
            if (own & known).any():
                group = f"{condition}: the speaker chose {name}"
                yield study.line("Open accuracy", group, right[own], rows.where(own))


OPEN_CHOICE = FigureEntry(title="Open choice", function=open_choice, columns=("text",), about=ABOUT)
