"""There is a pip to download with in most environments."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest

from arena.models import pip
from arena.models.pip import NoPip, pip_command

find_spec = importlib.util.find_spec


def without(*missing: str) -> object:
    return lambda name: None if name in missing else find_spec(name)


class TestPip:
    def test_the_environments_own(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("arena.models.pip.importlib.util.find_spec", lambda name: object())
        words, _ = pip_command()
        assert words == [sys.executable, "-m", "pip"]

    def test_where_it_has_none_the_one_that_python_carries_is_run_from_its_wheel(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("arena.models.pip.importlib.util.find_spec", without("pip"))
        if pip._carried() is None:
            pytest.skip("this Python carries no pip")
        words, environment = pip_command()
        monkeypatch.undo()
        said = subprocess.check_output([*words, "--version"], env=environment, text=True)
        assert "pip-" in said

    def test_else_the_one_on_the_path(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("arena.models.pip.importlib.util.find_spec", without("pip", "ensurepip"))
        monkeypatch.setattr("arena.models.pip.shutil.which", lambda name: f"/usr/bin/{name}")
        assert pip_command()[0] == ["/usr/bin/pip"]

    def test_else_it_says_what_to_do(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("arena.models.pip.importlib.util.find_spec", without("pip", "ensurepip"))
        monkeypatch.setattr("arena.models.pip.shutil.which", lambda name: None)
        with pytest.raises(NoPip, match="install pip"):
            pip_command()
