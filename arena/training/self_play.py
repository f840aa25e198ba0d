"""Self-play in rounds: policies play against themselves, learn from their rows, and play again."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, ClassVar, Self

from pydantic import PrivateAttr, model_validator

from arena.core.errors import UsageError
from arena.core.ranges import Rounds
from arena.designs.comparison import Comparison
from arena.designs.scenario import Round
from arena.episode.measurement import Measurement
from arena.episode.plan import Played
from arena.journal import StoredRun
from arena.seat.agent import PolicyAgent
from arena.training.export.advantage import OVER_GROUPS, advantages
from arena.training.export.rows import Row, RowMaker
from arena.training.export.settings import Settings
from arena.training.rewards.reading import Origin, read_episode
from arena.training.rewards.sources import returns


class Learner(PolicyAgent):
    """A policy that learns from the episodes that it played.

    `reward` and `advantage` say how its rows are rewarded, by the names that ``arena export`` uses.
    """

    reward: str = "terminal"
    advantage: str = "role"

    @abstractmethod
    def begin(self) -> None:
        """Forget everything that was learnt."""

    @abstractmethod
    def learn(self, rows: Sequence[Row]) -> Mapping[str, float]:
        """Learn from the rows of one round that are not masked, and return measurements by their names."""


class SelfPlay(Comparison):
    """Learners that play against themselves. There is one for each condition, and all get the same deals.

    Each iteration is a round. Its episodes are played, and its rows are made as ``arena export`` makes them.
    Then the learner that sits in all players' seats under a condition learns from the rows of that condition.
    It learns from the journal alone, so a resumed run learns the same again.

    Args:
        iterations: The number of rounds of playing and learning.
    """

    kind: ClassVar[str] = "self-play"

    name: str = "self-play"
    iterations: Rounds = 100
    _baselines: dict[str, Any] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _everyone_learns(self) -> Self:
        for name, condition in self.conditions.items():
            seated = condition.filled(self.seats)
            players = {id(seated[seat]): seated[seat] for seat in condition.protocol.players}
            if len(players) > 1 or not all(isinstance(agent, Learner) for agent in players.values()):
                raise UsageError(f"Under {name}, one agent that learns must have all players' seats.")
            over = self.learner(name).advantage
            if over.partition("?")[0] in OVER_GROUPS:
                raise UsageError(
                    f"Under {name}, the advantage {over} needs groups of episodes, but each deal is "
                    "played once."
                )
        return self

    @property
    def learns(self) -> bool:
        """Whether agents learn between the rounds. In self-play the players do."""
        return True

    def learner(self, condition: str) -> Learner:
        """Return the agent that learns under a condition."""
        found = self.conditions[condition]
        agent = found.filled(self.seats)[found.protocol.players[0]]
        assert isinstance(agent, Learner)
        return agent

    def look_back(self, number: int, run: StoredRun) -> Iterable[Measurement]:
        """Let all learners learn from the round that is over, and return their measurements."""
        if number == 0:
            self._baselines.clear()
            for name in self.conditions:
                self.learner(name).begin()
            return []
        return [
            Measurement(measure, number, value, name)
            for name, rows in self._rows(number - 1, run).items()
            for measure, value in self.learner(name).learn(rows).items()
        ]

    def _rows(self, number: int, run: StoredRun) -> dict[str, list[Row]]:
        """Return the rows of a round that are not masked, by condition."""
        rows: dict[str, list[Row]] = {name: [] for name in self.conditions}
        baselines, rewards = {}, {}
        for name in self.conditions:
            learner = self.learner(name)
            baselines[name] = advantages(learner.advantage, self._baselines.get(name))
            rewards[name] = returns(learner.reward)
        config = run.header()["config"]
        steps = lru_cache(maxsize=1)(run.steps)
        maker, settings = RowMaker(run.folder.name, config, steps), Settings(config)
        first = number * self._size
        for episode in run.episodes(first, first + self._size, events=False):
            name = episode.plan.condition
            reading = read_episode(episode, steps, origin=Origin(settings.of(name).baseline))
            earned = rewards[name].of(reading)
            made = maker.rows(reading, earned, baselines[name].of(reading, earned, rewards[name]))
            rows[name] += (row for row in made if not row.masked)
        self._baselines = {name: over.state() for name, over in baselines.items()}
        return rows

    def round(self, number: int, played: Iterable[Played]) -> Round | None:
        """Return an iteration's plans: each deal under each condition.

        Return None after the last iteration.
        """
        if number == self.iterations:
            return None
        before = number * self.repetitions
        plans = self.deals(self._seatings(), first=number * self._size, round_number=number, before=before)
        return Round(plans, self._size)

    @property
    def _size(self) -> int:
        return len(self._seatings()) * self.repetitions

    def config(self) -> dict[str, object]:
        """Return everything that shapes the run's transcripts, including the settings of each learner."""
        learners = {name: repr(self.learner(name)) for name in self.conditions}
        return super().config() | {"iterations": self.iterations, "learners": learners}
