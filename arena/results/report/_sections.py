"""The sections of a report: the runs, the agents' returns, the figures with pictures, and the usage."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any

from arena.ratings import Interval
from arena.results._agents import PlayedBy
from arena.results._summary import AgentLine, Summary, counted
from arena.results.figures import Axis, Grid, Line, Section
from arena.results.figures.lines import grouped
from arena.results.figures.plots import interval_plots
from arena.results.metrics import Figure
from arena.results.report._boards import league_parts, standings_parts
from arena.results.report._intervals import drawn
from arena.results.report._parts import (
    UNKNOWN,
    Cell,
    Folded,
    Heading,
    Look,
    Name,
    Note,
    PagePart,
    PageSection,
    PageTable,
    Shown,
    TableKind,
    number,
    said,
)
from arena.results.usage import Usage, UsageBreakdown
from arena.spending.limits import in_dollars

_HEADS = ("", "value", "95 % interval, p", "n", "of", "coverage", "counted")


def overview(
    name: str, header: Mapping[str, Any], condition: str, summary: Summary, begun: int
) -> list[Shown]:
    """Return the row of a run in the overview."""
    config = header["config"]
    entrants = [name for group in (config.get("agents", []), *config.get("added", [])) for name in group]
    seats = {**config["seats"], **({"players": ", ".join(entrants)} if entrants else {})}
    compared = [f"{name}: {counted(own)}" for name, own in summary.conditions.items()]
    return [
        name,
        Cell([condition, *compared]),
        Cell([f"{seat}: {agent}" for seat, agent in seats.items()]),
        f"{config['tasks']['count']:,}",
        str(config["seed"]),
        counted(summary.ended, begun),
        header.get("version", ""),
    ]


def runs(rows: Sequence[Sequence[Shown]], changes: Sequence[str] = ()) -> PageSection:
    """Return the section that lists the runs, and the `changes` that happened within them."""
    heads = ("run", "condition", "agents", "tasks", "seed", "episodes", "arena")
    pooled = Note("Runs of the same condition are pooled; those of different conditions are compared.")
    notes = [Note(f"Note: {change}") for change in changes]
    return PageSection("runs", "Runs", [PageTable(heads, rows), *([pooled] if len(rows) > 1 else []), *notes])


def agents(found: Sequence[tuple[str, Sequence[PlayedBy]]]) -> Iterator[PageSection]:
    """Yield the section that says what agents' names stand for. Yield nothing if no agent has a short one."""
    parts: list[PagePart] = []
    for name, own in found:
        if any(one.renamed for one in own):
            rows: list[list[Shown]] = [[one.name, said(one.address), one.settings] for one in own]
            parts += [Heading(name)] if len(found) > 1 else []
            parts.append(PageTable(("agent", "what it is", "digest of its settings"), rows))
    if parts:
        yield PageSection("agents", "Agents", parts)


def returns(summaries: Sequence[tuple[str, Summary]]) -> Iterator[PageSection]:
    """Yield the section of returns, with the standings of tournaments.

    Yield nothing if there are no returns.
    """
    parts: list[PagePart] = []
    for name, summary in summaries:
        if any(line.mean is not None for line in summary.agents):
            parts += [Heading(name)] if len(summaries) > 1 else []
            shown = league_parts(summary.boards) if summary.boards else standings(summary)
            parts += [*shown, *means(summary), *_drawn_means(name, summary)]
            warnings = () if summary.boards else summary.warnings
            parts += [Note(f"Note: {warning}") for warning in warnings]
    if parts:
        yield PageSection("returns", "Returns", parts)


def standings(summary: Summary) -> Iterator[PagePart]:
    """Yield the table of a tournament's ratings. Yield nothing if nobody is rated."""
    if summary.standings:
        yield from standings_parts(summary.standings)


def means(summary: Summary) -> Iterator[PagePart]:
    """Yield the table of agents' mean returns, and a note that explains it."""
    heads = ("agent", "mean return", "95 % interval", "n", "of", "forfeits", "failed to answer")
    rows: list[list[Shown]] = [
        [
            Name(_who(line)),
            UNKNOWN if line.mean is None else f"{line.mean:+.3f}",
            UNKNOWN if line.low is None or line.high is None else f"{line.low:+.3f} to {line.high:+.3f}",
            f"{line.episodes:,}",
            f"{line.episodes + line.no_result:,}",
            f"{line.forfeits:,}",
            f"{line.broke:,}",
        ]
        for line in summary.agents
    ]
    yield PageTable(heads, rows, 1, TableKind.SCROLLING)
    yield Note(
        "Mean return per episode and seat: n with a result, of all that ended. Intervals: matches resampled."
    )


def _who(line: AgentLine) -> str:
    return f"{line.condition}: {line.agent}" if line.condition else line.agent


def _drawn_means(name: str, summary: Summary) -> Iterator[PagePart]:
    axis = Axis("mean return per episode and seat", 0, share=False)
    lines = [
        Line(
            "Mean return",
            _who(line),
            "",
            "episodes",
            Figure(
                line.mean,
                line.episodes,
                line.episodes + line.no_result,
                None if line.low is None or line.high is None else Interval(line.low, line.high),
            ),
            axis,
        )
        for line in summary.agents
    ]
    yield from drawn(replace(plot, name=f"{plot.name}, {name}") for plot in interval_plots(lines))


_UNFOLDED = 20
"""How many lines a figure has at most, whose table is not folded."""
MOST_LINES = 300
"""How many lines of one figure a page shows, because nobody reads more. Those of most rows are shown."""


def figures(found: Section, samples: int) -> PageSection:
    """Return a section of figures: a note about their rows, the pictures, and the tables."""
    explained = Note(
        f"Each figure rests on n of the rows that belong to it. Intervals: percentile bootstrap of tasks, "
        f"{samples:,} resamples; none where there are too few."
    )
    parts: list[PagePart] = [Note(found.about), *drawn(found.plots)]
    parts += [_table(grid) for grid in found.grids]
    parts += [*_tables(found.lines), explained]
    return PageSection(found.title.lower().replace(" ", "-"), found.title, parts)


def _tables(lines: Sequence[Line]) -> Iterator[PagePart]:
    """Yield the tables of figures. A figure of many lines has a table of its own, which is folded."""
    rows: list[list[Shown]] = []
    for (name, convention), own in grouped(lines, attrgetter("name", "convention")).items():
        title: list[Shown] = [Cell([name], small=convention)]
        if len(own) <= _UNFOLDED:
            rows += [title, *map(_row, own)]
            continue
        if rows:
            yield PageTable(_HEADS, rows, 1, TableKind.FIGURES)
            rows = []
        yield PageTable(
            _HEADS, [title, *_most(own)], 1, TableKind.FIGURES, summary=f"{name}: {len(own):,} lines"
        )
    if rows:
        yield PageTable(_HEADS, rows, 1, TableKind.FIGURES)


def _most(lines: Sequence[Line]) -> Iterator[list[Shown]]:
    """Yield the rows of a figure's lines. Of very many, those of most rows are shown."""
    shown = lines
    if len(lines) > MOST_LINES:
        shown = sorted(lines, key=lambda line: -line.figure.of)[:MOST_LINES]
    yield from map(_row, shown)
    if more := len(lines) - len(shown):
        yield [Cell([f"{more:,} more, of fewer rows; arena report --json has them"], Look.FAINT)]


def _row(line: Line) -> list[Shown]:
    found = line.figure
    return [
        line.group,
        number(found.value),
        _between(line),
        f"{found.n:,}",
        f"{found.of:,}",
        "" if found.coverage is None else f"{found.coverage:.0%}",
        line.unit,
    ]


def _between(line: Line) -> Shown:
    """Return the interval and the p-value of a line, or why there is no interval."""
    interval, test = line.figure.interval, line.test
    p = "" if test is None else f"p = {test.p:.3g}, {test.how}"
    if interval is None:
        small = "; ".join(filter(None, (line.no_interval, p)))
        return Cell(["none"], Look.FAINT, small=small)
    small = "; ".join(filter(None, (line.how, p)))
    return Cell([f"{interval.low:.3f} to {interval.high:.3f}"], small=small)


def _table(grid: Grid) -> PageTable:
    rows: list[list[Shown]] = [
        [Name(name), *("" if figure is None else _with_counts(figure) for figure in own)]
        for name, own in grid.rows
    ]
    return PageTable(list(map(Name, grid.heads)), rows, 1, TableKind.SCROLLING)


def _with_counts(figure: Figure) -> Cell:
    value = number(figure.value)
    counts = f"{figure.n:,} of {figure.of:,}"
    return replace(value, small=counts) if isinstance(value, Cell) else Cell([value], small=counts)


def usage(taken: Sequence[tuple[str, UsageBreakdown]]) -> Iterator[PageSection]:
    """Yield the section of the runs' usage by agent. Yield nothing if no usage is known."""
    parts: list[PagePart] = []
    for name, spending in taken:
        if spending.parts:
            parts += [*([Heading(name)] if len(taken) > 1 else []), *took(spending)]
    if parts:
        yield PageSection("usage", "Usage and cost", [*parts, PRICED])


PRICED = Note("Costs are those of the calls whose price is known, at the least where there are others.")


def took(spending: UsageBreakdown) -> Iterator[PagePart]:
    """Yield the table of each agent's usage, with the total. Yield nothing if no usage is known."""
    heads = ("agent", "calls", "prompt tokens", "completion tokens", "failed attempts", "cost")
    if spending.parts:
        rows: list[list[Shown]] = [[agent, *_took(used)] for agent, used in spending.agents.items()]
        yield PageTable(heads, [*rows, [Cell(["total"], Look.TOTAL), *_took(spending.total)]], numbers=1)


def _took(used: Usage) -> list[Shown]:
    least = "at least " if used.unpriced else ""
    cost = UNKNOWN if used.nothing_is_priced else f"{least}{in_dollars(used.dollars)}"
    counts = (used.calls, used.prompt_tokens, used.completion_tokens, used.failed_attempts)
    return [*(f"{count:,}" for count in counts), cost]


def configuration(headers: Sequence[tuple[str, Mapping[str, Any]]]) -> PageSection:
    """Return the section with the whole configuration of each run."""
    parts = [Folded(name, json.dumps(header, indent=2, ensure_ascii=False)) for name, header in headers]
    return PageSection("configuration", "Configuration", parts)
