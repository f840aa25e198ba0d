"""An extension of griffe, which reads our docstrings for mkdocstrings: their examples become blocks of code.

Markdown would take the ``>>>`` of an example for a quotation of a quotation of a quotation.
"""

from __future__ import annotations

import re
from typing import Any

import griffe

_EXAMPLE = re.compile(r"^(?P<indent> *)>>> .*(?:\n(?P=indent)\S.*)*", re.MULTILINE)
"""From a prompt to the next empty line."""

_BEFORE_CODE = re.compile(r"^( *)::$", re.MULTILINE)
"""The mark of reStructuredText that what follows is code; the indentation says so in Markdown."""


class Examples(griffe.Extension):
    """Fences the examples of every docstring as pycon."""

    def on_instance(self, *, obj: griffe.Object, **_: Any) -> None:
        """Fence the examples of one object's docstring, once it has been read."""
        if obj.docstring:
            obj.docstring.value = fenced(obj.docstring.value)


def fenced(docstring: str) -> str:
    """Return a docstring with its examples as blocks of code.

    >>> print(fenced("One.\\n\\n    >>> 1 + 1\\n    2\\n\\nTwo."))
    One.
    <BLANKLINE>
    ```pycon
    >>> 1 + 1
    2
    ```
    <BLANKLINE>
    Two.
    """
    return _EXAMPLE.sub(_fence, _BEFORE_CODE.sub("", docstring))


def _fence(found: re.Match[str]) -> str:
    indent = found["indent"]
    lines = [line.removeprefix(indent) for line in found.group().splitlines()]
    return "\n".join(["```pycon", *lines, "```"])
