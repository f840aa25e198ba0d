"""A solver that speaks some times, whose turns are labelled, and the labels as they are read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from arena import NOBODY, Episode, Label, Outcome, Protocol, Reply, Scenario, Task
from arena.forms import Probability, Speech
from arena.journal import StoredRun
from arena.results.study import Study
from arena.running import run
from arena.seat.agent import Request
from tests.shared.agents import Sent, Watched

TASK = Task(id="sum", text="Make 24 of 3, 5 and 9.", truth="24")


class Solving(Protocol):
    """A solver speaks, once a turn, and believes something; it wrote one label itself."""

    turns: int = 4

    @property
    def seats(self) -> tuple[str, ...]:
        return ("solver", "coach")

    @property
    def players(self) -> tuple[str, ...]:
        return ("solver",)

    async def play(self, episode: Episode) -> Outcome:
        for _ in range(self.turns):
            said = await episode.ask("solver", Speech(), "Go on.")
            episode.annotate(Label("lucky", "yes" if "7" in said.value else "no", about=said.place))
            await episode.ask("coach", Speech(), "What next?", audience=NOBODY)
            await episode.ask("solver", Probability("you are right"), audience=NOBODY)
        return Outcome.completed({"solver": 0.0})


def solving(turns: Sequence[str], episodes: int = 1, thoughts: Sequence[str] = ()) -> Scenario:
    """Return a scenario with these turns, and with the reasoning of each if there is any."""

    def solver(request: Request) -> str | Reply:
        if isinstance(request.form, Probability):
            return Reply("50", reasoning="Wait, I bet.")
        turn = request.count // 2
        return Reply(turns[turn], reasoning=thoughts[turn] if thoughts else "")

    seats = {"solver": Watched(solver, "a solver"), "coach": Watched("Think of 42, wait.", "a coach")}
    return Scenario(protocol=Solving(turns=len(turns)), tasks=(TASK,), seats=seats, episodes=episodes, seed=3)


async def stored_solving(
    folder: Path, turns: Sequence[str], episodes: int = 1, thoughts: Sequence[str] = ()
) -> Path:
    """Play the scenario, and return the folder of its run."""
    return (await run(solving(turns, episodes, thoughts), folder)).folder


async def one_turn_each(folder: Path, replies: Sequence[Reply]) -> Path:
    """Play an episode of one turn with each of these replies, one after another, and return the folder."""
    given = iter(replies)

    def solver(request: Request) -> str | Reply:
        return "50" if isinstance(request.form, Probability) else next(given)

    seats = {"solver": Watched(solver, "a solver"), "coach": Watched("Go on.", "a coach")}
    scenario = Scenario(protocol=Solving(turns=1), tasks=(TASK,), seats=seats, episodes=len(replies), seed=3)
    return (await run(scenario, folder)).folder


def labels_of(folder: Path, name: str) -> list[Label]:
    """Return the labels of a name, in the order in which they are read."""
    with StoredRun(folder) as stored:
        assert not stored.leave_out_damaged().sentences
        found = Study([("run", stored)]).annotations(
            "label", name, ("text", "key", "truth", "reason", "more")
        )
        return [label for label in found if isinstance(label, Label)]


def asked_about(request: Request | Sent) -> str:
    """Return the first quoted line that a judge reads."""
    return next(line[2:] for line in request.prompt.text.splitlines() if line.startswith("> "))
