"""A small debate that is stored, and judges who decide by what they read."""

from __future__ import annotations

import json
import re
from pathlib import Path

from arena import NOBODY, Agent, Episode, Outcome, Protocol, Reply, Scenario, Task
from arena.forms import Probability, Speech, Verdict
from arena.running import run
from arena.seat.agent import Request
from tests.shared.agents import Watched

TASK = Task(id="whales", text="Are whales fish?", truth="no")
SPEAKERS = re.compile(r"^(Speaker \d) says:\n((?:> .*\n?)+)", re.MULTILINE)


class Tiny(Protocol):
    """Two sides speak, believe something, and hear a judge who sits there."""

    rounds: int = 1

    @property
    def seats(self) -> tuple[str, ...]:
        return ("pro", "con", "judge")

    @property
    def players(self) -> tuple[str, ...]:
        return ("pro", "con")

    async def play(self, episode: Episode) -> Outcome:
        for number in range(self.rounds):
            episode.tell(episode.everyone, f"Round {number + 1}. pro is for it, con against.")
            await episode.together(("pro", "con"), Speech(), "Make your case.")
            await episode.together(("pro", "con"), Probability("you win"), audience=NOBODY)
        verdict = (await episode.ask("judge", Verdict(("pro", "con"), confidence=False), "Who won?")).value
        episode.tell(episode.everyone, f"The winner is {verdict.choice}.")
        return Outcome.won_by(verdict.choice, among=("pro", "con"))


def debater(side: str, words: str) -> Agent:
    """Return an agent whose speeches are `words` and whose beliefs are 77 %."""
    return Watched(
        lambda request: "77" if isinstance(request.form, Probability) else words, name=f"says {side}"
    )


async def stored_debate(
    folder: Path,
    pro: str | Agent = "They swim.",
    con: str | Agent = "They suckle.",
    episodes: int = 1,
    task: Task = TASK,
) -> Path:
    """Play the debate, and return where it is stored; its own judge is for con."""
    seats = {
        "pro": debater("pro", pro) if isinstance(pro, str) else pro,
        "con": debater("con", con) if isinstance(con, str) else con,
        "judge": Watched("Verdict: con", name="the live judge"),
    }
    scenario = Scenario(protocol=Tiny(), tasks=(task,), seats=seats, episodes=episodes, seed=3)
    return (await run(scenario, folder)).folder


def read_by(request: Request) -> str:
    """Return all that a judge reads, its brief left out."""
    return "\n\n".join(event.text for event in (*request.view, request.prompt))


def said(request: Request) -> dict[str, str]:
    """Return what each speaker said, as the judge that goes by the quotation marks reads it."""
    words: dict[str, str] = {}
    for name, speech in SPEAKERS.findall(read_by(request)):
        words[name] = words.get(name, "") + speech
    return words


def prefers(word: str, name: str = "a judge") -> Watched:
    """Return a judge for whoever used a word."""

    def decide(request: Request) -> str:
        (found,) = [speaker for speaker, speech in said(request).items() if word in speech]
        return f"I heard it.\nVerdict: {found[-1]}\nConfidence: 90"

    return Watched(decide, name)


def always(reply: str | Reply, name: str = "a judge") -> Watched:
    """Return a judge that gives the same reply to everything."""
    return Watched(lambda _: reply, name=name)


def structured(choice: str) -> Reply:
    """Return a structured verdict."""
    return Reply(json.dumps({"reasons": "", "choice": choice, "confidence": 60}), structured=True)
