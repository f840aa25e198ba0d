"""Annotations leave a run as columns, data frames and files, with what they are joined with."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any

import pytest

import arena
from arena import Episode, Outcome, Protocol, Task
from arena.annotations import Answer, Belief, Label, Place, Reward, Score, Verdict
from arena.core.errors import MissingExtra, NoAnswer
from arena.forms import Choice, Probability
from arena.results.tables import COMMON, OF_KIND
from arena.seat.function import Function

SEAT = "guest"


class Found(Protocol):
    """One seat answers and believes; the protocol writes one of each other kind, and breaks off at task 2."""

    @property
    def seats(self) -> tuple[str, ...]:
        return (SEAT,)

    async def play(self, episode: Episode) -> Outcome:
        if episode.task.id == "two":
            raise NoAnswer(SEAT, "no more")
        await episode.ask(SEAT, Choice(("yes", "no")), finds=Answer("answer", turn=1))
        finds = Belief("right", method="p-true", turn=1)
        await episode.ask(SEAT, Probability("you are right"), finds=finds, remember=False)
        pair = ((None, Place(SEAT, 0)), (None, Place(SEAT, 1)))
        episode.annotate(
            Verdict("better", "0", among=pair, probabilities={"0": 0.75, "1": 0.25}),
            Score("price", 15.5, low=0, high=20, truth=16, unit="dollars"),
            Label("=HYPERLINK()", "-5", count=2),
            Label("note", "=cmd|' /C calc'!A0"),
            Reward("utterance", -1, anchor=Place(SEAT, 0)),
        )
        return Outcome.completed({})


def reply(request: Any) -> str:
    return "Probability: 80" if isinstance(request.form, Probability) else "Answer: yes"


@pytest.fixture
def run(tmp_path: Path) -> arena.Run:
    tasks = [
        Task(id="one", text="Is it?", truth="yes", data={"category": "easy"}),
        Task(id="two", text="Is it not?", truth="no"),
    ]
    return arena.run(Found(), tmp_path / "found", tasks=tasks, agents={SEAT: Function(reply)})


def test_frames_say_what_answers_were_compared_with(run: arena.Run) -> None:
    """The task's truth, where nothing else was: not of what was not reached, nor of a choice of places."""
    pytest.importorskip("pandas")
    answers = run.to_pandas("answers")
    assert answers.set_index("task").truth.fillna("none").to_dict() == {"one": "yes", "two": "none"}
    assert run.to_pandas("verdicts").truth.isna().all()
    assert "truth" not in run.to_pandas("beliefs")


class TestColumns:
    def test_can_be_used_when_the_run_is_closed(self, run: arena.Run) -> None:
        answers = run.annotations("answers", name="answer")
        assert list(answers.task) == ["one", "two"]
        assert list(answers.status) == ["ok", "not-reached"]
        assert answers.correct.tolist()[0] == 1.0
        assert list(answers.category) == ["easy", ""]
        (record,) = answers
        assert isinstance(record, Answer)
        assert (record.text, record.correct, record.about) == ("yes", 1.0, Place(SEAT, 0))

    def test_say_what_kinds_there_are(self, run: arena.Run) -> None:
        with pytest.raises(arena.UsageError, match="beliefs, answers, verdicts"):
            run.annotations("guesses")

    def test_texts_can_be_left_out(self, run: arena.Run) -> None:
        answers = run.annotations("answer", texts=False)
        assert answers.turn.tolist()[0] == 1
        with pytest.raises(arena.UsageError, match="which were not read"):
            list(answers)


class TestFrames:
    @pytest.mark.parametrize("kind", OF_KIND)
    def test_have_the_columns_that_are_listed(self, run: arena.Run, kind: str) -> None:
        pytest.importorskip("pandas")
        frame = run.to_pandas(kind)
        assert list(frame.columns) == [*COMMON, *OF_KIND[kind]]
        assert len(frame) == (4 if kind == "label" else 2)

    def test_hold_values_of_their_types(self, run: arena.Run) -> None:
        pytest.importorskip("pandas")
        belief = run.to_pandas("beliefs").iloc[0]
        assert (belief.probability, belief.method, belief.came_true, belief.turn) == (0.8, "p-true", 1.0, 1)
        assert (belief.task, belief.category, belief.status, belief.run) == ("one", "easy", "ok", "found")
        score = run.to_pandas("scores").iloc[0]
        assert (score.value, score.truth, score.unit_name) == (15.5, 16.0, "dollars")
        verdict = run.to_pandas("verdicts").iloc[0]
        assert verdict.probabilities == '{"0":0.75,"1":0.25}'
        assert verdict.among.startswith('[[null,["guest",0')
        labels = run.to_pandas("labels", "note")
        assert labels.value.iloc[0] == "=cmd|' /C calc'!A0"
        assert labels["count"].isna().all()

    def test_without_pandas_say_how_to_install_it(
        self, run: arena.Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "pandas", None)
        with pytest.raises(MissingExtra, match=r"Data frames need pandas; .*\[pandas\]"):
            run.to_pandas("beliefs")


class TestFiles:
    def test_csv_holds_every_kind_and_no_formula(self, run: arena.Run, tmp_path: Path) -> None:
        file = tmp_path / "found.csv"
        card = run.export(file, to="annotations")
        with file.open(newline="") as text:
            rows = list(csv.DictReader(text))
        assert card.lines == len(rows) == 14
        assert {row["kind"] for row in rows} == set(OF_KIND)
        assert next(row["name"] for row in rows if row["kind"] == "label") == "'=HYPERLINK()"
        assert [row["text"] for row in rows if row["kind"] == "label"][:2] == ["-5", "'=cmd|' /C calc'!A0"]
        assert {row["status"] for row in rows if row["task"] == "two"} == {"not-reached"}
        assert (tmp_path / "found.card.json").exists()

    def test_parquet_holds_the_same(self, run: arena.Run, tmp_path: Path) -> None:
        parquet = pytest.importorskip("pyarrow.parquet")
        run.export(tmp_path / "found.parquet", to="annotations")
        rows = parquet.read_table(tmp_path / "found.parquet").to_pylist()
        assert len(rows) == 14
        (price,) = (row for row in rows if row["name"] == "price" and row["status"] == "ok")
        assert (price["value"], price["method"], price["step"]) == (15.5, "dollars", None)
        answer = next(row for row in rows if row["kind"] == "answer")
        assert (answer["text"], answer["truth"], answer["correct"]) == ("yes", None, 1.0)

    def test_another_name_is_refused_before_anything_is_read(self, run: arena.Run, tmp_path: Path) -> None:
        with pytest.raises(arena.UsageError, match=r"name the file found\.csv or found\.parquet"):
            run.export(tmp_path / "found.xlsx", to="annotations")

    def test_takes_no_settings_of_rows(self, run: arena.Run, tmp_path: Path) -> None:
        with pytest.raises(arena.UsageError, match="does not take reward"):
            run.export(tmp_path / "found.csv", to="annotations", reward="last")
