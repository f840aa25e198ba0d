r"""Problems whose answer contains a number, from files of GSM8K and MATH-500, as questions with two answers.

The second answer is the right one with one of its numbers changed, drawn by the seed and the problem. The
position of the right answer is drawn, too: in every two successive problems it is first once and second once.
"""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from arena.core.errors import UsageError
from arena.core.jsonl import BadLine, read_jsonl
from arena.core.seeds import derive
from arena.tasks._positions import two_answers
from arena.tasks.questions import question_task
from arena.tasks.task import Task

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_FINAL = re.compile(r"####\s*(\S.*?)\s*$")


class _Worked(BaseModel):
    question: str
    answer: str


class _Problem(BaseModel):
    problem: str
    answer: str
    unique_id: str = ""


def read_gsm8k(file: Path | str, seed: int = 0) -> list[Task]:
    """Return the problems of a file of GSM8K (Cobbe et al. 2021), whose answers end in ``#### number``.

    Args:
        file: The file, in JSON lines.
        seed: The seed by which the wrong answers are drawn.

    Raises:
        UsageError: if the file cannot be read, with a sentence for each bad line.
    """

    def read(number: int, value: Any) -> tuple[str, str, str]:
        worked = _Worked.model_validate(value)
        final = _FINAL.search(worked.answer)
        if final is None or not _NUMBER.search(final[1]):
            raise BadLine("the answer does not end in #### and a number")
        return f"gsm8k-{number}", worked.question, final[1].replace(",", "")

    return _tasks(read_jsonl(Path(file), read), seed)


def read_math500(file: Path | str, seed: int = 0) -> list[Task]:
    """Return the problems of a file of MATH-500 (Hendrycks et al. 2021) whose answer contains a number.

    Args:
        file: The file, in JSON lines.
        seed: The seed by which the wrong answers are drawn.

    Raises:
        UsageError: if the file has no such problem or cannot be read, with a sentence for each bad line.
    """

    def read(number: int, value: Any) -> tuple[str, str, str]:
        found = _Problem.model_validate(value)
        return f"math500-{found.unique_id or number}", found.problem, found.answer

    problems = [one for one in read_jsonl(Path(file), read) if _NUMBER.search(one[2])]
    return _tasks(problems, seed)


def _tasks(problems: list[tuple[str, str, str]], seed: int) -> list[Task]:
    if not problems:
        raise UsageError("There is no problem with a number in its answer in the file.")
    made = []
    for place, (name, text, right) in enumerate(problems):
        wrong = perturbed(right, random.Random(derive(seed, "wrong answer", name)))
        made.append(question_task(name, text, two_answers(seed, place, right, wrong), right))
    return made


def perturbed(answer: str, rng: random.Random) -> str:
    """Return `answer` with one of its numbers changed into a plausible other one.

    >>> perturbed("72", random.Random(1)) != "72"
    True
    """
    number = rng.choice(list(_NUMBER.finditer(answer)))
    return answer[: number.start()] + _near(number.group(), rng) + answer[number.end() :]


def _near(number: str, rng: random.Random) -> str:
    """Return a number as a mistake would give it: slightly off, doubled or halved, or with swapped digits."""
    whole, point, decimals = number.partition(".")
    value = int(whole + decimals)
    near = {value + 1, value - 1, 2 * value}
    if value >= 20:
        near |= {value + 10, value - 10, int(str(value)[:-2] + str(value)[-1] + str(value)[-2])}
    if value % 2 == 0:
        near.add(value // 2)
    chosen = str(rng.choice(sorted(other for other in near if other > 0 and other != value)))
    if not point:
        return chosen
    chosen = chosen.zfill(len(decimals) + 1)
    return f"{chosen[: -len(decimals)]}.{chosen[-len(decimals) :]}"
