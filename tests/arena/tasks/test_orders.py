"""Both orders of a task's answers are two tasks, which figures take as one question."""

from __future__ import annotations

import pytest

from arena.core.errors import UsageError
from arena.tasks import Task, both_orders
from arena.tasks.questions import check_truth

KEY = Task(id="key", text="Who took it?", data={"answers": ["the cook", "the maid"]}, truth="the maid")


def test_each_task_comes_in_both_orders_of_its_answers() -> None:
    one, other = both_orders([KEY])
    assert (one.id, other.id) == ("key", "key, other order")
    assert one.data["answers"] == ["the cook", "the maid"]
    assert other.data["answers"] == ["the maid", "the cook"]
    for task in (one, other):
        assert (task.data["order"], task.data["variant_of"], task.truth) == ("listed", "key", "the maid")
        check_truth(task)


def test_a_claim_is_true_or_false_in_both_orders() -> None:
    one, other = both_orders([Task(id="claim", text="The sea is salt.", truth=True)])
    assert (one.data["answers"], other.data["answers"]) == (["true", "false"], ["false", "true"])
    check_truth(other)


def test_answers_that_are_no_list_are_refused() -> None:
    with pytest.raises(UsageError, match="'key'"):
        both_orders([KEY.model_copy(update={"data": {"answers": "the cook"}})])
