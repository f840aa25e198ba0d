from __future__ import annotations

import json
from pathlib import Path

import pytest

import arena as engine
from arena.cli import commands
from tests.arena.cli.typing_in import SHORT, Typist

COMMANDS = (
    *("list", "run", "tournament", "resume", "show", "runs", "export", "exploitability", "check", "fork"),
    *("import", "judge", "model", "report"),
)
KUHN = ("tournament", "kuhn", "--agents", "kuhn-nash", "random", *SHORT)


def test_every_command_has_tests_in_the_same_place() -> None:
    written, tested = (
        {path.stem.removeprefix("test_").rstrip("_") for path in Path(folder).glob("*.py")}
        for folder in (commands.__path__[0], Path(__file__).parent / "commands")
    )
    assert written == tested


class TestHelp:
    def test_names_every_command(self, arena: Typist) -> None:
        result = arena("--help")
        assert result.code == 0
        assert [command for command in COMMANDS if f" {command} " not in result.out] == []

    @pytest.mark.parametrize("command", COMMANDS)
    def test_of_a_command(self, arena: Typist, command: str) -> None:
        result = arena(command, "--help")
        assert result.code == 0
        assert "Usage: arena" in result.out

    def test_version(self, arena: Typist) -> None:
        result = arena("--version")
        assert (result.code, result.out.strip()) == (0, engine.__version__)


class TestJson:
    def test_every_line_parses(self, arena: Typist) -> None:
        result = arena(*KUHN, "--json", "--out", "runs/json")
        assert result.code == 0
        lines = [json.loads(line) for line in result.out.splitlines()]
        assert lines[0] == {"event": "run", "folder": "runs/json"}
        assert lines[-1]["event"] == "result"
        assert lines[-1]["ended"] == {"completed": 4}
        assert {line["player"] for line in lines[-1]["standings"]} == {"kuhn-nash", "random"}
        assert result.err == ""

    def test_show(self, arena: Typist) -> None:
        arena(*KUHN, "--out", "runs/json")
        summary = json.loads(arena("show", "json", "--json").out)
        assert {line["agent"] for line in summary["agents"]} == {"kuhn-nash", "random"}
        episode = json.loads(arena("show", "json", "1", "--json").out)
        assert episode["episode"] == 1
        assert episode["outcome"]["ending"] == "completed"
