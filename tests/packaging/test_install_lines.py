"""Whatever says how to install something says what works: Arena stands on no package index."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator

from arena.core.errors import MissingExtra
from tests.packaging.environments import ROOT

EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
FOLDERS = ("arena", "agents", "protocols", "games", "scenarios", "benchmarks", "docs", "tests/arena")
FILES = [
    *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.suffix in {".py", ".md"}),
    *ROOT.glob("*.md"),
]
BY_NAME = re.compile(r"pip install\b[^\n]*arena-protocols")
EXTRA = re.compile(r"pip install [^\n]*?\.\[([\w,]+)\]")


def missed(code: str) -> Iterator[str]:
    """Yield the extras that a module says are missing."""
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Call(func=ast.Name(id="MissingExtra"), args=[_, ast.Constant(value=str(extra))]):
                yield extra


def test_nothing_says_to_install_arena_by_its_name() -> None:
    wrong = {path.relative_to(ROOT).as_posix() for path in FILES if BY_NAME.search(path.read_text())}
    assert wrong <= {"CHANGELOG.md"}


def test_every_extra_that_is_named_exists() -> None:
    named = {name for path in FILES for found in EXTRA.findall(path.read_text()) for name in found.split(",")}
    codes = [path.read_text() for path in FILES if path.suffix == ".py"]
    asked = {name for code in codes if "MissingExtra(" in code for name in missed(code)}
    assert {"openspiel", "report"} <= named
    assert {"local", "parquet", "report", "verifiers"} <= asked
    assert named | asked <= set(EXTRAS)


def test_an_extra_that_is_missing_is_a_sentence_of_what_to_run() -> None:
    missing = MissingExtra("Pictures need matplotlib", "report")
    assert str(missing) == "Pictures need matplotlib; in the clone of Arena, run: pip install '.[report]'"


def test_games_which_import_nothing_of_arenas_say_the_same() -> None:
    said = str(MissingExtra("This game needs OpenSpiel", "openspiel"))
    assert said in (ROOT / "games" / "openspiel_loading.py").read_text()
