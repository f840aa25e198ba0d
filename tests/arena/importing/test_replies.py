"""Imported speeches that are replies become rows, with a request rebuilt from what their seat saw."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

import pytest

from arena.core.errors import UsageError
from arena.importing import import_transcripts
from arena.journal import StoredRun
from arena.seat.transcript import NOBODY
from arena.training.export.exporting import ExportOptions, export_rows
from tests.arena.importing.theirs import OURS, write
from tests.arena.results.figures.lines import Found, sections_in

TALK: dict[str, Any] = {
    "seats": {"ann": "model-x", "bob": "model-y"},
    "replies": ["ann", "bob"],
    "briefs": {"ann": "You hold an ace.", "bob": "You hold a two."},
    "speeches": [
        {"text": "Bet."},
        {"seat": "ann", "round": 1, "text": "I bet.", "private": "An ace wins."},
        {"seat": "bob", "round": 2, "text": "I fold.", "whole": "<plan>lose less</plan>I fold."},
        {"seat": "ann", "round": 3, "text": "Thanks.", "audience": ["ann"]},
        {"seat": "bob", "round": 4, "text": "Again?"},
    ],
    "returns": {"ann": 1, "bob": -1},
}


def imported(folder: Path, *records: Any) -> Path:
    import_transcripts([write(folder / "theirs.jsonl", records)], folder / "run")
    return folder / "run"


def rows(run: Path, to: str = "trl-sft", **options: Any) -> list[dict[str, Any]]:
    file = run.parent / "rows.jsonl"
    export_rows([run], file, ExportOptions(to=to, **options))
    return [json.loads(line) for line in file.read_text().splitlines()]


def sent(row: dict[str, Any]) -> list[tuple[str, str]]:
    return [(message["role"], message["content"]) for message in row["prompt"]]


class TestRows:
    def test_hold_the_brief_what_the_seat_saw_and_the_reply_as_it_came(self, tmp_path: Path) -> None:
        first, second, _, last = rows(imported(tmp_path, TALK))
        assert sent(first) == [("system", "You hold an ace."), ("user", "Bet.")]
        assert first["completion"] == [{"role": "assistant", "content": "I bet."}]
        assert sent(second) == [("system", "You hold a two."), ("user", "Bet.\n\nann says:\n> I bet.")]
        assert second["completion"][0]["content"] == "<plan>lose less</plan>I fold."
        assert sent(last) == [*sent(second), ("assistant", "I fold.")]
        assert [first["reward"], second["reward"]] == [1.0, -1.0]

    def test_hold_nothing_that_another_seat_alone_knew(self, tmp_path: Path) -> None:
        for row in rows(imported(tmp_path, TALK)):
            told = str(row["prompt"])
            assert "wins" not in told
            assert "Thanks" not in told
            assert ("ace" in told) is (row["role"] == "ann")

    def test_of_a_seat_without_briefs_begin_with_the_task(self, tmp_path: Path) -> None:
        first, *_ = rows(imported(tmp_path, {**OURS, "replies": ["debater_a"]}))
        assert sent(first)[0] == ("system", "Who kept the key?")

    def test_of_speeches_made_at_once_do_not_hold_each_other(self, tmp_path: Path) -> None:
        both = [{"seat": seat, "round": 1, "text": f"{seat} speaks."} for seat in ("ann", "bob")]
        found = rows(imported(tmp_path, {**TALK, "speeches": both, "simultaneous": True}))
        assert [sent(row) for row in found] == [
            [("system", "You hold an ace.")],
            [("system", "You hold a two.")],
        ]

    def test_of_a_seat_that_speaks_twice_at_once_are_turns_of_their_own(self, tmp_path: Path) -> None:
        both = [{"seat": seat, "round": 1, "text": f"{seat} speaks."} for seat in ("ann", "bob", "ann")]
        found = rows(imported(tmp_path, {**TALK, "speeches": both, "simultaneous": True}))
        assert [row["turn"] for row in found] == [0, 1, 2]
        assert sent(found[2])[1:] == [
            ("user", "Begin."),
            ("assistant", "ann speaks."),
            ("user", "bob says:\n> bob speaks."),
        ]

    def test_of_a_judge_in_one_order_hold_nothing_of_its_question_in_another(self, tmp_path: Path) -> None:
        verdicts = [
            {"choice": "the cook", "whole": "The cook.", "asked": question} for question in ("A?", "B?")
        ]
        given = {**OURS, "replies": ["judge"], "briefs": {}, "verdicts": verdicts}
        first, second = rows(imported(tmp_path, given))
        assert sent(first)[-1][1].endswith("A?")
        assert sent(second)[-1][1].endswith("B?")
        assert "A?" not in str(second["prompt"])

    def test_of_seats_that_were_not_told_who_defends_what_do_not_hold_it(self, tmp_path: Path) -> None:
        given = {**OURS, "replies": ["debater_a"]}
        told, *_ = rows(imported(tmp_path, given))
        (tmp_path / "blind").mkdir()
        blind, *_ = rows(imported(tmp_path / "blind", {**given, "announced": False}))
        assert "debater_b defends the answer: the gardener" in str(told["prompt"])
        assert "defends" not in str(blind["prompt"])

    def test_of_a_turn_with_tools_are_one_turn_though_each_message_has_a_round(self, tmp_path: Path) -> None:
        call = {"id": "c", "name": "weather", "arguments": {"city": "Rome"}}
        speeches = [
            {"text": "Is it sunny?"},
            {"seat": "ann", "round": 1, "text": "", "calls": [call]},
            {"answers": "c", "round": 2, "text": "sun"},
            {"seat": "ann", "round": 3, "text": "Yes."},
        ]
        first, second = rows(imported(tmp_path, {**TALK, "speeches": speeches}))
        assert first["completion"][0]["tool_calls"][0]["function"]["name"] == "weather"
        assert second["prompt"][-1] == {"role": "tool", "content": "sun", "tool_call_id": "c"}
        assert second["completion"][0]["content"] == "Yes."

    def test_of_judges_have_their_own_words(self, tmp_path: Path) -> None:
        verdicts = [{"choice": "the cook", "whole": "The cook it is.", "asked": "Who?"}]
        (row,) = rows(imported(tmp_path, {**OURS, "replies": ["judge"], "briefs": {}, "verdicts": verdicts}))
        assert row["completion"][0]["content"] == "The cook it is."
        assert sent(row)[-1][1].endswith("debater_b says:\n> Not at all.\n\nWho?")

    def test_are_rebuilt_and_the_card_says_so(self, tmp_path: Path) -> None:
        run = imported(tmp_path, TALK)
        card = export_rows([run], tmp_path / "rows.jsonl", ExportOptions(to="openai-sft"))
        assert any("rebuilt from what each seat saw" in notice for notice in card.notices)

    def test_that_do_not_exist_are_an_error_that_says_what_to_add(self, tmp_path: Path) -> None:
        run = imported(tmp_path, OURS)
        with pytest.raises(UsageError, match=r'replies = \["debater_a", "debater_b"\]'):
            rows(run)
        assert not (tmp_path / "rows.jsonl").exists()

    def test_without_a_pair_are_an_error_that_says_why(self, tmp_path: Path) -> None:
        run = imported(tmp_path, TALK)
        with pytest.raises(UsageError, match=r"no other reply to its prompt\); pairs need several replies"):
            rows(run, "trl-dpo")


class TestSamples:
    def samples(self) -> dict[str, Any]:
        said = [("Four.", 1.0, True), ("Five.", 0.0, False), ("Six.", 0.5, False)]
        speeches = [
            {
                "seat": "ann",
                "round": 1,
                "text": text,
                "sample": place,
                "scores": {"right": score},
                "kept": kept,
            }
            for place, (text, score, kept) in enumerate(said)
        ]
        return {
            "task": {"text": "2 + 2?", "open": True},
            "seats": {"ann": "x"},
            "replies": ["ann"],
            "speeches": [*speeches, {"seat": "ann", "round": 2, "text": "Done."}],
        }

    def test_are_replies_to_one_request_and_make_pairs(self, tmp_path: Path) -> None:
        (pair,) = rows(imported(tmp_path, self.samples()), "trl-dpo", reward="judge:right")
        assert pair["chosen"][-1]["content"] == "Four."
        assert pair["rejected"][-1]["content"] == "Five."

    def test_only_the_one_that_was_kept_was_heard(self, tmp_path: Path) -> None:
        *_, last = rows(imported(tmp_path, self.samples()))
        assert sent(last) == [("system", "2 + 2?"), ("user", "Begin."), ("assistant", "Four.")]


class TestTools:
    CALL: ClassVar = {"id": "c1", "name": "search", "arguments": {"q": "key"}}

    def test_calls_and_what_they_return_are_messages(self, tmp_path: Path) -> None:
        speeches = [
            {"text": "Where?"},
            {"seat": "ann", "text": "", "calls": [self.CALL]},
            {"text": "In the shed.", "answers": "c1"},
            {"seat": "ann", "text": "The shed."},
        ]
        talk = {**TALK, "speeches": speeches, "tools": [{"name": "search", "schema": {"type": "object"}}]}
        first, last = rows(imported(tmp_path, talk))
        assert first["completion"][0]["tool_calls"][0]["function"] == {
            "name": "search",
            "arguments": '{"q":"key"}',
        }
        assert last["prompt"][-1] == {"role": "tool", "content": "In the shed.", "tool_call_id": "c1"}
        assert first["reward"] == last["reward"] == 1.0

    def test_a_result_that_nobody_replied_to_leaves_a_sound_run(self, tmp_path: Path) -> None:
        speeches = [{"seat": "ann", "calls": [self.CALL]}, {"text": "In the shed.", "answers": "c1"}]
        run = imported(tmp_path, {**TALK, "speeches": speeches})
        with StoredRun(run) as stored:
            assert not list(stored.leave_out_damaged().sentences)
        with pytest.raises(UsageError, match="the reply is called"):
            rows(run)


class TestOutcomes:
    def test_thoughts_that_are_no_reply_are_read_by_nobody(self, tmp_path: Path) -> None:
        run = imported(tmp_path, {**TALK, "replies": []})
        with StoredRun(run) as stored:
            events = stored.episode(0).events
        assert [event.audience for event in events if event.text == "An ace wins."] == [NOBODY]

    def test_an_ending_is_the_files(self, tmp_path: Path) -> None:
        run = imported(tmp_path, {**TALK, "ending": "forfeited", "offenders": ["bob"], "reason": "he left"})
        with StoredRun(run) as stored:
            played = stored.episode(0).played
        assert played is not None
        assert str(played.outcome) == "Forfeited by bob (he left). Returns: ann +1, bob -1."

    def test_what_was_cut_off_has_no_returns(self, tmp_path: Path) -> None:
        run = imported(tmp_path, {**TALK, "ending": "truncated"})
        with StoredRun(run) as stored:
            played = stored.episode(0).played
        assert played is not None
        assert played.outcome.returns == {}


class TestDeals:
    SEATS: ClassVar = {"buyer": "x", "seller": "y"}

    def test_have_the_figures_of_negotiations(self, tmp_path: Path) -> None:
        """Prices 40 and 50 of a surplus of 60 - 20: the buyer has 20 of 40 and 10 of 40; one talk fails."""
        values = {"buyer": 60, "seller": 20}
        deals = [{"price": 40, "values": values}, {"price": 50, "values": values}, {"values": values}]
        run = imported(tmp_path, *({"seats": self.SEATS, "deal": deal} for deal in deals))
        found = Found(sections_in(run))
        assert found.shown("Deal rate", "imported")[0] == pytest.approx(2 / 3)
        assert found.shown("Price", "imported")[0] == 45
        assert found.shown("Buyer's share of the surplus", "imported")[0] == pytest.approx(0.375)
        with StoredRun(run) as stored:
            played = [one.played for one in stored.episodes()]
        returns = [one.outcome.returns for one in played if one is not None]
        assert returns == [
            {"buyer": 20, "seller": 20},
            {"buyer": 10, "seller": 30},
            {"buyer": 0, "seller": 0},
        ]

    def test_of_items_pay_what_they_are_worth(self, tmp_path: Path) -> None:
        """3 waters of 5 points and 1 food of 4 are 19; 2 foods of 5 and 3 woods of 3 are 19."""
        deal = {
            "shares": {"ann": {"water": 3, "food": 1}, "bob": {"food": 2, "wood": 3}},
            "worths": {"ann": {"water": 5, "food": 4, "wood": 3}, "bob": {"water": 4, "food": 5, "wood": 3}},
        }
        run = imported(tmp_path, {"seats": {"ann": "x", "bob": "y"}, "deal": deal})
        with StoredRun(run) as stored:
            played = stored.episode(0).played
        assert played is not None
        assert played.outcome.returns == {"ann": 19, "bob": 19}
