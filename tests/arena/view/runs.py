"""Runs to look at: debates by scripted agents, some of them slow, hostile or forgetful, and a game."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from arena.designs.scenario import Scenario
from arena.running.running import run
from arena.seat.agent import Agent, Reply, Request, Stop
from arena.seat.writing import live_reply
from arena.tasks import hidden_passage
from protocols import Debate, Play
from tests.protocols.asking import asks_for

LONG_NAME = "openai:a-model-with-a-very-long-deployment-name-2026-08-07-in-europe-west"


@dataclass
class Debater(Agent):
    """Quotes the source once rightly and once wrongly, reasons apart, and is cut off once.

    `pause` is how many seconds it takes for each reply.
    """

    name: str = "scripted"
    pause: float = 0.0
    words: str = ""
    asked: dict[str, int] = field(default_factory=dict)

    async def reply(self, request: Request) -> Reply:
        if self.pause:
            await _write_slowly(request, self.pause)
        what = asks_for(request)
        if what == "belief":
            percent = 40 + (request.count * 7 + len(request.seat)) % 55
            return Reply(
                f"The quotes carry my side so far.\nProbability: {percent}", "I must not show doubt."
            )
        if what == "speech":
            if request.count == 2 and request.seat.endswith("b"):
                return Reply("I was saying that", stop=Stop.TRUNCATED)
            return Reply(self.words or self._speech(request), f"Round plan of {request.seat}: be brief.")
        if what == "verdict":
            label = next(iter(request.prompt.data["answers"]))
            return Reply(
                f'What decides it is "{_quoted(request)}". The other side guesses.\nVerdict: {label}\n'
                "Confidence: 80",
                "I weigh both.",
            )
        return Reply(request.form.sample(request.random()))

    def _speech(self, request: Request) -> str:
        source = next((event.text for event in request.view if "source" in event.text.lower()), "")
        piece = " ".join(source.split()[5:12])
        return (
            f"The source says <quote>{piece}</quote>, and it says <quote>that nobody ever moved it</quote>. "
            f"My answer follows from the last movement, as {request.seat} showed before."
        )


async def _write_slowly(request: Request, pause: float) -> None:
    """Take a while, and tell who listens of words that are not those of the reply."""
    live = live_reply(request)
    if live is None:
        await asyncio.sleep(pause)
        return
    with live.writing():
        for word in ("Scratch", "pad", "of", request.seat):
            live.more(f"{word} ")
            await asyncio.sleep(pause / 2)


def _quoted(request: Request) -> str:
    """Return the last words of the first public speech, for the judge to cite."""
    said = next((event.text for event in request.view if "My answer" in event.text), "")
    at = said.find("My answer")
    return said[at : at + 34] if at >= 0 else "nothing that was said"


async def debates(
    folder: Path, tasks: int = 3, *, rounds: int = 3, pause: float = 0.0, debaters: int = 2, words: str = ""
) -> Path:
    """Play debates over hidden passages, whose debaters verify quotes and bet."""
    scenario = debating(tasks, rounds=rounds, pause=pause, debaters=debaters, words=words)
    await run(scenario, folder, quiet=True)
    return folder


def debating(
    tasks: int = 3, *, rounds: int = 3, pause: float = 0.0, debaters: int = 2, words: str = ""
) -> Scenario:
    """Return the scenario of `debates`."""
    protocol = Debate(rounds=rounds, quotes=True, words=60 if not words else None, debaters=debaters)
    names = ["scripted-careful", LONG_NAME, "scripted-judge"]
    agents: Mapping[str, Agent] = {
        seat: Debater(names[min(at, 2)], pause, words) for at, seat in enumerate(protocol.seats)
    }
    played = list(hidden_passage(n=tasks, seed=3))
    return Scenario(protocol=protocol, seats=agents, tasks=played, name="debate")


async def kuhn(folder: Path, hands: int = 4) -> Path:
    """Play hands of Kuhn poker between random players."""
    seats = {"player_0": "random", "player_1": "kuhn-nash"}
    await run(Scenario(protocol=Play(game="kuhn"), seats=seats, episodes=hands), folder)
    return folder
