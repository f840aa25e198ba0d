"""A leaderboard to share: one HTML file with standings, and neither transcripts nor addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from arena.core.version import __version__
from arena.ratings import BRADLEY_TERRY, PLACKETT_LUCE
from arena.results.ranking import Leaderboard
from arena.results.report._boards import board_parts, head_to_head_parts
from arena.results.report._parts import (
    UNKNOWN,
    Note,
    PagePart,
    PageSection,
    PageTable,
    Shown,
)
from arena.results.report._rendering import write_page

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
    played = ", ".join(board.played for board in ranking.games or [ranking.board])
    write_page(file, f"Leaderboard: {_without_folders(played)}", _sections(ranking))


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
    how = Note(f"{_HOW[ranking.how[0]]} {_SCALE}")
    yield PageSection("standings", "Standings", [Note(_about(ranking)), *board_parts(board), how])
    if board.head_to_head:
        yield PageSection("head-to-head", "Head to head", list(head_to_head_parts(board)))
    for number, one in enumerate(ranking.games):
        parts = [*board_parts(one), *head_to_head_parts(one)]
        yield PageSection(f"game-{number}", f"Standings in {_without_folders(one.played)}", parts)
    yield PageSection("played", "What was played", list(_played(ranking)))


def _about(ranking: Leaderboard) -> str:
    matches = sum(run.matches for run in ranking.runs)
    until = max((run.ended for run in ranking.runs), default="")
    said = f"{len(ranking.standings):,} agents, {matches:,} matches"
    return f"{said}, played until {until}." if until else f"{said}."


def _played(ranking: Leaderboard) -> Iterator[PagePart]:
    rows: list[list[Shown]] = [
        [Path(run.name).name, f"{run.matches:,}", str(run.seed), run.ended or UNKNOWN, run.version]
        for run in ranking.runs
    ]
    yield PageTable(("run", "matches", "seed", "played until", "arena"), rows)
    for note in ranking.notes:
        yield Note(f"Note: {note}")
    yield Note(f"Made by Arena {__version__}.")
