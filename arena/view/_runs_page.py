"""The page of all runs that are shown."""

from __future__ import annotations

from typing import NamedTuple

from arena.core.errors import ArenaError
from arena.journal import StoredRun
from arena.spending.limits import in_dollars
from arena.view._episode_page import Tab
from arena.view._keys import KEYS
from arena.view._links import Links
from arena.view._rendering import html
from arena.view._runs import ShownRuns, is_played


class RunLine(NamedTuple):
    """A run in the list: where its page is, in what state it is, what it plays, and its counts in words."""

    name: str
    address: str
    kind: str
    state: str
    what: str
    ended: str
    failed: str
    tokens: str
    cost: str


def runs_page(runs: ShownRuns, links: Links) -> str:
    """Return the page of all runs."""
    lines = [_line(runs, number, links) for number in range(len(runs.folders))]
    return html(
        "runs.html",
        title="Runs",
        runs=lines,
        compare="",
        crumbs=[Tab("runs", "", current=True)],
        whose="owner's page: shows everything",
        keys=KEYS,
        links=links,
    )


def _line(runs: ShownRuns, number: int, links: Links) -> RunLine:
    name, address = runs.names[number], links.run(number)
    try:
        with runs.open(number) as stored:
            return _of(stored, name, address, is_played(runs.folders[number]))
    except ArenaError as error:
        return RunLine(name, address, "failed", "cannot be read", str(error), "", "", "", "")


def _of(stored: StoredRun, name: str, address: str, played: bool | None) -> RunLine:
    counts = stored.tally()
    kind, state = ("live", "live") if played else ("done", "ended")
    if not played and counts.open:
        kind, state = "paused", "stopped"
    took = stored.total()
    return RunLine(
        name,
        address,
        kind,
        state,
        what_of(stored.header()["config"]),
        f"{counts.ended:,}",
        f"{counts.by_ending.get('failed', 0):,}",
        f"{took.tokens:,}",
        in_dollars(took.dollars) if took.tokens else "-",
    )


def what_of(config: dict[str, object]) -> str:
    """Return a phrase about what a run plays, such as ``Debate, 60 tasks``."""
    protocol = config.get("protocol")
    named = protocol.get("class", "") if isinstance(protocol, dict) else ""
    short = str(named).rpartition(":")[2].rpartition(".")[2]
    return short or str(config.get("kind", ""))
