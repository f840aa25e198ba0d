"""A wheel holds our five packages and nothing else, and works in an empty environment."""

from __future__ import annotations

import subprocess
import tarfile
from email.parser import Parser
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.packaging.environments import ROOT, command

pytestmark = pytest.mark.slow

PACKAGES = {"agents", "arena", "games", "protocols", "scenarios"}


class TestContent:
    def test_holds_the_five_packages_each_typed(self, wheel: Path) -> None:
        files = ZipFile(wheel).namelist()
        assert {file.partition("/")[0] for file in files if ".dist-info/" not in file} == PACKAGES
        for package in PACKAGES:
            assert f"{package}/py.typed" in files
            ours = {path.relative_to(ROOT).as_posix() for path in (ROOT / package).rglob("*.py")}
            assert ours <= set(files)

    def test_holds_what_is_not_code_too(self, wheel: Path, dist: Path) -> None:
        """Templates, style sheets and whatever else git has in the packages."""
        listed = subprocess.run(
            ("git", "ls-files", *PACKAGES), cwd=ROOT, capture_output=True, text=True, check=False
        )
        if listed.returncode:
            pytest.skip("this is no checkout")
        files = set(listed.stdout.splitlines())
        assert "arena/results/report/templates/page.html" in files
        assert files <= set(ZipFile(wheel).namelist())
        (archive,) = dist.glob("*.tar.gz")
        with tarfile.open(archive) as source:
            assert files <= {name.partition("/")[2] for name in source.getnames()}

    def test_names_its_licence_and_carries_it(self, wheel: Path) -> None:
        with ZipFile(wheel) as archive:
            (record,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
            metadata = Parser().parsestr(archive.read(record).decode())
            licence = record.replace("METADATA", "licenses/LICENSE")
            assert "Apache License" in archive.read(licence).decode()
        assert metadata["Name"] == "arena-protocols"
        assert metadata["License-Expression"] == "Apache-2.0"

    def test_source_distribution_holds_what_the_tests_need(self, dist: Path) -> None:
        (archive,) = dist.glob("*.tar.gz")
        with tarfile.open(archive) as source:
            files = {name.partition("/")[2] for name in source.getnames()}
        assert {
            "pyproject.toml",
            "Makefile",
            "README.md",
            "LICENSE",
            "tests/packaging/test_wheel.py",
        } <= files


class TestInstalled:
    def test_help(self, installed: Path, tmp_path: Path) -> None:
        assert "tournament" in command(installed / "arena", "--help", cwd=tmp_path)

    def test_list(self, installed: Path, tmp_path: Path) -> None:
        assert "kuhn" in command(installed / "arena", "list", cwd=tmp_path)

    def test_tournament(self, installed: Path, tmp_path: Path) -> None:
        played = command(
            installed / "arena", "tournament", "kuhn", "--agents", "kuhn-nash", "random", cwd=tmp_path
        )
        assert "kuhn-nash" in played
        assert list(tmp_path.glob("runs/*/*")), "no run was journalled in the working folder"

    def test_package_that_hides_ours_is_named(self, installed: Path, tmp_path: Path) -> None:
        (tmp_path / "agents").mkdir()
        (tmp_path / "agents" / "__init__.py").touch()
        words = (installed / "python", "-c", "import arena")
        ran = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
        assert ran.returncode == 1
        assert "arena.core.errors.ShadowedPackage: A package 'agents'" in ran.stderr.splitlines()[-1]
