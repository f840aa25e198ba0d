"""Both orders of a task's answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from arena.core.errors import UsageError
from arena.tasks.perturbations import LISTED
from arena.tasks.questions import CLAIM
from arena.tasks.task import Task


def both_orders(tasks: Iterable[Task]) -> list[Task]:
    """Return each task twice: with its answers as they are listed, and the other way round.

    Both are shown in the order in which they are listed. With ``sides="listed"``, the speakers then exchange
    their answers, as in Kenton et al. 2024, "On scalable oversight with weak LLMs judging strong LLMs". Both
    are variants of one task, so figures take them as one question. A claim lists no answers, so its answers
    are ``true`` and ``false``.

    Args:
        tasks: The tasks.

    Raises:
        UsageError: if a task's answers are not a list.

    >>> one, other = both_orders([Task(id="key", text="Who?", data={"answers": ["ann", "bob"]}, truth="bob")])
    >>> one.data["answers"], other.data["answers"], other.id
    (['ann', 'bob'], ['bob', 'ann'], 'key, other order')
    """
    return [variant for task in tasks for variant in _both_orders(task)]


def _both_orders(task: Task) -> Iterator[Task]:
    answers = task.data.get("answers", CLAIM)
    if not isinstance(answers, list | tuple):
        raise UsageError(f"The answers of task {task.id!r} are not a list, so they have no order.")
    tied = {**task.data, "order": LISTED, "variant_of": task.data.get("variant_of", task.id)}
    for name, listed in ((task.id, answers), (f"{task.id}, other order", answers[::-1])):
        yield task.model_copy(update={"id": name, "data": {**tied, "answers": list(listed)}})
