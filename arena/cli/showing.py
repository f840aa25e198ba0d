"""``arena show``: a run's summary, an episode's transcript."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from operator import attrgetter

import typer
from rich.table import Table
from rich.text import Text

from arena.cache import CacheCounts
from arena.cli.checking import say_damage
from arena.cli.console import err, out, plain, print_json, run_folder, whole_text
from arena.cli.spending import usage_lines, usage_notes, usage_table
from arena.errors import UsageError
from arena.export import episode_record
from arena.journal import Run, StoredEpisode
from arena.measure import Measure
from arena.outcome import Ending
from arena.ratings import BRADLEY_TERRY, Standing
from arena.summary import AgentLine, Summary, summarise
from arena.transcript import Event, Kind
from arena.usage import spending


def show_run(run: str, as_json: bool, ratings: str = BRADLEY_TERRY) -> None:
    """Print what a run came to, the agents of a tournament rated so."""
    folder = run_folder(run)
    with Run(folder) as stored:
        damage = stored.leave_out_damaged()
        summary = summarise(stored, ratings=ratings)
        took = spending(stored)
        measures = stored.measures()
    if as_json:
        told = {"usage": took.record(), "measures": [measure._asdict() for measure in measures]}
        if damage.sentences:
            told["damaged"] = list(damage.sentences)
        print_json({"event": "result", "folder": str(folder), **asdict(summary), **told})
        say_damage([(folder.name, damage.sentences)])
        return
    out.print(f"Episodes: {_counts(summary.ended)}. Journal: {folder / 'journal.sqlite'}", markup=False)
    for condition, ended in summary.conditions.items():
        out.print(plain(f"Under {condition}: {_counts(ended)}."))
    if summary.agents:
        out.print(_table(summary))
    for (name, condition), course in groupby(measures, attrgetter("name", "condition")):
        out.print(_course(name, condition, list(course)))
    if took.parts:
        out.print("Usage, in tokens:")
        out.print(usage_table(took))
        for note in usage_notes(took.total):
            out.print(f"Note: {note}", markup=False)
    for warning in (*summary.warnings, *summary.changes):
        out.print(f"Note: {warning}", markup=False)
    say_damage([(folder.name, damage.sentences)])


def _course(name: str, condition: str, course: Sequence[Measure]) -> Text:
    first, last = course[0], course[-1]
    under = f" under {condition}" if condition else ""
    values = f"{first.value:.3f} after round {first.round}, {last.value:.3f} after {last.round}"
    return plain(f"{name}{under}: {values}.")


def _counts(ended: Mapping[Ending, int]) -> str:
    return ", ".join(f"{count:,} {ending}" for ending, count in ended.items() if count) or "none yet"


def show_cache(counts: CacheCounts, as_json: bool) -> None:
    """Print what came of asking the response cache."""
    if as_json:
        misses = {miss.value: count for miss, count in counts.misses.items()}
        print_json({"event": "cache", "hits": counts.hits, "misses": misses})
    else:
        out.print(f"Cache: {counts}", markup=False)


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
        # At a narrow terminal it is the agents' names that give way, and no figure.
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


def show_episode(run: str, number: int, seat: str | None, as_json: bool) -> None:
    """Print one episode's transcript, whole or as one seat saw it."""
    with Run(run_folder(run)) as stored:
        episode = stored.episode(number)
        may_have_ended = episode.played is None and stored.lacks_outcomes()
        took = spending(stored, number)
    if seat is not None and seat not in episode.plan.seats:
        raise UsageError(f"No seat is called {seat}; the seats are {', '.join(episode.plan.seats)}.")
    if as_json:
        print_json({**episode_record(episode), "usage": took.record()})
        _say_it_may_have_ended(number, may_have_ended)
        return
    everyone = frozenset(episode.plan.seats)
    seats = ", ".join(f"{name}: {agent}" for name, agent in episode.plan.seats.items())
    condition = f" Under {episode.plan.condition}." if episode.plan.condition else ""
    out.print(plain(f"Episode {number}.{condition} {seats}", "bold"))
    for name in [seat] if seat else everyone and sorted(everyone):
        if episode.briefs.get(name):
            out.print(whole_text(f"[{name} is told] {episode.briefs[name]}", "dim"))
    events = episode.transcript().view(seat) if seat else episode.events
    for event in events:
        _show_event(event, everyone)
    out.print(plain(_ending(episode), "bold"))
    for line in usage_lines(took.of(seat) if seat else took):
        out.print(line)
    _say_it_may_have_ended(number, may_have_ended)


def _say_it_may_have_ended(number: int, may: bool) -> None:
    if may:
        err.print(f"Episode {number} may have ended: outcomes are missing from the journal.", markup=False)
        raise typer.Exit(1)


def _show_event(event: Event, everyone: frozenset[str]) -> None:
    marks = {
        Kind.TOLD: "",
        Kind.ASKED: f"{event.seat} is asked: ",
        Kind.SAID: f"{event.seat}: ",
        Kind.FAILED: f"{event.seat} gives an unusable reply: ",
    }
    text = f"{marks[event.kind]}{event.text}"
    if event.kind is Kind.FAILED:
        text += f" ({event.data['status']}: {event.data['reason']})"
    if event.audience == everyone:
        out.print(whole_text(text))
    else:
        seen_by = f"only {', '.join(sorted(event.audience))}" if event.audience else "nobody"
        out.print(whole_text(f"  [{seen_by}] {text}", "dim"))


def _ending(episode: StoredEpisode) -> str:
    return str(episode.played.outcome) if episode.played else "Not ended yet."
