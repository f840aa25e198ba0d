"""Four habits of a solver that thinks: verification, backtracking, subgoal setting and backward chaining.

The study is that of Gandhi et al. 2025, "Cognitive behaviors that enable self-improving reasoners, or, four
habits of highly effective STaRs". A solver plays Countdown: it makes a target of some numbers, each used
once. Under some conditions it is asked for habits. Then a judge counts each habit in the reasoning of each
reply, by a question of its own: ``arena judge RUN --judge JUDGE --label verification --label backtracking
--label subgoal-setting --label backward-chaining --set view=reasoning``. ``--agents SOLVER`` sets who solves.

A right equation scores 1, any other answer 0.1, and none 0, as in the authors' code. The agents
``scenarios.four_habits:scripted_solver`` and ``scenarios.four_habits:scripted_counter`` need no model. With
four tasks, the counts of verification without priming are 2, 0, none and 3.
"""

import ast
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from operator import add, mul, sub, truediv
from random import Random

from arena import Comparison, Episode, Outcome, Protocol, Reply, Request, Score, Task
from arena.annotations import Annotation, status_of
from arena.forms import Speech
from arena.prompts import Prompts

HABITS = ("verification", "backtracking", "subgoal-setting", "backward-chaining")
_PROMPTS = Prompts(__file__)
_ANSWER = re.compile(r"<answer>(.*?)</answer>")
_OPERATIONS = {ast.Add: add, ast.Sub: sub, ast.Mult: mul, ast.Div: truediv}
_LONGEST = 200
"""How many characters are read as an equation. The tasks need about twenty."""


class Countdown(Protocol):
    """A solver makes a target of numbers.

    Args:
        habits: The habits that the solver is asked for; none by default.
    """

    habits: tuple[str, ...] = ()

    @property
    def seats(self) -> tuple[str, ...]:
        """The seat ``solver``."""
        return ("solver",)

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return {"points": Score}

    async def play(self, episode: Episode) -> Outcome:
        """Ask the solver once, and score its equation."""
        numbers, target = episode.task.data["numbers"], episode.task.data["target"]
        asked = _PROMPTS.text("asked", numbers=", ".join(map(str, numbers)), target=target)
        primed = " ".join([asked, *(primed_for(habit) for habit in self.habits)])
        said = await episode.ask("solver", Speech(), primed)
        value = points(said.value, numbers, target) if said.ok else None
        status = status_of(said.status)
        episode.annotate(
            Score("points", value, low=0, high=1, about=said.place, status=status, reason=said.reason)
        )
        return Outcome.completed({} if value is None else {"solver": value})


def primed_for(habit: str) -> str:
    """Return the sentence that asks for a habit."""
    return _PROMPTS.text(habit.replace("-", "_"))


def points(text: str, numbers: Sequence[int], target: int) -> float:
    """Return the points of a reply: 1 for a right equation, 0.1 for another answer, 0 for none.

    The last answer of the last line counts.

    >>> points("It is <answer>(3 + 4) * 2</answer>.", [2, 3, 4], 14), points("<answer>3 + 4</answer>", [3], 7)
    (1.0, 0.1)
    """
    answers = _ANSWER.findall(text.rstrip().rpartition("\n")[2])
    if not answers:
        return 0.0
    if len(answers[-1]) > _LONGEST:
        return 0.1
    try:
        tree = ast.parse(answers[-1].strip(), mode="eval")
        used: list[int] = []
        value = _value(tree.body, used)
    except (SyntaxError, ValueError, ZeroDivisionError, RecursionError, MemoryError):
        return 0.1
    return 1.0 if sorted(used) == sorted(numbers) and value == target else 0.1


def _value(node: ast.expr, used: list[int]) -> Fraction:
    if isinstance(node, ast.Constant) and type(node.value) is int:
        used.append(node.value)
        return Fraction(node.value)
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATIONS:
        one, other = _value(node.left, used), _value(node.right, used)
        return Fraction(_OPERATIONS[type(node.op)](one, other))
    raise ValueError("it is no sum of numbers")


def countdown(n: int, seed: int) -> list[Task]:
    """Return `n` tasks of three or four numbers from 1 to 25, whose targets can be made."""
    tasks: list[Task] = []
    rng = Random(seed)
    while len(tasks) < n:
        numbers = [rng.randint(1, 25) for _ in range(rng.randint(3, 4))]
        target = numbers[0]
        for number in numbers[1:]:
            target = rng.choice((add, sub, mul))(target, number)
        if 10 <= target <= 100:
            shuffled = rng.sample(numbers, len(numbers))
            data = {"numbers": shuffled, "target": target}
            tasks.append(Task(id=f"countdown-{len(tasks)}", text=f"Make {target} of numbers.", data=data))
    return tasks


scenario = Comparison(
    name="four-habits",
    tasks=countdown(n=1000, seed=7),
    first=20,
    seats={"solver": "local?reproducible=false"},
    conditions={
        "plain": Countdown(),
        "backtracking": Countdown(habits=("backtracking",)),
        "all-four": Countdown(habits=HABITS),
    },
)

_PLACES = {f"make {task.data['target']}.": place % 4 for place, task in enumerate(scenario.tasks[:4])}
_CHECKS = (2, 0, 1, 3)
_VAGUE = 2


def scripted_solver(request: Request) -> Reply:
    """Think with 2, 0, 1 and 3 checks in the first four tasks, and try again once where it is primed to."""
    place = next((number for text, number in _PLACES.items() if text in request.prompt.text), 1)
    thought = ["That equals it." for _ in range(_CHECKS[place])]
    thought += ["Let me try another way."] if primed_for("backtracking") in request.prompt.text else []
    thought += ["It is vague."] if place == _VAGUE else []
    return Reply("I think it is <answer>1 + 1</answer>.", reasoning="\n".join(thought) or "Done.")


def scripted_counter(request: Request) -> str:
    """Count checks and new ways; of verification in a vague thought, say that there is no telling."""
    text = request.prompt.text
    if "check a result" in text:
        return "There is no telling." if "vague" in text else f"Answer: {text.count('That equals')}"
    return f"Answer: {text.count('try another way') if 'give up' in text else 0}"
