"""LLaMA-Factory's rules for the conversations that it takes, written down from what it does.

A conversation is an even number of turns in which a person's and the model's alternate, the person's first;
the system's text is in a column of its own. Where replies are ranked, the number is odd, and the two replies
are apart. It skips any other conversation with no more than a warning.
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


class Ranked(NamedTuple):
    """What it makes of a pair: what is read, and the reply that is to become likelier than the other."""

    prompt: list[tuple[str, str]]
    chosen: str
    rejected: str


def take_pair(row: Mapping[str, Any], info: Mapping[str, Any]) -> Ranked | None:
    """Return what LLaMA-Factory makes of a row of a ranking; None if it skips it."""
    assert (info["formatting"], info["ranking"]) == ("sharegpt", True)
    columns, tags = info["columns"], info["tags"]
    turns = [(turn[tags["role_tag"]], turn[tags["content_tag"]]) for turn in row[columns["messages"]]]
    expected = [tags["user_tag"], tags["assistant_tag"]] * (len(turns) // 2) + [tags["user_tag"]]
    chosen, rejected = (row[columns[name]] for name in ("chosen", "rejected"))
    by = {reply[tags["role_tag"]] for reply in (chosen, rejected)}
    if [who for who, _ in turns] != expected or by != {tags["assistant_tag"]}:
        return None
    return Ranked(turns, chosen[tags["content_tag"]], rejected[tags["content_tag"]])
