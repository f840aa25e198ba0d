"""Dialogues of Deal or No Deal as it is released: lines of text with tags (Lewis et al. 2017).

A line becomes a record of the shape in which the dialogues are also distributed as JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from arena.core.jsonl import BadLine

_TAG = re.compile(r"<(\w+)>(.*?)</\1>")
_GOODS = ("input", "partner_input")
_TEXTS = ("dialogue", "output")


def dialogues(lines: Iterator[str]) -> Iterator[tuple[int, dict[str, Any] | BadLine]]:
    """Yield the record of each line that is not empty, after its number.

    Its ``input`` and ``partner_input`` have the ``count`` of each item and its ``value`` to the side.
    """
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield number, _record(line)


def _record(line: str) -> dict[str, Any] | BadLine:
    tags = {name: text.split() for name, text in _TAG.findall(line)}
    if missing := [name for name in (*_GOODS, *_TEXTS) if name not in tags]:
        return BadLine(f"it has no <{missing[0]}> ... </{missing[0]}>")
    goods = {name: tags[name] for name in _GOODS}
    for name, numbers in goods.items():
        if len(numbers) % 2 or not all(one.isascii() and one.isdecimal() and len(one) < 9 for one in numbers):
            return BadLine(f"<{name}> must hold a count and a value of each item, in whole numbers")
    counted = {
        name: {"count": list(map(int, one[::2])), "value": list(map(int, one[1::2]))}
        for name, one in goods.items()
    }
    return {**counted, **{name: " ".join(tags[name]) for name in _TEXTS}}
