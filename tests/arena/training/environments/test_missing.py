"""Where verifiers is not installed, its environments say how it is."""

from __future__ import annotations

import importlib
import sys

import pytest

from arena.core.errors import MissingExtra


def test_without_verifiers_its_environments_say_how_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "verifiers", None)
    monkeypatch.delitem(sys.modules, "verifiers.v1", raising=False)
    monkeypatch.delitem(sys.modules, "arena.training.environments.verifiers", raising=False)
    with pytest.raises(MissingExtra, match=r"run: pip install '\.\[verifiers\]'"):
        importlib.import_module("arena.training.environments.verifiers")


def test_a_python_that_has_no_such_package_is_said_to_be_the_reason() -> None:
    missing = MissingExtra("Environments of verifiers need it", "verifiers", below=sys.version_info[:2])
    assert "that needs a Python before " in str(missing)
    assert "pip" not in str(missing)
