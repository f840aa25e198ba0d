from __future__ import annotations

import json
import re

from tests.arena.cli.typing_in import SHORT, Typist

KUHN = ("tournament", "kuhn", "--agents", "kuhn-nash", "random", *SHORT)


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

    def test_the_most_frequent_reason_is_told_with_an_episode_to_look_at(self, arena: Typist) -> None:
        agents = ("failing:random?rate=1", "bad=failing:random?rate=0.5")
        said = arena("run", "play", "--agents", *agents, "--episodes", "9", "--out", "runs/f").err
        told = re.search(
            r"^(Most often, (?:\d times|once)|The reason): (.*)\. See one with: arena show runs/f (\d)$",
            said,
            re.M,
        )
        assert told
        shown = arena("show", "runs/f", told[3]).out
        assert told[2] in shown.replace("\n", " ")

    def test_one_failed_episode_is_told_of_as_one(self, arena: Typist) -> None:
        result = arena("run", "play", "--agents", "failing:random?rate=1", "--out", "one")
        assert result.code == 1
        assert "\n1 episode failed; play it again with: arena resume one --retry-failed" in result.err

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
