"""A run of paid calls to be killed: ``python -m tests.real.paid FOLDER ROOT`` begins it, or continues it.

Two models talk about a task, by both official clients, at the server whose address is ROOT. Every request is
one of a kind: its task, its seat and how much was said before tell it from all others.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from arena import Episode, Outcome, Protocol, PublicTask, Scenario, Task
from arena.forms import Choice, Speech
from arena.running import run
from tests.real.killable import resumes

TASKS = 250
ROUNDS = 3


class Talk(Protocol):
    """Two seats speak in turn, and both choose in the end."""

    @property
    def seats(self) -> tuple[str, ...]:
        return ("ann", "bob")

    async def play(self, episode: Episode) -> Outcome:
        for _ in range(ROUNDS):
            for seat in self.seats:
                said = await episode.ask(seat, Speech(), "Speak.")
                assert said.ok
        chosen = await episode.together(self.seats, Choice(("yes", "no")), "Choose.")
        return Outcome.completed({seat: float(answer.value == "yes") for seat, answer in chosen.items()})

    def brief(self, seat: str, task: PublicTask) -> str:
        return f"You are {seat}. {task.text}"


def scenario(root: str) -> Scenario:
    return Scenario(
        protocol=Talk(),
        seats={"ann": f"openai:m?base_url={root}/v1", "bob": f"anthropic:m?base_url={root}"},
        tasks=[Task(id=str(number), text=f"What of {number}?") for number in range(TASKS)],
    )


def main(folder: Path, root: str) -> None:
    resume = resumes(folder)
    asyncio.run(run(scenario(root), folder, resume=resume, concurrency=20))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
