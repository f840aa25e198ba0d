"""Docstrings and errors say what they mean in plain sentences. Our own idioms are never used again."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.packaging import house

PLAIN = (
    "agents",
    "arena/cache",
    "arena/cli",
    "arena/core",
    "arena/designs",
    "arena/episode",
    "arena/face",
    "arena/forms",
    "arena/importing",
    "arena/journal",
    "arena/judging",
    "arena/models",
    "arena/pairing",
    "arena/ratings",
    "arena/results/metrics",
    "arena/results/report",
    "arena/running",
    "arena/seat",
    "arena/spending",
    "arena/tasks",
    "arena/training/environments",
    "arena/votes",
    "arena/workers",
    "games",
    "protocols",
    "scenarios",
)
"""The packages and modules whose sentences have been rewritten, one in each line."""

MADE = house.ROOT / "docs" / "api"
"""The pages that `make docs` writes from docstrings."""

PAGES = sorted(
    path
    for path in (*house.ROOT.glob("*.md"), *(house.ROOT / "docs").rglob("*.md"))
    if MADE not in path.parents and path.name != "CHANGELOG.md"
)

NEVER_PLAIN = (
    "as told",
    "if so told",
    "came to nothing",
    "comes to nothing",
    "come to nothing",
    "what it came to",
    "what they came to",
    "what they come to",
    "for whom it may",
    "is none of",
    "but for ",
    "unless given",
    "unless another is given",
    "if so given",
    "for want of",
    "is no number",
    "is no part of",
    "is said of it",
    "nothing is called that",
    "all else with it",
)
"""Idioms of our own. Add one when you rewrite it, if nobody would miss it in plain English."""

ALSO_NEVER = dict.fromkeys(
    ("agents", "games", "scenarios"), ("whoever ", "turns down", "turned down", "is told ")
)
"""Idioms that are already gone from these packages, and are still used in others."""


def sentences(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the docstrings, the help texts and the sentences of errors in a module, with their lines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.lineno, str(node.value.value)
        elif isinstance(node, ast.Call):
            yield from ((text.lineno, str(text.value)) for text in help_texts(node))
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            yield from ((node.lineno, text) for text in error_texts(node.exc))


def help_texts(call: ast.Call) -> list[ast.Constant]:
    """Return the help texts of a call that describes an option."""
    named = [keyword.value for keyword in call.keywords if keyword.arg == "help"]
    first = call.args[:1] if isinstance(call.func, ast.Name) and call.func.id == "option" else []
    return [text for text in (*named, *first) if isinstance(text, ast.Constant)]


def error_texts(made: ast.Call) -> list[str]:
    """Return the texts with which an error is made. The values in them are left out."""
    arguments = (*made.args, *(keyword.value for keyword in made.keywords))
    texts = [[part.value for part in ast.walk(each) if isinstance(part, ast.Constant)] for each in arguments]
    return ["".join(part for part in each if isinstance(part, str)) for each in texts]


def idioms(path: str, tree: ast.Module, never: tuple[str, ...] = NEVER_PLAIN) -> list[str]:
    """Return where a docstring, a help text or an error has one of the idioms, and which."""
    in_one_line = ((line, " ".join(sentence.split())) for line, sentence in sentences(tree))
    return [
        f"{path}:{line}: {idiom}" for line, sentence in in_one_line for idiom in never if idiom in sentence
    ]


def idioms_of_page(text: str) -> list[str]:
    """Return the idioms in the words of a page of Markdown. Its fenced blocks are left out."""
    words = " ".join(re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE).split())
    return [idiom for idiom in NEVER_PLAIN if re.search(rf"\b{idiom}", words)]


@pytest.mark.parametrize("package", PLAIN)
def test_sentences_have_no_idiom_of_our_own(package: str) -> None:
    own = {path: tree for path, tree in house.modules().items() if f"{path}/".startswith(f"{package}/")}
    never = (*NEVER_PLAIN, *ALSO_NEVER.get(package, ()))
    assert own
    assert [line for path, tree in own.items() for line in idioms(path, tree, never)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(house.ROOT).as_posix())
def test_pages_have_no_idiom_of_our_own(page: Path) -> None:
    assert idioms_of_page(page.read_text(encoding="utf-8")) == []


def test_an_idiom_on_a_page_is_found() -> None:
    assert idioms_of_page("It plays as\ntold.\n\n```text\nunless given\n```\nWhat was told.") == ["as told"]


def test_an_idiom_in_a_docstring_is_found() -> None:
    assert idioms("x.py", ast.parse('"""What\n came to nothing."""')) == ["x.py:1: came to nothing"]


@pytest.mark.parametrize("call", ['option("Play as told.")', 'Parameter(name="X", help="Play as told.")'])
def test_an_idiom_in_a_help_text_is_found(call: str) -> None:
    assert idioms("x.py", ast.parse(call)) == ["x.py:1: as told"]


def test_an_idiom_in_an_error_is_found() -> None:
    raised = 'raise UsageError(f"The run {name} came to " "nothing.") from error'
    assert idioms("x.py", ast.parse(raised)) == ["x.py:1: came to nothing"]
