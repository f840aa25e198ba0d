"""The sections of a report: the runs, what agents got, the figures with their pictures, and what it took."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any

from arena.episode.outcome import Ending
from arena.ratings import Interval
from arena.results.columns import SPEAKER, Columns
from arena.results.figures import Line, Section, Trajectory, trajectories
from arena.results.figures.beliefs import last_bets
from arena.results.figures.judges import BINS
from arena.results.figures.lines import grouped
from arena.results.metrics import Figure, reliability_curve, risk_coverage_curve
from arena.results.report import grids, pictures
from arena.results.report.html import folded, note, number, section, table, text
from arena.results.summary import AgentLine, Summary
from arena.results.usage import Spending, Usage
from arena.spending.limits import money

UNKNOWN = '<span class="faint">unknown</span>'
_KIND = attrgetter("condition", "method")
_HEADS = ("", "value", "95 % interval", "n", "of", "coverage", "counted")


def overview(name: str, header: Mapping[str, Any], condition: str, summary: Summary, begun: int) -> list[str]:
    """Return a run's row of the overview."""
    config = header["config"]
    seats = {**config["seats"], **({"players": ", ".join(config["agents"])} if "agents" in config else {})}
    ended = _counted(summary.ended)
    compared = [f"{name}: {', '.join(_counted(own))}" for name, own in summary.conditions.items()]
    return [
        text(name),
        "<br>".join(map(text, [condition, *compared])),
        "<br>".join(f"{text(seat)}: {text(agent)}" for seat, agent in seats.items()),
        text(f"{config['tasks']['count']:,}"),
        text(config["seed"]),
        text(", ".join(ended + ([f"{begun:,} not ended"] if begun else [])) or "none yet"),
        text(header.get("version", "")),
    ]


def _counted(ended: Mapping[Ending, int]) -> list[str]:
    return [f"{count:,} {ending}" for ending, count in ended.items() if count]


def runs(rows: Sequence[Sequence[str]], changes: Sequence[str] = ()) -> str:
    """Return the section that says what is reported on, and which `changes` there were within runs."""
    heads = ("run", "condition", "agents", "tasks", "seed", "episodes", "arena")
    said = note("Runs of the same condition are pooled; those of different conditions are compared.")
    notes = [note(f"Note: {change}") for change in changes]
    return section("runs", "Runs", table(heads, rows), said if len(rows) > 1 else "", *notes)


def returns(summaries: Sequence[tuple[str, Summary]]) -> str:
    """Return the section of what agents got, with the standings of tournaments; empty if nobody got any."""
    parts = []
    for name, summary in summaries:
        if any(line.mean is not None for line in summary.agents):
            parts += [heading(name) if len(summaries) > 1 else "", _standings(summary)]
            parts += [_means(summary), _drawn_means(name, summary)]
            parts += [note(f"Note: {warning}") for warning in summary.warnings]
    return section("returns", "Returns", *parts) if parts else ""


def _standings(summary: Summary) -> str:
    if not summary.standings:
        return ""
    heads = ("agent", "#", "rating", "95 % interval", "won", "tied", "lost", "matches", "no result")
    rows = []
    for one in summary.standings:
        rated = [text(f"{one.rating:.0f}"), text(f"{one.low:.0f} to {one.high:.0f}")] if one.rating else []
        counts = (one.wins, one.ties, one.losses, one.matches, one.no_result)
        cells = [text(one.player), text(one.rank or "-"), *(rated or [UNKNOWN, UNKNOWN])]
        rows.append([*cells, *(f"{count:,}" for count in counts)])
    return table(heads, rows, numbers=1)


def _means(summary: Summary) -> str:
    heads = ("agent", "mean return", "95 % interval", "n", "of", "forfeits", "failed to answer")
    rows = [
        [
            text(_who(line)),
            UNKNOWN if line.mean is None else f"{line.mean:+.3f}",
            UNKNOWN if line.low is None or line.high is None else f"{line.low:+.3f} to {line.high:+.3f}",
            f"{line.episodes:,}",
            f"{line.episodes + line.no_result:,}",
            f"{line.forfeits:,}",
            f"{line.broke:,}",
        ]
        for line in summary.agents
    ]
    said = note(
        "Mean return per episode and seat: n with a result, of all that ended. Intervals: matches resampled."
    )
    return table(heads, rows, numbers=1) + said


def _who(line: AgentLine) -> str:
    return f"{line.condition}: {line.agent}" if line.condition else line.agent


def _drawn_means(name: str, summary: Summary) -> str:
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
        )
        for line in summary.agents
    ]
    if sum(line.figure.value is not None for line in lines) < 2:
        return ""
    label = "mean return per episode and seat"
    picture = pictures.intervals(f"Mean return, {name}", lines, label, 0, share=False)
    return f'<div class="pictures">\n{_broad(picture)}</div>\n'


def figures(found: Section, columns: Columns, samples: int) -> str:
    """Return a section of figures: what belongs to them, the pictures, and the table."""
    rows: list[list[str]] = []
    for (name, convention), lines in grouped(found.lines, attrgetter("name", "convention")).items():
        rows.append([f"{text(name)} <small>{text(convention)}</small>"])
        rows += [_row(line) for line in lines]
    drawn = "".join(_PICTURES.get(found.title, _nothing)(found, columns))
    side_by_side = "".join(grid(found, columns) for grid in _GRIDS.get(found.title, ()))
    said = note(
        f"Each figure rests on n of the rows that belong to it. Intervals: percentile bootstrap of tasks, "
        f"{samples:,} resamples; none where there are too few."
    )
    shown = f'<div class="pictures">\n{drawn}</div>\n' if drawn else ""
    listed = table(_HEADS, rows, numbers=1)
    return section(anchor(found.title), found.title, note(found.about), shown, side_by_side, listed, said)


def heading(name: str) -> str:
    """Return a run's name as a heading."""
    return f"<h3>{text(name)}</h3>\n"


def anchor(title: str) -> str:
    """Return the name by which a section is linked to."""
    return title.lower().replace(" ", "-")


def _row(line: Line) -> list[str]:
    found = line.figure
    interval = found.interval
    return [
        text(line.group),
        number(found.value),
        f"{interval.low:.3f} to {interval.high:.3f}" if interval else '<span class="faint">none</span>',
        f"{found.n:,}",
        f"{found.of:,}",
        "" if found.coverage is None else f"{found.coverage:.0%}",
        text(line.unit),
    ]


def _nothing(found: Section, columns: Columns) -> Iterator[str]:
    yield from ()


def _named(found: Section, *names: str) -> list[Line]:
    return [line for line in found.lines if line.name in names and line.figure.value is not None]


def _of_verdicts(found: Section, columns: Columns) -> Iterator[str]:
    if len(lines := _named(found, "Accuracy")) > 1:
        yield _broad(pictures.intervals("Accuracy", lines, "share of decisions that were right", level=0.5))
    curves = []
    known = [row for row in columns.episodes if row.truth is not None]
    for condition, rows in grouped(known, attrgetter("condition")).items():
        stated, right = [row.confidence for row in rows], [row.correct for row in rows]
        curve = reliability_curve(stated, right, bins=BINS)
        if curve.n:
            yield pictures.reliability(f"{condition}, the judge", curve)
            curves.append((condition, risk_coverage_curve(stated, right)))
    if curves:
        yield _broad(pictures.risk_coverage(curves))


def _of_beliefs(found: Section, columns: Columns) -> Iterator[str]:
    bets = [row for row in columns.beliefs if row.kind == "wins"]
    for one in trajectories(bets, attrgetter("probability")):
        yield pictures.courses(_whose(one, "that they win"), one)
    for (condition, method), rows in grouped(last_bets(bets), _KIND).items():
        stated, true = [row.probability for row in rows], [row.came_true for row in rows]
        curve = reliability_curve(stated, true, bins=BINS)
        if curve.n:
            yield pictures.reliability(f"{condition}, each debater's last bet, {method}", curve)
    right = [row for row in columns.beliefs if row.kind == "right" and row.role != SPEAKER]
    for one in trajectories(right, attrgetter("truth_probability")):
        if len(one.places) > 1:
            yield pictures.courses(_whose(one, "of the true answer"), one)


def _whose(one: Trajectory, what: str) -> str:
    return f"{one.condition}, {one.role}s' belief {what}, {one.method}"


def _of_sides(found: Section, columns: Columns) -> Iterator[str]:
    for name, label in (
        ("First position", "share of points won by what stood first"),
        ("Win rate by seat", "share of points"),
    ):
        if lines := _named(found, name):
            yield _broad(pictures.intervals(name, lines, label, level=0.5))


def _of_negotiation(found: Section, columns: Columns) -> Iterator[str]:
    for name, label, level in (
        ("Deal rate", "share of negotiations that end in a deal", 0.5),
        ("Price", "mean price of the deals", 0),
        ("Buyer's share of the surplus", "share of the surplus, mean over the deals", 0.5),
    ):
        if len(lines := _named(found, name)) > 1:
            yield _broad(pictures.intervals(name, lines, label, level, share=name == "Deal rate"))


def _broad(figure: str) -> str:
    return figure.replace("<figure>", '<figure class="broad">', 1)


_PICTURES = {
    "Verdicts": _of_verdicts,
    "Beliefs": _of_beliefs,
    "Sides and positions": _of_sides,
    "Negotiation": _of_negotiation,
}


_GRIDS = {"Beliefs": (grids.bets,), "Sides and positions": (grids.wins,)}


def usage(taken: Sequence[tuple[str, Spending]]) -> str:
    """Return the section of what the runs took, by agent; empty if nothing is known of it."""
    heads = ("agent", "calls", "prompt tokens", "completion tokens", "failed attempts", "cost")
    parts = []
    for name, spending in taken:
        if spending.parts:
            rows = [[text(agent), *_took(used)] for agent, used in spending.agents.items()]
            rows.append(["<strong>total</strong>", *_took(spending.total)])
            parts += [heading(name) if len(taken) > 1 else "", table(heads, rows, numbers=1)]
    said = note("Costs are those of the calls whose price is known, at the least where there are others.")
    return section("usage", "Usage and cost", *parts, said) if parts else ""


def _took(used: Usage) -> list[str]:
    # What the cache answered took nothing, and is no call whose price is unknown.
    if used.unpriced and used.unpriced + used.cache_hits == used.calls:
        cost = UNKNOWN
    else:
        cost = f"{'at least ' if used.unpriced else ''}{money(used.dollars)}"
    counts = (used.calls, used.prompt_tokens, used.completion_tokens, used.failed_attempts)
    return [*(f"{count:,}" for count in counts), cost]


def configuration(headers: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    """Return the section of what the runs were, in full."""
    parts = [
        folded(text(name), f"<pre>{text(json.dumps(header, indent=2, ensure_ascii=False))}</pre>\n")
        for name, header in headers
    ]
    return section("configuration", "Configuration", *parts)
