"""Worked solutions in steps: from files of GSM8K, from files in ProcessBench's format, and made from a seed.

A task's ``data["steps"]`` are the steps in order. Steps of GSM8K and those made here have marks, such as
``<<16-3-4=9>>``, by which their arithmetic can be checked exactly; `arena.tasks.arithmetic` reads them. The
truth is the number at the end of a right solution. For ProcessBench's items it is the index of the first
wrong step, from 0, or -1 if there is none.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, Field, model_validator

from arena.core.jsonl import BadLine, read_jsonl
from arena.core.seeds import derive
from arena.tasks._names import Names
from arena.tasks.arithmetic import equations, value_of, without_marks
from arena.tasks.task import Task

NO_ERROR = -1
"""The label of a solution without a wrong step (Zheng et al. 2024)."""


_FINAL = "####"
"""The text before the answer of a solution of GSM8K."""


class _Worked(BaseModel):
    question: str
    answer: str


class ProcessBenchItem(BaseModel):
    """A line of ProcessBench. Other fields are ignored."""

    id: str = ""
    problem: str
    steps: Annotated[list[str], Field(min_length=1)]
    label: Annotated[int, Field(ge=NO_ERROR, strict=True)]

    @model_validator(mode="after")
    def _labels_one_of_its_steps(self) -> Self:
        if self.label >= len(self.steps):
            raise ValueError(f"the label {self.label} is not the index of one of the {len(self.steps)} steps")
        return self


def read_gsm8k_solutions(file: Path | str) -> list[Task]:
    """Return the worked solutions of a file of GSM8K (Cobbe et al. 2021), one step per line, with marks.

    Args:
        file: The file, in JSON lines.

    Raises:
        UsageError: if the file cannot be read, with a sentence for each bad line.
    """

    def read(number: int, value: Any) -> Task:
        worked = _Worked.model_validate(value)
        solution, _, final = worked.answer.rpartition(_FINAL)
        steps = [line.strip() for line in solution.splitlines() if line.strip()]
        answer = final.strip().replace(",", "")
        if not steps or value_of(answer) is None:
            raise BadLine("the answer is not steps and then #### and a number")
        return Task(id=f"gsm8k-{number}", text=worked.question, data={"steps": steps}, truth=answer)

    return read_jsonl(Path(file), read)


def read_processbench(file: Path | str) -> list[Task]:
    """Return the solutions of a file in ProcessBench's format, whose truth is the index of the first error.

    Each line is an item with ``problem``, ``steps``, ``label`` and perhaps ``id`` (Zheng et al. 2024,
    "ProcessBench: Identifying process errors in mathematical reasoning"). The label is -1 if there is no
    error.

    Args:
        file: The file, in JSON lines.

    Raises:
        UsageError: if the file cannot be read, with a sentence for each bad line.
    """
    path = Path(file)
    names = Names(path)

    def read(number: int, value: Any) -> Task:
        item = ProcessBenchItem.model_validate(value)
        name = names.of(number, item.id)
        return Task(id=name, text=item.problem, data={"steps": item.steps}, truth=item.label)

    return read_jsonl(path, read)


def checkable(steps: Sequence[str], marks: bool = False) -> list[int]:
    """Return the indices of the steps whose arithmetic can be checked: they have equations, and all hold.

    With `marks`, equations in marks count as well as those in prose.

    >>> checkable(["She has 2 + 3 = <<2+3=5>>5 eggs.", "That is half a box.", "So 5 - 1 = 5."])
    [0]
    """
    found = [equations(step if marks else without_marks(step)) for step in steps]
    return [place for place, one in enumerate(found) if one and all(equation.holds for equation in one)]


_NAMES = ("Ada", "Ben", "Cleo", "Dario", "Elif", "Femi", "Greta", "Hugo", "Ines", "Jonas", "Kira", "Luis")
_GOODS = ("apples", "candles", "notebooks", "eggs", "tickets", "bricks", "postcards", "lemons")

_Written = tuple[str, list[str], int]


def worked_solutions(n: int = 10, seed: int = 0) -> list[Task]:
    """Return `n` word problems with right solutions of three or four steps, all of which have exact marks.

    The first tasks of a longer list are those of a shorter one with the same seed.

    Args:
        n: How many problems are made.
        seed: The seed from which they follow.

    >>> worked_solutions(1, seed=7)[0].data["steps"][0]
    'Elif has 5 * 18 = <<5*18=90>>90 apples.'
    """
    return [_task(seed, place) for place in range(n)]


def _task(seed: int, place: int) -> Task:
    rng = random.Random(derive(seed, "worked solution", place))
    text, steps, answer = rng.choice(_KINDS)(rng)
    return Task(id=f"worked-{seed}-{place}", text=text, data={"steps": steps}, truth=str(answer))


def _marked(left: str, right: int, unit: str = "") -> str:
    """Return an equation in GSM8K's notation."""
    return f"{left} = {unit}<<{left.replace(' ', '')}={right}>>{right}"


def _sale(rng: random.Random) -> _Written:
    name, goods = rng.choice(_NAMES), rng.choice(_GOODS)
    boxes, each, kept, price = rng.randint(3, 12), rng.randint(6, 24), rng.randint(2, 15), rng.randint(2, 9)
    text = (
        f"{name} has {boxes} boxes of {goods} with {each} in each. {name} keeps {kept} of them and sells the "
        f"others for ${price} each. How many dollars does {name} make?"
    )
    sold = boxes * each - kept
    steps = [
        f"{name} has {_marked(f'{boxes} * {each}', boxes * each)} {goods}.",
        f"After keeping some, there are {_marked(f'{boxes * each} - {kept}', sold)} {goods} to sell.",
        f"{name} makes {_marked(f'{sold} * {price}', sold * price, '$')}.",
    ]
    return text, steps, sold * price


def _sharing(rng: random.Random) -> _Written:
    name, goods = rng.choice(_NAMES), rng.choice(_GOODS)
    friends, each, lost, aside = rng.randint(3, 9), rng.randint(2, 9), rng.randint(1, 5), rng.randint(6, 20)
    text = (
        f"{name} had some {goods}, lost {lost} of them, put {aside} aside, and gave each of {friends} "
        f"friends {each}, so that none were left. How many {goods} did {name} have at first?"
    )
    given = friends * each
    kept = given + aside
    steps = [
        f"The {friends} friends get {_marked(f'{friends} * {each}', given)} {goods} in all.",
        f"With those put aside there were {_marked(f'{given} + {aside}', kept)} {goods}.",
        f"With the lost ones there were {_marked(f'{kept} + {lost}', kept + lost)} {goods}.",
    ]
    return text, steps, kept + lost


def _saving(rng: random.Random) -> _Written:
    name = rng.choice(_NAMES)
    weeks, hours, wage = rng.randint(2, 8), rng.randint(5, 30), rng.randint(8, 25)
    spent, gift = rng.randint(10, 39), rng.randint(15, 90)
    text = (
        f"{name} works {hours} hours a week for ${wage} an hour, and spends ${spent} of that each week. "
        f"How many dollars does {name} have after {weeks} weeks, with ${gift} that came as a gift?"
    )
    earned = hours * wage
    saved = (earned - spent) * weeks
    steps = [
        f"{name} earns {_marked(f'{hours} * {wage}', earned, '$')} a week.",
        f"Each week {_marked(f'{earned} - {spent}', earned - spent, '$')} are saved.",
        f"After all the weeks there are {_marked(f'{earned - spent} * {weeks}', saved, '$')}.",
        f"With the gift, {name} has {_marked(f'{saved} + {gift}', saved + gift, '$')}.",
    ]
    return text, steps, saved + gift


_KINDS: Sequence[Callable[[random.Random], _Written]] = (_sale, _sharing, _saving)
