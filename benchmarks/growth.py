"""Whether turns get dearer as an episode grows: the CPU time of a turn near turn 1,000 over one near turn 10.

    python -m benchmarks.growth

Episodes are run one at a time, journal on; the agents note the CPU clock of the process as they are asked, so
a window holds everything a turn costs: the protocol, the view, the digest, the reply, and what the journal's
thread writes meanwhile. That thread commits in groups, so a window is compared by its sum over all episodes
of a run, the first left out, rather than one by one; and it is a multiple of the 64 turns after which an
episode lets others run, so that each holds as many of those moments.

Measured for a long match of Kuhn poker, whose seats see half of what happens, and for a talk in which two
seats speak at the same time and hear all of it. What an agent does with its view is not in it: a model that
reads the whole view pays for its length.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import process_time

from agents.random import Random
from arena import Episode, Outcome, Protocol, Reply, Request, Scenario
from arena.forms import Speech
from benchmarks.engine import cost, kuhn
from benchmarks.figure import Figure, main

EARLY, LATE, WINDOW = 10, 1_000, 128
SPEAKERS = ("left", "right")


class Talk(Protocol):
    """Two seats speak at the same time, again and again."""

    rounds: int

    @property
    def seats(self) -> tuple[str, ...]:
        """The two speakers."""
        return SPEAKERS

    async def play(self, episode: Episode) -> Outcome:
        """Talk for all rounds."""
        for _ in range(self.rounds):
            await episode.together(self.seats, Speech())
        return Outcome.completed({})


@dataclass
class Metered(Random):
    """Answers at random for all seats of one episode at a time, and notes the time at the turns `marks`."""

    first: str
    marks: tuple[int, ...]
    noted: list[dict[int, float]] = field(default_factory=list)
    turn: int = 0

    async def reply(self, request: Request) -> Reply:
        """Count the turn and answer."""
        if request.count == 0 and request.seat == self.first:
            self.noted.append({})
            self.turn = 0
        self.turn += 1
        if self.turn in self.marks:
            self.noted[-1][self.turn] = process_time()
        return await super().reply(request)


def measure(
    *, early: int = EARLY, late: int = LATE, window: int = WINDOW, episodes: int = 25, rounds: int = 7
) -> list[Figure]:
    """Return the ratios for Kuhn poker and for the talk."""
    length = late + window

    def long_match(agent: Metered, seed: int) -> Scenario:
        return kuhn(episodes, hands=length // 2, agent=agent, seed=seed)

    def talk(agent: Metered, seed: int) -> Scenario:
        seats = dict.fromkeys(SPEAKERS, agent)
        return Scenario(protocol=Talk(rounds=length // 2 + 1), seats=seats, episodes=episodes, seed=seed)

    kuhn_ratios, talk_ratios = [], []
    for seed in range(rounds):
        kuhn_ratios.append(_ratio(long_match, "player_0", seed, early, late, window))
        talk_ratios.append(_ratio(talk, "left", seed, early, late, window))
    name = f"growth: CPU per turn at turn {late:,} over turn {early:,}"
    return [
        Figure(f"{name}, Kuhn", tuple(kuhn_ratios), at_most=1.3),
        Figure(f"{name}, talk", tuple(talk_ratios), at_most=1.3),
    ]


def _ratio(
    scenario: Callable[[Metered, int], Scenario], first: str, seed: int, early: int, late: int, window: int
) -> float:
    meter = Metered(first, (early, early + window, late, late + window))
    cost(scenario(meter, seed), concurrency=1)
    warm = meter.noted[1:]

    def spent(begin: int) -> float:
        return sum(times[begin + window] - times[begin] for times in warm)

    return spent(late) / spent(early)


if __name__ == "__main__":
    main({"growth": measure})
