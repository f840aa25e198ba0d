"""`import arena` says so when somebody else's package is found in place of one of ours."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import arena
from arena.core.errors import ShadowedPackage, UsageError
from arena.core.shadowing import PACKAGES, check_shadowing

ROOT = Path(arena.__file__).parents[1]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of installed packages that holds Arena and nothing else."""
    site = tmp_path / "site"
    for name in ("arena", *PACKAGES):
        for file in (ROOT / name).rglob("*.py"):
            link = site / file.relative_to(ROOT)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(file)
    return site


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    """The folder that the user's own script lies in."""
    beside = tmp_path / "beside"
    beside.mkdir()
    return beside


def is_ours(name: str) -> bool:
    """Return whether an import finds the package beside ours."""
    found = importlib.import_module(name).__file__
    return found is not None and Path(found).is_relative_to(ROOT / name)


def import_arena(site: Path, beside: Path, before: str = "") -> str:
    """Import arena beside the user's files; return the error it raises, or nothing."""
    code = f"""
{before}
try:
    import arena
except ImportError as error:
    from arena.core.errors import ShadowedPackage
    assert type(error) is ShadowedPackage, repr(error)
    print(error)
"""
    ran = subprocess.run(
        [sys.executable, "-S", "-c", code],
        cwd=beside,
        env={"PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    return ran.stdout.strip()


def assert_one_sentence(message: str, *named: object) -> None:
    """One line, ended by its only full stop, that names everything given."""
    assert message.endswith(".")
    assert ". " not in message
    assert "\n" not in message
    for name in named:
        assert str(name) in message


def install(site: Path, distribution: str, *files: str) -> None:
    """Install a distribution's files over whatever is there, as pip does."""
    record = site / f"{distribution.replace('-', '_')}-1.0.dist-info"
    record.mkdir()
    (record / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n")
    (record / "RECORD").write_text("".join(f"{file},,\n" for file in files))
    for file in files:
        (site / file).parent.mkdir(exist_ok=True)
        (site / file).unlink(missing_ok=True)
        (site / file).write_text('"""Somebody else\'s."""\n')


class TestShadowed:
    @pytest.mark.parametrize("name", PACKAGES)
    def test_folder_beside_the_script(self, site: Path, beside: Path, name: str) -> None:
        (beside / name).mkdir()
        (beside / name / "__init__.py").touch()
        message = import_arena(site, beside)
        assert_one_sentence(message, beside / name, site / name, "rename it")

    def test_module_file_beside_the_script(self, site: Path, beside: Path) -> None:
        (beside / "games.py").write_text("import arena\n")
        assert_one_sentence(import_arena(site, beside), beside / "games.py", site / "games")

    def test_package_that_was_imported_before(self, site: Path, beside: Path) -> None:
        (beside / "mine").mkdir()
        (beside / "mine" / "agents.py").touch()
        before = "import sys; sys.path.insert(0, 'mine'); import agents; del sys.path[0]"
        message = import_arena(site, beside, before)
        assert_one_sentence(message, beside / "mine" / "agents.py", site / "agents")

    def test_distribution_found_earlier(self, site: Path, beside: Path) -> None:
        install(beside, "openai-agents", "agents/__init__.py")
        message = import_arena(site, beside)
        assert_one_sentence(message, "distribution openai-agents", beside / "agents", site / "agents")

    def test_distribution_that_overwrote_ours(self, site: Path, beside: Path) -> None:
        install(site, "arena-protocols", "scenarios/py.typed")
        install(site, "openai-agents", "agents/__init__.py", "agents/run.py")
        message = import_arena(site, beside)
        assert_one_sentence(message, "distribution openai-agents", site / "agents", "separate environments")

    def test_ours_gone_with_the_distribution_that_overwrote_it(self, site: Path, beside: Path) -> None:
        (site / "agents" / "__init__.py").unlink()
        assert_one_sentence(import_arena(site, beside), site / "agents", "install arena-protocols again")


class TestNotShadowed:
    def test_alone(self, site: Path, beside: Path) -> None:
        assert import_arena(site, beside) == ""

    @pytest.mark.parametrize("name", PACKAGES)
    def test_folder_without_an_init_hides_nothing(self, site: Path, beside: Path, name: str) -> None:
        (beside / name).mkdir()
        (beside / name / "mine.py").touch()
        assert import_arena(site, beside) == ""

    def test_package_found_later(self, site: Path, beside: Path) -> None:
        (beside / "agents").mkdir()
        (beside / "agents" / "__init__.py").touch()
        assert import_arena(site, beside, "import sys; sys.path.append(sys.path.pop(0))") == ""

    def test_as_installed_here(self) -> None:
        assert [name for name in PACKAGES if not is_ours(name)] == []
        check_shadowing()


class TestPublicFace:
    def test_error_is_both_ours_and_pythons(self) -> None:
        assert issubclass(ShadowedPackage, UsageError)
        assert issubclass(ShadowedPackage, ImportError)

    def test_every_public_name_is_there(self) -> None:
        missing = [name for name in arena.__all__ if not hasattr(arena, name)]
        assert not missing
        assert set(arena.__all__) <= set(dir(arena))

    def test_other_names_are_not(self) -> None:
        with pytest.raises(AttributeError, match="'arena' has no attribute 'Runn'"):
            arena.Runn  # type: ignore[attr-defined]  # noqa: B018

    def test_importing_it_imports_nothing_heavy(self) -> None:
        code = "import sys, arena; print({'pydantic', 'numpy', 'asyncio', 'typing'} & set(sys.modules) or '')"
        ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert ran.stdout.strip() == ""
