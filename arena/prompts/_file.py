"""A file of prompts: each begins with a line of its name and its fields, and its text follows.

::

    === speech: asked*, defended*
    {{ asked }} You defend the answer: {{ defended }}

A field with a star must be used, and ``speakers[]`` is a list. What stands above the first prompt is a
comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from arena.core.errors import PromptError
from arena.core.files import read_text
from arena.core.text import one_line

_HEADING = re.compile(r"===(?!=)\s*(?P<name>[^:]*)(?::(?P<fields>.*))?")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_FIELD = re.compile(r"(?P<name>[a-z][a-z0-9_]*)(?P<list>\[\])?(?P<required>\*)?")
_RESERVED = ("loop", "self")
"""The names that jinja gives a meaning of its own."""
LONGEST_FILE = 500_000
"""The largest number of bytes of a file of prompts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardPrompt:
    """One prompt in a file.

    Attributes:
        name: the prompt's name.
        fields: the names of the fields that it may use. None if the file does not list them.
        lists: those that are lists.
        required: those that it must use.
        text: the text of its template.
        line: the number of the line at which the text begins, counted from 1.
    """

    name: str
    fields: tuple[str, ...] | None
    lists: frozenset[str]
    required: frozenset[str]
    text: str
    line: int


def sections(text: str, file: str) -> dict[str, StandardPrompt]:
    """Return the prompts in the text of a file, by their names.

    Raises:
        PromptError: if it begins with text that belongs to no prompt, or if a name or a field cannot be read
            or stands there twice.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    begun = _above(lines, file)
    found: dict[str, StandardPrompt] = {}
    headings = [number for number in range(begun, len(lines)) if _HEADING.match(lines[number])]
    for number, end in zip(headings, [*headings[1:], len(lines)], strict=bool(headings)):
        made = _prompt(lines, number, end, f"{file}, line {number + 1}")
        if made.name in found:
            raise PromptError(f"{file}, line {number + 1}: the prompt {made.name!r} stands there twice.")
        found[made.name] = made
    return found


def _above(lines: list[str], file: str) -> int:
    """Return the number of lines above the first prompt, which are empty or comments."""
    in_comment = False
    for number, line in enumerate(lines):
        rest = line.strip()
        while rest:
            if in_comment:
                _, closed, rest = rest.partition("#}")
                in_comment = not closed
            elif rest.startswith("{#"):
                in_comment, rest = True, rest[2:]
            elif _HEADING.match(rest):
                return number
            else:
                raise PromptError(
                    f"{file}, line {number + 1}: this text belongs to no prompt. Write a line such as "
                    "'=== debater' above it, or put it between {# and #}."
                )
            rest = rest.strip()
    return len(lines)


def _prompt(lines: list[str], number: int, end: int, where: str) -> StandardPrompt:
    """Return the prompt whose heading is the line of this index, and whose text ends before `end`."""
    heading = _HEADING.fullmatch(lines[number])
    name = heading["name"].strip() if heading else ""
    if heading is None or not _NAME.fullmatch(name):
        raise PromptError(f"{where}: {one_line(name, 60)!r} is no name of a prompt.")
    listed = None if heading["fields"] is None else tuple(_listed(heading["fields"], where))
    first = number + 1
    while first < end and not lines[first]:
        first += 1
    while end > first and not lines[end - 1]:
        end -= 1
    return StandardPrompt(
        name=name,
        fields=None if listed is None else tuple(field["name"] for field in listed),
        lists=frozenset(field["name"] for field in listed or () if field["list"]),
        required=frozenset(field["name"] for field in listed or () if field["required"]),
        text="\n".join(lines[first:end]),
        line=first + 1,
    )


def _listed(fields: str, where: str) -> Iterator[re.Match[str]]:
    for field in filter(None, map(str.strip, fields.split(","))):
        if (read := _FIELD.fullmatch(field)) is None or read["name"] in _RESERVED:
            raise PromptError(f"{where}: {one_line(field, 60)!r} is no name of a field.")
        yield read


def read_prompt_file(file: Path) -> str:
    """Return the text of a file of prompts.

    Raises:
        OSError: if it cannot be read.
        PromptError: if it is no regular file, or is too long.
        UsageError: if it is not written in UTF-8.
    """
    if file.exists() and not file.is_file():
        raise PromptError(f"{file} is no file.")
    if file.stat().st_size > LONGEST_FILE:
        raise PromptError(f"{file} is longer than {LONGEST_FILE:,} bytes; write shorter prompts.")
    return read_text(file)
