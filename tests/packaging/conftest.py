"""The wheel, built once, and an environment that has it."""

from __future__ import annotations

import sys
import venv
from pathlib import Path

import pytest

from tests.packaging.environments import PIP, ROOT, command, reaches_index


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source distribution, built from this checkout."""
    dist = tmp_path_factory.mktemp("dist")
    build = ("-m", "build", "--no-isolation", "--wheel", "--sdist", "--outdir", dist)
    command(sys.executable, *build, cwd=ROOT)
    return dist


@pytest.fixture(scope="session")
def wheel(dist: Path) -> Path:
    return next(dist.glob("*.whl"))


@pytest.fixture(scope="session")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment into which the wheel and what it needs were installed."""
    here = tmp_path_factory.mktemp("installed")
    venv.create(here / "venv", with_pip=True)
    python = here / "venv" / "bin" / "python"
    if not reaches_index(python, here):
        pytest.skip("no package index is reachable")
    command(python, *PIP, "install", wheel, cwd=here)
    return here / "venv"


@pytest.fixture(scope="session")
def installed(environment: Path) -> Path:
    """The programs of that environment."""
    return environment / "bin"
