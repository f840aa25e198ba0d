"""Tasks: what everyone may read, what one seat may read, and what only scorers may."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from arena.core.errors import UsageError
from arena.tasks.task import PublicTask, Task
from tests.shared.examples import some

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=4,
)


@some
@given(
    texts,
    texts,
    st.dictionaries(texts, values, max_size=2),
    st.dictionaries(texts, texts, max_size=2),
    values,
)
def test_the_public_part_is_everything_but_the_truth(
    name: str,
    text: str,
    data: dict[str, object],
    briefs: dict[str, str],
    truth: object,
) -> None:
    task = Task(id=name, text=text, data=data, briefs=briefs, truth=truth)
    assert task.public == PublicTask(id=name, text=text, data=data, briefs=briefs)
    assert type(task.public) is PublicTask
    assert Task.model_validate_json(task.model_dump_json()) == task


def test_a_task_cannot_be_changed_or_misspelt() -> None:
    with pytest.raises(ValidationError):
        Task(id="1").text = "other"  # type: ignore[misc]
    with pytest.raises(UsageError):
        PublicTask(truth=1)  # type: ignore[call-arg]


def test_a_changed_copy_has_its_own_public_part() -> None:
    task = Task(text="Before.", truth=1)
    assert task.public.text == "Before."
    assert task.model_copy(update={"text": "After."}).public.text == "After."
