"""Boards: the standings of one game, or over several that weigh alike, and what a reader should know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from arena.designs.tournament import match_results
from arena.journal import StoredRun
from arena.ratings import (
    APPROXIMATE,
    BRADLEY_TERRY,
    HeadToHead,
    Result,
    Standing,
    disagreements,
    head_to_head,
    joint_standings,
    standings,
    warnings,
)

LEAGUE = "league"
"""The kind of a run whose agents meet in several games."""
OVER_ALL = "all games"
"""What the board over all games of a league is called."""
_ALIKE = (
    "Each game weighs alike: in the rating, and in the mean score, which is here the mean over the games of "
    "the share of the points in a match."
)
_POINTS = (
    "A rating counts against whom the points were won; the mean score, which is the mean share of the points "
    "in each game, does not."
)


@dataclass(frozen=True, slots=True)
class Board:
    """The standings of one game, or of all that was played.

    Attributes:
        played: what was played, such as ``kuhn``.
        standings: a line for each agent, the highest rating first.
        head_to_head: the pairs of agents that met.
        warnings: sentences that a reader of the standings should know.
    """

    played: str
    standings: tuple[Standing, ...]
    head_to_head: tuple[HeadToHead, ...]
    warnings: tuple[str, ...] = ()

    def figures(self) -> dict[str, Any]:
        """Return what was found as JSON-able values by name."""
        return {
            "standings": [asdict(one) for one in self.standings],
            "head_to_head": [pair._asdict() for pair in self.head_to_head],
            "warnings": list(self.warnings),
        }

    def record(self) -> dict[str, Any]:
        """Return the board as JSON-able values by name."""
        return {"played": self.played, **self.figures()}


def board_of(played: str, results: Sequence[Result], ratings: str, samples: int, seed: int) -> Board:
    """Return the standings of these results, with what a reader should know."""
    table = standings(results, model=ratings, samples=samples, seed=seed)
    said = [*disagreements(table), *warnings(results)]
    if ratings != BRADLEY_TERRY and any(len(result.players) > 2 for result in results):
        said.append(APPROXIMATE)
    return Board(played, tuple(table), tuple(head_to_head(results)), tuple(said))


def league_boards(
    results: Mapping[str, Sequence[Result]], ratings: str, samples: int, seed: int
) -> list[Board]:
    """Return the board over all games of a league, and then that of each game.

    Args:
        results: the results of each game, by its name.
        ratings: the model of the ratings of each game. Those over all games are Bradley-Terry's.
        samples: the number of resamples for each interval.
        seed: the seed of the resamples.
    """
    own = [board_of(name, played, ratings, samples, seed) for name, played in results.items()]
    table = joint_standings(results, samples=samples, seed=seed)
    everything = [one for played in results.values() for one in played]
    said = [_ALIKE, *_not_covered(results), *disagreements(table, why=_POINTS), *warnings(everything)]
    joint = Board(OVER_ALL, tuple(table), tuple(head_to_head(everything)), tuple(said))
    return [joint, *own]


def _not_covered(results: Mapping[str, Sequence[Result]]) -> Iterator[str]:
    """Yield a sentence for each agent that has no result in some game, and for each game without a result."""
    rated = {
        name: {player for one in played if one.rateable for player in one.players}
        for name, played in results.items()
    }
    for name, players in rated.items():
        if not players:
            yield f"No match of {name} has a result, so it does not count."
    counting = {name: players for name, players in rated.items() if players}
    for player in sorted({player for played in results.values() for one in played for player in one.players}):
        lacking = [name for name, players in counting.items() if player not in players]
        if lacking:
            yield (
                f"{player} has no result in {', '.join(lacking)}, so its rating rests on "
                f"{len(counting) - len(lacking)} of {len(counting)} games, and its mean score is unknown."
            )


def results_by_game(run: StoredRun, config: Mapping[str, Any]) -> dict[str, list[Result]]:
    """Return the results of the matches of each game of a league, by its name, in the order of the games.

    Args:
        run: the run.
        config: its configuration.
    """
    games = config["protocol"]["conditions"]
    found: dict[str, list[Result]] = {name: [] for name in config["protocol"]["order"]}
    for game, episodes in groupby(run.finished(), key=lambda played: played.plan.condition):
        found[game] += [result for _, result in match_results(episodes, games[game]["players"])]
    return found
