"""How long the replies of models are expected to be: learnt from earlier runs, or by what is asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from arena.core.errors import ArenaError
from arena.forms import Choice, Form, Move, Number, Probability
from arena.journal import StoredRun
from arena.journal.schema import JOURNAL_FILE

_SHORT = (Move, Choice, Number, Probability)
_TOKENS_PER_WORD = 1.3
_RUNS, _CALLS, _FOLDERS = 10, 20_000, 200
"""From how many runs it learns, how many calls it reads of each, and at how many folders it looks."""
_FEW = 5
"""Of fewer episodes than this, the range is that of half to twice their mean."""


class Range(NamedTuple):
    """A number that is not known yet: what is expected, and between which bounds it is likely to be."""

    low: float
    expected: float
    high: float

    def __add__(self, other: object) -> Range:
        """Return the sum of both, bound by bound."""
        return Range(*(one + of for one, of in zip(self, _range(other), strict=True)))

    def times(self, factor: float) -> Range:
        """Return all three numbers times a factor."""
        return Range(*(one * factor for one in self))


def _range(found: object) -> Range:
    if not isinstance(found, Range):
        raise TypeError(f"{found!r} is no Range")
    return found


NOTHING = Range(0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Learnt:
    """What earlier runs say of models: tokens of a reply, and completion tokens a second, by model and seat.

    `runs` are the names of the runs, the newest first.
    """

    tokens: Mapping[tuple[str, str], Range] = field(default_factory=dict)
    rates: Mapping[tuple[str, str], float] = field(default_factory=dict)
    runs: Sequence[str] = ()

    def length(self, model: str, seat: str, form: Form[Any], cap: int | None) -> Range:
        """Return how many tokens a reply is expected to have, in a seat and in a form."""
        found = self.tokens.get((model, seat)) or self.tokens.get((model, "")) or _by_form(form)
        return Range(*(min(one, cap) for one in found)) if cap else found


def _by_form(form: Form[Any]) -> Range:
    """Return a range by what is asked for: a move is short, and a speech has at most so many words."""
    if isinstance(form, _SHORT):
        return Range(3, 25, 200)
    words = getattr(form, "words", None) or getattr(getattr(form, "speech", None), "words", None)
    if words:
        return Range(words * 0.3, words * _TOKENS_PER_WORD, words * _TOKENS_PER_WORD * 1.5 + 150)
    return Range(20, 150, 800)


def learnt(root: Path, models: Collection[str], protocols: Collection[str]) -> Learnt:
    """Return what the newest runs of the same protocols say of some models. None of their code is run.

    Args:
        root: the folder of the runs.
        models: the models, by their names in price lists.
        protocols: the classes of the protocols that are to be played.
    """
    totals: dict[tuple[str, str], list[tuple[int, float, float]]] = defaultdict(list)
    named: list[str] = []
    for stored in _runs(root, protocols):
        with stored:
            found = _episodes(stored, models)
        for key, episodes in found.items():
            totals[key] += episodes
            totals[key[0], ""] += episodes
        if found:
            named.append(stored.folder.name)
        if len(named) == _RUNS:
            break
    tokens = {key: _spread([written / calls for calls, written, _ in found]) for key, found in totals.items()}
    rates = {
        key: sum(written for _, written, _ in found) / took
        for key, found in totals.items()
        if (took := sum(seconds for _, _, seconds in found)) > 0
    }
    return Learnt(tokens, rates, tuple(named))


def _runs(root: Path, protocols: Collection[str]) -> Iterator[StoredRun]:
    """Yield the runs in a folder in which one of the protocols was played, the newest first."""
    try:
        journals = list(islice(root.glob(f"*/{JOURNAL_FILE}"), _FOLDERS))
        journals.sort(key=lambda file: file.stat().st_mtime, reverse=True)
    except OSError:
        return
    for journal in journals:
        try:
            stored = StoredRun(journal.parent)
        except ArenaError:
            continue
        try:
            is_alike = not set(protocols).isdisjoint(classes_in(stored.header()["config"]))
        except ArenaError:
            is_alike = False
        if is_alike:
            yield stored
        else:
            stored.close()


def classes_in(config: Any) -> Iterator[str]:
    """Yield the classes of protocols that a run's configuration names."""
    if isinstance(config, Mapping):
        if isinstance(named := config.get("class"), str):
            yield named
        for part in config.values():
            yield from classes_in(part)


def _episodes(
    stored: StoredRun, models: Collection[str]
) -> dict[tuple[str, str], list[tuple[int, float, float]]]:
    """Return the calls, completion tokens and seconds of each episode, by model and seat."""
    sums: dict[tuple[str, str, int], list[float]] = defaultdict(lambda: [0, 0.0, 0.0])
    try:
        for call in islice(stored.took(), _CALLS):
            written = call.spent.usage.get("completion_tokens")
            if call.spent.model in models and written is not None and call.count is not None:
                entry = sums[call.spent.model, call.seat, call.episode]
                entry[0] += 1
                entry[1] += written
                entry[2] += max(call.seconds - call.spent.usage.get("waited_ms", 0) / 1000, 0.0)
    except ArenaError:  # What is damaged is not learnt from.
        return {}
    found: dict[tuple[str, str], list[tuple[int, float, float]]] = defaultdict(list)
    for (model, seat, _), (calls, tokens, seconds) in sums.items():
        found[model, seat].append((int(calls), tokens, seconds))
    return found


def _spread(means: Sequence[float]) -> Range:
    """Return the range of the mean tokens of a reply, from those of episodes."""
    mean = float(np.mean(means))
    if len(means) < _FEW:
        return Range(mean / 2, mean, mean * 2)
    low, high = np.quantile(means, (0.1, 0.9))
    return Range(min(float(low), mean * 0.8), mean, max(float(high), mean * 1.25))
