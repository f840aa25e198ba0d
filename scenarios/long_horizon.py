"""Long-horizon execution: a running total is kept over many turns, and each turn's step is scored by itself.

The study is that of Sinha et al. 2025, "The illusion of diminishing returns: measuring long horizon execution
in LLMs". The agent is given the values of words, and then some of the words in each turn. Nothing is to be
planned or known. Three labels say of each turn whether

- ``index``: the total is right,
- ``right-so-far``: it is, and so were all totals before it,
- ``step``: it is the agent's own total before it, and the values of the turn.

The report has their shares by turn, and the horizon: the turn at which fewer than half of the episodes are
``right-so-far``. A total that cannot be used is wrong in all three, unless the values sum to 0: then the
total before it goes on, as in the authors' code. ``--past 0.5?turns=99`` writes the first 99 totals for the
agent, half of them wrong, so that its ``step`` in turn 100 shows what its own errors do to it.

The agent ``scenarios.long_horizon:Adder`` needs no model.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from arena import Agent, Answer, Episode, Label, Outcome, Protocol, Reply, Request, Scenario, Task
from arena.annotations import Annotation
from arena.core.errors import UsageError
from arena.core.ranges import Rounds
from arena.forms import Number
from arena.prompts import Prompts
from arena.tasks import PublicTask

_PROMPTS = Prompts(__file__)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class LongHorizon(Protocol):
    """An agent keeps a running total of the values of words.

    Tasks have the values as ``data["values"]`` and the words in their order as ``data["keys"]``. A total that
    cannot be used is not asked for again.

    Args:
        turns: How many turns there are.
        complexity: How many words a turn has.
    """

    turns: Rounds = 10
    complexity: Rounds = 1

    @property
    def seats(self) -> tuple[str, ...]:
        """The seat ``agent``."""
        return ("agent",)

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return {"total": Answer, "index": Label, "right-so-far": Label, "step": Label}

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the task, the values of the words and the rule."""
        words = [f"{word}: {value}" for word, value in task.data["values"].items()]
        return "\n\n".join([super().brief(seat, task), _PROMPTS.text("rule", words=words)])

    async def play(self, episode: Episode) -> Outcome:
        """Give the words of each turn, and ask for the total."""
        values, keys = episode.task.data["values"], episode.task.data["keys"]
        if len(keys) < self.turns * self.complexity:
            raise UsageError(
                f"{self.turns} turns need {self.turns * self.complexity} words, not {len(keys)}."
            )
        truth, own, so_far, rights = 0, 0, True, 0
        for turn in range(1, self.turns + 1):
            given = keys[(turn - 1) * self.complexity : turn * self.complexity]
            added = sum(values[key] for key in given)
            truth += added
            found = Answer("total", truth=str(truth), comparison="number", turn=turn)
            asked = _PROMPTS.text("turn", keys=given)
            said = await episode.ask("agent", Number(whole=True, retries=0), asked, finds=found)
            total = int(said.value) if said.ok else own
            is_index = said.ok and total == truth
            so_far, rights = so_far and is_index, rights + is_index
            scored = {"index": is_index, "right-so-far": so_far, "step": total == own + added}
            own = total
            episode.annotate(
                *(
                    Label(name, "yes" if right else "no", about=said.place, turn=turn)
                    for name, right in scored.items()
                )
            )
        return Outcome.completed({"agent": rights / self.turns})


def horizon(step_accuracy: float, share: float = 0.5) -> int:
    """Return the turn in which the share of runs without an error falls below `share`, if errors are chance.

    The paper's ``ceil(ln s / ln p)``.

    >>> [horizon(one) for one in (0.9, 0.95, 0.99, 0.995)]
    [7, 14, 69, 139]
    """
    return math.ceil(math.log(share) / math.log(step_accuracy))


def dictionaries(n: int, seed: int, *, words: int = 100, keys: int = 1000, highest: int = 99) -> list[Task]:
    """Return tasks: words of five letters with their values, and the words in the order of the turns."""
    tasks = []
    for number in range(n):
        rng = random.Random(f"{seed}/{number}")
        named: dict[str, int] = {}
        while len(named) < words:
            named["".join(rng.choices(_LETTERS, k=5))] = rng.randint(-highest, highest)
        drawn = rng.choices(list(named), k=keys)
        text = f"Keep the running total number {number + 1}."
        tasks.append(Task(id=f"totals-{number}", text=text, data={"values": named, "keys": drawn}))
    return tasks


scenario = Scenario(
    name="long-horizon",
    protocol=LongHorizon(),
    tasks=dictionaries(n=100, seed=42, words=10, highest=9),
    first=5,
    seats={"agent": "local?reproducible=false"},
)


@dataclass
class Adder(Agent):
    """Adds to its own last total as it stands in its view, and errs by 1 as it is told.

    In a specification: ``scenarios.long_horizon:Adder?errs=0010,0,01``.

    Args:
        errs: For each turn of an episode a digit: how far the total is above its own last one and the values.
            ``?`` is a reply that cannot be used. The last one is repeated. Courses of several tasks have
            commas between them, and after the last the first follows again.
        upset: How many of the totals in its view must be wrong until each further one is 1 too much; 0 never.
    """

    errs: str = "0"
    upset: int = 0

    def __post_init__(self) -> None:
        self._courses = self.errs.split(",")
        if not all(course and set(course) <= set("?0123456789") for course in self._courses):
            raise UsageError(f"A course has digits and question marks, as in 0010, not {self.errs!r}.")

    async def reply(self, request: Request) -> Reply:
        """Return the total."""
        number, values = _told(request.brief)
        own, truth, wrong, turn = 0, 0, 0, 0
        for event in request.view:
            if event.kind == "asked":
                turn, truth = turn + 1, truth + _sum(event.text, values)
            else:
                own = int(float(event.text)) if event.kind == "said" else own
                wrong += own != truth
        course = self._courses[number % len(self._courses)]
        digit = course[min(turn, len(course) - 1)]
        if digit == "?":
            return Reply("I do not know.")
        upset = 1 if self.upset and wrong >= self.upset else 0
        return Reply(f"Answer: {own + _sum(request.prompt.text, values) + int(digit) + upset}")


def _told(brief: str) -> tuple[int, Mapping[str, int]]:
    """Return the number of the task from 0, and the values, as the brief tells them."""
    first, *lines = brief.splitlines()
    values = dict(line.split(": ") for line in lines if line.count(": ") == 1)
    return int(first.rstrip(".").split()[-1]) - 1, {word: int(value) for word, value in values.items()}


def _sum(text: str, values: Mapping[str, int]) -> int:
    keys: Sequence[str] = text.splitlines()[0].split(", ")
    return sum(values[key] for key in keys)
