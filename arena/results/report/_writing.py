"""Writing a report. Runs are read once, figures are computed, and transcripts are written one at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from arena.core.errors import UsageError
from arena.core.files import atomic_write, check_writable
from arena.journal import Damage, StoredRun, StoredVerdict
from arena.results._agents import agents_of
from arena.results._summary import Summary, summarise
from arena.results.drawings import drawings_of
from arena.results.figures import Own, Section, own_entries, sections_by, sections_of
from arena.results.report import _sections as sections
from arena.results.report._album import Album
from arena.results.report._parts import Heading, Note, PagePart, PageSection
from arena.results.report._pictures import check_pictures
from arena.results.report._rendering import stream
from arena.results.report._rounds import rounds
from arena.results.report._told import told
from arena.results.report._transcripts import transcript
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
) -> list[tuple[str, tuple[str, ...]]]:
    """Write one HTML file about runs, and return what is damaged in each.

    Runs of different conditions are compared. The same journals always give the same bytes. Only the columns
    of the figures and one transcript at a time are held in memory.

    Args:
        folders: the folders of the runs.
        file: the file to write. A file that is there is replaced when the new one is complete.
        episodes: how many transcripts of each run the report has. They are those with the lowest numbers.
        samples: the number of resamples for each interval.
        own: the user's own figures: a Python file, functions, or entries.
        game: the user's own game that may be run to draw its states, such as ``nim.py:Nim``. Games that have
            a name are drawn without it.
        by: ``category`` for the figures of each category of tasks, too.

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
        parts = list(_sections(reported, conditions, found, episodes, samples, game))
        with atomic_write(file) as partial, partial.open("w", encoding="utf-8", newline="\n") as out:
            stream("page.html", out, title=title, sections=parts)
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
    episodes: int,
    samples: int,
    game: str,
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
    if episodes:
        yield PageSection("transcripts", "Transcripts", _transcripts(reported, episodes, game))


def _transcripts(reported: Sequence[_Reported], episodes: int, game: str) -> Iterator[PagePart]:
    album = Album()
    for one in reported:
        numbers = sorted(one.run.numbers(finished=True))
        chosen = numbers[:episodes]
        if len(reported) > 1:
            yield Heading(one.name)
        yield Note(f"{len(chosen):,} of {len(numbers):,} episodes, those with the lowest numbers.")
        later = _verdicts(one.run, set(chosen))
        for number in chosen:
            episode = one.run.episode(number)
            try:
                drawings = drawings_of(episode, one.header["config"], game)
            except UsageError as undrawn:  # The report is about the rest of the run, too.
                drawings = {}
                yield Note(str(undrawn))
            yield transcript(episode, later.get(number, ()), album, drawings)


def _verdicts(run: StoredRun, numbers: set[int]) -> dict[int, list[StoredVerdict]]:
    """Return the later verdicts of judges on these episodes, by the number of the episode."""
    last = max(numbers, default=-1)
    found: dict[int, list[StoredVerdict]] = {}
    for number, verdicts in groupby(run.verdicts(), key=lambda verdict: verdict.key.episode):
        if number > last:
            break
        if number in numbers:
            found[number] = list(verdicts)
    return found
