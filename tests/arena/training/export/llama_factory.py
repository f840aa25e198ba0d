"""LLaMA-Factory's rules for the conversations that it takes, written down from what it does.

A conversation is an even number of turns in which a person's and the model's alternate, the person's first;
the system's text is in a column of its own. It skips any other conversation with no more than a warning.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Taken(NamedTuple):
    """What it makes of a row: the system's text, what is read, and the one turn that is learnt last."""

    system: str
    prompt: list[tuple[str, str]]
    response: str


def take(row: Mapping[str, Any], info: Mapping[str, Any]) -> Taken | None:
    """Return what LLaMA-Factory makes of a row by an entry of ``dataset_info.json``; None if it skips it."""
    assert info["formatting"] == "sharegpt"
    columns, tags = info["columns"], info["tags"]
    turns = [(turn[tags["role_tag"]], turn[tags["content_tag"]]) for turn in row[columns["messages"]]]
    expected = [tags["user_tag"], tags["assistant_tag"]] * (len(turns) // 2)
    if not turns or [who for who, _ in turns] != expected:
        return None
    return Taken(row[columns["system"]], turns[:-1], turns[-1][1])
