"""A leaderboard to share: one HTML file with standings, and neither transcripts nor addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from arena.core.files import atomic_write
from arena.core.version import __version__
from arena.ratings import BRADLEY_TERRY, PLACKETT_LUCE, Standing
from arena.results._boards import Board
from arena.results.ranking import Leaderboard
from arena.results.report._parts import (
    UNKNOWN,
    Cell,
    DrawnInterval,
    Look,
    Note,
    PagePart,
    PageSection,
    PageTable,
    Shown,
)
from arena.results.report._rendering import stream

_MATRIX = 24
"""How many agents a table of head to head has, at most. Of more, it has those with the highest ratings."""
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.]*://[^&;\s]*")
_FOLDERS = re.compile(r"(?<![^:=;&,])(?:~|\.{0,2})/(?:[^?&;:]*/)?")
_HOW = {
    BRADLEY_TERRY: "Ratings are Bradley-Terry's with ties (Davidson 1970). Intervals are 95 % bootstrap "
    "intervals over matches.",
    PLACKETT_LUCE: "Ratings are approximate Plackett-Luce's. Intervals are those of its normal posterior.",
}
_SCALE = (
    "They are on Elo's scale: a lead of 400 points means odds of ten to one, and the mean is 1500. A match "
    "is the same deals with the seats rotated. Agents whose intervals overlap much are not told apart."
)


def write_leaderboard(ranking: Leaderboard, file: Path) -> None:
    """Write the standings of a ranking to one HTML file, which needs no network and can be shared.

    It has no transcript, no address and no folder. An agent that is called by its address is called by what
    is left of it without them.

    Args:
        ranking: the ranking.
        file: the file to write. A file that is there is replaced when the new one is complete.

    Raises:
        Unwritable: if the file cannot be written.
    """
    ranking = ranking.renamed(_public([one.player for one in ranking.standings]))
    with atomic_write(file) as partial, partial.open("w", encoding="utf-8", newline="\n") as out:
        title = f"Leaderboard: {_without_folders(ranking.board.played)}"
        stream("page.html", out, title=title, sections=list(_sections(ranking)))


def _public(names: Sequence[str]) -> dict[str, str]:
    """Return what agents are called in public, by their names, where that is something else."""
    found: dict[str, str] = {}
    taken = set(names)
    for name in names:
        shown = _without_folders(_URL.sub("...", name))
        if shown != name:
            number = 1
            while (candidate := shown if number == 1 else f"{shown} ({number})") in taken:
                number += 1
            taken.add(candidate)
            found[name] = candidate
    return found


def _without_folders(text: str) -> str:
    return _FOLDERS.sub("", text)


def _sections(ranking: Leaderboard) -> Iterator[PageSection]:
    board = ranking.board
    about = Note(_about(ranking))
    yield PageSection(
        "standings", "Standings", [about, *_board(board), Note(f"{_HOW[ranking.how[0]]} {_SCALE}")]
    )
    if board.head_to_head:
        yield PageSection("head-to-head", "Head to head", list(_head_to_head(board)))
    yield PageSection("played", "What was played", list(_played(ranking)))


def _about(ranking: Leaderboard) -> str:
    matches = sum(run.matches for run in ranking.runs)
    until = max((run.ended for run in ranking.runs), default="")
    said = f"{len(ranking.standings):,} agents, {matches:,} matches"
    return f"{said}, played until {until}." if until else f"{said}."


def _board(board: Board) -> Iterator[PagePart]:
    """Yield the table of standings, in which the intervals are drawn, and notes on them."""
    ends = [end for one in board.standings for end in (one.low, one.high) if end is not None]
    low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
    heads = (
        *("agent", "#", "rating", f"{low:.0f} to {high:.0f}", "95 % interval", "won-tied-lost"),
        *("mean score", "matches", "coverage"),
    )
    yield PageTable(heads, [_row(one, low, high) for one in board.standings], numbers=1, fixed=True)
    for warning in board.warnings:
        yield Note(f"Note: {warning}")
    yield Note("Coverage is the share of an agent's matches that have a result. Only those are rated.")


def _row(one: Standing, low: float, high: float) -> list[Shown]:
    counts = [f"{one.wins:,}-{one.ties:,}-{one.losses:,}"]
    mean = UNKNOWN if one.mean_score is None else f"{one.mean_score:+.3f}"
    last: list[Shown] = [*counts, mean, f"{one.matches:,}", f"{one.coverage:.0%}"]
    if one.rating is None or one.low is None or one.high is None:
        return [one.player, "-", UNKNOWN, "", UNKNOWN, *last]
    between = f"{one.low:.0f} to {one.high:.0f}"
    wide = (high - low) or 1.0
    at = [100 * (value - low) / wide for value in (one.low, one.rating, one.high)]
    start, middle, end = (min(100.0, max(0.0, place)) for place in at)
    drawn = DrawnInterval(start, middle, end, f"{one.rating:.0f}, {between}")
    return [Cell([one.player], Look.TOTAL), str(one.rank), f"{one.rating:.0f}", drawn, between, *last]


def _head_to_head(board: Board) -> Iterator[PagePart]:
    """Yield the table of how often the agent of each row beat, tied with and lost to that of each column."""
    players = [one.player for one in board.standings if one.rank is not None]
    shown = players[:_MATRIX]
    cells: dict[tuple[str, str], str] = {}
    for pair in board.head_to_head:
        cells[pair.player, pair.other] = f"{pair.wins}-{pair.ties}-{pair.losses}"
        cells[pair.other, pair.player] = f"{pair.losses}-{pair.ties}-{pair.wins}"
    rows: list[list[Shown]] = [
        [Cell([row], Look.TOTAL), *(cells.get((row, column), "") for column in shown)] for row in shown
    ]
    yield PageTable(("", *shown), rows, numbers=1, fixed=True)
    more = f" The {len(shown)} of {len(players)} agents with the highest ratings are here."
    yield Note(
        "Won-tied-lost of the agent on the left against the one above. A match of several agents counts for "
        f"each pair.{more if len(players) > len(shown) else ''}"
    )


def _played(ranking: Leaderboard) -> Iterator[PagePart]:
    rows: list[list[Shown]] = [
        [Path(run.name).name, f"{run.matches:,}", str(run.seed), run.ended or UNKNOWN, run.version]
        for run in ranking.runs
    ]
    yield PageTable(("run", "matches", "seed", "played until", "arena"), rows, fixed=True)
    for note in ranking.notes:
        yield Note(f"Note: {note}")
    yield Note(f"Made by Arena {__version__}.")
