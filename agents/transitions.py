"""The agent that counts what followed what in a sequence, and predicts what comes next from that."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

import games
from agents.shared.decision import decision
from arena.core.ranges import Rounds
from arena.seat.agent import PolicyAgent, Reply, Request
from games.base import SIMULTANEOUS, seat_name

ASKS_NEXT = "next-item"
"""What a prompt asks that wants a ranking of items. Its data have the ``sequence`` and the ``items``."""

_PLAYED = re.compile(r"player_(\d+) plays ([\w-]+)")


@dataclass
class Transitions(PolicyAgent):
    """Predicts the next item of a sequence by how often each item followed the last ones.

    The idea is from Zhu et al. 2024, "Collaboration and transition: distilling item transitions into
    multi-query self-attention for sequential recommendation" (MQSA-TED). Counts are divided by the largest
    count of their item. Those of the last item have the weight `alpha`, and the mean of those of the last
    `last` items has the rest. The prediction is their softmax over all items at the temperature `tau`.

    It ranks the items of a prompt that asks for the next one. In a game of one move at the same time, such as
    ``repeated:rock-paper-scissors?n=100``, the items are the other player's moves, and it plays a best reply
    to what it predicts. It has to be told each move as in "player_0 plays rock".

    Args:
        tau: The temperature. The lower it is, the more the largest count weighs.
        alpha: The weight of the last item alone, from 0 to 1.
        last: How many of the last items have the rest of the weight together.
    """

    tau: Annotated[float, Field(gt=0, le=1_000)] = 0.1
    alpha: Annotated[float, Field(ge=0, le=1)] = 0.5
    last: Rounds = 3

    async def reply(self, request: Request) -> Reply:
        """Return a ranking of all items, or a move.

        Raises:
            ValueError: if it is asked for something else.
        """
        fields = request.prompt.data
        if not isinstance(fields, Mapping) or fields.get("asks") != ASKS_NEXT:
            return await super().reply(request)
        row = self.predicted(fields["sequence"], fields["items"])
        ranked = sorted(row, key=lambda item: -row[item])
        return Reply(json.dumps({"items": ranked}))

    async def distribution(self, request: Request) -> Mapping[str, float]:
        """Return the uniform distribution over the best replies to what the other player is to play."""
        made = decision(request)
        state = games.load(made.game).new_initial_state()
        if state.current_player != SIMULTANEOUS:
            raise ValueError(f"transitions plays games of one move at the same time, and not {made.game}")
        other = 1 - made.player
        theirs = {state.action_to_string(other, move): move for move in state.legal_actions(other)}
        told = (found for event in request.view for found in _PLAYED.findall(event.text))
        row = self.predicted([move for seat, move in told if f"player_{seat}" == seat_name(other)], theirs)
        worth = {
            move: sum(
                chance
                * state.joint_child(
                    (action, theirs[said]) if made.player == 0 else (theirs[said], action)
                ).returns()[made.player]
                for said, chance in row.items()
            )
            for move, action in made.moves.items()
        }
        best = [move for move in worth if worth[move] >= max(worth.values()) - 1e-9]
        return dict.fromkeys(best, 1 / len(best))

    def predicted(self, sequence: Sequence[str], items: Iterable[str]) -> dict[str, float]:
        """Return the probability of each item to come next. They are equal if nothing was counted."""
        counts = transition_counts([sequence])
        known = list(items)
        scaled = [_scaled(counts.get(item, {}), known) for item in sequence[-self.last :][::-1]]
        if not scaled:
            return dict.fromkeys(known, 1 / len(known))
        mean = [sum(column) / len(scaled) for column in zip(*scaled, strict=True)]
        mixed = [
            self.alpha * one + (1 - self.alpha) * all_ for one, all_ in zip(scaled[0], mean, strict=True)
        ]
        return dict(zip(known, _softmax(mixed, self.tau), strict=True))


def transition_counts(sequences: Iterable[Sequence[str]], span: int = 1) -> dict[str, Counter[str]]:
    """Return how often each item came at most `span` places after each other one.

    >>> transition_counts(["ABABAC"])
    {'A': Counter({'B': 2, 'C': 1}), 'B': Counter({'A': 2})}
    """
    counts: dict[str, Counter[str]] = {}
    for sequence in sequences:
        for place, item in enumerate(sequence):
            for follower in sequence[place + 1 : place + 1 + span]:
                counts.setdefault(item, Counter())[follower] += 1
    return counts


def transition_row(counts: Sequence[int], tau: float = 0.1) -> list[float]:
    """Return the row of an item: the softmax of its counts by the largest, at a temperature.

    >>> [f"{one:.4g}" for one in transition_row([0, 2, 1, 1])]
    ['4.479e-05', '0.9867', '0.006648', '0.006648']
    """
    most = max(counts) or 1
    return _softmax([count / most for count in counts], tau)


def _scaled(counts: Mapping[str, int], items: Sequence[str]) -> list[float]:
    most = max(counts.values(), default=1)
    return [counts.get(item, 0) / most for item in items]


def _softmax(values: Sequence[float], tau: float) -> list[float]:
    largest = max(values)
    powers = [math.exp((value - largest) / tau) for value in values]
    total = math.fsum(powers)
    return [power / total for power in powers]
