"""Agents that are added to a run: only what is missing is played, and nothing that was played changes."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

import arena
from arena.core.errors import ConfigurationChanged, UsageError
from arena.designs.adding import added_to, grown
from arena.designs.league import League
from arena.journal import StoredRun
from arena.tasks.task import Task
from protocols import Play
from tests.arena.cli.typing_in import Typist, finish, start

TOPICS = [Task(id="sun", text="Is the sun a star?"), Task(id="moon", text="Is the moon a star?")]

TABLES = ("events", "calls", "outcomes", "annotations")


def _league(agents: str, **more: Any) -> League:
    debate = {"tasks": TOPICS, "protocol": {"rounds": 1}, "seats": {"judge": "judge=random"}}
    games = {"kuhn": {}, "leduc": {}, "debate": debate}
    return arena.League(**{"games": games, "agents": [f"{name}=random" for name in agents], **more})


def _rows(folder: Path, table: str, episodes: int) -> list[tuple[Any, ...]]:
    """Return what the journal holds of the first episodes, byte for byte."""
    with StoredRun(folder) as stored:
        return list(stored._rows(f"SELECT * FROM {table} WHERE episode < {episodes} ORDER BY 1, 2, 3"))


def _played(folder: Path) -> set[tuple[Any, ...]]:
    """Return what was said and won in each episode, but for its place in the run."""
    with StoredRun(folder) as stored:
        found = set()
        for number in sorted(stored.numbers(finished=True)):
            episode = stored.episode(number)
            assert episode.played is not None
            said = tuple((event.kind, event.seat, event.text) for event in episode.events)
            returns = tuple(sorted(episode.played.outcome.returns.items()))
            seats = tuple(sorted(episode.plan.seats.items()))
            found.add(
                (episode.plan.condition, episode.plan.task.id, seats, episode.plan.chance, said, returns)
            )
        return found


def test_a_sixth_plays_what_is_missing_and_earlier_rows_stay_byte_for_byte(tmp_path: Path) -> None:
    run = arena.run(_league("abcde"), tmp_path / "run")
    before = {table: _rows(run.folder, table, 80) for table in TABLES}
    more = run.add("f=random")
    assert sum(run.ended.values()) == 80  # 10 pairs, 2 seatings, and in the debate 2 topics
    assert sum(more.ended.values()) == 120  # 15 pairs
    assert {table: _rows(run.folder, table, 80) for table in TABLES} == before


def test_it_is_the_league_that_began_with_all_of_them_match_for_match(tmp_path: Path) -> None:
    whole = arena.run(_league("abcdef"), tmp_path / "whole")
    grew = arena.run(_league("abcd"), tmp_path / "grew").add("e=random").add("f=random")
    assert _played(grew.folder) == _played(whole.folder)


def test_what_is_added_does_not_depend_on_whether_all_was_played(tmp_path: Path) -> None:
    """A run that was stopped early plays the rest and what is new."""
    progress = arena.Progress()
    progress.drain()
    stopped = arena.run(_league("abc"), tmp_path / "stopped", progress=progress)
    assert sum(stopped.ended.values()) < 24
    assert _played(stopped.add("d=random").folder) == _played(
        arena.run(_league("abcd"), tmp_path / "whole").folder
    )


def test_matches_in_a_tournament_are_the_same_whenever_their_agents_are_added(tmp_path: Path) -> None:
    def begun(name: str) -> arena.Run:
        scenario = arena.Tournament(protocol=Play(game="leduc"), agents=["a=random", "b=random"])
        return arena.run(scenario, tmp_path / name)

    together = begun("together").add("c=random", "d=random")
    apart = begun("apart").add("c=random").add("d=random")
    assert _played(together.folder) == _played(apart.folder)
    assert sum(apart.ended.values()) == 12


def test_the_old_scenario_no_longer_resumes_and_the_new_one_does(tmp_path: Path) -> None:
    old = _league("ab")
    new = arena.run(old, tmp_path / "run").add("c=random")
    assert new.resume().ended == new.ended
    assert arena.resume(new.folder, old.adding(["c=random"])).ended == new.ended
    with pytest.raises(ConfigurationChanged, match="added"):
        arena.resume(new.folder, old)


@pytest.mark.parametrize("pairing", ["swiss", "single-elimination", "double-elimination"])
def test_a_format_that_depends_on_results_takes_nobody_in(tmp_path: Path, pairing: str) -> None:
    scenario = arena.Tournament(
        protocol=Play(game="kuhn"), agents=["a=random", "b=random"], format=pairing, name="cup"
    )
    run = arena.run(scenario, tmp_path / "run")
    with pytest.raises(UsageError, match="Nobody can be added to cup, because who meets"):
        run.add("c=random")
    assert run.resume().ended == run.ended


def test_who_plays_already_and_what_is_no_tournament_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="a plays in league already"):
        added_to(_league("ab"), ["a=random"])
    alone = arena.Scenario(protocol=Play(game="kuhn"), seats={"player_0": "random", "player_1": "random"})
    with pytest.raises(UsageError, match="is a scenario, so no agent can be added"):
        added_to(alone, ["a=random"])
    with pytest.raises(UsageError, match="begun from Python"):
        grown(arena.run(_league("ab"), tmp_path / "run").folder, ["c=random"])


LEAGUE = ("tournament", "kuhn", "leduc", "--agents", "a=random", "b=random", "--out", "runs/l")


@pytest.mark.slow
def test_at_the_command_line_the_run_goes_on_from_its_folder(arena: Typist) -> None:
    assert arena(*LEAGUE).code == 0
    added = arena("tournament", "l", "--add", "c=random", "d=random")
    assert added.code == 0, added.err
    assert "Episodes: 24 completed" in added.out
    assert arena("tournament", "l", "--add", "e=random").code == 0
    assert "Episodes: 40 completed" in arena("resume", "l").out
    assert "40 of 40 episodes are whole" in arena("check", "l").out
    shown = json.loads(arena("show", "l", "--json").out)
    assert [board["played"] for board in shown["boards"]] == ["all games", "kuhn", "leduc"]
    assert {one["player"] for one in shown["standings"]} == set("abcde")
    assert all(len(board["head_to_head"]) == 10 for board in shown["boards"])
    assert {one["name"] for one in shown["played_by"]} == set("abcde")
    assert arena("export", "l").code == 0
    assert arena("fork", "l", "--out", "runs/fork").code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("l", "--add", "a=random"), "a plays in league already"),
        (("l", "--add", "c=random", "--agents", "random"), "--add continues a run as it began"),
        (("l", "kuhn", "--add", "c=random"), "--add continues a run as it began"),
        (("l", "--add", "c=nobody"), "nobody"),
        (("m", "--add", "c=random"), "There is no run"),
    ],
)
def test_what_cannot_be_added_is_said_in_a_sentence(arena: Typist, words: tuple[str, ...], said: str) -> None:
    assert arena(*LEAGUE).code == 0
    result = arena("tournament", *words)
    assert result.code == 2
    assert said in result.err
    assert "Traceback" not in result.err
    assert "Episodes: 4 completed" in arena("show", "l").out


def test_several_games_without_agents_or_named_twice_are_refused(arena: Typist) -> None:
    assert "Say who plays: arena tournament kuhn leduc --agents" in arena("tournament", "kuhn", "leduc").err
    assert "named twice" in arena("tournament", "kuhn", "kuhn", "--agents", "random", "illegal:random").err


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.0, 0.3, 0.6, 0.9, 1.2, 1.6])
def test_after_a_kill_at_any_moment_the_league_is_the_one_that_was_not_stopped(
    arena: Typist, seconds: float
) -> None:
    """The run is that of before or that with the new agent, and its earlier episodes are as they were."""
    assert arena(*LEAGUE).code == 0
    folder = arena.folder / "runs" / "l"
    whole = arena.folder / "runs" / "whole"
    shutil.copytree(folder, whole)
    new = "c=slow:random?seconds=0.02"
    assert arena("tournament", "whole", "--add", new).code == 0
    before = {table: _rows(folder, table, 4) for table in TABLES}
    process = start("tournament", "l", "--add", new, "--concurrency", "1", cwd=arena.folder)
    time.sleep(1.0 + seconds)
    process.kill()
    assert "Traceback" not in finish(process).err
    with StoredRun(folder) as stored:
        grown_already = "added" in stored.header()["config"]
    again = ("resume", "l") if grown_already else ("tournament", "l", "--add", new)
    assert arena(*again).code == 0
    assert {table: _rows(folder, table, 4) for table in TABLES} == before
    assert _played(folder) == _played(whole)
    assert "12 of 12 episodes are whole" in arena("check", "l").out


def test_a_fork_that_was_made_before_goes_on_afterwards(arena: Typist) -> None:
    assert arena(*LEAGUE).code == 0
    assert arena("fork", "l", "--episode", "1", "--turn", "0", "--out", "runs/fork").code == 0
    assert arena("tournament", "l", "--add", "c=random").code == 0
    assert arena("resume", "fork").code == 0
    assert arena("fork", "l", "--episode", "9", "--turn", "0", "--out", "runs/later").code == 0
    assert "league of kuhn, leduc" in arena("runs").out
