"""Reading a reply: all that a model wrote, for forms that read its thoughts."""

from __future__ import annotations

import json

import pytest

from arena.seat.agent import Reply
from arena.seat.response import whole_output

DRAFTS = json.dumps(
    {"drafts": [{"text": "A", "reasoning": "no"}, {"text": "B", "reasoning": "Hm."}], "picked": 2}
)


@pytest.mark.parametrize(
    ("text", "reasoning", "whole"),
    [
        ("B", "", "B"),
        ("B", "Hm.", "<think>\nHm.\n</think>\nB"),
        ("<think>Hm.</think>B", "Hm.", "<think>Hm.</think>B"),
        ("<think>Hm.</think>B", "", "<think>Hm.</think>B"),
        ("<think>a</think>B<think>b c</think>C", "a\nb c", "<think>a</think>B<think>b c</think>C"),
        ("B<think>bc</think>C", "b", "<think>\nb\n</think>\nB<think>bc</think>C"),
        ("", "Hm.", "<think>\nHm.\n</think>\n"),
        ("B", DRAFTS, "<think>\nHm.\n</think>\nB"),
        ("B", '{"advice": {}, "reasoning": "Hm."}', "<think>\nHm.\n</think>\nB"),
    ],
)
def test_thoughts_stand_where_they_were_written_and_else_before_the_text(
    text: str, reasoning: str, whole: str
) -> None:
    assert whole_output(Reply(text, reasoning=reasoning)) == whole
