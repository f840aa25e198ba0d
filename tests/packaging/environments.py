"""Environments into which the built wheel is installed, and what is found out about them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterable
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
PIP = ("-m", "pip", "--disable-pip-version-check", "-q")


def command(*words: str | Path, cwd: Path, seconds: float = 300) -> str:
    """Run a command to its end; fail with what it said if it fails."""
    ran = subprocess.run(words, cwd=cwd, capture_output=True, text=True, timeout=seconds, check=False)
    assert ran.returncode == 0, f"{words} exits {ran.returncode}:\n{ran.stdout}{ran.stderr}"
    return ran.stdout


def reaches_index(python: Path, folder: Path) -> bool:
    """Say whether pip can get a small package."""
    words = (python, *PIP, "download", "--no-deps", "--dest", folder, "filelock")
    return not subprocess.run(words, cwd=folder, capture_output=True, timeout=300, check=False).returncode


def copied(environment: Path, to: Path) -> Path:
    """Copy an environment by hard links, which takes neither time nor room; return the copy's programs.

    Its scripts still begin with the python of the one copied, until their distributions are installed again.
    """
    shutil.copytree(environment, to, symlinks=True, copy_function=os.link)
    return to / "bin"


def overlaps(folders: Iterable[Path]) -> dict[Path, set[str]]:
    """Return the files that two or more distributions both say they installed, with their names.

    The later one has overwritten the earlier one's file, and uninstalling either breaks the other.
    """
    owners = defaultdict(set)
    for distribution in distributions(path=[str(folder) for folder in folders]):
        for file in distribution.files or ():
            if "__pycache__" not in file.parts:
                owners[Path(os.path.normpath(str(distribution.locate_file(file))))].add(distribution.name)
    return {file: names for file, names in owners.items() if len(names) > 1}
