"""The page of all runs that are shown."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from arena.core.errors import ArenaError
from arena.journal import StoredRun
from arena.results.ranking import last_played, what_is_played
from arena.steering import state
from arena.view._keys import KEYS
from arena.view._rendering import html
from arena.view._run_page import shown_state
from arena.view._runs import ShownRuns
from arena.web.links import Links, Tab


class RunLine(NamedTuple):
    """A run in the list: its page, its state, what it plays, its last day, and its counts in words."""

    name: str
    address: str
    kind: str
    state: str
    what: str
    played: str
    ended: str
    failed: str
    running: str


def runs_page(runs: ShownRuns, links: Links) -> str:
    """Return the page of all runs."""
    lines = [_line(runs, number, links) for number in range(len(runs.folders))]
    return html(
        "runs.html",
        title="Runs",
        runs=lines,
        compare=links.to("compare") if len(lines) > 1 else "",
        crumbs=[Tab("runs", "", current=True)],
        whose="owner's page: shows everything",
        keys=KEYS,
        links=links,
    )


def _line(runs: ShownRuns, number: int, links: Links) -> RunLine:
    name, address = runs.names[number], links.run(number)
    try:
        with runs.open(number) as stored:
            return _of(stored, runs.folders[number], name, address)
    except ArenaError as error:
        return RunLine(name, address, "failed", "cannot be read", str(error), "", "", "", "")


def _of(stored: StoredRun, folder: Path, name: str, address: str) -> RunLine:
    counts = stored.tally()
    kind, told = shown_state(state(stored))
    return RunLine(
        name,
        address,
        kind,
        told,
        what_is_played(stored.header()["config"]),
        last_played(folder),
        f"{counts.ended:,}",
        f"{counts.by_ending.get('failed', 0):,}",
        f"{counts.open:,}",
    )
