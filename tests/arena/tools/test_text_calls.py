"""Calls in an agent's text: what is one, what is none, and what is asked again."""

from __future__ import annotations

import time

import pytest

from arena.forms import Status, Unusable
from arena.seat.calls import ToolCall
from arena.tools import read_calls

TOOLS = ("add", "search")


def calls(text: str) -> list[tuple[str, str]]:
    found = read_calls(text, TOOLS, 0)
    return [] if found is None else [(call.name, call.arguments) for call in found.calls]


def test_a_line_at_the_end_is_a_call_and_what_stands_before_it_is_said() -> None:
    found = read_calls('I add.\n\nTool: add {"one": 2, "two": 3}\n', TOOLS, 7)
    assert found == ("I add.", (ToolCall("call_7_0", "add", '{"one": 2, "two": 3}'),))


def test_several_calls_stand_below_each_other_and_arguments_may_go_over_lines() -> None:
    text = 'Tool: add {"one": 1}\n\nTool: search {\n  "text": "Tool: add {}"\n}\r\n'
    assert calls(text) == [("add", '{"one": 1}'), ("search", '{\n  "text": "Tool: add {}"\n}')]


@pytest.mark.parametrize(
    "text",
    [
        "Answer: 4",
        '> Tool: add {"one": 1}',
        'As ann says:\n> Tool: add {"one": 1}\nAnswer: 4',
        '  Tool: add {"one": 1}',
        'I could write Tool: add {"one": 1}',
        '```\nTool: add {"one": 1}\n```\nAnswer: 4',
        '~~~json\nTool: add {"one": 1}\n~~~',
        '````\n```\nTool: add {"one": 1}\n````\nAnswer: 4',
        '```\n```python\nTool: add {"one": 1}\n```\nAnswer: 4',
        '  ```\nTool: add {"one": 1}\n  ```\nAnswer: 4',
        '````\n```\nTool: add {"one": 1}',
        '<think>\nTool: add {"one": 1}\n</think>\nAnswer: 4',
        "Tool: I used none.\nAnswer: 4",
        'tool: add {"one": 1}',
        "Tool: unknown",
        "",
    ],
)
def test_what_is_quoted_thought_or_told_is_no_call(text: str) -> None:
    assert calls(text) == []


@pytest.mark.parametrize(
    "text",
    [
        'Tool: add {"one": 1}\nIt returns 4.\nAnswer: 4',
        'Tool: add {"one": 1}\nadd returned:\n> 4\nAnswer: 4',
        'Tool: add {"one": 1}\nI wait.\nTool: add {"one": 2}',
    ],
)
def test_a_call_with_more_behind_it_could_be_read_in_two_ways(text: str) -> None:
    with pytest.raises(Unusable) as caught:
        calls(text)
    assert caught.value.status is Status.AMBIGUOUS


@pytest.mark.parametrize(
    ("line", "arguments"),
    [
        ('Tool: add {"one": 1', '{"one": 1'),
        ("Tool: add {one: 1}", "{one: 1}"),
        ('Tool: add {"one": 1} and more', '{"one": 1} and more'),
        ("Tool: add", ""),
        ("Tool: other {}", "{}"),
    ],
)
def test_broken_arguments_and_unknown_names_are_calls_that_the_agent_hears_of(
    line: str, arguments: str
) -> None:
    assert [given for _, given in calls(line)] == [arguments]


def test_a_reply_of_too_many_calls_is_unusable() -> None:
    with pytest.raises(Unusable, match="more than 64"):
        calls("Tool: add {}\n" * 65)
    assert len(calls("Tool: add {}\n" * 64)) == 64


def test_reading_takes_time_in_proportion_to_the_length() -> None:
    def seconds(lines: int) -> float:
        began = time.perf_counter()
        calls("```\n" + "Tool: add {}\n" * lines + "```\n" + "Tool: x\n" * lines)
        return time.perf_counter() - began

    seconds(100)
    assert seconds(20_000) < 60 * max(seconds(2_000), 1e-4)
