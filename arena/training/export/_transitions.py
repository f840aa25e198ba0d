"""The format of transitions: of each turn what was seen, said, earned and seen next, and the returns.

It is the record that critics of whole utterances learn from, as in Zhou et al. 2024, "ArCHer: training
language model agents via hierarchical multi-turn RL".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from math import fsum
from pathlib import Path
from typing import Any

from pydantic_core import to_json

from arena.seat.parts import is_learnt_in_part
from arena.training.export._lines import seen_chat
from arena.training.export._row import NOT_IN_PART, TYPES, Row
from arena.training.export._sink import Closed, Sink

NOT_A_STEP = "the episode did not go on from it"
UNKNOWN = "what a turn of the seat earned is not known"
_GAMMA = 0.95
"""The discount that ArCHer trains with."""
COLUMNS = {**TYPES, "done": "bool", "mc_return": "float64", "trajectory_reward": "float64"}


class TransitionLines(Sink):
    """JSON lines, one for each turn of a seat from which its episode went on.

    ``observation`` is what the seat was sent, with its pictures as OpenAI's chat takes them, and ``action``
    its reply. ``next_observation`` is what it was
    sent at its next turn, and empty where it is ``done``. ``mc_return`` is the reward with those of the
    seat's later turns, discounted by `gamma` for each turn: G_t = r_t + gamma G_(t+1). ``trajectory_reward``
    is the sum of the seat's rewards in the episode.

    Args:
        file: the file.
        gamma: the discount, from 0 to 1.
    """

    def __init__(self, file: Path, gamma: float = _GAMMA) -> None:
        self._stream = file.open("wb")
        self._gamma = gamma
        self._lines = 0
        self._left_out: Counter[str] = Counter()
        self._episode: list[Row] = []
        self._last: tuple[str, int] | None = None
        self._places: set[tuple[object, ...]] = set()

    def write(self, row: Row) -> str:
        """Take a row. Its line is written when its episode is over."""
        place = row.run, row.episode, row.role, row.turn, row.attempt, row.sample
        # Two runs may have one name, and then the same place comes again.
        if place[:2] != self._last or place in self._places:
            self._flush()
        self._last = place[:2]
        self._places.add(place)
        self._episode.append(row)
        return ""

    def close(self) -> Closed:
        """Write the lines of the last episode, and close the file."""
        self._flush()
        self._stream.close()
        return Closed(self._lines, self._left_out)

    def abandon(self) -> None:
        """Close the file as it is."""
        self._stream.close()

    def _flush(self) -> None:
        lines: list[tuple[int, dict[str, Any]]] = []
        for role in dict.fromkeys(row.role for row in self._episode):
            rows = [row for row in self._episode if row.role == role]
            steps = list({row.turn: row for row in rows if row.stands}.values())
            taken = set(map(id, steps))
            self._left_out.update(row.masked or NOT_A_STEP for row in rows if id(row) not in taken)
            lines += self._transitions(steps)
        for _, line in sorted(lines, key=lambda one: one[0]):
            self._stream.write(to_json(line) + b"\n")
        self._lines += len(lines)
        self._episode = []
        self._places = set()

    def _transitions(self, steps: Sequence[Row]) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield the lines of a seat with the turns at which they stand."""
        known = [row.reward for row in steps if row.reward is not None]
        is_known = len(known) == len(steps)
        returned = 0.0
        for place in range(len(steps) - 1, -1, -1):
            row = steps[place]
            returned = (row.reward or 0.0) + self._gamma * returned
            partly = NOT_IN_PART if is_learnt_in_part(row.parts) else ""
            if why := row.masked or partly or ("" if is_known else UNKNOWN):
                self._left_out[why] += 1
                continue
            after = steps[place + 1].prompt if place + 1 < len(steps) else ()
            yield (
                row.turn,
                {
                    "observation": seen_chat(row.prompt),
                    "action": row.completion,
                    "next_observation": seen_chat(after),
                    "done": place + 1 == len(steps),
                    "mc_return": returned,
                    "trajectory_reward": fsum(known),
                    **row.facts(),
                },
            )
