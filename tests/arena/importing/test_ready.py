"""The mappings that come with Arena can be named, and come to what can be counted by hand in small files."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from arena import Ending
from arena.core.errors import UnknownName, UsageError
from arena.importing import import_transcripts, read_mapping, ready_mappings
from arena.journal import StoredEpisode, StoredRun
from arena.training.export.exporting import ExportOptions, export_rows
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


def test_a_replay_of_kaggle_that_was_made_at_home_names_no_teams(tmp_path: Path) -> None:
    steps = [[{"action": 0}, {"action": 0}] for _ in range(2)]
    made = {"name": "tictactoe", "info": {}, "rewards": [None, 0], "steps": steps}
    (episode,) = imported(tmp_path, "kaggle", made)
    assert episode.plan.seats == {"player_0": "agent 0", "player_1": "agent 1"}


def test_a_board_of_connectx_that_is_not_the_usual_one_is_left_out(tmp_path: Path) -> None:
    small = {"name": "connectx", "configuration": {"columns": 5, "rows": 4, "inarow": 3}}
    with pytest.raises(UsageError, match="The conditions of the mapping leave out all records"):
        imported(tmp_path, "kaggle", small)


def test_pgn(tmp_path: Path) -> None:
    mate = '[White "Ada"]\n[Black "Ben"]\n[Result "0-1"]\n\n1. f3 e5 2. g4 Qh4# 0-1\n'
    (episode,) = imported(tmp_path, "pgn", mate, ending="pgn")
    assert episode.plan.seats == {"player_0": "Ben", "player_1": "Ada"}
    assert returns([episode]) == [{"player_0": 1, "player_1": -1}]


def rows(folder: Path, **options: Any) -> list[dict[str, Any]]:
    chosen = ExportOptions(**{"to": "trl-sft", **options})
    export_rows([folder / "run"], folder / "rows.jsonl", chosen)
    return [json.loads(line) for line in (folder / "rows.jsonl").read_text().splitlines()]


def said(row: dict[str, Any]) -> str:
    return str(row["completion"][0]["content"])


def decided(folder: Path) -> list[tuple[Any, ...]]:
    """Return the text and correctness of each decision."""
    with StoredRun(folder / "run") as stored:
        return list(stored.annotation_columns(("text", "correct", "status"), "verdict", "decision"))


def scored(folder: Path, name: str) -> list[Any]:
    """Return the values of the scores of a name."""
    with StoredRun(folder / "run") as stored:
        return [value for (value,) in stored.annotation_columns(("value",), "score", name)]


def camper(high: str, medium: str, low: str, points: int, pleased: str) -> dict[str, Any]:
    needs = {"High": high, "Medium": medium, "Low": low}
    reasons = {level: f"because {need}" for level, need in needs.items()}
    outcomes = {"points_scored": points, "satisfaction": pleased, "opponent_likeness": "Undecided"}
    return {"value2issue": needs, "value2reason": reasons, "outcomes": outcomes}


def chat(*lines: tuple[int, str, Any]) -> list[dict[str, Any]]:
    return [{"id": f"mturk_agent_{who}", "text": text, "task_data": data} for who, text, data in lines]


def test_casino(tmp_path: Path) -> None:
    """2 food and 2 water of the first, at 5 and 4 points, are 18; of the second, 3 firewood, 1 water, 1 food
    at 5, 4 and 3 are 22. In the second dialogue somebody walks away, which pays 5 to both.
    """
    mine, yours = {"Food": "2", "Water": "2", "Firewood": "0"}, {"Food": "1", "Water": "1", "Firewood": "3"}
    dealt = {
        "dialogue_id": 0,
        "chat_logs": chat(
            (1, "Hello!", {}),
            (2, "I need wood.", {}),
            (1, "Submit-Deal", {"issue2youget": mine, "issue2theyget": yours}),
            (2, "Accept-Deal", {}),
        ),
        "participant_info": {
            "mturk_agent_1": camper("Food", "Water", "Firewood", 18, "Slightly satisfied"),
            "mturk_agent_2": camper("Firewood", "Water", "Food", 22, "Extremely satisfied"),
        },
    }
    left = {
        "dialogue_id": 1,
        "chat_logs": chat((2, "All of it.", {}), (1, "Walk-Away", {})),
        "participant_info": {
            "mturk_agent_1": camper("Food", "Water", "Firewood", 5, "Undecided"),
            "mturk_agent_2": camper("Food", "Water", "Firewood", 5, "Extremely dissatisfied"),
        },
    }
    episodes = imported(tmp_path, "casino", [dealt, left], ending="json")
    assert returns(episodes) == [
        {"mturk_agent_1": 18, "mturk_agent_2": 22},
        {"mturk_agent_1": 5, "mturk_agent_2": 5},
    ]
    with StoredRun(tmp_path / "run") as stored:
        assert [row[0] for row in stored.annotation_columns(("text",), "label", "deal")] == ["yes", "no"]
    assert sorted(scored(tmp_path, "satisfaction")) == [1, 3, 4, 5]
    made = rows(tmp_path)
    assert len(made) == 6
    offer = next(row for row in made if said(row).startswith("Submit-Deal"))
    assert said(offer) == (
        "Submit-Deal: I get 2 food, 2 water and 0 firewood; you get 1 food, 1 water and 3 firewood."
    )
    assert "You need Food most (because Food)" in str(offer["prompt"])
    assert "You need Firewood most" not in str(offer["prompt"])


def test_deal_or_no_deal(tmp_path: Path) -> None:
    """One book at 4 and one ball at 2 are 6 to one side, four hats at 2 are 8 to the other."""
    line = (
        "<input> 1 4 4 1 1 2 </input> <dialogue> THEM: all hats ? <eos> YOU: deal : ok <eos> "
        "THEM: <selection> </dialogue> <output> {} </output> <partner_input> 1 2 4 2 1 0 </partner_input>\n"
    )
    endings = (
        "item0=1 item1=0 item2=1 item0=0 item1=4 item2=0",
        "<no_agreement> " * 6,
        "<disconnect> " * 6,
        "<disagree> " * 6,
    )
    episodes = imported(tmp_path, "deal-or-no-deal", "".join(map(line.format, endings)), ending="txt")
    none = {"you": 0, "them": 0}
    assert returns(episodes) == [{"you": 6, "them": 8}, none, {}, none]
    assert [one.played.outcome.ending for one in episodes if one.played] == [
        Ending.COMPLETED,
        Ending.COMPLETED,
        Ending.TRUNCATED,
        Ending.COMPLETED,
    ]
    made = [row for row in rows(tmp_path) if row["episode"] == 0]
    assert [(row["role"], said(row)) for row in made] == [
        ("them", "all hats ?"),
        ("you", "deal : ok"),
        ("them", "<selection>"),
    ]
    assert "a book is worth 4, a hat 1 and a ball 2" in str(made[1]["prompt"])


def test_alpaca_eval(tmp_path: Path) -> None:
    """Of six preferences the second output has one and a likely one, two are draws, and one is not known."""

    def one(preference: float | None) -> dict[str, Any]:
        texts = {"instruction": "Say hello.", "output_1": "Hello.", "output_2": "Hi!"}
        who = {"generator_1": "old", "generator_2": "new", "annotator": "a judge"}
        return {**texts, **who, "preference": preference}

    episodes = imported(
        tmp_path, "alpaca-eval", [one(2.0), one(1.75), one(1), one(1.5), one(None), one(0)], ending="json"
    )
    assert returns(episodes) == [
        {"output_1": 0, "output_2": 1},
        {"output_1": 0, "output_2": 1},
        {"output_1": 1, "output_2": 0},
        {"output_1": 0.5, "output_2": 0.5},
        {},
        {"output_1": 0.5, "output_2": 0.5},
    ]
    assert [(text, status) for text, _, status in decided(tmp_path)] == [
        ("output_2", "ok"),
        ("output_2", "ok"),
        ("output_1", "ok"),
        ("tie", "ok"),
        (None, "unparseable"),
        ("tie", "ok"),
    ]
    assert {row["agent"] for row in rows(tmp_path)} == {"old", "new"}
    assert {len(row["prompt"]) for row in rows(tmp_path)} == {1}, "no output was told of the other"


def test_judgebench(tmp_path: Path) -> None:
    """The judge is right in both orders, then changes its mind with the order, then is wrong in both."""

    def pair(number: int, first: str | None, second: str | None) -> dict[str, Any]:
        judgments = [{"judgment": {"response": "because"}, "decision": one} for one in (first, second)]
        return {
            "pair_id": str(number),
            "source": "made-up",
            "question": f"What is {number} + 1?",
            "response_model": "acme",
            "response_A": str(number + 1),
            "response_B": str(number + 2),
            "label": "A>B",
            "judge_name": "arena_hard",
            "judgments": judgments,
        }

    imported(
        tmp_path,
        "judgebench",
        pair(1, "A>B", "B>A"),
        pair(2, "A>B", "A>B"),
        pair(3, "B>A", "A>B"),
        pair(4, "A>B", "A=B"),
    )
    assert decided(tmp_path) == [("A", 1, "ok"), (None, None, "unknown"), ("B", 0, "ok"), ("A", 1, "ok")]
    with StoredRun(tmp_path / "run") as stored:
        verdicts = list(stored.annotation_columns(("text", "correct"), "verdict", "verdict"))
    assert verdicts == [("A", 1), ("A", 1), ("A", 1), ("B", 0), ("B", 0), ("B", 0), ("A", 1), ("tie", None)]


@pytest.mark.parametrize("ending", ["json", "jsonl"])
def test_sharegpt(tmp_path: Path, ending: str) -> None:
    talk = [("system", "Be short."), ("human", "Hello?"), ("gpt", "Yes."), ("human", "Bye."), ("gpt", "Bye!")]
    chat = {"id": "x", "conversations": [{"from": who, "value": text} for who, text in talk]}
    imported(tmp_path, "sharegpt", *([[chat]] if ending == "json" else [chat]), ending=ending)
    first, second = rows(tmp_path)
    assert (said(first), said(second)) == ("Yes.", "Bye!")
    assert first["prompt"][0] == {"role": "system", "content": "Be short."}
    assert second["prompt"][1:] == [
        {"role": "user", "content": "Hello?"},
        {"role": "assistant", "content": "Yes."},
        {"role": "user", "content": "Bye."},
    ]


def test_hh_rlhf(tmp_path: Path) -> None:
    """The second conversation has one turn. Its rejected reply is the empty one."""
    begun = "\n\nHuman: Hi?\n\nAssistant: Yes?\n\nHuman: 1 + 1\n\nAssistant:"
    records = [
        {"chosen": f"{begun} 2", "rejected": f"{begun} 3"},
        {"chosen": "\n\nHuman: Bye.\n\nAssistant: Bye!", "rejected": "\n\nHuman: Bye.\n\nAssistant:"},
    ]
    imported(tmp_path, "hh-rlhf", *records)
    first, second = rows(tmp_path, to="trl-dpo", reward="preferred")
    assert first["prompt"] == [
        {"role": "user", "content": "Hi?"},
        {"role": "assistant", "content": "Yes?"},
        {"role": "user", "content": "1 + 1"},
    ]
    assert [first["chosen"][0]["content"], first["rejected"][0]["content"]] == ["2", "3"]
    assert second["prompt"] == [{"role": "user", "content": "Bye."}]
    assert [second["chosen"][0]["content"], second["rejected"][0]["content"]] == ["Bye!", ""]


def test_llamafactory_dpo(tmp_path: Path) -> None:
    asked = [("human", "Hi?"), ("gpt", "Yes?"), ("human", "1 + 1")]
    pair = {
        "system": "Be kind.",
        "conversations": [{"from": who, "value": text} for who, text in asked],
        "chosen": {"from": "gpt", "value": "2"},
        "rejected": {"from": "gpt", "value": "3"},
    }
    imported(tmp_path, "llamafactory-dpo", [pair], ending="json")
    to_pairs = ExportOptions(to="sharegpt-dpo", reward="preferred")
    export_rows([tmp_path / "run"], tmp_path / "pairs.jsonl", to_pairs)
    (made,) = map(json.loads, (tmp_path / "pairs.jsonl").read_text().splitlines())
    assert {name: made[name] for name in pair} == pair


def test_llamafactory_kto(tmp_path: Path) -> None:
    def chat(reply: str, tag: bool) -> dict[str, Any]:
        said = [{"from": "human", "value": "Hi?"}, {"from": "gpt", "value": reply}]
        return {"conversations": said, "kto_tag": tag}

    chats = [chat("Hello!", True), chat("Go.", False)]
    episodes = imported(tmp_path, "llamafactory-kto", chats, ending="json")
    assert returns(episodes) == [{"gpt": 1}, {"gpt": -1}]
    export_rows([tmp_path / "run"], tmp_path / "rows.jsonl", ExportOptions(to="sharegpt-kto"))
    made = map(json.loads, (tmp_path / "rows.jsonl").read_text().splitlines())
    assert [{name: row[name] for name in ("conversations", "kto_tag")} for row in made] == chats


def test_verifiers(tmp_path: Path) -> None:
    prompt = [{"role": "system", "content": "Add."}, {"role": "user", "content": "1 + 2"}]

    def result(number: int, text: str, reward: float) -> dict[str, Any]:
        reply = {"role": "assistant", "content": text}
        return {
            "example_id": number,
            "prompt": prompt,
            "completion": [reply],
            "answer": "3",
            "task": "sums",
            "reward": reward,
            "generation_ms": 1.5,
        }

    episodes = imported(tmp_path, "verifiers", result(0, "3", 1.0), result(0, "4", 0.0))
    assert returns(episodes) == [{"agent": 1}, {"agent": 0}]
    right, wrong = rows(tmp_path)
    assert (said(right), right["return"], said(wrong), wrong["return"]) == ("3", 1, "4", 0)
    assert right["prompt"] == prompt
    assert [said(row) for row in rows(tmp_path, min_return=1)] == ["3"]


def test_verifiers_with_tools(tmp_path: Path) -> None:
    function = {"name": "add", "arguments": '{"a": 1}'}
    completion = [
        {"role": "assistant", "content": None, "tool_calls": [{"id": "c", "function": function}]},
        {"role": "tool", "content": "3", "tool_call_id": "c"},
        {"role": "assistant", "content": "It is 3."},
    ]
    prompt = [{"role": "user", "content": "1 + 2"}]
    imported(tmp_path, "verifiers", {"prompt": prompt, "completion": completion, "reward": 0.5})
    called, answered = rows(tmp_path)
    assert called["completion"][0]["tool_calls"][0]["function"] == function
    assert (said(answered), answered["return"]) == ("It is 3.", 0.5)


def test_negotiation_arena(tmp_path: Path) -> None:
    """Red offers 4 of its 10, and Blue accepts."""

    def player(name: str, resources: int) -> dict[str, Any]:
        return {
            "model": f"{name}-1",
            "conversation": [{"role": "system", "content": f"You have {resources}."}],
        }

    def turn(who: int, public: str) -> dict[str, Any]:
        return {
            "current_iteration": who + 1,
            "turn": who,
            "player_public_answer_string": public,
            "player_complete_answer": f"<reason> a secret </reason> {public}",
        }

    def end(response: str, *owned: int) -> dict[str, Any]:
        outcomes = [{"_type": "resource", "_value": {"ZUP": one}} for one in owned]
        summary = {"final_response": response, "player_outcome": outcomes}
        return {"current_iteration": "END", "turn": "None", "summary": summary}

    game = {
        "class": "UltimatumGame",
        "run_epoch_time_ms": "17",
        "players": [player("red", 10), player("blue", 0)],
        "game_state": [
            {"current_iteration": "START", "turn": "None", "settings": {}},
            turn(0, "I give 4."),
            turn(1, "ACCEPT"),
            end("ACCEPT", 6, 4),
        ],
    }
    episodes = imported(tmp_path, "negotiation-arena", game)
    assert returns(episodes) == [{"player_0": 6, "player_1": 4}]
    offer, answer = rows(tmp_path)
    assert said(offer) == "<reason> a secret </reason> I give 4."
    assert "I give 4." in str(answer["prompt"])
    assert "secret" not in str(answer["prompt"])


@pytest.mark.parametrize(
    ("outcomes", "wanted"),
    [
        ([10, -5], {"player_0": 10, "player_1": -5}),
        ([{"_value": {"X": -5, "Y": 5}}, {"_value": {"X": 5, "Y": -5}}], {}),
    ],
)
def test_the_outcome_of_a_sale_is_a_number(tmp_path: Path, outcomes: Any, wanted: Any) -> None:
    """In a sale a player's outcome is a number, and in a trade it is several that say nothing together."""
    end = {"turn": "None", "summary": {"final_response": "ACCEPT", "player_outcome": outcomes}}
    said = {
        "turn": 0,
        "player_public_answer_string": "I sell at 50.",
        "player_complete_answer": "I sell at 50.",
    }
    player = {"model": "acme", "conversation": [{"role": "system", "content": "Sell."}]}
    game = {"class": "Sale", "run_epoch_time_ms": "1", "players": [player] * 2, "game_state": [said, end]}
    assert returns(imported(tmp_path, "negotiation-arena", game)) == [wanted]


def log() -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a log's header and its samples: one is right, one is half right, and one calls a tool."""
    header = {"version": 2, "status": "success", "eval": {"task": "sums", "model": "acme/one"}}
    plain = [{"role": "system", "content": "Add."}, {"role": "user", "content": "1 + 2"}]
    called = {
        "role": "assistant",
        "content": "",
        "tool_calls": [{"id": "c1", "function": "add", "arguments": {"a": 1, "b": 2}}],
    }
    returned = {"role": "tool", "content": "3", "tool_call_id": "c1", "function": "add"}

    def sample(name: str, grade: str, *messages: dict[str, Any]) -> dict[str, Any]:
        scores = {"match": {"value": grade, "answer": "3"}}
        return {"id": name, "epoch": 1, "target": "3", "messages": [*plain, *messages], "scores": scores}

    thought = [{"type": "reasoning", "reasoning": "Hm."}, {"type": "text", "text": "3"}]
    return header, [
        sample("a", "C", {"role": "assistant", "content": thought}),
        sample("b", "P", {"role": "assistant", "content": "three"}),
        sample("c", "I", called, returned, {"role": "assistant", "content": "It is 4."}),
    ]


@pytest.mark.parametrize("ending", ["json", "eval"])
def test_inspect(tmp_path: Path, ending: str) -> None:
    header, samples = log()
    if ending == "json":
        (tmp_path / "log.json").write_text(json.dumps({**header, "samples": samples}))
    else:
        with zipfile.ZipFile(tmp_path / "log.eval", "w") as archive:
            archive.writestr("header.json", json.dumps(header))
            for one in samples:
                archive.writestr(f"samples/{one['id']}_epoch_1.json", json.dumps(one))
    import_transcripts([tmp_path / f"log.{ending}"], tmp_path / "run", mapping="inspect")
    with StoredRun(tmp_path / "run") as stored:
        episodes = list(stored.episodes())
    assert returns(episodes) == [{"solver": 1}, {"solver": 0.5}, {"solver": 0}]
    assert [one.plan.seats for one in episodes] == [{"solver": "acme/one"}] * 3
    assert scored(tmp_path, "match") == [1, 0.5, 0]
    made = rows(tmp_path)
    assert [said(row) for row in made] == ["3", "three", "", "It is 4."]
    assert made[2]["completion"][0]["tool_calls"][0]["function"]["name"] == "add"
    assert "3" in made[3]["prompt"][-1]["content"]


def test_inspects_scores_that_are_no_numbers_and_samples_with_errors(tmp_path: Path) -> None:
    """The first sample has a score of several numbers before one of one. The second broke."""
    said = [{"role": "user", "content": "1 + 2"}, {"role": "assistant", "content": "3"}]
    several = {"several": {"value": {"a": 1, "b": 2}}, "match": {"value": 0.25}, "words": {"value": "good"}}
    log = {
        "eval": {"task": "sums", "model": "acme/one"},
        "samples": [
            {"id": "a", "target": "3", "messages": said, "scores": several},
            {"id": "b", "target": "3", "messages": said, "error": {"message": "out of memory"}},
        ],
    }
    good, broken = imported(tmp_path, "inspect", log, ending="json")
    assert returns([good, broken]) == [{}, {}]
    assert scored(tmp_path, "match") == [0.25]
    assert broken.played is not None
    assert (broken.played.outcome.ending, broken.played.outcome.reason) == (Ending.FAILED, "out of memory")
