"""A run to be killed: ``python -m tests.real.killable FOLDER ASKED NAME`` begins it, or continues it.

With ``again`` after that, failed episodes are played again.

NAME is that of one of `SCENARIOS`: many or few games, games in which agents break, or talks that find out
much.

Its agent notes every request that reaches it at the end of the file ASKED, before it answers, and gives the
same note as its reasoning, so that the journal says to which requests it holds the reply.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from hashlib import blake2b
from pathlib import Path

from arena.core.errors import JournalError
from arena.designs.comparison import Comparison
from arena.designs.scenario import AnyScenario, Scenario
from arena.episode import Protocol
from arena.episode.probes import Probe, ProbeKind, ProbeMoment
from arena.journal import StoredRun
from arena.journal.schema import JOURNAL_FILE
from arena.running.running import run
from arena.seat.agent import Agent, Reply, Request
from arena.tasks.task import Task
from protocols import Debate, Mad, Play, Revise, Society


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


class Failing(Noting):
    """Breaks when it meets one of some requests for the first time in the process, and notes that too."""

    def __init__(self, asked: Path) -> None:
        super().__init__(asked)
        self._met = set(asked.read_text().split())

    async def reply(self, request: Request) -> Reply:
        noted = note(request)
        if noted[0] == "0" and noted not in self._met:
            self._met.add(noted)
            os.write(self._file, f"{noted}\n".encode())
            raise RuntimeError("it broke")
        return await super().reply(request)


def games(agent: Agent) -> AnyScenario:
    """Return two thousand short games, which find out nothing."""
    seats = {"player_0": agent, "player_1": agent}
    return Scenario(protocol=Play(hands=3), seats=seats, episodes=2000, seed=11)


def talks(agent: Agent) -> AnyScenario:
    """Return two hundred talks: beliefs, verdicts, samples of a turn, and probes beside them."""
    protocols: dict[str, Protocol] = {
        "debate": Debate(rounds=2),
        "mad": Mad(rounds=2),
        "revise": Revise(turns=3, hint="unary", samples=3, keep="right"),
        "society": Society(members=3, rounds=2),
    }
    seats = {seat: agent for protocol in protocols.values() for seat in protocol.seats}
    answers = ["the cook", "the gardener", "the cat"]
    task = Task(id="key", text="Who took the key?", data={"answers": answers}, truth="the cat")
    probes = (Probe(ask=ProbeKind.CONFIDENCE, seats=("answerer",), moments=(ProbeMoment.ROUND,)),)
    return Comparison(conditions=protocols, tasks=[task], seats=seats, episodes=50, seed=11, probes=probes)


def few(agent: Agent) -> AnyScenario:
    """Return four hundred short games."""
    seats = {"player_0": agent, "player_1": agent}
    return Scenario(protocol=Play(hands=3), seats=seats, episodes=400, seed=12)


SCENARIOS = {"games": games, "talks": talks, "few": few, "failing": few}
AGENTS: dict[str, type[Noting]] = {"failing": Failing}


def has_begun(folder: Path) -> bool:
    """Return whether a run has begun. One that was killed before its header was written never did."""
    if not (folder / JOURNAL_FILE).exists():
        return False
    try:
        with StoredRun(folder) as stored:
            stored.header()
    except JournalError as error:
        if "never began" not in str(error):
            raise
        return False
    return True


def resumes(folder: Path) -> bool:
    """Return whether a run is to be resumed. One that never began is removed, as its error says to do."""
    if has_begun(folder):
        return True
    shutil.rmtree(folder, ignore_errors=True)
    return False


def main(folder: Path, asked: Path, name: str, again: str = "") -> None:
    resume = resumes(folder)
    scenario = SCENARIOS[name](AGENTS.get(name, Noting)(asked))
    asyncio.run(run(scenario, folder, resume=resume, concurrency=60, retry_failed=again == "again"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
