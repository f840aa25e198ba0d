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
    "running",
    "importing",
    "models",
    "face",
    "cli",
)
"""The packages whose docstrings have been rewritten; a package is added when its own are."""


def idioms(path: str, tree: ast.Module) -> list[str]:
    """Return where a docstring or a help text has one of the idioms, and which."""
    found = []
    for node in ast.walk(tree):
        for constant in said_by(node):
            text = " ".join(str(constant.value).split())
            found += [f"{path}:{constant.lineno}: {idiom}" for idiom in NEVER_PLAIN if idiom in text]
    return found


def said_by(node: ast.AST) -> list[ast.Constant]:
    """Return the docstring that a node is, or the help texts of a call that describes an option."""
    if isinstance(node, ast.Expr):
        return [node.value] if isinstance(node.value, ast.Constant) else []
    if not isinstance(node, ast.Call):
        return []
    named = [keyword.value for keyword in node.keywords if keyword.arg == "help"]
    first = node.args[:1] if isinstance(node.func, ast.Name) and node.func.id == "option" else []
    return [text for text in (*named, *first) if isinstance(text, ast.Constant)]


@pytest.mark.parametrize("package", PLAIN)
def test_docstrings_have_no_idiom_of_our_own(package: str) -> None:
    own = {path: tree for path, tree in house.modules().items() if path.startswith(f"arena/{package}/")}
    assert own
    assert [line for path, tree in own.items() for line in idioms(path, tree)] == []


def test_an_idiom_is_found() -> None:
    assert idioms("x.py", ast.parse('"""What\n came to nothing."""')) == ["x.py:1: came to nothing"]
    for call in ('option("Play as told.")', 'Parameter(name="X", help="Play as told.")'):
        assert idioms("x.py", ast.parse(call)) == ["x.py:1: as told"]
