"""Runs of the same configuration are ranked together, and each match counts once."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import arena
from arena.core.errors import UsageError
from arena.importing import import_transcripts
from arena.ratings import Result, standings
from arena.results.ranking import rank
from protocols import Debate, Direct, Play

NASH, RANDOM = "nash=kuhn-nash?alpha=0.2", "random"


def play(folder: Path, *agents: str, seed: int = 0, game: str = "kuhn", meetings: int = 2) -> Path:
    tournament = arena.Tournament(
        protocol=Play(game=game), agents=agents, seed=seed, format=f"round-robin?meetings={meetings}"
    )
    return arena.run(tournament, folder).folder


def test_two_runs_are_ranked_as_one(tmp_path: Path) -> None:
    """Of two meetings in each run, four matches are rated, as if they had been in one table."""
    one = play(tmp_path / "one", NASH, RANDOM)
    two = play(tmp_path / "two", NASH, RANDOM, "third=random", seed=1)
    alone = [rank([folder]) for folder in (one, two)]
    both = rank([one, two])
    assert [run.matches for run in both.runs] == [2, 6]
    assert both.results == (*alone[0].results, *alone[1].results)
    assert list(both.standings) == standings(both.results)
    pairs = {(pair.player, pair.other): pair.matches for pair in both.board.head_to_head}
    assert pairs == {("nash", "random"): 4, ("nash", "third"): 2, ("random", "third"): 2}
    assert both.board.played == "kuhn"


def test_a_copy_of_a_run_adds_nothing(tmp_path: Path) -> None:
    one = play(tmp_path / "one", NASH, RANDOM)
    shutil.copytree(one, tmp_path / "copy")
    both = rank([one, tmp_path / "copy"])
    assert both.standings == rank([one]).standings
    assert [(run.matches, run.copies) for run in both.runs] == [(2, 0), (0, 2)]
    assert both.notes == ("2 matches of copy are also in an earlier run, and count once.",)


def test_the_same_seed_played_twice_adds_nothing(tmp_path: Path) -> None:
    """Same seed and scripted agents: the same matches to the last byte, and so no more is known."""
    folders = [play(tmp_path / name, NASH, RANDOM, meetings=3) for name in ("one", "two")]
    assert [run.matches for run in rank(folders).runs] == [3, 0]


def test_a_run_given_twice_is_refused(tmp_path: Path) -> None:
    one = play(tmp_path / "one", NASH, RANDOM)
    with pytest.raises(UsageError, match="given twice"):
        rank([one, tmp_path / "one" / "." / ""])


class TestConfigurations:
    def test_another_game_is_named(self, tmp_path: Path) -> None:
        one, two = (
            play(tmp_path / "one", NASH, RANDOM),
            play(tmp_path / "two", RANDOM, "x=random", game="leduc"),
        )
        with pytest.raises(UsageError, match=r"differ: protocol\.game is kuhn in one and leduc in two"):
            rank([one, two])

    def test_another_limit_is_named(self, tmp_path: Path) -> None:
        one = play(tmp_path / "one", NASH, RANDOM)
        tournament = arena.Tournament(
            protocol=Play(game="kuhn"), agents=(NASH, RANDOM), limits=arena.Limits(turns=9)
        )
        two = arena.run(tournament, tmp_path / "two").folder
        with pytest.raises(UsageError, match=r"limits\.turns is None in one and 9 in two"):
            rank([one, two])

    def test_a_run_with_one_player_is_refused(self, tmp_path: Path) -> None:
        task = arena.tasks.Task(text="Is it?", truth="true")
        run = arena.run(Direct(), tasks=[task], agents={"judge": RANDOM}, folder=tmp_path / "run")
        with pytest.raises(UsageError, match="nobody to be ranked against"):
            rank([run.folder])


class TestNames:
    def test_a_name_for_two_agents_is_refused_and_can_be_told_apart(self, tmp_path: Path) -> None:
        one = play(tmp_path / "one", NASH, RANDOM)
        two = play(tmp_path / "two", "nash=kuhn-nash?alpha=0.3", RANDOM, seed=1)
        with pytest.raises(
            UsageError, match=r"nash is kuhn-nash\?alpha=0\.2 in one and .*0\.3 in two\. One rat"
        ):
            rank([one, two])
        apart = rank([one, two], aliases={"two:nash": "bold"})
        assert {line.player for line in apart.standings} == {"nash", "bold", "random"}

    def test_one_agent_under_two_names_can_be_joined(self, tmp_path: Path) -> None:
        one = play(tmp_path / "one", NASH, RANDOM)
        two = play(tmp_path / "two", "n=kuhn-nash?alpha=0.2", RANDOM, seed=1)
        both = rank([one, two])
        assert {line.player for line in both.standings} == {"nash", "n", "random"}
        assert both.notes == (
            "nash in one and n in two have the same settings, and are rated apart; --alias two:n=nash rates "
            "them as one.",
        )
        joined = rank([one, two], aliases={"two:n": "nash"})
        assert {line.player for line in joined.standings} == {"nash", "random"}
        assert joined.notes == ()

    def test_an_alias_of_nobody_is_refused(self, tmp_path: Path) -> None:
        one = play(tmp_path / "one", NASH, RANDOM)
        with pytest.raises(UsageError, match=r"no agent called 'nobody' in one.* There are: nash, random"):
            rank([one], aliases={"one:nobody": "x"})

    def test_a_judge_is_no_rival_of_a_player_with_its_settings(self, tmp_path: Path) -> None:
        """A judge has no rating, so that it needs no other name."""
        folders = []
        for seed in (1, 2):
            tournament = arena.Tournament(
                protocol=Debate(), agents=("random", "x=random"), seats={"judge": "a=random"}, seed=seed
            )
            folders.append(arena.run(tournament, tmp_path / str(seed)).folder)
        assert not [note for note in rank(folders).notes if note.startswith("a in ")]

    def test_an_alias_of_no_run_is_refused(self, tmp_path: Path) -> None:
        one = play(tmp_path / "one", NASH, RANDOM)
        with pytest.raises(UsageError, match="written RUN:NAME=NEW, not three:nash=x; the runs are one"):
            rank([one], aliases={"three:nash": "x"})


def test_imported_runs_join(tmp_path: Path) -> None:
    """A judge finds for nash in both imported episodes, and they count with its two matches of ours."""
    lines = [
        {
            "task": {"text": "Who is right?", "answers": ["yes", "no"]},
            "seats": {"player_0": "nash", "player_1": "random", "judge": "jo"},
            "defends": {"player_0": "yes", "player_1": "no"},
            "speeches": [{"seat": "player_0", "text": f"I say {number}."}],
            "verdicts": [{"choice": "yes"}],
        }
        for number in range(2)
    ]
    (tmp_path / "theirs.jsonl").write_text("\n".join(map(json.dumps, lines)))
    theirs = import_transcripts([tmp_path / "theirs.jsonl"], tmp_path / "theirs").folder
    one = play(tmp_path / "one", NASH, RANDOM)
    both = rank([one, theirs])
    assert [run.matches for run in both.runs] == [2, 2]
    assert both.results[2:] == (Result(("nash", "random"), (1, 0)),) * 2
    assert "Imported: theirs. Whether the same was played there is not known." in both.notes
