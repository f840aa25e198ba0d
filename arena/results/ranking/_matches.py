"""The matches of stored runs, each of which counts once although several runs hold it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import groupby
from typing import NamedTuple

from pydantic_core import to_json

from arena.designs.tournament import match_results
from arena.episode.plan import Played
from arena.journal import StoredRun
from arena.ratings import Result


class RunMatch(NamedTuple):
    """A match of a run: its episodes' numbers, what was to be played, its result, and a league's game."""

    episodes: tuple[int, ...]
    planned: Hashable
    result: Result
    game: str = ""


def matches_of(run: StoredRun, players: Sequence[str], called: Mapping[str, str]) -> Iterator[RunMatch]:
    """Yield the matches of a run whose episodes have all been played, if at least two players met in them.

    Args:
        run: the run.
        players: the seats that compete.
        called: other names of agents, by their names in the run.
    """
    for _, group in groupby(run.finished(), key=lambda played: played.plan.match):
        episodes = list(group)
        seats = [seat for seat in players if all(seat in one.plan.seats for one in episodes)]
        found = next(match_results(episodes, seats), None) if len(seats) > 1 else None
        if found is not None:
            _, result = found
            names = tuple(called.get(name, name) for name in result.players)
            numbers = tuple(one.plan.number for one in episodes)
            rated = Result(names, result.scores)
            yield RunMatch(numbers, _planned(episodes), rated, episodes[0].plan.condition)


def _planned(episodes: Iterable[Played]) -> Hashable:
    return tuple(
        sorted(
            (one.plan.chance, one.plan.task.id, one.plan.condition, *sorted(one.plan.seats.items()))
            for one in episodes
        )
    )


def without_copies(
    runs: Sequence[StoredRun], matches: Sequence[Sequence[RunMatch]]
) -> tuple[list[list[RunMatch]], list[int]]:
    """Return the matches of each run without those that an earlier run holds, and how many those are.

    Two matches are the same if the same agents sat in the same seats by the same chance, and everything that
    was said and every return is the same.
    """
    seen: dict[Hashable, list[tuple[int, RunMatch]]] = {}
    digests: dict[tuple[int, tuple[int, ...]], bytes] = {}

    def digest(place: int, match: RunMatch) -> bytes:
        key = place, match.episodes
        if key not in digests:
            digests[key] = _said(runs[place], match.episodes)
        return digests[key]

    results, copies = [], []
    for place, own in enumerate(matches):
        kept = []
        for match in own:
            earlier = [one for one in seen.get(match.planned, ()) if one[0] < place]
            if not any(digest(*one) == digest(place, match) for one in earlier):
                kept.append(match)
                seen.setdefault(match.planned, []).append((place, match))
        results.append(kept)
        copies.append(len(own) - len(kept))
    return results, copies


def _said(run: StoredRun, episodes: Iterable[int]) -> bytes:
    """Return a digest of what was said in some episodes, and how they ended."""
    found = blake2b(digest_size=16)
    for number in episodes:
        episode = run.episode(number)
        said = [[event.kind, event.seat, event.text] for event in episode.events]
        returns = {} if episode.played is None else dict(episode.played.outcome.returns)
        found.update(to_json([said, sorted(returns.items())]) + b"\n")
    return found.digest()
