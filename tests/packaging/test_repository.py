"""What the repository may hold, and which way its imports run."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = {"agents", "arena", "games", "protocols", "scenarios"}
MAY_IMPORT = {
    "games": set[str](),
    "arena": set[str](),
    "agents": {"arena", "games"},
    "protocols": {"arena", "games", "agents"},
    "scenarios": OURS,
}
REGISTRIES = re.compile(r"\b(pyp[i]|python[h]osted|npm[j]s)\.(org|com)\b|[-_]index[-_]url\s*=")
ABSOLUTE = re.compile(r"(?<![\w.~$}])/(?:root|home|Users|work)/\w+")
LOCKS = re.compile(r"\.lock$|(^|/)(package-lock\.json|pnpm-lock\.yaml|pylock\..*toml)$")


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    """The files that git tracks, as paths from the root."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode or not listed.stdout:
        pytest.skip("not a git checkout")
    return [Path(name) for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def matches(pattern: re.Pattern[str], files: list[Path]) -> list[str]:
    return [
        f"{path}: {found.group()}"
        for path in files
        for found in pattern.finditer((ROOT / path).read_text(encoding="utf-8", errors="replace"))
    ]


class TestTrackedFiles:
    def test_none_names_a_package_registry(self, tracked: list[Path]) -> None:
        assert matches(REGISTRIES, tracked) == []

    def test_none_names_a_place_on_somebodys_machine(self, tracked: list[Path]) -> None:
        assert matches(ABSOLUTE, tracked) == []

    def test_none_is_a_lock_file(self, tracked: list[Path]) -> None:
        assert [path for path in tracked if LOCKS.search(path.as_posix())] == []


def imported(file: Path) -> Iterator[str]:
    """Yield the top-level name of every import in a file, those inside functions included."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("package", sorted(OURS))
def test_imports_run_one_way(package: str) -> None:
    forbidden = (OURS | {"tests", "benchmarks"}) - MAY_IMPORT[package] - {package}
    wrong = {
        f"{file.relative_to(ROOT)} imports {name}"
        for file in (ROOT / package).rglob("*.py")
        for name in imported(file)
        if name in forbidden
    }
    assert wrong == set()


@pytest.mark.parametrize("package", sorted(OURS))
def test_package_says_that_it_is_ours(package: str) -> None:
    """By this line `arena.core.shadowing` tells it from somebody else's package of the same name."""
    assert (ROOT / package / "__init__.py").read_text().startswith('"""Part of Arena (arena-protocols)')
