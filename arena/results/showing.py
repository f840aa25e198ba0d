"""Showing the results of a run in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from rich.table import Table
from rich.text import Text

from arena.core.console import err, out, plain, print_json, run_folder
from arena.episode.measurement import Measurement
from arena.journal import StoredRun
from arena.ratings import BRADLEY_TERRY, Standing
from arena.results._agents import agents_of
from arena.results._summary import AgentLine, Summary, counted, summarise
from arena.results.figures import Grid, HowRight, how_right, judgings_grid, judgings_of
from arena.results.metrics import Figure
from arena.results.standings_table import show_boards
from arena.results.usage import spending
from arena.results.usage_table import usage_notes, usage_table


def show_run(run: str, as_json: bool, ratings: str = BRADLEY_TERRY) -> None:
    """Print the results of a run. `ratings` is the model by which a tournament's agents are rated."""
    folder = run_folder(run)
    with StoredRun(folder) as stored:
        damage = stored.leave_out_damaged()
        summary = summarise(stored, ratings=ratings)
        begun = len(stored.numbers(finished=False))
        took = spending(stored)
        measurements = stored.measures()
        agents = agents_of(stored.header())
        judgings = judgings_of(stored) if stored.verdict_keys(finished=True) else []
        right = how_right(stored)
    if as_json:
        played_by = [agent._asdict() for agent in agents]
        extra: dict[str, Any] = {
            "played_by": played_by,
            "usage": took.record(),
            "measures": [measurement._asdict() for measurement in measurements],
        }
        if begun:
            extra["not_ended"] = begun
        if right:
            extra["how_right"] = [one.record() for one in right]
        if judgings:
            extra["judgings"] = [line.record() for line in judgings]
        if damage.sentences:
            extra["damaged"] = list(damage.sentences)
        print_json({"event": "result", "folder": str(folder), **summary.record(), **extra})
        say_damage([(folder.name, damage.sentences)])
        return
    out.print(
        f"Episodes: {counted(summary.ended, begun)}. Journal: {folder / 'journal.sqlite'}", markup=False
    )
    for condition, ended in summary.conditions.items():
        out.print(plain(f"Under {condition}: {counted(ended)}."))
    if summary.boards:
        show_boards(summary.boards)
    elif summary.agents:
        out.print(_table(summary))
    if right and not judgings:
        out.print(_how_right(right))
    for grid in judgings_grid(judgings):
        out.print(_side_by_side(grid))
    for agent in agents:
        if agent.renamed:
            out.print(plain(str(agent)))
    for (name, condition), course in groupby(measurements, attrgetter("name", "condition")):
        out.print(_course(name, condition, list(course)))
    if took.parts:
        out.print("Usage, in tokens:")
        out.print(usage_table(took))
        for note in usage_notes(took.total):
            out.print(f"Note: {note}", markup=False)
    for warning in (*(() if summary.boards else summary.warnings), *summary.changes):
        out.print(f"Note: {warning}", markup=False)
    say_damage([(folder.name, damage.sentences)])


def _course(name: str, condition: str, course: Sequence[Measurement]) -> Text:
    first, last = course[0], course[-1]
    under = f" under {condition}" if condition else ""
    values = f"{first.value:.3f} after round {first.round}, {last.value:.3f} after {last.round}"
    return plain(f"{name}{under}: {values}.")


def _side_by_side(grid: Grid) -> Table:
    """Return judgings as a table; intervals stand beside differences alone, where they matter most."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for head in grid.heads:
        table.add_column(head, no_wrap=head != grid.heads[0], overflow="fold")
    for name, figures in grid.rows:
        *others, difference = figures
        table.add_row(plain(name), *(_figure(one) for one in others), _figure(difference, signed=True))
    return table


def _figure(figure: Figure | None, *, signed: bool = False, interval: bool = False) -> str:
    if figure is None or figure.value is None:
        return "-"
    form = "+.3f" if signed else ".3f"
    value = f"{figure.value:{form}}"
    if (signed or interval) and figure.interval is not None:
        value += f" [{figure.interval.low:{form}}, {figure.interval.high:{form}}]"
    return value


def _how_right(found: Sequence[HowRight]) -> Table:
    """Return the table of how often verdicts and answers are right, and how sure their authors are."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    sure = any(one.confidence is not None for one in found)
    heads = ("what", "accuracy [95 %]", "n of", "undecided as wrong", *(["confidence"] if sure else []))
    for head in heads:
        table.add_column(head, no_wrap=head != "what", overflow="fold")
    for one in found:
        table.add_row(
            plain(one.what),
            _figure(one.accuracy, interval=True),
            f"{one.accuracy.n:,} of {one.accuracy.of:,}",
            _figure(one.undecided_as_wrong),
            *([_figure(one.confidence)] if sure else []),
        )
    return table


def _table(summary: Summary) -> Table:
    ranked = {standing.player: standing for standing in summary.standings}
    lines = summary.agents
    compared = bool(summary.conditions)
    heads = ["#", "agent", "rating [95 %]", "won-tied-lost"] if ranked else ["agent"]
    heads = ["condition"] * compared + heads
    heads += ["mean return [95 %]", "episodes"]
    spoilt = any(line.forfeits or line.no_result for line in lines)
    heads += ["forfeits", "no result"] if spoilt else []
    table = Table(box=None, header_style="bold", pad_edge=False)
    for head in heads:
        # In a narrow terminal the names of agents are folded, and figures are not.
        table.add_column(head, no_wrap=head != "agent", overflow="fold")
    places = {name: place for place, name in enumerate(ranked)}
    for line in sorted(lines, key=lambda line: places.get(line.agent, len(places))):
        first = _rated(ranked[line.agent]) if line.agent in ranked else [plain(line.agent)]
        condition = [plain(line.condition)] * compared
        table.add_row(*condition, *first, *_cells(line, spoilt))
    return table


def _rated(standing: Standing) -> list[str | Text]:
    score = f"{standing.wins}-{standing.ties}-{standing.losses}"
    if standing.rating is None:
        return ["-", plain(standing.player), "not rated", score]
    rating = f"{standing.rating:.0f} [{standing.low:.0f}, {standing.high:.0f}]"
    return [str(standing.rank), plain(standing.player), Text(rating), score]


def _cells(line: AgentLine, spoilt: bool) -> list[str | Text]:
    mean = "unknown" if line.mean is None else f"{line.mean:+.3f}"
    if line.low is not None:
        mean += f" [{line.low:+.3f}, {line.high:+.3f}]"
    cells: list[str | Text] = [Text(mean), f"{line.episodes:,}"]
    return [*cells, f"{line.forfeits:,}", f"{line.no_result:,}"] if spoilt else cells


_SAID = 20
"""The largest number of sentences about the damage of one run that a command prints."""


def say_damage(runs: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Print on standard error what is damaged in the runs, and exit with 1. Return if nothing is damaged."""
    for name, sentences in runs:
        for sentence in sentences[:_SAID]:
            err.print(plain(f"{name}: {sentence} It is left out."))
        if (more := len(sentences) - _SAID) > 0:
            err.print(plain(f"{name}: {more:,} more are left out; `arena check` names them."))
    if any(sentences for _, sentences in runs):
        raise SystemExit(1)
