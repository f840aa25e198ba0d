"""Self-play in rounds: policies play themselves, learn from their exported rows, and play again."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
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
from arena.training.rewards.shaping import shaping


class Learner(PolicyAgent):
    """A policy that learns from what it played.

    `reward` and `advantage` say what its rows earned, by the names that ``arena export`` has for them.
    """

    reward: str = "terminal"
    advantage: str = "role"

    @abstractmethod
    def begin(self) -> None:
        """Forget all that was learnt, to begin anew."""

    @abstractmethod
    def learn(self, rows: Sequence[Row]) -> Mapping[str, float]:
        """Learn from the rows of one round, none of which is masked, and return what is measured after it."""


class SelfPlay(Comparison):
    """Learners who play themselves for some `iterations`, one under each condition, dealt the same chance.

    Each iteration is a round: its episodes are played, its rows made as ``arena export`` makes them, and the
    learner that has all players' seats under the condition learns from them. What is learnt comes of the
    journal alone, so a run that is resumed learns the same again.

    Args:
        iterations: How many rounds of playing and learning there are.
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
                raise UsageError(f"Under {name} one agent that learns is to have all players' seats.")
            over = self.learner(name).advantage
            if over.partition("?")[0] in OVER_GROUPS:
                raise UsageError(
                    f"Under {name} there is no advantage {over} over a group: each deal is played once."
                )
        return self

    @property
    def learns(self) -> bool:
        """Whether agents learn between the rounds: the players do."""
        return True

    def learner(self, condition: str) -> Learner:
        """Return who learns under a condition."""
        found = self.conditions[condition]
        agent = found.filled(self.seats)[found.protocol.players[0]]
        assert isinstance(agent, Learner)
        return agent

    def look_back(self, number: int, run: StoredRun) -> Iterable[Measurement]:
        """Have everyone learn from the round that is over, and return what they measured after it."""
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
        """Return the rows of a round that may be learnt from, by condition."""
        config, rows, makers, baselines = run.header()["config"], {}, {}, {}
        first = number * self._size
        for name in self.conditions:
            learner = self.learner(name)
            baselines[name] = advantages(learner.advantage, run.finished, self._baselines.get(name))
            makers[name] = RowMaker(
                run.folder.name, config, run.steps, shaping(learner.reward), baselines[name]
            )
            rows[name] = list[Row]()
        for episode in run.episodes(first, first + self._size, events=False):
            name = episode.plan.condition
            rows[name] += (row for row in makers[name].rows(episode) if not row.masked)
        self._baselines = {name: over.state() for name, over in baselines.items()}
        return rows

    def round(self, number: int, played: Iterable[Played]) -> Round | None:
        """Return an iteration's plans, each deal under each condition; None after the last one."""
        if number == self.iterations:
            return None
        before = number * self.repetitions
        plans = self.deals(self._seatings(), first=number * self._size, round_number=number, before=before)
        return Round(plans, self._size)

    @property
    def _size(self) -> int:
        return len(self._seatings()) * self.repetitions

    def config(self) -> dict[str, object]:
        """Return all that shapes the run's transcripts, how each learner is set included."""
        learners = {name: repr(self.learner(name)) for name in self.conditions}
        return super().config() | {"iterations": self.iterations, "learners": learners}
