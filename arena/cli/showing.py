"""The work of ``arena show``: it prints an episode's transcript, and how the response cache was used."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from arena.cache.cache import CacheCounts
from arena.cli.watching import show_event, show_heading
from arena.core.console import err, out, plain, print_json, run_folder, whole_text
from arena.core.errors import UsageError
from arena.journal import StoredEpisode, StoredRun, StoredVerdict
from arena.results.drawings import drawings_of
from arena.results.findings import TITLES, ShownFinding, decided, shown_findings, shown_later
from arena.results.usage import spending
from arena.results.usage_table import usage_lines
from arena.training.export import episode_record


def show_cache(counts: CacheCounts, as_json: bool) -> None:
    """Print how often the response cache had a reply."""
    if as_json:
        misses = {miss.value: count for miss, count in counts.misses.items()}
        print_json({"event": "cache", "hits": counts.hits, "misses": misses})
    else:
        out.print(f"Cache: {counts}", markup=False)


def show_episode(run: str, number: int, seat: str | None, as_json: bool) -> None:
    """Print one episode's transcript: all of it, or the part that one seat could see."""
    with StoredRun(run_folder(run)) as stored:
        episode = stored.episode(number)
        later = [one for one in stored.verdicts(calls=False) if one.key.episode == number]
        may_have_ended = episode.played is None and stored.lacks_outcomes()
        took = spending(stored, number)
    if seat is not None and seat not in episode.plan.seats:
        raise UsageError(f"No seat is called {seat}; the seats are {', '.join(episode.plan.seats)}.")
    if as_json:
        print_json({**episode_record(episode), "usage": took.record()})
        _say_it_may_have_ended(number, may_have_ended)
        return
    everyone = frozenset(episode.plan.seats)
    show_heading(episode.plan)
    if seat is None:
        _show_truth(episode)
    for name in [seat] if seat else everyone and sorted(everyone):
        if episode.briefs.get(name):
            out.print(whole_text(f"[{name} is told] {episode.briefs[name]}", "dim"))
    events = episode.transcript().view(seat) if seat else episode.events
    seen = 0
    for event in events:
        show_event(event, everyone, seen + 1)
        seen += len(event.pictures)
    if seat is None:
        _show_findings(episode, later)
    out.print(plain(_ending(episode), "bold"))
    for line in usage_lines(took.of(seat) if seat else took):
        out.print(line)
    _say_it_may_have_ended(number, may_have_ended)


def write_drawings(run: str, number: int, folder: Path, seat: str | None, game: str) -> None:
    """Write what each seat, or one, could see of a game: a file for each drawing, named by event and seat."""
    with StoredRun(run_folder(run)) as stored:
        found = drawings_of(stored.episode(number), stored.header()["config"], game)
    wanted = [
        (folder / f"{place:03}-{name}.svg", drawing)
        for place, drawings in found.items()
        for name, drawing in drawings.items()
        if seat in (None, name)
    ]
    if not wanted:
        raise UsageError(
            "There is nothing to draw: the protocol plays no game that draws its states. A game of your own "
            "is drawn with --game FILE.py:NAME."
        )
    folder.mkdir(parents=True, exist_ok=True)
    for file, drawing in wanted:
        file.write_text(drawing, encoding="utf-8")
    err.print(f"Wrote {len(wanted)} drawings to {folder}", markup=False)


def _say_it_may_have_ended(number: int, may: bool) -> None:
    if may:
        err.print(f"Episode {number} may have ended: outcomes are missing from the journal.", markup=False)
        raise SystemExit(1)


def _show_findings(episode: StoredEpisode, later: Sequence[StoredVerdict]) -> None:
    """Print what was found out while the episode was played, then what judges found out afterwards."""
    for kind, found in groupby(shown_findings(episode), attrgetter("kind")):
        out.print(plain(f"{TITLES[kind]}:", "bold"))
        for one in found:
            _show_finding(one)
    if later:
        out.print(plain("Judged afterwards:", "bold"))
    for said in later:
        for one in shown_later(said):
            _show_finding(one)


def _show_finding(one: ShownFinding) -> None:
    head = f"  {one.who}, {one.what}" + (f" ({one.when})" if one.when else "")
    sure = f", confidence {one.confidence}" if one.confidence else ""
    why = f"; reasons: {one.reasons}" if one.reasons else ""
    out.print(whole_text(f"{head}: {one.found}{sure}{why}"))


def _show_truth(episode: StoredEpisode) -> None:
    """Print the true answer, if there is one, and what the episode decided. No seat knew it."""
    truth, said = episode.plan.task.truth, decided(episode)
    known = f"True answer: {truth}." if truth is not None else ""
    if known or said:
        out.print(plain(" ".join(filter(None, (known, said and f"{said[0].upper()}{said[1:]}.")))))


def _ending(episode: StoredEpisode) -> str:
    return str(episode.played.outcome) if episode.played else "Not ended yet."
