"""The page of a run: its progress, cost and caps, its standings and failures so far, and its episodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from arena.core.text import one_line
from arena.journal import EpisodeTally, StoredRun
from arena.results.ranking import what_is_played
from arena.running.live_limits import limits_in_use
from arena.spending.limits import in_dollars
from arena.steering import RunState, StoredAct, acts, state
from arena.view._episode_page import LiveSection
from arena.view._episodes_found import ASKED_AGAIN, STATES, VERDICTS, EpisodeSearch, found_page
from arena.view._keys import KEYS
from arena.view._numbers import RunNumbers, planned
from arena.view._rendering import html
from arena.view._runs import ShownRuns
from arena.view._standings import standings_of
from arena.web.links import Links, Tab
from arena.web.rendering import percent

_ACTS_SHOWN = 5
_MOST_CONDITIONS = 200


class BarPart(NamedTuple):
    """A part of a bar: its look, how wide it is and where it begins, in percent, and its words."""

    look: str
    start: float
    width: float
    words: str


class CostMeter(NamedTuple):
    """A quantity against its cap. `share` is from 0 to 1, and None without a cap."""

    name: str
    value: str
    of: str
    share: float | None


class ShownWait(NamedTuple):
    """A provider that does not answer: since when, what came of the last call, and what waits for it."""

    provider: str
    why: str
    since: str
    next_try: str
    waiting: str


class AskedOfRun(NamedTuple):
    """What is shown of a run: which episodes, and what was counted so far, if anything was.

    `form` is the value of the field ``csrf``. It is empty if the run is not steered from this page.
    """

    search: EpisodeSearch
    numbers: RunNumbers | None
    form: str = ""


def run_page(runs: ShownRuns, run: int, asked: AskedOfRun, links: Links) -> str:
    """Return the page of a run.

    Raises:
        UsageError: if there is no such run.
        JournalError: if its journal cannot be read.
    """
    with runs.open(run) as stored:
        parts = list(run_sections(runs, stored, run, asked, links))
        is_over = state(stored).kind.is_over
    live = ""
    if (not is_over or asked.numbers is None) and not links.flat:
        live = links.to("run", run, "events") + asked.search.query()
    return html(
        "run.html",
        title=runs.names[run],
        crumbs=[Tab("runs", links.to()), Tab(runs.names[run], "", current=True)],
        whose="owner's page: shows everything",
        live=live,
        keys=KEYS,
        links=links,
        parts=parts,
    )


def run_sections(
    runs: ShownRuns, stored: StoredRun, run: int, asked: AskedOfRun, links: Links
) -> Iterator[LiveSection]:
    """Yield the parts of the page that change while the run goes on, in their order."""
    search, numbers, form = asked
    config, tally, now = stored.header()["config"], stored.tally(), state(stored)
    total = planned(config)
    values: dict[str, Any] = {
        "links": links,
        "form": form,
        "act": links.to("run", run, "act"),
        "figures": links.to("run", run, "figures"),
        "name": runs.names[run],
        "about": _about(config, stored.header()),
        "state": shown_state(now),
        "now": now,
        "waits": [_wait(wait) for wait in now.waits],
        "acts": list(reversed(acts(stored)))[:_ACTS_SHOWN],
        "told": told,
        "tally": tally,
        "total": total,
        "bar": _bar(tally, total, is_over=now.kind.is_over),
        "numbers": numbers,
        "providers": limits_in_use(runs.folders[run]),
        "meters": _meters(numbers, acts(stored), tally, total),
        "decided": _decided(numbers),
        "standings": standings_of(numbers.summary) if numbers and numbers.summary else None,
        "page": found_page(runs, stored, run, search, tally, links),
        "search": search,
        "own": links.run(run),
        "conditions": _conditions(config),
        "is_fork": bool(stored.header().get("parent")),
        "states": STATES,
        "verdicts": VERDICTS,
        "statuses": ASKED_AGAIN,
    }
    for name in ("run_head", "progress", "standings", "failures", "episodes"):
        yield LiveSection(name, html(f"{name}.html", **values))


def _conditions(config: Mapping[str, Any]) -> list[str]:
    """Return the names of a run's conditions, for the list of the filter."""
    named = config.get("protocol", {}).get("conditions", {})
    return sorted(map(str, named))[:_MOST_CONDITIONS]


def shown_state(now: RunState) -> tuple[str, str]:
    """Return the look and the words of a run's state."""
    looks = {"live": "live", "held up": "live", "paused": "paused", "stopped": "paused", "ended": "done"}
    words = {"held up": "live, held up"}.get(now.kind.value, now.kind.value)
    if now.people:
        return "person", "live, waiting for a person" if len(now.people) == 1 else "live, waiting for people"
    return looks[now.kind.value], f"{words}, being judged" if now.judges else words


def told(at: float | None) -> str:
    """Return a time in seconds since 1970 as a person reads it, in UTC."""
    return "" if at is None else f"{datetime.fromtimestamp(at, UTC):%-d %b %H:%M:%S} UTC"


def _about(config: Mapping[str, Any], header: Mapping[str, Any]) -> str:
    tasks = config.get("tasks", {})
    seats = config.get("seats", {})
    parts = [
        what_is_played(config),
        f"{tasks.get('count', 0):,} tasks" if tasks.get("count", 0) > 1 else "",
        "; ".join(f"{seat}: {agent}" for seat, agent in list(seats.items())[:4]),
        f"seed {config.get('seed', 0)}",
        f"Arena {header.get('version', '')}",
    ]
    return one_line(". ".join(filter(None, parts)), 600)


def _wait(wait: Any) -> ShownWait:
    episodes = f"{wait.waiting:,} {'episode waits' if wait.waiting == 1 else 'episodes wait'}"
    return ShownWait(wait.provider, wait.why, told(wait.since), told(wait.next_try), episodes)


def _bar(tally: EpisodeTally, total: int | None, *, is_over: bool) -> Sequence[BarPart]:
    """Return the parts of the bar of progress: completed, otherwise ended, in play, not begun."""
    completed = tally.by_ending.get("completed", 0)
    others = tally.ended - completed
    whole = max(total or 0, tally.ended + tally.open, 1)
    open_words = "not ended" if is_over else "in play"
    counts = [
        ("done", completed, "completed"),
        ("fail", others, _others(tally)),
        ("open", tally.open, open_words),
    ]
    parts, at = [], 0.0
    for look, count, words in counts:
        width = 100 * count / whole
        parts.append(BarPart(look, round(at, 2), round(width, 2), f"{count:,} {words}"))
        at += width
    if total is not None:
        parts.append(BarPart("", at, 0.0, f"{max(0, total - tally.ended - tally.open):,} not begun"))
    return parts


def _others(tally: EpisodeTally) -> str:
    names = [ending for ending in tally.by_ending if ending != "completed"]
    return " or ".join(names) if names else "failed"


def _meters(
    numbers: RunNumbers | None, asked: Sequence[StoredAct], tally: EpisodeTally, total: int | None
) -> Sequence[CostMeter]:
    """Return what was spent against the caps, with a projection for each cap."""
    if numbers is None:
        return ()
    caps, spent = numbers.caps, numbers.spent
    for one in asked:
        if one.holds:
            caps = caps.changed_by(one.act.caps)
    meters = []
    for name, quantity, value in (
        (
            "Dollars",
            "dollars",
            ("at least " if spent.unpriced else "") + in_dollars(spent.counted("dollars")),
        ),
        ("Calls to models", "calls", f"{spent.calls:,}"),
        ("Tokens", "tokens", f"{spent.counted('tokens'):,.0f}"),
        ("Calls of tools", "tool_calls", f"{spent.tool_calls:,}"),
    ):
        cap = getattr(caps, quantity)
        if cap is None and not spent.counted(quantity):
            continue
        meters.append(_meter(name, quantity, value, cap, spent.counted(quantity)))
        if projected := _projected(quantity, spent.counted(quantity), cap, tally, total):
            meters.append(projected)
    return meters


def _meter(name: str, quantity: str, value: str, cap: float | None, spent: float) -> CostMeter:
    if cap is None:
        return CostMeter(name, value, "no cap", None)
    limit = in_dollars(cap) if quantity == "dollars" else f"{cap:,.0f}"
    share = spent / cap
    return CostMeter(name, value, f"of {limit} ({percent(share)})", min(1.0, share))


def _projected(
    quantity: str, spent: float, cap: float | None, tally: EpisodeTally, total: int | None
) -> CostMeter | None:
    """Return where a quantity ends if it goes on like this. Episodes in play count as half of one."""
    played = tally.ended + tally.open / 2
    if total is None or not tally.ended or tally.ended >= total or not spent:
        return None
    each = spent / played
    whole = each * total
    value = in_dollars(whole) if quantity == "dollars" else f"{whole:,.0f}"
    ends = ""
    if cap is not None and whole > cap:
        ends = f": the cap ends it near episode {int(cap / each):,}"
    if cap is None and quantity != "dollars":
        return None
    names = {"dollars": "dollars", "calls": "calls", "tokens": "tokens", "tool_calls": "calls of tools"}
    return CostMeter(f"If it goes on like this, {names[quantity]}", value, f"for all {total:,}{ends}", None)


def _decided(numbers: RunNumbers | None) -> Mapping[str, Any] | None:
    """Return the decisions so far, with the accuracy, its denominator and its coverage."""
    if numbers is None or not sum(numbers.decisions.values()):
        return None
    found = numbers.decisions
    graded, every = found["right"] + found["wrong"], sum(found.values())
    note = f"Coverage {graded:,} of {every:,}. Undecided counts as neither."
    if graded:
        note = f"Accuracy {found['right']:,}/{graded:,} where it decided. {note}"
    return {**found, "every": every, "note": note}
