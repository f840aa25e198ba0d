"""Finding a pip to download with, also where the environment has none (as uv's have not)."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path


class NoPip(Exception):
    """There is no pip; says so in half a sentence."""


def pip_command() -> tuple[list[str], Mapping[str, str]]:
    """Return the words that run pip, and the environment to run them in.

    It is this environment's own pip, else the one that Python carries for new environments, run from its
    wheel and not installed, else the one on the path.

    Raises:
        NoPip: if there is none of them.
    """
    python = [sys.executable, "-m", "pip"]
    if importlib.util.find_spec("pip") is not None:
        return python, os.environ
    if carried := _carried():
        return python, {**os.environ, "PYTHONPATH": str(carried)}
    if elsewhere := shutil.which("pip") or shutil.which("pip3"):
        return [elsewhere], os.environ
    raise NoPip("there is no pip to download with, and this Python carries none: install pip")


def _carried() -> Path | None:
    """Return the wheel of pip that `ensurepip` would install, which some distributions leave out."""
    spec = importlib.util.find_spec("ensurepip")
    if spec is None or spec.origin is None:
        return None
    return max((Path(spec.origin).parent / "_bundled").glob("pip-*.whl"), default=None)
