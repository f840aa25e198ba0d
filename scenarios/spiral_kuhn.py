"""Self-play reinforcement learning on Kuhn poker in plain numpy: the loop of SPIRAL (Liu et al. 2025).

One softmax policy over information states plays both seats through the engine. After every iteration it takes
a step of REINFORCE (Williams 1992) on the rows that ``arena export`` writes, with an entropy bonus (Williams
and Peng 1991). One condition uses role-conditioned advantages, and the other uses plain returns. In a
zero-sum game the policies of self-play circle around an equilibrium, and only their average comes close to
it. So the exploitability of both is measured. Against a best response, uniform play loses 0.458 per player,
and an equilibrium loses 0.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arena import Condition
from arena.seat.agent import PolicyAgent, Reply, Request
from arena.seat.messages import Message, messages
from arena.training.export.rows import Row
from arena.training.self_play import Learner, SelfPlay
from protocols import Play
from protocols.exploitability import exploitability

KUHN = Play(game="kuhn")
ACTIONS = {"check": 0, "fold": 0, "bet": 1, "call": 1}

_Pair = NDArray[np.float64]


def state_of(seen: Sequence[Message]) -> str:
    """Return the key of an information state: everything that the seat has read."""
    return "\n\n".join(message.content for message in seen)


class Averaged(PolicyAgent):
    """Plays each of the two actions in proportion to its weight in the state."""

    def __init__(self, weights: Mapping[str, _Pair]) -> None:
        self.weights = weights

    async def distribution(self, request: Request) -> Mapping[str, float]:
        """Return the share of each move's weight. In a state without weights, moves are equally likely."""
        weights = self.weights.get(state_of(messages(request)), np.ones(2))
        return {
            move: weights[action] / weights.sum() for move, action in request.prompt.data["moves"].items()
        }


@dataclass
class Softmax(Learner):
    """A softmax policy with a preference for either action in each state.

    The step of iteration t is `rate` / sqrt(1 + t / 20) times the gradient of the mean return of an episode,
    with `entropy` as the weight of the bonus.
    """

    name: str
    advantage: str = "role"
    rate: float = 10.0
    entropy: float = 0.1

    def begin(self) -> None:
        """Begin with the uniform policy."""
        self.version = 0
        self.preferences: defaultdict[str, _Pair] = defaultdict(lambda: np.zeros(2))
        self.totals: defaultdict[str, _Pair] = defaultdict(lambda: np.zeros(2))

    def policy(self, state: str) -> _Pair:
        """Return the probabilities of both actions."""
        odds = np.exp(self.preferences[state] - self.preferences[state].max())
        shares: _Pair = odds / odds.sum()
        return shares

    async def distribution(self, request: Request) -> Mapping[str, float]:
        """Return the probability of each legal move."""
        policy = self.policy(state_of(messages(request)))
        return {move: policy[action] for move, action in request.prompt.data["moves"].items()}

    async def reply(self, request: Request) -> Reply:
        """Draw a move, and name the version of the policy in the reply."""
        return (await super().reply(request))._replace(model=f"softmax@{self.version}")

    def learn(self, rows: Sequence[Row]) -> Mapping[str, float]:
        """Take a step. Return the exploitability of the new policy and of the average policy."""
        played: dict[str, _Pair] = {}
        reach: defaultdict[tuple[int, str], float] = defaultdict(lambda: 1.0)
        gradient: defaultdict[str, _Pair] = defaultdict(lambda: np.zeros(2))
        for row in rows:
            state, action, who = state_of(row.prompt), ACTIONS[row.completion], (row.episode, row.role)
            if state not in played:
                played[state] = self.policy(state)
                # The average weighs by the probability that the player's own earlier actions lead here.
                self.totals[state] += (self.version + 1) * reach[who] * played[state]
            policy = played[state]
            reach[who] *= policy[action]
            logarithms = np.log(policy)
            gradient[state] += (row.advantage or 0.0) * (np.eye(2)[action] - policy)
            gradient[state] -= self.entropy * policy * (logarithms - policy @ logarithms)
        step = self.rate / np.sqrt(1 + self.version / 20) / len({row.episode for row in rows})
        for state, direction in gradient.items():
            self.preferences[state] += step * direction
        self.version += 1
        policies = {state: self.policy(state) for state in self.preferences}
        return {
            "Exploitability of the policy": _exploitability(policies),
            "Exploitability of the average policy": _exploitability(self.totals),
        }


def _exploitability(weights: Mapping[str, _Pair]) -> float:
    value = asyncio.run(exploitability(Averaged(weights), KUHN)).value
    assert value is not None
    return value


def playing_itself(learner: Learner) -> Condition:
    """Return the condition under which a learner plays both seats."""
    return Condition(protocol=KUHN, seats=dict.fromkeys(KUHN.seats, learner))


scenario = SelfPlay(
    name="spiral-kuhn",
    conditions={
        "role-conditioned": playing_itself(Softmax("softmax by role", advantage="role")),
        "plain returns": playing_itself(Softmax("softmax", advantage="none")),
    },
    iterations=100,
    episodes=500,
)
