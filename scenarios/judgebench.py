"""JudgeBench: pairs of a right and a wrong response are judged in both orders, and counted by category.

The benchmark is that of Tan et al. 2024, "JudgeBench: a benchmark for evaluating LLM-based judges". The
responses are played first, and then judged: ``arena judge RUN --judge JUDGE --set ties=true --combine net``.
By the rule ``net``, a pair is right if more of the two verdicts name the right response than the wrong one,
so that a tie or a reply that cannot be used leaves it to the other verdict. ``--set answers_first=true`` has
the judge answer first, as the benchmark's usual judge does, and ``--no-swap`` asks once, as for models of
rewards.

`read_judgebench` reads the benchmark's own files. The scenario has as many sums in each category as the
benchmark has pairs by GPT-4o. With the agent ``scenarios.judgebench:o1_mini``, which rules on them as o1-mini
did on the benchmark's pairs, it needs no model.
"""

from __future__ import annotations

from pathlib import Path

from arena import Request, Scenario, Task
from arena.core.errors import UsageError
from arena.tasks import read
from scenarios.responses import FIRST, SECOND, Responses, pair_shown, response_pairs, ruled

SIZES = {"knowledge": 154, "reasoning": 98, "math": 56, "coding": 42}
"""How many pairs by GPT-4o the benchmark has in each category."""
_PREFIXES = {
    "mmlu-pro": "knowledge",
    "livebench-reasoning": "reasoning",
    "livebench-math": "math",
    "livecodebench": "coding",
}
_LABELS = {"A>B": FIRST, "B>A": SECOND}


def read_judgebench(file: Path | str) -> list[Task]:
    """Return the pairs of a file of JudgeBench, by category. The truth is the seat of the better response.

    Args:
        file: the file, in JSON lines with ``pair_id``, ``source``, ``question``, ``response_A``,
            ``response_B`` and ``label`` (``A>B`` or ``B>A``).

    Raises:
        UsageError: if the file cannot be read, or a label or a source is another.
    """
    columns = {
        "id": "pair_id",
        "category": "source",
        "truth": "label",
        f"data.{FIRST}": "response_A",
        f"data.{SECOND}": "response_B",
    }
    return [_judged(task, file) for task in read(file, columns)]


def _judged(task: Task, file: Path | str) -> Task:
    source, label = str(task.data.get("category", "")), str(task.truth)
    kind = next((kind for prefix, kind in _PREFIXES.items() if source.startswith(prefix)), None)
    if kind is None or label not in _LABELS:
        raise UsageError(
            f"The pair {task.id} in {file} has the source {source!r} and the label {label!r}; a source "
            f"begins with one of {', '.join(_PREFIXES)}, and a label is A>B or B>A."
        )
    responses = {seat: task.data[seat] for seat in (FIRST, SECOND)}
    return task.model_copy(update={"data": {**responses, "category": kind}, "truth": _LABELS[label]})


scenario = Scenario(
    name="judgebench",
    protocol=Responses(),
    tasks=response_pairs(n=350, seed=7, categories=SIZES),
    seats=dict.fromkeys((FIRST, SECOND), "scenarios.responses:recorded"),
)

_RULED = {
    "knowledge": {"rr": 78, "rt": 12, "rw": 44, "ww": 20},
    "reasoning": {"rr": 53, "rt": 8, "rw": 26, "ww": 11},
    "math": {"rr": 42, "rt": 4, "rw": 7, "ww": 3},
    "coding": {"rr": 30, "rt": 3, "rw": 6, "ww": 3},
}
"""The verdicts of o1-mini in both orders: r for the right response, w for the wrong one, t for a tie."""
_COURSES = [course for kind in SIZES for course, count in _RULED[kind].items() for _ in range(count)]


def o1_mini(request: Request) -> str:
    """Rule as often rightly in each category as o1-mini did, and in both orders as often in all.

    The published verdicts say how many pairs were right in each category, how many were right in both orders,
    and how many had two different verdicts. How the last two spread over the categories is our choice.
    """
    pair, order, right = pair_shown(request)
    return ruled(_COURSES[pair][order], right)
