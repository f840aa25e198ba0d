from __future__ import annotations

import json
import re

import pytest

import arena as engine
from arena.cli.listing import KINDS
from arena.pairing import FORMATS
from arena.registry import table
from tests.arena.cli.typing_in import SHORT, Typist

COMMANDS = ("list", "run", "tournament", "resume", "show", "runs", "export", "exploitability")
KUHN = ("tournament", "kuhn", "--agents", "kuhn-nash", "random", *SHORT)


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


class TestList:
    def test_names_all_there_is(self, arena: Typist) -> None:
        result = arena("list")
        assert result.code == 0
        words = set(result.out.split())
        assert {name for kind in KINDS for name in table(kind)} <= words
        assert set(FORMATS) <= words
        assert "not available" not in result.out


class TestTournament:
    def test_prints_the_standings_and_where_the_journal_is(self, arena: Typist) -> None:
        result = arena(*KUHN, "--out", "runs/one")
        assert result.code == 0
        assert "Episodes: 4 completed. Journal: runs/one/journal.sqlite" in result.out
        assert re.search(r"^\d +kuhn-nash +\d+ \[\d+, \d+\] ", result.out, re.MULTILINE)
        assert "4 of 4 episodes done, 0 failed" in result.err

    def test_makes_a_new_folder_each_time(self, arena: Typist) -> None:
        for _ in range(2):
            assert arena(*KUHN).code == 0
        assert sorted(path.name for path in arena.folder.glob("runs/*")) == ["kuhn-1", "kuhn-2"]

    def test_takes_any_game(self, arena: Typist) -> None:
        result = arena(
            "tournament", "repeated:rock-paper-scissors?n=3", "--agents", "random", "illegal:random?rate=0"
        )
        assert result.code == 0

    def test_solvers_play_each_hand_of_a_repeated_game(self, arena: Typist) -> None:
        agents = ("--agents", "kuhn-nash", "cfr?iterations=5", *SHORT)
        assert arena("tournament", "repeated:kuhn?n=2", *agents).code == 0

    def test_takes_settings(self, arena: Typist) -> None:
        settings = ("--set", "protocol.hands=2", "--set", "limits.turns=50", "--episodes", "3", "--seed", "5")
        assert arena(*KUHN, *settings, "--out", "runs/set").code == 0
        record = json.loads(arena("show", "set", "0", "--json").out)
        assert any("Hand 2 of 2." in event["text"] for event in record["events"])
        assert "Episodes: 12 completed" in arena("show", "set").out

    def test_same_seed_gives_the_same_export_at_any_concurrency(self, arena: Typist) -> None:
        exports = []
        for concurrency in ("1", "50"):
            assert arena(*KUHN, "--concurrency", concurrency, "--out", f"runs/{concurrency}").code == 0
            assert arena("export", concurrency).code == 0
            exports.append((arena.folder / "runs" / concurrency / "episodes.jsonl").read_bytes())
        assert exports[0] == exports[1]

    def test_another_seed_gives_another_run(self, arena: Typist) -> None:
        for seed in ("1", "2"):
            assert arena(*KUHN, "--seed", seed, "--out", f"runs/{seed}").code == 0
            assert arena("export", seed).code == 0
        first, second = ((arena.folder / "runs" / seed / "episodes.jsonl").read_text() for seed in "12")
        assert first != second

    def test_some_failed_exits_with_1_and_says_how_to_go_on(self, arena: Typist) -> None:
        result = arena(
            "tournament", "kuhn", "--agents", "failing:random", "random", *SHORT, "--out", "runs/f"
        )
        assert result.code == 1
        assert "4 episodes failed; play them again with: arena resume runs/f --retry-failed" in result.err
        assert "not rated" in result.out

    def test_forfeits_are_results(self, arena: Typist) -> None:
        result = arena("tournament", "kuhn", "--agents", "illegal:random", "random", *SHORT)
        assert result.code == 0
        assert "4 forfeited" in result.out

    def test_verbose_shows_the_log_and_the_file_holds_it(self, arena: Typist) -> None:
        result = arena(*KUHN, "-v", "--out", "runs/logged")
        assert "run ends" in result.err
        lines = (arena.folder / "runs/logged/log.jsonl").read_text().splitlines()
        assert json.loads(lines[-1])["completed"] == 4


class TestAgentsFromFiles:
    FILE = """
from __future__ import annotations

from dataclasses import dataclass

from arena import Agent, Reply, Request


def first(request: Request) -> str:
    return request.form.legal[0]


@dataclass
class Nth(Agent):
    n: int = 0

    async def reply(self, request: Request) -> Reply:
        return Reply(request.form.legal[self.n])
"""

    def test_functions_and_dataclasses_play(self, arena: Typist) -> None:
        name = arena.write("mine.py", self.FILE)
        result = arena("tournament", "kuhn", "--agents", f"{name}:first", f"{name}:Nth?n=1", *SHORT)
        assert result.code == 0
        assert f"{name}:Nth?n=1" in result.out

    def test_a_function_takes_no_parameters(self, arena: Typist) -> None:
        name = arena.write("mine.py", self.FILE)
        result = arena("tournament", "kuhn", "--agents", f"{name}:first?n=1", "random", *SHORT)
        assert result.code == 2
        assert "'n'" in result.err


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

    def test_exploitability(self, arena: Typist) -> None:
        result = arena("exploitability", "kuhn", "--agents", "kuhn-nash", "random", "--json")
        nash, uniform = (json.loads(line) for line in result.out.splitlines())
        assert nash["value"] == pytest.approx(0, abs=1e-9)
        assert uniform["value"] == pytest.approx(0.9167 / 2, abs=1e-4)


class TestRunsAndExport:
    def test_runs_lists_the_runs(self, arena: Typist) -> None:
        arena(*KUHN, "--out", "runs/one")
        result = arena("runs")
        assert result.code == 0
        assert re.search(r"^one +\S*Play +4 +0", result.out, re.MULTILINE)

    def test_no_runs(self, arena: Typist) -> None:
        result = arena("runs")
        assert (result.code, result.out.strip()) == (0, "There are no runs in runs.")

    def test_a_damaged_run_is_listed_as_such(self, arena: Typist) -> None:
        arena(*KUHN, "--out", "runs/one")
        (arena.folder / "runs" / "torn").mkdir()
        (arena.folder / "runs" / "torn" / "journal.sqlite").write_bytes(b"not a journal" * 100)
        result = arena("runs")
        assert result.code == 0
        assert "damaged" in result.out
        assert re.search(r"^one ", result.out, re.MULTILINE)
        assert arena("show", "torn").code == 1

    def test_export_writes_each_episode_as_a_line(self, arena: Typist) -> None:
        arena(*KUHN, "--out", "runs/one")
        result = arena("export", "one", "--out", "all.jsonl")
        assert result.code == 0
        assert "Wrote 4 episodes to all.jsonl" in result.err
        lines = (arena.folder / "all.jsonl").read_text().splitlines()
        assert [json.loads(line)["episode"] for line in lines] == [0, 1, 2, 3]


class TestResume:
    def test_of_a_finished_run_shows_it_again(self, arena: Typist) -> None:
        shown = arena(*KUHN, "--out", "runs/one").out
        result = arena("resume", "one")
        assert (result.code, result.out) == (0, shown)

    def test_of_a_file_works_from_elsewhere(self, arena: Typist, monkeypatch: pytest.MonkeyPatch) -> None:
        text = """
from arena import Tournament
from protocols import Play
scenario = Tournament(protocol=Play(game="kuhn"), agents=["kuhn-nash", "random"])
"""
        assert arena("run", arena.write("mine.py", text), "--out", "runs/one").code == 0
        (arena.folder / "elsewhere").mkdir()
        monkeypatch.chdir(arena.folder / "elsewhere")
        assert arena("resume", "../runs/one").code == 0

    def test_retry_failed_plays_the_failed_episodes_again(self, arena: Typist) -> None:
        text = """
import os

def sometimes(request):
    if os.environ.get("BROKEN"):
        raise RuntimeError("broken")
    return request.form.legal[0]
"""
        name = arena.write("mine.py", text)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("BROKEN", "1")
            words = ("tournament", "kuhn", "--agents", f"{name}:sometimes", "random", *SHORT)
            assert arena(*words, "--out", "runs/one").code == 1
        assert arena("resume", "one").code == 1
        result = arena("resume", "one", "--retry-failed")
        assert result.code == 0
        assert "Episodes: 4 completed" in result.out
