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

from arena.core.errors import PromptError

_HEADING = re.compile(r"^===[ \t]*(?P<name>[^:\n]*?)[ \t]*(?::(?P<fields>[^\n]*))?$", re.MULTILINE)
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_FIELD = re.compile(r"(?P<name>[a-z][a-z0-9_]*)(?P<list>\[\])?(?P<required>\*)?")
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)


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
    text = text.replace("\r\n", "\n")
    found: dict[str, StandardPrompt] = {}
    headings = list(_HEADING.finditer(text))
    above = text[: headings[0].start()] if headings else text
    if _COMMENT.sub("", above).strip():
        raise PromptError(
            f"{file} begins with text that belongs to no prompt. Write a line such as '=== debater' above "
            "it, or put it between {# and #}."
        )
    ends = [heading.start() for heading in headings[1:]] + [len(text)]
    for heading, end in zip(headings, ends, strict=True):
        line = text.count("\n", 0, heading.start()) + 1
        where = f"{file}, line {line}"
        name = heading["name"]
        if not _NAME.fullmatch(name):
            raise PromptError(f"{where}: {name!r} is no name of a prompt.")
        if name in found:
            raise PromptError(f"{where}: the prompt {name!r} stands there twice.")
        listed = tuple(_listed(heading["fields"], where)) if heading["fields"] is not None else None
        body = text[heading.end() + 1 : end]
        shown = body.lstrip("\n")
        found[name] = StandardPrompt(
            name=name,
            fields=None if listed is None else tuple(field["name"] for field in listed),
            lists=frozenset(field["name"] for field in listed or () if field["list"]),
            required=frozenset(field["name"] for field in listed or () if field["required"]),
            text=shown.rstrip("\n"),
            line=line + 1 + len(body) - len(shown),
        )
    return found


def _listed(fields: str, where: str) -> Iterator[re.Match[str]]:
    for field in filter(None, map(str.strip, fields.split(","))):
        if (read := _FIELD.fullmatch(field)) is None:
            raise PromptError(f"{where}: {field!r} is no name of a field.")
        yield read
