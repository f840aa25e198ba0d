"""The built wheel with each extra, in an environment of its own: it plays, and no file is overwritten."""

from __future__ import annotations

import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.packaging.environments import PIP, ROOT, command, copied, overlaps

EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
TRIED = {
    "datasets": "import datasets",
    "docs": "import zensical, mkdocstrings_handlers.python",
    "hub": "import huggingface_hub",
    "local": "from agents.local import Local; import xllamacpp",
    "mcp": "from arena.tools import McpServer; McpServer('python'); import mcp",
    "textarena": "import protocols; protocols.TextArena(env='Nim-v0')",
    "openspiel": "import games; games.load('openspiel:kuhn_poker').new_initial_state()",
    "pandas": "import pandas",
    "parquet": "import pyarrow.parquet",
    "pictures": "from arena.tasks import bar_charts; assert bar_charts(1)[0].pictures",
    "polars": "import polars",
    "report": "from arena.results.report._pictures import check_pictures; check_pictures()",
    "trainers": "import trl, torch, datasets, accelerate",
    "view": "from arena.web.listening import check_installed; check_installed(); import arena.view._app",
    "verifiers": "import scenarios; assert scenarios.ScenarioEnv",
}
"""What each extra is for. Of the others, `dev` is what these tests run in, and `bench` is other engines."""

OURS_ALONE = {"dev", "bench"}


@pytest.fixture
def programs(extra: str, environment: Path, wheel: Path, tmp_path: Path) -> Iterator[Path]:
    """The programs of a new environment with the wheel and the extra; removed afterwards."""
    if extra == "trainers" and not _has_small_torch(environment, tmp_path):
        pytest.skip("PyTorch's build for the CPU is not at hand, and the index's brings gigabytes")
    programs = copied(environment, tmp_path / "venv")
    install = (programs / "python", *PIP, "install")
    command(*install, "--no-deps", "--force-reinstall", wheel, cwd=tmp_path)
    command(*install, f"{wheel}[{extra}]", cwd=tmp_path, seconds=900)
    yield programs
    shutil.rmtree(tmp_path / "venv")


def _has_small_torch(environment: Path, folder: Path) -> bool:
    words = (environment / "bin" / "python", *PIP, "download", "--no-index", "--no-deps", "torch")
    return not subprocess.run(words, cwd=folder, capture_output=True, timeout=300, check=False).returncode


def test_every_extra_is_tried() -> None:
    assert set(EXTRAS) == {*TRIED, *OURS_ALONE}


@pytest.mark.slow
@pytest.mark.parametrize("extra", sorted(TRIED))
def test_wheel_with_an_extra_plays_and_is_whole(programs: Path, extra: str, tmp_path: Path) -> None:
    python = programs / "python"
    (packages,) = programs.parent.glob("lib/python3.*/site-packages")
    assert overlaps([packages]) == {}
    command(python, "-m", "pip", "check", cwd=tmp_path)
    command(python, "-c", TRIED[extra], cwd=tmp_path)
    few = ("--agents", "kuhn-nash", "random", "--format", "round-robin?meetings=5")
    assert "kuhn-nash" in command(programs / "arena", "tournament", "kuhn", *few, cwd=tmp_path)
    assert list(tmp_path.glob("runs/*/journal.sqlite")), "no run was journalled in the working folder"


@pytest.mark.slow
def test_wheel_alone_overwrites_nothing(environment: Path) -> None:
    assert overlaps(environment.glob("lib/python3.*/site-packages")) == {}


class TestOverlaps:
    def install(self, folder: Path, name: str, *files: str) -> None:
        record = folder / f"{name}-1.dist-info"
        record.mkdir()
        (record / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
        (record / "RECORD").write_text("".join(f"{file},,\n" for file in files))
        for file in files:  # Python 3.12 and later leave out what is not there
            (folder / file).parent.mkdir(exist_ok=True)
            (folder / file).touch()

    def test_a_file_of_two_distributions_is_found(self, tmp_path: Path) -> None:
        self.install(tmp_path, "ours", "agents/__init__.py", "agents/ours.py")
        self.install(tmp_path, "theirs", "agents/__init__.py", "agents/theirs.py")
        assert overlaps([tmp_path]) == {tmp_path / "agents/__init__.py": {"ours", "theirs"}}

    def test_a_folder_that_two_share_is_none(self, tmp_path: Path) -> None:
        self.install(tmp_path, "ours", "shared/ours.py")
        self.install(tmp_path, "theirs", "shared/theirs.py")
        assert overlaps([tmp_path]) == {}
