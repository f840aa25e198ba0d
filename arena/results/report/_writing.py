"""Writing a report. Runs are read once, figures are computed, and transcripts are written one at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from arena.core.errors import UsageError
from arena.core.files import check_writable
from arena.journal import Damage, StoredRun
from arena.results._agents import agents_of
from arena.results._summary import Summary, summarise
from arena.results.figures import Own, Section, own_entries, sections_by, sections_of
from arena.results.report import _sections as sections
from arena.results.report._episodes import ReportedRun, on_the_page, write_pages
from arena.results.report._parts import Link, PageSection
from arena.results.report._pictures import check_pictures
from arena.results.report._rendering import write_page
from arena.results.report._rounds import rounds
from arena.results.report._told import told
from arena.results.study import Study
from arena.results.usage import UsageBreakdown, spending

SAMPLES = 1000
EPISODES = 20


class _Reported(NamedTuple):
    """A run, its results, and its damaged parts, which are left out."""

    name: str
    run: StoredRun
    header: dict[str, Any]
    summary: Summary
    took: UsageBreakdown
    damage: Damage


def write_report(
    folders: Sequence[Path | str],
    file: Path,
    *,
    episodes: int = EPISODES,
    samples: int = SAMPLES,
    own: Own | Sequence[Own] = (),
    game: str = "",
    by: str = "",
    transcripts: bool = False,
) -> list[tuple[str, tuple[str, ...]]]:
    """Write one HTML file about runs, and return what is damaged in each.

    It stays below about a megabyte, pictures that seats saw apart.

    Runs of different conditions are compared. The same journals always give the same bytes. Only the columns
    of the figures and one transcript at a time are held in memory.

    Args:
        folders: the folders of the runs.
        file: the file to write. A file that is there is replaced when the new one is complete.
        episodes: how many transcripts of each run the page has, at most: some of those that failed or were
            forfeited, the first and the last. Those are left out that would make the page too large.
        samples: the number of resamples for each interval.
        own: the user's own figures: a Python file, functions, or entries.
        game: the user's own game that may be run to draw its states, such as ``nim.py:Nim``. Games that have
            a name are drawn without it.
        by: ``category`` for the figures of each category of tasks, too.
        transcripts: whether all transcripts are written, too, into pages in a folder beside the file, which
            is called after it and ends in ``-transcripts``.

    Returns:
        For each run, its name and sentences about damaged parts, which the report leaves out.

    Raises:
        UsageError: if a run does not exist or is given twice, or if matplotlib is not installed.
        Unwritable: if the file cannot be written.
        JournalError: if a journal cannot be read.
    """
    check_pictures()
    check_writable(file)
    with ExitStack() as opened:
        reported = _read(folders, opened)
        conditions, found = _figures(reported, samples, own, by)
        title = f"Report on {', '.join(one.name for one in reported)}"
        pages: Mapping[str, Sequence[Link]] = {}
        if transcripts:
            runs, beside = _with_configurations(reported), file.with_name(f"{file.stem}-transcripts")
            pages = write_pages(runs, beside, title, game)
        parts = list(_sections(reported, conditions, found, samples))
        if episodes or pages:
            shown = on_the_page(_with_configurations(reported), episodes, game, pages)
            parts.append(PageSection("transcripts", "Transcripts", shown))
        write_page(file, title, parts)
        return [(one.name, one.damage.sentences) for one in reported]


def report_record(
    folders: Sequence[Path | str],
    *,
    samples: int = SAMPLES,
    own: Own | Sequence[Own] = (),
    by: str = "",
) -> dict[str, Any]:
    """Return a report's figures as JSON-able values, with the summary and usage of each run.

    Args:
        folders: the folders of the runs.
        samples: the number of resamples for each interval.
        own: the user's own figures: a Python file, functions, or entries.
        by: ``category`` for the figures of each category of tasks, too.

    Raises:
        UsageError: if a run does not exist or is given twice, or no task has a category.
        JournalError: if a journal cannot be read.
    """
    with ExitStack() as opened:
        reported = _read(folders, opened)
        conditions, found = _figures(reported, samples, own, by)
        return {
            "runs": [
                {
                    "name": one.name,
                    "condition": condition,
                    "seed": one.header["config"]["seed"],
                    "version": one.header.get("version"),
                    **one.summary.record(),
                    "usage": one.took.record(),
                    "measures": [measurement._asdict() for measurement in one.run.measures()],
                    **({"damaged": told} if (told := one.damage.sentences) else {}),
                }
                for condition, one in zip(conditions, reported, strict=True)
            ],
            "resamples": samples,
            "sections": [section.record() for section in found],
        }


def _read(folders: Sequence[Path | str], opened: ExitStack) -> list[_Reported]:
    paths = [Path(folder) for folder in folders]
    if not paths:
        raise UsageError("A report needs at least one run.")
    if len({path.resolve() for path in paths}) < len(paths):
        raise UsageError("A run is given twice, so its episodes would count twice; name each run once.")
    short = [path.resolve().name for path in paths]
    names = short if len(set(short)) == len(short) else list(map(str, paths))
    found = []
    for name, path in zip(names, paths, strict=True):
        run = StoredRun(path)
        opened.callback(run.close)
        damage = run.leave_out_damaged()
        found.append(_Reported(name, run, run.header(), summarise(run), spending(run), damage))
    return found


def _figures(
    reported: Sequence[_Reported], samples: int, own: Own | Sequence[Own], by: str
) -> tuple[tuple[str, ...], tuple[Section, ...]]:
    runs = [(one.name, one.run) for one in reported]
    study = Study(runs, samples=samples)
    found = tuple(sections_of(study, own_entries(own)))
    grouped = sections_by(by, runs, samples, own_entries(own)) if by else ()
    return study.run_conditions, (*found, *(replace(one, title=f"{one.title}, by {by}") for one in grouped))


def _sections(
    reported: Sequence[_Reported],
    conditions: Sequence[str],
    found: Sequence[Section],
    samples: int,
) -> Iterator[PageSection]:
    """Yield the sections of the page in order. The transcripts are made while the page is written."""
    rows = [
        sections.overview(one.name, one.header, condition, one.summary, len(one.run.numbers(finished=False)))
        for condition, one in zip(conditions, reported, strict=True)
    ]
    changes = [f"{one.name}: {change}" for one in reported for change in one.summary.changes]
    damaged = [
        f"{one.name}: {sentence} It is left out." for one in reported for sentence in one.damage.sentences
    ]
    yield sections.runs(rows, [*damaged, *changes])
    for each in found:
        yield sections.figures(each, samples)
    yield from rounds([(one.name, measurements) for one in reported if (measurements := one.run.measures())])
    yield from sections.returns([(one.name, one.summary) for one in reported])
    yield from sections.usage([(one.name, one.took) for one in reported])
    yield from sections.agents([(one.name, agents_of(one.header)) for one in reported])
    yield from told([(one.name, one.run, one.header["config"]) for one in reported])
    yield sections.configuration([(one.name, one.header) for one in reported])


def _with_configurations(reported: Sequence[_Reported]) -> list[ReportedRun]:
    return [ReportedRun(one.name, one.run, one.header["config"]) for one in reported]
