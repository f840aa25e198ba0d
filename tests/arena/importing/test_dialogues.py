from __future__ import annotations

import pytest

from arena.core.jsonl import BadLine
from arena.importing._dialogues import dialogues

LINE = (
    "<input> 1 4 4 1 1 2 </input> <dialogue> YOU: the book , please <eos> THEM: deal <eos> YOU: <selection> "
    "</dialogue> <output> item0=1 item1=0 item2=1 item0=0 item1=4 item2=0 </output> "
    "<partner_input> 1 2 4 2 1 0 </partner_input>\n"
)


def test_a_line_is_a_record() -> None:
    (record,) = dialogues(iter(["\n", LINE]))
    assert record == (
        2,
        {
            "input": {"count": [1, 4, 1], "value": [4, 1, 2]},
            "partner_input": {"count": [1, 4, 1], "value": [2, 2, 0]},
            "dialogue": "YOU: the book , please <eos> THEM: deal <eos> YOU: <selection>",
            "output": "item0=1 item1=0 item2=1 item0=0 item1=4 item2=0",
        },
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("hello", "it has no <input> ... </input>"),
        (LINE.replace("partner_", "other_"), "it has no <partner_input> ... </partner_input>"),
        (LINE.replace("1 4 4 1 1 2", "1 4 4"), "<input> must hold a count and a value of each item"),
        (LINE.replace("1 4 4 1 1 2", "1 4 4 x"), "<input> must hold a count and a value of each item"),
    ],
)
def test_a_line_of_something_else_is_told(line: str, said: str) -> None:
    ((_, bad),) = dialogues(iter([line]))
    assert isinstance(bad, BadLine)
    assert said in str(bad)
