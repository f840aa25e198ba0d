"""The mappings that come with Arena can be named, and come to what can be counted by hand in small files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from arena.core.errors import UnknownName
from arena.importing import import_transcripts, read_mapping, ready_mappings
from arena.journal import StoredEpisode, StoredRun
from tests.arena.importing.theirs import write


def imported(folder: Path, mapping: str, *records: Any, ending: str = "jsonl") -> list[StoredEpisode]:
    file = folder / f"theirs.{ending}"
    if ending == "jsonl":
        write(file, list(records))
    else:
        (content,) = records
        file.write_text(content if isinstance(content, str) else json.dumps(content))
    import_transcripts([file], folder / "run", mapping=mapping)
    with StoredRun(folder / "run") as stored:
        return list(stored.episodes())


def returns(episodes: list[StoredEpisode]) -> list[dict[str, float]]:
    return [dict(one.played.outcome.returns) for one in episodes if one.played]


@pytest.mark.parametrize("name", ready_mappings())
def test_each_is_valid_and_says_what_it_is_for(name: str) -> None:
    ready = ready_mappings()[name]
    read_mapping(ready.file)
    assert ready.text.startswith(f"# {ready.about}.\n")


def test_a_name_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match=r"no mapping 'kagle', and no such file. Did you mean kaggle\?"):
        imported(tmp_path, "kagle", {})


def test_a_file_comes_before_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kaggle").write_text("nonsense")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Exception, match="The mapping kaggle is not TOML"):
        imported(tmp_path, "kaggle", {})


def test_kaggle(tmp_path: Path) -> None:
    """The first player has the top row after five moves. In the second game it breaks before its first."""
    actions = [(0, 0), (0, 0), (0, 3), (1, 0), (0, 4), (2, 0)]
    won: dict[str, Any] = {
        "name": "tictactoe",
        "info": {"TeamNames": ["ada", "ben"]},
        "rewards": [1, -1],
        "steps": [[{"action": one}, {"action": other}] for one, other in actions],
    }
    broken = {**won, "rewards": [None, 0], "steps": [won["steps"][0], [{"action": None}, {"action": 0}]]}
    episodes = imported(tmp_path, "kaggle", won, broken)
    assert returns(episodes) == [{"player_0": 1, "player_1": -1}, {}]
    assert [call.reply.text for call in episodes[0].calls if call.reply] == ["a1", "b1", "c1", "a2", "b2"]


def test_pgn(tmp_path: Path) -> None:
    mate = '[White "Ada"]\n[Black "Ben"]\n[Result "0-1"]\n\n1. f3 e5 2. g4 Qh4# 0-1\n'
    (episode,) = imported(tmp_path, "pgn", mate, ending="pgn")
    assert episode.plan.seats == {"player_0": "Ben", "player_1": "Ada"}
    assert returns([episode]) == [{"player_0": 1, "player_1": -1}]
