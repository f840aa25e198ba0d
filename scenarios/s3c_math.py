"""S3c-Math: a step of a solver's own solution is made wrong, and it is seen whether the solver mends it.

The study is "S3c-Math: Spontaneous step-level self-correction makes large language models better mathematical
reasoners" (arXiv 2409.01524). Under ``misled`` one step of each solution is made wrong and what followed is
cut off, so the solver goes on from there in the same reply. A right answer shows that it noticed and mended
the step. Under ``plain`` nothing is changed. ``arena export --to spans`` writes the rows of the paper:
everything is learnt but the wrong step. ``--set conditions.misled.seats.answerer=misled:local`` puts a
model there.

``scenarios.s3c_math:mending_solver`` needs no model: it notices wrong steps in three of four tasks.
"""

import re

from arena import Comparison, Condition, Request, Task
from arena.tasks import faulty_chains
from arena.tasks.arithmetic import equations, value_of
from protocols import Revise

_SOLVER = "scenarios.s3c_math:mending_solver"
_WORDS = {"add": "+", "take away": "-", "multiply by": "*"}
_NUMBERS = re.compile(r"(?:(add|take away|multiply by) )?([0-9]+)")


def _steps(text: str) -> list[tuple[str, str]]:
    """Return the signs and the numbers of a chain's problem; the first sign is empty."""
    return [(_WORDS.get(word, ""), number) for word, number in _NUMBERS.findall(text)]


def _solved(task: Task) -> Task:
    (_, first), *steps = _steps(task.text)
    value = int(first)
    for sign, by in steps:
        value = int(value_of(f"{value} {sign} {by}") or 0)
    return Task(id=task.id, text=f"{task.text} Write each step on a line of its own.", truth=str(value))


scenario = Comparison(
    name="s3c-math",
    tasks=[_solved(task) for task in faulty_chains(n=1000, seed=7)],
    first=20,
    seats={"answerer": _SOLVER},
    conditions={
        "plain": Revise(turns=1),
        "misled": Condition(protocol=Revise(turns=1), seats={"answerer": f"misled:{_SOLVER}"}),
    },
)

_PLACES = {task.text: place for place, task in enumerate(scenario.tasks)}


def mending_solver(request: Request) -> str:
    """Write the steps that are missing. In three of four tasks, say first if the last one is wrong."""
    text = request.brief.split("\n\n")[0]
    (_, value), *steps = _steps(text)
    done = [line for line in request.begun.splitlines() if "=" in line]
    lines = []
    if done:
        value = done[-1].rpartition("= ")[2].strip()
        if not equations(done[-1])[-1].holds and _PLACES[text] % 4:
            left = done[-1].rpartition(" =")[0]
            value = str(value_of(left))
            lines += [f"That is wrong. It is {value}, so again:", f"{left} = {value}"]
    for sign, by in steps[len(done) :]:
        result = str(value_of(f"{value} {sign} {by}"))
        lines.append(f"{value} {sign} {by} = {result}")
        value = result
    return "\n".join([*lines, f"Answer: {value}"])
