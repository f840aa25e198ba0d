"""The results of a run as a piece of HTML, which notebooks show."""

from __future__ import annotations

from collections.abc import Iterator

from arena.journal import StoredRun
from arena.results._summary import Summary, counted, summarise
from arena.results.report._parts import Note, PagePart
from arena.results.report._rendering import render
from arena.results.report._sections import PRICED, means, standings, took
from arena.results.usage import UsageBreakdown, spending


def summary_html(run: StoredRun) -> str:
    """Return the results that `arena show` prints of a run, as HTML without script or style.

    Text that others wrote, such as the names of agents, is escaped. Damaged parts of the run are named and
    left out.

    Raises:
        JournalError: if the journal cannot be read.
    """
    damage = run.leave_out_damaged()
    summary = summarise(run)
    notes = [*summary.warnings, *summary.changes, *(f"{said} It is left out." for said in damage.sentences)]
    parts = [*_parts(summary, spending(run)), *(Note(f"Note: {said}") for said in notes)]
    episodes = counted(summary.ended)
    return render("summary.html", name=run.folder.resolve().name, episodes=episodes, parts=parts)


def _parts(summary: Summary, spent: UsageBreakdown) -> Iterator[PagePart]:
    for condition, ended in summary.conditions.items():
        yield Note(f"Under {condition}: {counted(ended)}.")
    if any(line.mean is not None for line in summary.agents):
        yield from standings(summary)
        yield from means(summary)
    if spent.parts:
        yield from took(spent)
        yield PRICED
