"""Docstrings say what they mean in plain sentences: some idioms of our own are never used again."""

from __future__ import annotations

import ast

import pytest

from tests.packaging import house

NEVER_PLAIN = (
    "as told",
    "if so told",
    "came to nothing",
    "comes to nothing",
    "for whom it may",
    "is none of",
    "but for ",
)
PLAIN = (
    "core",
    "forms",
    "seat",
    "tasks",
    "votes",
    "spending",
    "episode",
    "journal",
    "ratings",
    "pairing",
    "judging",
    "designs",
    "cache",
    "workers",
    "results/metrics",
    "results/report",
)
"""The packages whose docstrings have been rewritten; a package is added when its own are."""


def idioms(path: str, tree: ast.Module) -> list[str]:
    """Return where a docstring has one of the idioms, and which."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            text = " ".join(str(node.value.value).split())
            found += [f"{path}:{node.lineno}: {idiom}" for idiom in NEVER_PLAIN if idiom in text]
    return found


@pytest.mark.parametrize("package", PLAIN)
def test_docstrings_have_no_idiom_of_our_own(package: str) -> None:
    own = {path: tree for path, tree in house.modules().items() if path.startswith(f"arena/{package}/")}
    assert own
    assert [line for path, tree in own.items() for line in idioms(path, tree)] == []


def test_an_idiom_is_found() -> None:
    assert idioms("x.py", ast.parse('"""What\n came to nothing."""')) == ["x.py:1: came to nothing"]
