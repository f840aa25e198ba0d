"""A run to be killed: ``python -m tests.real.killable FOLDER ASKED`` begins it, or continues it.

Its agent notes every request that reaches it at the end of the file ASKED, before it answers, and gives the
same note as its reasoning, so that the journal says to which requests it holds the reply.
"""

from __future__ import annotations

import asyncio
import os
import sys
from hashlib import blake2b
from pathlib import Path

from arena.designs.scenario import Scenario
from arena.journal.schema import JOURNAL_FILE
from arena.running.running import run
from arena.seat.agent import Agent, Reply, Request
from protocols import Play

EPISODES = 2000


def note(request: Request) -> str:
    """Return a fingerprint of the whole request; the seed in it differs in every episode."""
    seen = [(event.kind.value, event.seat, event.text, event.payload) for event in request.view]
    whole = (request.seat, request.brief, seen, request.prompt.text, request.count, request.seed)
    return blake2b(repr(whole).encode(), digest_size=12).hexdigest()


class Noting(Agent):
    """Plays at random, slowly and sometimes illegally, and notes what it is asked."""

    name = "noting"

    def __init__(self, asked: Path) -> None:
        self._file = os.open(asked, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def reply(self, request: Request) -> Reply:
        noted = note(request)
        os.write(self._file, f"{noted}\n".encode())
        rng = request.random()
        await asyncio.sleep(0.01 + 0.04 * rng.random())
        text = "xyzzy" if rng.random() < 0.05 else request.form.sample(rng)
        return Reply(text, reasoning=noted)


def scenario(asked: Path) -> Scenario:
    agent = Noting(asked)
    return Scenario(
        protocol=Play(hands=3), seats={"player_0": agent, "player_1": agent}, episodes=EPISODES, seed=11
    )


def main(folder: Path, asked: Path) -> None:
    resume = (folder / JOURNAL_FILE).exists()
    asyncio.run(run(scenario(asked), folder, resume=resume, concurrency=60))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
