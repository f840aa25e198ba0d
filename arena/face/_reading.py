"""Figures, reports and exports of stored runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from arena.core.errors import UsageError
from arena.journal import StoredRun
from arena.results.figures import Figures, Own, all_figures
from arena.results.ranking import Leaderboard, rank
from arena.results.report import write_leaderboard, write_report
from arena.results.study import ON_DEMAND, Annotations, Study
from arena.results.tables import DataTable, table_called
from arena.training.export.card import Card
from arena.training.export.exporting import ExportOptions, export_annotations, export_episodes, export_rows
from arena.training.export.formats import ANNOTATIONS, LOSSLESS, format_of
from arena.workers.notices import on_stderr


def figures_of(folders: Sequence[Path], samples: int, own: Own | Sequence[Own] = (), by: str = "") -> Figures:
    """Return the figures of runs. Runs that differ are compared by condition.

    Damaged episodes are left out and named on standard error.
    """
    with ExitStack() as opened:
        runs = []
        for folder in folders:
            stored = StoredRun(folder)
            opened.callback(stored.close)
            _say(folder.name, stored.leave_out_damaged().sentences)
            runs.append((folder.resolve().name, stored))
        return Figures(all_figures(runs, samples=samples, own=own, by=by))


def annotations_of(folder: Path, kind: str, name: str = "", *, texts: bool = True) -> Annotations:
    """Return the annotations of a run. They can be used after the run has been closed.

    Damaged episodes are left out and named on standard error.
    """
    with _study(folder) as study:
        return study.annotations(kind, name, ON_DEMAND if texts else ())


def table_of_run(folder: Path, what: str, name: str = "") -> DataTable:
    """Return a table of a run.

    Damaged episodes are left out and named on standard error.
    """
    with StoredRun(folder) as stored:
        _say(folder.name, stored.leave_out_damaged().sentences)
        return table_called(what, [(folder.resolve().name, stored)], name)


@contextmanager
def _study(folder: Path) -> Iterator[Study]:
    with StoredRun(folder) as stored:
        _say(folder.name, stored.leave_out_damaged().sentences)
        yield Study([(folder.resolve().name, stored)], samples=0)


def reported(
    folders: Sequence[Path],
    file: Path | str | None,
    episodes: int,
    samples: int,
    own: Own | Sequence[Own] = (),
) -> Path:
    """Write a report on runs, and return its path.

    Damaged episodes are left out and named on standard error.
    """
    target = Path(file) if file is not None else folders[0] / "report.html"
    written = write_report(folders, target, episodes=episodes, samples=samples, own=own)
    for name, sentences in written:
        _say(name, sentences)
    return target


def ranked(
    folders: Sequence[Path],
    file: Path | str | None,
    aliases: Mapping[str, str] | None,
    ratings: str,
    samples: int,
) -> Leaderboard:
    """Rank the agents of runs and, if a file is given, write the leaderboard.

    Damaged episodes are left out and named on standard error.
    """
    found = rank(folders, aliases=aliases, ratings=ratings, samples=samples)
    for run in found.runs:
        _say(run.name, run.damaged)
    if file is not None:
        write_leaderboard(found, Path(file))
    return found


def exported(folders: Sequence[Path], file: Path | str | None, to: str, settings: Mapping[str, Any]) -> Card:
    """Write runs to a file, and return its card. Damaged episodes are left out and named on standard error.

    Raises:
        UsageError: if the format, or another named thing, does not exist, or a setting does not apply.
    """
    settings = dict(settings)
    people = bool(settings.pop("with_people", False))
    if to == LOSSLESS:
        if settings:
            raise UsageError(
                f"The format {to} holds whole episodes, so it does not take {next(iter(settings))}."
            )
        if len(folders) > 1:
            raise UsageError(
                f"The format {to} takes one run at a time, because its lines are numbered like the "
                "run's episodes."
            )
        card = export_episodes(folders[0], Path(file or folders[0] / "episodes.jsonl"), with_people=people)
    elif to == ANNOTATIONS:
        if settings:
            raise UsageError(
                f"The format {to} holds annotations, so it does not take {next(iter(settings))}."
            )
        card = export_annotations(folders, Path(file or folders[0] / "annotations.csv"), with_people=people)
    else:
        options = ExportOptions(to=to, with_people=people, **settings)
        card = export_rows(folders, Path(file or folders[0] / f"{to}{format_of(to).suffix}"), options)
    for source in card.sources:
        _say(source.run, source.damaged)
    return card


def _say(name: str, sentences: Iterable[str]) -> None:
    for sentence in sentences:
        on_stderr(f"{name}: {sentence} It is left out.")
