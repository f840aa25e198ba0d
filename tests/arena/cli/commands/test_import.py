from __future__ import annotations

import io
import json

import pytest

from tests.arena.cli.typing_in import Typist
from tests.arena.importing.theirs import MAPPING, OURS, THEIRS, write


class TestImport:
    def test_makes_a_run_that_is_shown_and_exported(self, arena: Typist) -> None:
        write(arena.folder / "ours.jsonl", [OURS, OURS])
        result = arena("import", "ours.jsonl", "--out", "runs/ours")
        assert result.code == 0
        assert "Imported 2 episodes on 1 task into runs/ours" in result.err
        assert "Episodes: 2 completed" in result.out
        assert "The cook did." in arena("show", "ours", "1").out
        assert "imported" in arena("runs").out
        assert arena("export", "ours").code == 0
        line = (arena.folder / "runs/ours/episodes.jsonl").read_text().splitlines()[0]
        assert json.loads(line)["outcome"]["details"]["verdict"]["choice"] == "the cook"

    def test_takes_several_files_and_a_mapping(self, arena: Typist) -> None:
        for name in ("one", "two"):
            write(arena.folder / f"{name}.jsonl", [THEIRS])
        arena.write("map.toml", MAPPING)
        result = arena("import", "one.jsonl", "two.jsonl", "--mapping", "map.toml", "--out", "run")
        assert result.code == 0
        assert "Imported 2 episodes" in result.err

    def test_reads_standard_input(self, arena: Typist, monkeypatch: pytest.MonkeyPatch) -> None:
        given = write(arena.folder / "ours.jsonl", [OURS]).read_bytes()
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given)))
        result = arena("import", "-", "ours.jsonl", "--out", "run")
        assert result.code == 0
        assert "Imported 2 episodes on 1 task" in result.err

    def test_an_option_that_does_not_exist_is_no_file(self, arena: Typist) -> None:
        result = arena("import", "ours.jsonl", "--outt", "run")
        assert result.code == 2
        assert "There is no option --outt" in result.err

    def test_is_never_resumed(self, arena: Typist) -> None:
        write(arena.folder / "ours.jsonl", [OURS])
        arena("import", "ours.jsonl", "--out", "runs/ours")
        result = arena("resume", "ours")
        assert result.code == 2
        assert "was imported, so there is nothing in it to continue" in result.err

    def test_what_a_hostile_file_says_is_shown_inert(self, arena: Typist) -> None:
        write(arena.folder / "ours.jsonl", [{**OURS, "seats": {**OURS["seats"], "judge": "\x1b[2J[red]"}}])
        assert arena("import", "ours.jsonl", "--out", "run").code == 0
        shown = arena("show", "run", "0").out
        assert "\x1b[2J" not in shown
        assert r"\x1b[2J[red]" in shown


class TestRun:
    def test_takes_so_many_tasks_and_a_judge(self, arena: Typist) -> None:
        words = ("run", "debate", "--agents", "random", "--judge", "noisy:random", "--tasks", "2")
        assert arena(*words, "--out", "runs/one").code == 0
        assert "Episodes: 2 completed" in arena("show", "one").out
        record = json.loads(arena("show", "one", "1", "--json").out)
        seats = {"debater_a": "random", "debater_b": "random", "judge": "noisy:random"}
        assert record["seats"] == seats

    def test_a_comparison_is_shown_by_condition_and_resumed(self, arena: Typist) -> None:
        words = ("run", "oversight", "--agents", "random", "--judge", "random", "--tasks", "2")
        result = arena(*words, "--out", "runs/one")
        assert result.code == 0
        assert "Under direct-with-source: 2 completed." in result.out
        assert arena("resume", "one").code == 0
        assert "Under debate. debater_a: random" in arena("show", "one", "3").out
        assert json.loads(arena("show", "one", "--json").out)["conditions"]["debate"] == {"completed": 2}

    def test_so_many_agents_have_no_seats(self, arena: Typist) -> None:
        result = arena("run", "debate", "--agents", "random", "random", "random")
        assert result.code == 2
        assert "debate has 2 seats for players, debater_a, debater_b" in result.err
