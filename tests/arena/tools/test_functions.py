"""Python functions as tools: what can be one, and what an agent is told whatever the function does."""

from __future__ import annotations

import asyncio
import functools
import sys
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from arena.core.errors import UsageError
from arena.seat.calls import Calling, ToolCall, ToolResult, ToolStatus
from arena.tools import Toolbox, ToolContext, ToolFailed, ToolLimits, tool


async def came_of(function: Callable[..., Any], arguments: str = "{}", seconds: float = 5) -> ToolResult:
    """Call a function as a tool of the seat ann, and return what came of it."""
    made = tool(function)
    (spec,) = await made.open()
    async with AsyncExitStack() as closing:
        seat = Toolbox([(spec, made)], ToolLimits(seconds=seconds)).open(Calling.TEXT, closing)
        result, _ = await seat.use(ToolCall("c", spec.name, arguments), ToolContext(seat="ann"))
    return result


def unknown_type(one: Missing) -> int:  # type: ignore[name-defined]  # noqa: F821
    return 1


def function_type(one: Callable[[int], int]) -> int:
    return one(1)


class Called:
    """An object that can be called and has no name."""

    def __call__(self, one: int) -> int:
        return one


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (unknown_type, "unknown_type cannot be a tool, because its types cannot be read: name 'Missing'"),
        (function_type, "function_type cannot be a tool: Cannot generate a JsonSchema"),
        (Called(), "cannot be a tool, because it has no name"),
        (functools.partial(unknown_type, one=1), "cannot be a tool, because it has no name"),
    ],
)
def test_what_no_model_can_call_is_refused_in_one_sentence(given: Any, says: str) -> None:
    with pytest.raises(UsageError, match=says) as caught:
        tool(given)
    assert "\n" not in str(caught.value)


async def test_names_of_methods_can_be_parameters_and_warn_nobody() -> None:
    def join(copy: int, json: str) -> str:
        """Joins."""
        return f"{copy}{json}"

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert (await came_of(join, '{"copy": 1, "json": "a"}')).text == "1a"


async def test_every_parameter_of_the_context_is_filled_in() -> None:
    def look(told: ToolContext, again: ToolContext | None = None) -> str:
        """Looks."""
        return f"{told.seat} {again and again.seat}"

    assert (await tool(look).open())[0].schema["properties"] == {}
    assert (await came_of(look)).text == "ann ann"


async def test_a_wrapped_function_that_is_async_is_awaited() -> None:
    async def look() -> str:
        """Looks."""
        return "seen"

    @functools.wraps(look)
    def wrapped() -> Any:
        return look()

    assert (await came_of(wrapped)).text == "seen"


def exits() -> None:
    sys.exit(3)


async def exits_async() -> None:
    sys.exit(3)


def interrupts() -> None:
    raise KeyboardInterrupt


def is_cancelled() -> None:
    raise asyncio.CancelledError


async def is_cancelled_async() -> None:
    raise asyncio.CancelledError


def leaves() -> None:
    raise GeneratorExit


def is_late() -> None:
    raise TimeoutError


def says_nothing() -> None:
    raise ToolFailed


def endless() -> Iterator[int]:
    while True:
        yield 1


async def endless_async() -> AsyncIterator[int]:
    while True:
        yield 1


def returns_an_object() -> object:
    return object()


@pytest.mark.parametrize(
    ("function", "error"),
    [
        (exits, "RuntimeError"),
        (exits_async, "SystemExit"),
        (interrupts, "RuntimeError"),
        (is_cancelled, "RuntimeError"),
        (is_cancelled_async, "CancelledError"),
        (leaves, "RuntimeError"),
        (is_late, "TimeoutError"),
        (says_nothing, "ToolFailed"),
        (endless, "TypeError"),
        (endless_async, "TypeError"),
        (returns_an_object, "PydanticSerializationError"),
    ],
)
async def test_whatever_a_function_does_it_only_fails_its_own_call(
    function: Callable[..., Any], error: str
) -> None:
    result = await came_of(function)
    assert (result.status, result.text) == (ToolStatus.ERROR, f"it failed ({error})")


async def test_a_run_that_is_stopped_stops_while_a_tool_works() -> None:
    async def sleeps() -> None:
        """Sleeps."""
        await asyncio.sleep(60)

    task = asyncio.create_task(came_of(sleeps, seconds=60))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
