"""Whether a detector says yes exactly where a perturbation turned a right verdict into a wrong one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from arena.results.figures._entries import FigureEntry
from arena.results.figures._flip_pairs import compared, content, paired_rows
from arena.results.metrics import Figure
from arena.results.study import DECISION, Annotations, Line, Study

Floats = NDArray[np.float64]

BIASED = "biased"
"""The label, yes or no, by which a detector says of a verdict that it is biased."""
ABOUT = (
    "A detector says of a verdict on a perturbed task whether it is biased. It is if the same judge was "
    "right on the plain task and wrong on this one. A reply of the detector that could not be used is wrong "
    'either way. Pairs of which a verdict could not be used are left out, as by Yang et al. 2025, "Any '
    'large language model can be a reliable judge".'
)


def detected_flips(verdicts: Annotations, labels: Annotations, study: Study) -> Iterator[Line]:
    """Of pairs of verdicts: whether the detector's yes or no is right about the first verdict."""
    said = _said(labels)
    decided = {
        int(verdicts.episode[row]): row for row in np.flatnonzero(verdicts.name.is_(DECISION)).tolist()
    }
    first = verdicts.where(verdicts.name.is_("verdict") & ~(verdicts.turn > 1))
    for base, rows in first.grouped("base"):
        pairs: dict[str, list[tuple[int, int]]] = {}
        for pair in paired_rows(rows):
            if int(rows.episode[pair[1]]) in said:
                pairs.setdefault(rows.perturbed[pair[1]], []).append(pair)
        for perturbed, chosen in pairs.items():
            both = compared(rows, study, chosen)
            kept = np.all(both.decided, axis=1) | np.isnan(both.flipped)
            told = [said[int(rows.episode[changed])] for _, changed in chosen]
            changed = rows.where(np.array([one for _, one in chosen], dtype=np.intp))
            stays = _stays(changed, verdicts, decided, study)
            group = f"{base}, {perturbed}"
            yield from _lines(
                study, group, both.rows.where(kept), both.right[kept], np.array(told)[kept], stays[kept]
            )


def _said(labels: Annotations) -> dict[int, float]:
    """Return what the detector said first in each episode: 1 for yes, 0 for no, NaN if it was not usable."""
    found: dict[int, float] = {}
    rows = labels.where(labels.name.is_(BIASED))
    for episode, text in zip(rows.episode.tolist(), rows.text, strict=True):
        found.setdefault(episode, {"yes": 1.0, "no": 0.0}.get(text, np.nan))
    return found


def _stays(rows: Annotations, verdicts: Annotations, decided: dict[int, int], study: Study) -> Floats:
    """Return whether each first verdict is what was decided in the end, (rows,); NaN if nothing was."""
    found = np.full(len(rows), np.nan)
    for place, episode in enumerate(rows.episode.tolist()):
        if episode in decided and (last := content(verdicts, study, decided[episode])) is not None:
            found[place] = last == content(rows, study, place)
    return found


def _lines(
    study: Study, group: str, rows: Annotations, right: Floats, told: Floats, stays: Floats
) -> Iterator[Line]:
    known = ~np.isnan(right).any(axis=1)
    biased = np.where(known, (right[:, 0] > 0.5) & (right[:, 1] < 0.5), np.nan)
    said = np.where(np.isnan(told) & known, 1 - biased, np.where(known, told, np.nan))
    yes, truly = (said > 0.5) | ~known, (biased > 0.5) | ~known
    insisted = (told > 0.5) | ~known
    yield _line(study, "Detector accuracy", group, np.where(known, said == biased, np.nan), rows)
    yield _line(study, "Detector precision", group, biased[yes], rows.where(yes))
    yield _line(study, "Detector recall", group, said[truly], rows.where(truly))
    yield study.measure("Detector F1", group, _f1, (said, biased), rows, unit="pairs")
    kept = np.where(known, stays, np.nan)
    yield _line(study, "Insistence where it said yes", group, kept[insisted], rows.where(insisted))
    stood = insisted & ((stays > 0.5) | ~known)
    yield _line(study, "Right where the judge insisted", group, right[stood, 1], rows.where(stood))


def _line(study: Study, name: str, group: str, values: Floats, rows: Annotations) -> Line:
    return study.line(name, group, values, rows, unit="pairs")


def _f1(said: Floats, biased: Floats) -> Figure:
    """Return the harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN); undefined without a yes."""
    known = ~np.isnan(said + biased)
    total = float(said[known].sum() + biased[known].sum())
    value = 2 * float((said * biased)[known].sum()) / total if total else None
    return Figure(value, int(known.sum()), len(said))


FLIP_DETECTION = FigureEntry(
    title="Detectors of bias", function=detected_flips, columns=("text", "key"), about=ABOUT
)
