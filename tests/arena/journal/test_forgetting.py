"""Forgetting a person: the words are gone from every file of the run, and its journal is whole."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import arena
from arena.core.errors import UnknownName, Unwritable
from arena.episode.outcome import Ending
from arena.journal import StoredRun, people_of
from arena.journal._rows_blanked import RowsBlanked
from arena.journal.blanking import BLANK, PersonsWords
from arena.journal.forgetting import FORGOTTEN, forget_person
from arena.journal.schema import JOURNAL_FILE
from arena.seat.agent import Reply, Request
from arena.tasks.questions import question_task
from protocols import Debate
from tests.shared.agents import Watched

SECRET = "my grandmother lives in Xyzzyville near the old mill"
SHORT = "Xyzzyville is lovely"
CLAIM = "The bridge was built in 1802."
TASKS = [
    question_task(str(n), f"Was the bridge of town {n} built in 1802?", ["yes", "no"], "yes")
    for n in range(2)
]


def answer(request: Request) -> Reply:
    """Say something private in every answer."""
    if request.prompt.data["asks"] == "speech":
        return Reply(f"{CLAIM} As you know, {SECRET}.\n{SHORT}\n")
    return Reply(f"{SECRET}\nVerdict: 1\nConfidence: 70\nProbability: 70", reasoning=SECRET)


def quoting(request: Request) -> Reply:
    """Quote what the person said."""
    heard = "".join(event.text for event in request.view if event.seat == "debater_a")
    said = f"You say: '{SECRET.upper()}!' and > {SHORT}" if SECRET in heard else "I am first."
    return Reply(f"{said}\nVerdict: 1\nConfidence: 60\nProbability: 60", reasoning=said)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run of debates in which a person spoke, and which others judged."""
    person = Watched(answer, "heron")
    person.desk = "terminal"
    agents = {"debater_a": person, "debater_b": Watched(quoting, "bob"), "judge": Watched(quoting, "judy")}
    folder = arena.run(Debate(rounds=2), tmp_path / "run", tasks=TASKS, agents=agents, quiet=True).folder
    options = arena.judging.JudgingOptions(quiet=True)
    criterion = arena.judging.Criterion(asks="speaker")
    later = Watched(quoting, "later")
    asyncio.run(arena.judging.judge_run(folder, [later, "chance=random"], criterion, options))
    return folder


def bytes_of(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


def _full_disk(file: Path, _: str) -> None:
    raise Unwritable(f"{file} cannot be written: the disk is full.")


class TestForgetting:
    def test_the_words_are_in_no_file_any_more(self, run: Path) -> None:
        assert b"Xyzzyville" in bytes_of(run)
        done = forget_person(run, "heron")
        left = bytes_of(run).lower()
        assert b"grandmother" not in left
        assert b"xyzzyville" not in left
        assert done.episodes == (0, 1)
        assert done.rows > 20

    def test_what_breaks_off_at_the_log_can_be_done_again(
        self, run: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        log = run / "log.jsonl"
        log.write_text(json.dumps({"event": "seen", "text": SECRET}) + "\n", encoding="utf-8")
        with monkeypatch.context() as broken:
            broken.setattr("arena.journal.forgetting.write_whole", _full_disk)
            with pytest.raises(Unwritable):
                forget_person(run, "heron")
        forget_person(run, "heron")
        assert b"grandmother" not in bytes_of(run).lower()
        assert "seen" in log.read_text(encoding="utf-8")

    def test_the_journal_is_whole_and_marked(self, run: Path) -> None:
        forget_person(run, "heron")
        with StoredRun(run) as stored:
            damage = stored.leave_out_damaged()
            assert not damage.sentences
            header = stored.header()
            assert people_of(header) == {"heron": "terminal"}
            assert header[FORGOTTEN] == {"heron": [0, 1]}
            said = [event for event in stored.episode(0).transcript().events if event.seat == "debater_a"]
        assert any(event.text == BLANK for event in said)

    def test_figures_and_what_others_said_stay(self, run: Path) -> None:
        with StoredRun(run) as stored:
            before = [played.outcome.ending for played in stored.finished()]
            verdicts = [(one.key, one.found.choice) for one in stored.verdicts()]
        forget_person(run, "heron")
        with StoredRun(run) as stored:
            assert [played.outcome.ending for played in stored.finished()] == before == [Ending.COMPLETED] * 2
            assert [(one.key, one.found.choice) for one in stored.verdicts()] == verdicts
            texts = "".join(event.text for event in stored.episode(0).transcript().events)
        assert "You say: '" in texts
        assert "built in 1802" in texts
        arena.report(run, run / "report.html")

    def test_it_can_be_done_again(self, run: Path) -> None:
        forget_person(run, "heron")
        assert forget_person(run, "heron").rows == 0

    def test_only_people_are_forgotten(self, run: Path) -> None:
        with pytest.raises(UnknownName, match=r"No person called 'bob'.*heron"):
            forget_person(run, "bob")

    def test_other_files_of_the_run_are_named(self, run: Path) -> None:
        (run / "report.html").write_text("Xyzzyville", encoding="utf-8")
        assert [file.name for file in forget_person(run, "heron").elsewhere] == ["report.html"]

    def test_nothing_changes_if_it_fails(self, run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(*_: object) -> None:
            raise RuntimeError("it broke")

        monkeypatch.setattr("arena.journal.forgetting._Forgetting._mark", broken)
        with pytest.raises(RuntimeError):
            forget_person(run, "heron")
        with StoredRun(run) as stored:
            assert not stored.leave_out_damaged().sentences
        assert b"Xyzzyville" in (run / JOURNAL_FILE).read_bytes()


class TestExports:
    @pytest.mark.parametrize("form", ["jsonl", "trl-sft", "annotations"])
    def test_leave_people_out_unless_they_are_asked_for(self, run: Path, form: str, tmp_path: Path) -> None:
        plain, whole = tmp_path / "plain.csv", tmp_path / "whole.csv"
        card = arena.export(run, plain, to=form)
        assert (card.lines, plain.read_text(encoding="utf-8").count("Xyzzyville")) == (0, 0)
        assert card.notices[0].startswith("2 episodes in which people sat are left out")
        assert arena.export(run, whole, to=form, with_people=True).lines > 0


class TestQuotes:
    @pytest.mark.parametrize(
        ("text", "left"),
        [
            ("She wrote: one two three four five. So what?", f"She wrote: {BLANK}. So what?"),
            ("ONE, two - three > four\n> five six", BLANK),
            ("one two three four", "one two three four"),
            ("He said short and sweet line!", f"He said {BLANK}!"),
            ("what the task says anyway is public", "what the task says anyway is public"),
        ],
    )
    def test_are_found_whatever_their_punctuation(self, text: str, left: str) -> None:
        written = "One two three four five six.\nShort and sweet line\nWhat the task says anyway"
        words = PersonsWords([written], ["What the task says anyway is public"])
        assert words.blanked(text) == left


def test_briefs_are_read_once_however_many_texts_there_are() -> None:
    with closing(sqlite3.connect(":memory:")) as journal:
        journal.execute("CREATE TABLE written (name, number)")
        journal.execute("CREATE TABLE texts (digest PRIMARY KEY, text)")
        journal.execute("CREATE TABLE episodes (briefs, tools)")
        journal.execute("INSERT INTO written VALUES ('journal', 1)")
        texts = [(f"d{n}", f"{n} {SECRET}") for n in range(20)]
        journal.executemany("INSERT INTO texts VALUES (?, ?)", texts)
        episodes = [(json.dumps({"a": "d0"}), None), (json.dumps({"a": "d1"}), json.dumps({"a": "d2"}))]
        journal.executemany("INSERT INTO episodes VALUES (?, ?)", episodes * 10)
        rows = RowsBlanked(journal, "heron")
        rows.words = PersonsWords([SECRET], ())
        statements: list[str] = []
        journal.set_trace_callback(statements.append)
        renamed = rows.texts()
        assert sum("episodes" in statement for statement in statements) == 1
        assert set(renamed) == {f"d{n}" for n in range(3, 20)}
        kept = journal.execute("SELECT text FROM texts WHERE digest IN ('d0', 'd1', 'd2')").fetchall()
        assert [text for (text,) in kept] == [f"{n} {SECRET}" for n in range(3)]
