"""Leaderboard: the standings of all agents of one run or of several, and how they did head to head."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from arena.core.errors import UsageError, there_are
from arena.journal import StoredRun
from arena.journal.resuming import IMPORTED
from arena.ratings import BRADLEY_TERRY, Result, Standing
from arena.registry import protocol_name
from arena.results._agents import PlayedBy, agents_of
from arena.results._boards import Board, board_of, league_boards
from arena.results.ranking._matches import matches_of, without_copies
from arena.results.ranking._same import check_agents, check_rankable, check_same

_LOG = "log.jsonl"
_END_OF_LOG = 4096
_DAY = re.compile(rb'"timestamp": ?"(\d{4}-\d{2}-\d{2})T')


@dataclass(frozen=True, slots=True)
class RankedRun:
    """A run of a ranking.

    Attributes:
        name: its name in the ranking.
        matches: how many of its matches count.
        copies: how many of its matches an earlier run of the ranking holds, so that they do not count again.
        seed: its seed.
        version: the version of Arena that began it.
        ended: the day on which it was last played, such as ``2026-11-28``, or empty if it is not known.
        damaged: sentences about damaged parts, which are left out.
    """

    name: str
    matches: int
    copies: int
    seed: int
    version: str
    ended: str = ""
    damaged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """The agents of some runs, ranked together.

    Attributes:
        board: the standings over all matches. Of leagues, each game weighs alike.
        games: the standings of each game of leagues. Empty for other runs.
        runs: the runs, in the order in which they were given.
        notes: sentences about what was joined.
        results: the results of all matches that count.
        played_in: the game of each of these results. Empty if they are all of one game.
        how: the model of the ratings, the number of resamples and their seed.
    """

    board: Board
    runs: tuple[RankedRun, ...]
    notes: tuple[str, ...]
    results: tuple[Result, ...]
    how: tuple[str, int, int]
    games: tuple[Board, ...] = ()
    played_in: tuple[str, ...] = ()

    @property
    def standings(self) -> tuple[Standing, ...]:
        """The standings over all matches."""
        return self.board.standings

    def renamed(self, names: Mapping[str, str]) -> Leaderboard:
        """Return the ranking with other names for some agents."""
        if not names:
            return self
        results = tuple(
            Result(tuple(names.get(name, name) for name in one.players), one.scores) for one in self.results
        )
        notes = list(self.notes)
        for name, other in names.items():
            notes = [note.replace(name, other) for note in notes]
        board, *games = _boards(self.board.played, results, self.played_in, self.how)
        return replace(self, board=board, games=tuple(games), results=results, notes=tuple(notes))

    def record(self) -> dict[str, Any]:
        """Return the ranking as JSON-able values by name."""
        return {
            "played": self.board.played,
            "runs": [asdict(run) for run in self.runs],
            **self.board.figures(),
            "notes": list(self.notes),
            **({"games": [board.record() for board in self.games]} if self.games else {}),
        }


def rank(
    folders: Sequence[Path | str],
    *,
    aliases: Mapping[str, str] | None = None,
    ratings: str = BRADLEY_TERRY,
    samples: int = 1000,
    seed: int = 0,
) -> Leaderboard:
    """Rank the agents of one run, or of several runs of the same configuration together.

    The runs must have the same protocol with the same settings, the same tasks and limits, and the same
    agents in the seats that do not compete. Agents, seeds, and how many matches were played may differ. Of
    imported runs, only the seats that compete are compared. A match that several runs hold counts once.

    Args:
        folders: the folders of the runs.
        aliases: other names of agents, by ``RUN:NAME``, with the name of the run's folder.
        ratings: the model of the ratings, ``bradley-terry`` or ``plackett-luce``.
        samples: the number of resamples for each interval.
        seed: the seed of the resamples.

    Raises:
        UsageError: if a run does not exist or is given twice, if their configurations differ, if a name
            stands for different agents, or if nothing can be ranked.
        JournalError: if a journal cannot be read.
    """
    with ExitStack() as opened:
        stored = _checked(_opened(folders, opened), aliases or {})
        damaged = [one.run.leave_out_damaged().sentences for one in stored]
        matches = [list(matches_of(one.run, one.config["players"], one.called)) for one in stored]
        competing = [{name for each in own for name in each.result.players} for own in matches]
        for one, names in zip(stored, competing, strict=True):
            _check_aliases(one, names)
        results, copies = without_copies([one.run for one in stored], matches)
        notes = _notes(stored, competing)
    runs = tuple(
        RankedRun(
            *(one.name, len(own), copied, one.config["seed"], one.version),
            ended=last_played(Path(folder)),
            damaged=tuple(said),
        )
        for folder, one, own, copied, said in zip(folders, stored, results, copies, damaged, strict=True)
    )
    notes += [
        f"{one.copies:,} matches of {one.name} are also in an earlier run, and count once."
        for one in runs
        if one.copies
    ]
    counted = tuple(one.result for own in results for one in own)
    games = tuple(one.game for own in results for one in own)
    how = ratings, samples, seed
    played_in = games if any(games) else ()
    board, *by_game = _boards(_played(stored), counted, played_in, how)
    if all(one.rank is None for one in board.standings):
        why = f" {board.warnings[0]}" if any(result.self_play for result in counted) else ""
        raise UsageError(f"No match of {', '.join(one.name for one in runs)} has a result to rank by.{why}")
    return Leaderboard(board, runs, tuple(notes), counted, how, tuple(by_game), played_in)


def _boards(
    played: str, results: Sequence[Result], played_in: Sequence[str], how: tuple[str, int, int]
) -> list[Board]:
    """Return the board over all results, and then that of each game if there are several."""
    if not played_in:
        return [board_of(played, results, *how)]
    by_game: dict[str, list[Result]] = {}
    for game, result in zip(played_in, results, strict=True):
        by_game.setdefault(game, []).append(result)
    return league_boards(by_game, *how)


class _Stored(NamedTuple):
    """A run that is read, and the other names of its agents, by their names in it."""

    name: str
    run: StoredRun
    header: Mapping[str, Any]
    called: Mapping[str, str]

    @property
    def config(self) -> Mapping[str, Any]:
        """Its configuration."""
        found: Mapping[str, Any] = self.header["config"]
        return found

    @property
    def version(self) -> str:
        """The version of Arena that began it."""
        return str(self.header.get("version", ""))

    @property
    def agents(self) -> list[PlayedBy]:
        """Its agents, as they are called in the ranking."""
        return [one._replace(name=self.called.get(one.name, one.name)) for one in agents_of(self.header)]


def _checked(runs: Sequence[tuple[str, StoredRun]], aliases: Mapping[str, str]) -> list[_Stored]:
    """Return the runs, after a check that their agents can be ranked together."""
    called = _called([name for name, _ in runs], aliases)
    stored = [_Stored(name, run, run.header(), called[name]) for name, run in runs]
    for one in stored:
        check_rankable(one.name, one.config)
    check_same([(one.name, one.config) for one in stored])
    return stored


def _check_aliases(run: _Stored, competing: Iterable[str]) -> None:
    """Check that each agent that has another name is in the run, as it is called there or in the ranking."""
    known = {one.name for one in agents_of(run.header)}
    for name, other in run.called.items():
        if name not in known and other not in competing:
            raise UsageError(
                f"There is no agent called {name!r} in {run.name}, so it cannot be called {other!r}."
                f"{there_are(name, sorted(known.union(competing)))}"
            )


def _notes(stored: Sequence[_Stored], competing: Sequence[Container[str]]) -> list[str]:
    """Return notes about the names of agents that compete, and about imported runs."""
    notes = check_agents(
        [
            (one.name, one.version, [agent for agent in one.agents if agent.name in names])
            for one, names in zip(stored, competing, strict=True)
        ]
    )
    imported = [one.name for one in stored if one.config["kind"] == IMPORTED]
    if imported and len(stored) > 1:
        notes.append(f"Imported: {', '.join(imported)}. Whether the same was played there is not known.")
    return notes


def last_played(folder: Path) -> str:
    """Return the day of the last line of a run's log, such as ``2026-11-28``, or nothing if it has none."""
    log = folder / _LOG
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _END_OF_LOG))
            days = _DAY.findall(file.read())
    except OSError:
        return ""
    return days[-1].decode() if days else ""


def _opened(folders: Sequence[Path | str], opened: ExitStack) -> list[tuple[str, StoredRun]]:
    paths = [Path(folder) for folder in folders]
    if not paths:
        raise UsageError("A ranking needs at least one run.")
    if len({path.resolve() for path in paths}) < len(paths):
        raise UsageError("A run is given twice, so its matches would count twice; name each run once.")
    short = [path.resolve().name for path in paths]
    names = short if len(set(short)) == len(short) else list(map(str, paths))
    runs = []
    for name, path in zip(names, paths, strict=True):
        run = StoredRun(path)
        opened.callback(run.close)
        runs.append((name, run))
    return runs


def _called(runs: Sequence[str], aliases: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return the other names of agents by run and name."""
    called: dict[str, dict[str, str]] = {run: {} for run in runs}
    for place, name in aliases.items():
        run = next((one for one in sorted(runs, key=len, reverse=True) if place.startswith(f"{one}:")), None)
        if run is None or not name:
            raise UsageError(
                f"An alias is written RUN:NAME=NEW, not {place}={name}; the runs are {', '.join(runs)}."
            )
        called[run][place.removeprefix(f"{run}:")] = name
    return called


def _played(stored: Sequence[_Stored]) -> str:
    """Return what was played: the game or the protocol, without the folder of a file."""
    own = next((one.config for one in stored if one.config["kind"] != IMPORTED), None)
    if own is None:
        return IMPORTED
    game = own["protocol"].get("game")
    return game.rpartition("/")[2] if isinstance(game, str) else protocol_name(own)
