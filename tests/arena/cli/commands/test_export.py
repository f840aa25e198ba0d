"""``arena export``: files of rows to train on from the command line."""

from __future__ import annotations

import importlib.util
import json

import pytest

from tests.arena.cli.typing_in import Typist

KUHN = ("tournament", "kuhn", "--agents", "random", "kuhn-nash", "--format", "round-robin?meetings=10")


@pytest.fixture
def run(arena: Typist) -> str:
    arena(*KUHN, "--out", "runs/one")
    return "one"


def test_without_a_trainer_each_episode_is_a_line(arena: Typist, run: str) -> None:
    result = arena("export", run, "--out", "all.jsonl")
    assert result.code == 0
    lines = (arena.folder / "all.jsonl").read_text().splitlines()
    assert f"Wrote {len(lines)} episodes to all.jsonl" in result.err
    assert [json.loads(line)["episode"] for line in lines] == list(range(20))


def test_rows_are_in_the_runs_folder_with_their_card_unless_told_otherwise(arena: Typist, run: str) -> None:
    result = arena("export", run, "--to", "trl-sft")
    assert result.code == 0
    folder = arena.folder / "runs" / "one"
    count = len((folder / "trl-sft.jsonl").read_text().splitlines())
    assert f"Wrote {count} rows to runs/one/trl-sft.jsonl\n" in result.err
    assert json.loads((folder / "trl-sft.card.json").read_text())["lines"] == count
    assert (folder / "trl-sft.card.md").exists()


def test_what_is_left_out_is_said_and_where_it_says_why(arena: Typist, run: str) -> None:
    result = arena("export", run, "--to", "trl-sft", "--seat", "player_0", "--out", "rows.jsonl")
    assert result.code == 0
    rows = [json.loads(line) for line in (arena.folder / "rows.jsonl").read_text().splitlines()]
    assert {row["role"] for row in rows} == {"player_0"}
    assert " left out; rows.card.md says why)" in result.err


def test_all_choices_reach_the_rows(arena: Typist, run: str) -> None:
    words = ("--agent", "kuhn-nash", "--min-return", "-1", "--max-chars", "100000", "--reward", "last")
    over = ("--advantage", "leave-one-out")
    result = arena("export", run, "--to", "trl-kto", *words, *over, "--out", "k.jsonl")
    assert result.code == 0
    settings = json.loads((arena.folder / "k.card.json").read_text())["settings"]
    assert settings == {
        "reward": "last",
        "advantage": "leave-one-out",
        "agents": ["kuhn-nash"],
        "min_return": -1.0,
        "max_chars": 100_000,
    }


def test_the_lossless_format_has_its_card_too(arena: Typist, run: str) -> None:
    assert arena("export", run).code == 0
    card = json.loads((arena.folder / "runs" / "one" / "episodes.card.json").read_text())
    assert (card["format"], card["lines"], card["sources"][0]["episodes"]) == ("jsonl", 20, {"completed": 20})


def test_several_runs_go_to_one_file(arena: Typist, run: str) -> None:
    arena(*KUHN, "--seed", "1", "--out", "runs/two")
    assert arena("export", run, "two", "--to", "openai-sft", "--out", "both.jsonl").code == 0
    assert len(json.loads((arena.folder / "both.card.json").read_text())["sources"]) == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--to", "trl-stf"), "Did you mean trl-sft?"),
        (
            ("--to", "csv"),
            "There are: jsonl, annotations, trl-sft, trl-dpo, trl-kto, trl-vision-sft, trl-vision-dpo",
        ),
        (("--to", "trl-sft", "--reward", "half"), "There is no reward called 'half'"),
        (("--to", "trl-sft", "--advantage", "gae"), "There is no advantage called 'gae'"),
        (("--to", "trl-sft", "--seat", "judge"), "the seats are player_0, player_1"),
        (("--to", "trl-sft", "--out", "no/such.jsonl"), "There is no folder no"),
        (("--to", "trl-sft", "--baselines", "none.json"), "none.json cannot be read"),
        (("one",), "takes one run at a time"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(
    arena: Typist, run: str, words: tuple[str, ...], said: str
) -> None:
    result = arena("export", run, *words)
    assert result.code == 2
    assert said in result.err
    assert result.err.count("\n") == 1


@pytest.mark.parametrize("to", ["annotations", "jsonl"])
def test_options_of_rows_are_refused_where_there_are_none(arena: Typist, run: str, to: str) -> None:
    for option, value in (("--where", "kept=yes"), ("--reward", "last"), ("--seat", "player_0")):
        refused = arena("export", run, "--to", to, option, value)
        assert refused.code == 2
        assert f"The format {to} holds no rows to train on, so it does not take {option}." in refused.err


@pytest.mark.skipif(importlib.util.find_spec("pyarrow") is not None, reason="pyarrow is installed")
def test_a_missing_package_is_told_in_a_sentence(arena: Typist, run: str) -> None:
    result = arena("export", run, "--to", "verl")
    assert result.code == 2
    assert "pip install '.[parquet]'" in result.err
