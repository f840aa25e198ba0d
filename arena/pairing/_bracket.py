"""Brackets: matches whose players are seeds, or the winners and losers of earlier matches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from arena.pairing._pairing import Pairing

if TYPE_CHECKING:
    from arena.ratings import Result


@dataclass(frozen=True, slots=True)
class BracketDecision:
    """How a match of a bracket was decided.

    Attributes:
        label: the match's place in the bracket.
        winner: the player who advanced.
        loser: the player who did not.
        replays: how often the match was played again because it ended in a tie or without a result.
        by_seed: whether nobody won the match, so that the higher seed advanced.
    """

    label: str
    winner: str
    loser: str
    replays: int
    by_seed: bool


class Feeder(NamedTuple):
    """The source of one of a node's players: a seed, or the winner or loser of an earlier node, by number."""

    kind: Literal["seed", "winner", "loser"]
    number: int


class BracketMatch(NamedTuple):
    """A match of the bracket. A reset is played only if the second player won the node before it."""

    label: str
    first: Feeder
    second: Feeder
    reset: bool = False


class BracketOutcome(NamedTuple):
    """The winner and the loser of a node. One is None if nobody came from a bye."""

    winner: str | None
    loser: str | None


class Bracket:
    """A bracket that is filled in, one finished round after another."""

    def __init__(self, players: Sequence[str], nodes: Sequence[BracketMatch]) -> None:
        self.players = players
        self.nodes = nodes
        self.outcomes: dict[int, BracketOutcome] = {}
        self.attempts = [0] * len(nodes)
        self.decisions: list[BracketDecision] = []
        self._settle()

    def pairings(self) -> list[Pairing]:
        """Return the matches that can be played now and, in the first round, byes for the other players."""
        matches = [Pairing(pair, self.nodes[number].label) for number, pair in self._open().items()]
        if any(self.attempts):
            return matches
        seated = {player for match in matches for player in match.players}
        return matches + [
            Pairing((player,), self.nodes[0].label) for player in self.players if player not in seated
        ]

    def finish(self, results: Sequence[Result], replays: int) -> None:
        """Enter the results of all open nodes. A match that nobody won is replayed up to `replays` times."""
        by_pair = {frozenset(result.players): result for result in results}
        for number, pair in self._open().items():
            self.attempts[number] += 1
            best, *_ = by_pair[frozenset(pair)].finish or ((),)
            won = len(best) == 1
            if not won and self.attempts[number] <= replays:
                continue
            winner = best[0] if won else min(pair, key=self.players.index)
            loser = pair[1] if winner == pair[0] else pair[0]
            self.outcomes[number] = BracketOutcome(winner, loser)
            self.decisions.append(
                BracketDecision(
                    self.nodes[number].label, winner, loser, self.attempts[number] - 1, by_seed=not won
                )
            )
        self._settle()

    def placings(self) -> list[tuple[str, ...]]:
        """Return the groups of players from first to last place, as the format's `placings` does."""
        again = {source.number for node in self.nodes for source in node[1:3] if source.kind == "loser"}
        stages: dict[str, set[str]] = {}
        for number, node in enumerate(self.nodes):
            outcome = self.outcomes.get(number)
            if outcome and outcome.loser is not None and number not in again:
                stages.setdefault(node.label, set()).add(outcome.loser)
        out = set().union(*stages.values())
        groups = [set(self.players) - out, *reversed(stages.values())]
        return [tuple(sorted(group, key=self.players.index)) for group in groups]

    def _open(self) -> dict[int, tuple[str, str]]:
        """Return the nodes that can be played now, by number, with their players."""
        found = {}
        for number, node in enumerate(self.nodes):
            if number not in self.outcomes and self._known(node):
                first, second = self._player(node.first), self._player(node.second)
                if first is not None and second is not None:
                    found[number] = (first, second)
        return found

    def _settle(self) -> None:
        """Decide the nodes that need no match: byes, and the reset if the unbeaten finalist won the final."""
        for number, node in enumerate(self.nodes):
            if number in self.outcomes or not self._known(node):
                continue
            first, second = self._player(node.first), self._player(node.second)
            if node.reset and first == self._player(self.nodes[number - 1].first):
                self.outcomes[number] = BracketOutcome(first, second)
            elif first is None or second is None:
                self.outcomes[number] = BracketOutcome(second if first is None else first, None)

    def _known(self, node: BracketMatch) -> bool:
        return all(source.kind == "seed" or source.number in self.outcomes for source in node[1:3])

    def _player(self, source: Feeder) -> str | None:
        if source.kind == "seed":
            return self.players[source.number] if source.number < len(self.players) else None
        outcome = self.outcomes[source.number]
        return outcome.winner if source.kind == "winner" else outcome.loser


def single_elimination(entrants: int) -> list[BracketMatch]:
    """Return the nodes of a single-elimination bracket."""
    nodes, _ = _knockout(entrants, "")
    return nodes


def double_elimination(entrants: int) -> list[BracketMatch]:
    """Return the nodes of a double-elimination bracket: winners, losers, the grand final and its reset.

    The rounds of the losers' bracket alternate. In one round its survivors meet each other. In the next they
    meet the players who have just dropped from the winners' bracket. Every other time these come in reverse
    order, so that players who have met do not meet again soon.
    """
    nodes, stages = _knockout(entrants, "winners ")
    alive = [Feeder("loser", number) for number in stages[0]]
    for stage, numbers in enumerate(stages[1:], start=1):
        alive = _stage(nodes, _neighbours(alive), f"losers round {2 * stage - 1}")
        dropped = [Feeder("loser", number) for number in numbers[:: -1 if stage % 2 else 1]]
        alive = _stage(nodes, zip(alive, dropped, strict=True), f"losers round {2 * stage}")
    final = len(nodes)
    nodes.append(BracketMatch("grand final", Feeder("winner", stages[-1][0]), alive[0]))
    nodes.append(
        BracketMatch("grand final reset", Feeder("winner", final), Feeder("loser", final), reset=True)
    )
    return nodes


def _knockout(entrants: int, prefix: str) -> tuple[list[BracketMatch], list[list[int]]]:
    """Return a bracket and its nodes' numbers by stage.

    Its two best seeds can meet only in the last stage.
    """
    seeds = [0]
    while len(seeds) < entrants:
        seeds = [seed for high in seeds for seed in (high, 2 * len(seeds) - 1 - high)]
    alive = [Feeder("seed", seed) for seed in seeds]
    nodes: list[BracketMatch] = []
    stages: list[list[int]] = []
    while len(alive) > 1:
        label = f"{prefix}final" if len(alive) == 2 else f"{prefix}round {len(stages) + 1}"
        alive = _stage(nodes, _neighbours(alive), label)
        stages.append([source.number for source in alive])
    return nodes, stages


def _stage(nodes: list[BracketMatch], pairs: Iterable[tuple[Feeder, Feeder]], label: str) -> list[Feeder]:
    """Append a node for each pair, and return the sources of their winners."""
    start = len(nodes)
    nodes += [BracketMatch(label, first, second) for first, second in pairs]
    return [Feeder("winner", number) for number in range(start, len(nodes))]


def _neighbours(alive: Sequence[Feeder]) -> Iterable[tuple[Feeder, Feeder]]:
    """Pair the first with the second, the third with the fourth, and so on."""
    return zip(alive[::2], alive[1::2], strict=True)
