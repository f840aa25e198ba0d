"""What is written is read back exactly; what goes wrong with the file is told in one sentence."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.core.errors import JournalBusy, JournalError, JournalNewer, Unwritable, UsageError
from arena.designs.scenario import Scenario
from arena.episode.outcome import Ending, Outcome
from arena.episode.plan import Plan, Played
from arena.episode.record import Call
from arena.forms import Status
from arena.journal import Journal, StoredRun, _migrations, recording, schema
from arena.pictures import Picture
from arena.running.running import run
from arena.seat.agent import Reply, RequestUsage, Stop, Tokens
from arena.seat.parts import ReplyPart
from arena.seat.transcript import Event, EventKind, encode
from arena.tasks.task import Task
from protocols import Play
from tests.arena.pictures.made import picture
from tests.shared.examples import few
from tests.shared.protocols import SEATS
from tests.shared.waiting import HANG, no_hang

HEADER = {"config": {"seed": 7, "players": ["ann"], "kind": "scenario"}, "version": "0", "source": None}

anything = st.text(max_size=20).filter(lambda text: text.isascii() or not _has_surrogates(text))
numbers = st.floats(allow_nan=False, allow_infinity=False)
small = st.integers(0, 2**62)
fields = st.none() | st.dictionaries(anything, st.none() | st.booleans() | st.integers() | numbers | anything)
logprobs = st.floats(allow_nan=False, allow_infinity=False)
spendings = st.builds(
    RequestUsage,
    usage=st.dictionaries(anything, st.integers(0, 2**53), max_size=3),
    model=anything,
    faults=st.lists(anything, max_size=2).map(tuple),
    notes=st.lists(anything, max_size=2).map(tuple),
    cost=st.none() | st.floats(0, 1e6),
    estimated_tokens=st.integers(0, 2**53),
    estimated_dollars=st.none() | st.floats(0, 1e6),
)
token_lists = st.builds(
    Tokens,
    texts=st.lists(anything, max_size=2).map(tuple),
    ids=st.lists(st.integers(0, 2**31), max_size=2).map(tuple),
    logprobs=st.lists(logprobs, max_size=2).map(tuple),
    likely=st.lists(st.dictionaries(anything, logprobs, max_size=2), max_size=2).map(tuple),
    ids_read=st.lists(st.integers(0, 2**31), max_size=2).map(tuple),
    certainties=st.lists(st.floats(0, 1e3), max_size=2).map(tuple),
    answers=st.sampled_from([MappingProxyType({}), {"yes": 0.25, "no": 0.75}]),
)
replies = st.none() | st.builds(
    Reply,
    text=anything,
    reasoning=anything,
    stop=st.sampled_from(Stop),
    structured=st.booleans(),
    tokens=st.none() | token_lists,
)
pictures = st.lists(
    st.sampled_from([picture(1), picture(2), Picture.at("https://example.org/a.png")]), max_size=2
).map(tuple)
events = st.builds(
    Event,
    kind=st.sampled_from(EventKind),
    seat=st.none() | st.sampled_from(SEATS),
    audience=st.frozensets(st.sampled_from(SEATS)),
    text=anything,
    payload=fields.map(encode),
    pictures=pictures,
)
outcomes = st.builds(
    Outcome,
    ending=st.sampled_from(Ending),
    returns=st.dictionaries(st.sampled_from(SEATS), numbers),
    offenders=st.lists(st.sampled_from(SEATS), unique=True).map(tuple),
    reason=anything,
    details=st.dictionaries(anything, st.integers() | anything, max_size=2),
)
tasks = st.builds(
    Task,
    id=anything,
    text=anything,
    briefs=st.dictionaries(st.sampled_from(SEATS), anything),
    pictures=pictures,
    private_pictures=st.dictionaries(st.sampled_from(SEATS), pictures, max_size=1),
    truth=fields,
)


def _has_surrogates(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


@st.composite
def parts_of(draw: st.DrawFn, text: str) -> tuple[ReplyPart, ...]:
    """Return parts that make up a text, or none."""
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=2)))
    ends = [*cuts, len(text)] if cuts else []
    return tuple(
        ReplyPart(text[start:end], draw(anything), draw(anything), draw(st.booleans()))
        for start, end in zip([0, *ends], ends, strict=False)
    )


@st.composite
def calls(draw: st.DrawFn) -> list[Call]:
    """Return some calls in the order in which they are read back."""
    made = []
    for seat in sorted(draw(st.frozensets(st.sampled_from(SEATS)))):
        for count in range(draw(st.integers(0, 3))):
            reply = draw(replies)
            spent = draw(spendings)
            if reply is not None:
                reply = reply._replace(
                    usage=spent.usage,
                    model=spent.model,
                    faults=spent.faults,
                    notes=spent.notes,
                    cost=None,
                    parts=draw(parts_of(reply.text)),
                )
            parsed = draw(st.none() | fields.map(encode))
            made.append(
                Call(
                    seat=seat,
                    count=count,
                    step=draw(small),
                    digest=draw(anything),
                    seen=draw(small),
                    status=draw(st.sampled_from(Status)),
                    reason=draw(anything),
                    parsed=parsed,
                    seconds=draw(st.floats(0, 1e6)),
                    reply=reply,
                    spent=spent,
                )
            )
    return made


def plan_for(task: Task, number: int = 0) -> Plan:
    seats = dict.fromkeys(SEATS, "random")
    return Plan(number, task, seats, chance=number + 5, round=1, match=2, match_size=3, condition="debate")


def write_one(journal: Journal, number: int) -> None:
    plan = plan_for(Task(), number)
    journal.begin(plan, dict.fromkeys(SEATS, f"brief {number}"))
    event = Event(EventKind.TOLD, None, frozenset(SEATS), f"event {number}")
    journal.events(number, 0, 0, [event])
    journal.end(Played(plan, Outcome.completed({"judge": float(number)}), 1, 0.5))


async def written(folder: Path, episodes: int = 5) -> None:
    async with recording(folder, HEADER) as journal:
        for number in range(episodes):
            write_one(journal, number)


def numbers_in(folder: Path) -> list[int]:
    with StoredRun(folder) as stored:
        return [played.plan.number for played in stored.finished()]


class TestRoundTrips:
    @few
    @given(
        tasks, st.lists(st.lists(events, min_size=1, max_size=3), max_size=4), calls(), outcomes, st.data()
    )
    def test_an_episode_is_read_back_exactly(
        self,
        tmp_path_factory: pytest.TempPathFactory,
        task: Task,
        steps: list[list[Event]],
        made: list[Call],
        outcome: Outcome,
        data: st.DataObject,
    ) -> None:
        """All characters that UTF-8 can hold, NUL included, all numbers, all kinds of ending."""
        folder = tmp_path_factory.mktemp("run")
        plan = plan_for(task)
        briefs = {seat: data.draw(anything) for seat in SEATS}
        played = Played(plan, outcome, data.draw(small), data.draw(st.floats(0, 1e6)))

        async def write() -> None:
            async with recording(folder, HEADER) as journal:
                journal.begin(plan, briefs)
                for call in data.draw(st.permutations(made)):
                    journal.call(0, call)
                position = 0
                for step, group in enumerate(steps):
                    journal.events(0, step, position, group)
                    position += len(group)
                journal.end(played)

        asyncio.run(write())
        with StoredRun(folder) as stored:
            episode = stored.episode(0)
            assert episode.plan == plan
            assert episode.briefs == briefs
            assert episode.steps == tuple(map(tuple, steps))
            assert episode.events == tuple(event for group in steps for event in group)
            assert list(episode.calls) == made
            assert episode.played == played
            assert list(stored.finished()) == [played]
            assert stored.counts() == {outcome.ending: 1}

    async def test_the_header_is_read_back(self, tmp_path: Path) -> None:
        await written(tmp_path / "run")
        with StoredRun(tmp_path / "run") as stored:
            assert stored.header() == HEADER

    async def test_an_episode_that_has_not_ended_has_no_outcome(self, tmp_path: Path) -> None:
        async with recording(tmp_path / "run", HEADER) as journal:
            write_one(journal, 0)
            journal.begin(plan_for(Task(), 1), {})
        with StoredRun(tmp_path / "run") as stored:
            assert stored.numbers(finished=True) == {0}
            assert stored.numbers(finished=False) == {1}
            assert stored.episode(1).played is None
            assert [episode.number for episode in stored.episodes()] == [0, 1]

    async def test_an_episode_that_was_not_begun_is_refused_in_a_sentence(self, tmp_path: Path) -> None:
        await written(tmp_path / "run")
        with StoredRun(tmp_path / "run") as stored, pytest.raises(UsageError, match=r"has no episode 99\.$"):
            stored.episode(99)

    async def test_a_text_that_episodes_share_is_stored_once(self, tmp_path: Path) -> None:
        brief = "rules " * 1000
        async with recording(tmp_path / "run", HEADER) as journal:
            for number in range(50):
                journal.begin(plan_for(Task(), number), dict.fromkeys(SEATS, brief))
        with sqlite3.connect(tmp_path / "run" / schema.JOURNAL_FILE) as connection:
            assert connection.execute("SELECT count(*) FROM texts").fetchone() == (1,)
        connection.close()


class TestTextThatCannotBeStored:
    async def test_a_lone_surrogate_stops_nothing_silently(self, tmp_path: Path) -> None:
        """The engine keeps them out; should one get here all the same, the writer says so, at once."""
        async with asyncio.timeout(HANG):
            with pytest.raises(JournalError):  # noqa: PT012
                async with recording(tmp_path / "run", HEADER) as journal:
                    journal.events(0, 0, 0, [Event(EventKind.TOLD, None, frozenset(SEATS), "\ud800")])
                    await journal.flush()


class TestWriters:
    async def test_a_second_writer_is_refused(self, tmp_path: Path) -> None:
        async with recording(tmp_path / "run", HEADER) as journal:
            write_one(journal, 0)
            with pytest.raises(JournalBusy, match=r"^Another process is writing the run in .*\.$"):
                async with recording(tmp_path / "run"):
                    pass
            write_one(journal, 1)
        assert numbers_in(tmp_path / "run") == [0, 1]

    async def test_in_another_process_too(self, tmp_path: Path) -> None:
        script = (
            "import asyncio, sys; from pathlib import Path; from arena.journal import recording\n"
            "async def main():\n"
            "    async with recording(Path(sys.argv[1])): pass\n"
            "asyncio.run(main())"
        )
        async with recording(tmp_path / "run", HEADER):
            command = [sys.executable, "-c", script, str(tmp_path / "run")]
            tried = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True)
        assert "JournalBusy" in tried.stderr

    async def test_the_next_may_write_when_the_first_is_done_however_it_ended(self, tmp_path: Path) -> None:
        with pytest.raises(ZeroDivisionError):  # noqa: PT012
            async with recording(tmp_path / "run", HEADER) as journal:
                write_one(journal, 0)
                raise ZeroDivisionError
        async with recording(tmp_path / "run") as journal:
            write_one(journal, 1)
        assert numbers_in(tmp_path / "run") == [0, 1]

    async def test_a_new_run_does_not_overwrite_an_old_one(self, tmp_path: Path) -> None:
        await written(tmp_path / "run")
        with pytest.raises(UsageError, match="arena resume"):
            async with recording(tmp_path / "run", HEADER):
                pass
        assert len(numbers_in(tmp_path / "run")) == 5

    async def test_what_is_not_there_cannot_be_continued_or_read(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="There is no run"):
            async with recording(tmp_path / "run"):
                pass
        with pytest.raises(UsageError, match="There is no run"):
            StoredRun(tmp_path / "run")
        assert os.listdir(tmp_path) == []  # noqa: PTH208

    async def test_a_folder_that_cannot_be_made_is_unwritable(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("in the way")
        with pytest.raises(Unwritable, match="cannot be written: Not a directory"):
            async with recording(tmp_path / "file" / "run", HEADER):
                pass

    async def test_cancelled_while_opening_it_lets_go(self, tmp_path: Path) -> None:
        """Wherever the cancellation comes, the run can be opened afterwards."""

        async def open_and_close(header: Any) -> None:
            async with recording(tmp_path / "run", header) as journal:
                await journal.flush()

        await open_and_close(HEADER)
        for turns in range(12):
            opening = asyncio.create_task(open_and_close(None))
            for _ in range(turns):
                await asyncio.sleep(0.0005)
            opening.cancel()
            await asyncio.wait([opening])
            for _ in range(1000):
                await asyncio.sleep(0.01)
                try:
                    await open_and_close(None)
                except JournalBusy:
                    continue
                break
            else:
                pytest.fail("a cancelled opening holds the journal for ever")
        assert "arena-journal" not in {thread.name for thread in threading.enumerate()}

    async def test_a_row_that_does_not_fit_is_not_left_out_silently(self, tmp_path: Path) -> None:
        plan = Plan(0, Task(), {}, chance=None)  # type: ignore[arg-type]
        with pytest.raises(JournalError):
            async with recording(tmp_path / "run", HEADER) as journal:
                journal.begin(plan, {})

    async def test_opening_for_writing_forgets_the_events_of_unfinished_episodes(
        self, tmp_path: Path
    ) -> None:
        """They are made again from the tape."""
        async with recording(tmp_path / "run", HEADER) as journal:
            write_one(journal, 0)
            journal.begin(plan_for(Task(), 1), {})
            journal.events(1, 0, 0, [Event(EventKind.TOLD, None, frozenset(), "half")])
        async with recording(tmp_path / "run"):
            pass
        with StoredRun(tmp_path / "run") as stored:
            assert stored.episode(1).events == ()
            assert len(stored.episode(0).events) == 1


class TestReaders:
    async def test_what_is_flushed_can_be_read_while_more_is_written(self, tmp_path: Path) -> None:
        async with recording(tmp_path / "run", HEADER) as journal:
            for number in range(30):
                write_one(journal, number)
                await journal.flush()
                assert await asyncio.to_thread(numbers_in, tmp_path / "run") == list(range(number + 1))

    async def test_one_reader_keeps_up_with_the_writer(self, tmp_path: Path) -> None:
        async with recording(tmp_path / "run", HEADER) as journal:
            with StoredRun(tmp_path / "run") as stored:
                for number in range(10):
                    write_one(journal, number)
                    await journal.flush()
                    assert len(stored.numbers(finished=True)) == number + 1

    async def test_a_reader_in_the_middle_of_a_query_does_not_hold_up_the_writer(
        self, tmp_path: Path
    ) -> None:
        async with recording(tmp_path / "run", HEADER) as journal:
            for number in range(50):
                write_one(journal, number)
            await journal.flush()
            with StoredRun(tmp_path / "run") as stored:
                reading = stored.finished()
                next(reading)
                write_one(journal, 50)
                async with asyncio.timeout(HANG):
                    await journal.flush()
                assert len(list(reading)) == 49

    async def test_readers_leave_the_writers_log_in_place(self, tmp_path: Path) -> None:
        """One here drops no lock, without which a tool elsewhere would take itself for the last one."""
        folder = tmp_path / "run"
        async with recording(folder, HEADER) as journal:
            write_one(journal, 0)
        tool = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('PRAGMA user_version')"
        async with recording(folder) as journal:
            assert numbers_in(folder) == [0]
            command = [sys.executable, "-c", tool, str(folder / schema.JOURNAL_FILE)]
            await asyncio.to_thread(subprocess.run, command, check=True)
            assert (folder / f"{schema.JOURNAL_FILE}-wal").exists()
            write_one(journal, 1)
            await journal.flush()
            assert numbers_in(folder) == [0, 1]

    async def test_a_copy_of_the_files_as_they_are_holds_whole_commits(self, tmp_path: Path) -> None:
        """What a kill leaves behind: everything that was flushed, and of the rest no half episodes."""
        async with recording(tmp_path / "run", HEADER) as journal:
            for number in range(20):
                write_one(journal, number)
                if number == 9:
                    await journal.flush()
            await asyncio.to_thread(shutil.copytree, tmp_path / "run", tmp_path / "copy")
        there = numbers_in(tmp_path / "copy")
        assert there[:10] == list(range(10))
        assert there == list(range(len(there)))


class TestVersions:
    async def test_a_newer_schema_is_refused_naming_both(self, tmp_path: Path) -> None:
        await written(tmp_path / "run")
        newer = len(_migrations.MIGRATIONS) + 41
        with sqlite3.connect(tmp_path / "run" / schema.JOURNAL_FILE) as connection:
            connection.execute(f"PRAGMA user_version = {newer}")
        connection.close()
        sentence = rf"has schema {newer}, .* knows up to {len(_migrations.MIGRATIONS)};"
        with pytest.raises(JournalNewer, match=sentence):
            StoredRun(tmp_path / "run")
        with pytest.raises(JournalNewer, match=sentence):
            async with recording(tmp_path / "run"):
                pass

    @pytest.mark.parametrize("read", [True, False])
    async def test_an_older_schema_is_brought_up_to_date(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: bool
    ) -> None:
        """Whoever opens it first, nothing is lost."""
        await written(tmp_path / "run")
        added = "ALTER TABLE episodes ADD COLUMN mood TEXT NOT NULL DEFAULT 'good';"
        monkeypatch.setattr(schema, "MIGRATIONS", (*_migrations.MIGRATIONS, added))
        if read:
            StoredRun(tmp_path / "run").close()
        else:
            async with recording(tmp_path / "run"):
                pass
        with sqlite3.connect(tmp_path / "run" / schema.JOURNAL_FILE) as connection:
            assert connection.execute("PRAGMA user_version").fetchone() == (len(_migrations.MIGRATIONS) + 1,)
            assert connection.execute("SELECT DISTINCT mood FROM episodes").fetchall() == [("good",)]
        connection.close()
        assert numbers_in(tmp_path / "run") == list(range(5))

    async def test_a_migration_that_fails_changes_nothing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await written(tmp_path / "run")
        good = _migrations.MIGRATIONS
        bad = "ALTER TABLE episodes ADD COLUMN mood TEXT; INSERT INTO nowhere VALUES (1);"
        monkeypatch.setattr(schema, "MIGRATIONS", (*good, bad))
        with pytest.raises(JournalError):
            StoredRun(tmp_path / "run")
        monkeypatch.setattr(schema, "MIGRATIONS", good)
        assert numbers_in(tmp_path / "run") == list(range(5))


class TestTornFiles:
    async def test_a_cut_file_is_one_clear_sentence_or_whole(self, tmp_path: Path) -> None:
        """Wherever it was cut: never a traceback of SQLite's, never an empty run where there was one."""
        await written(tmp_path / "run", 200)
        content = (tmp_path / "run" / schema.JOURNAL_FILE).read_bytes()
        rng = random.Random(5)
        sizes = {0, 1, 15, 100, 4096, len(content) - 1} | {rng.randrange(len(content)) for _ in range(30)}
        for size in sorted(sizes):
            torn = tmp_path / f"torn-{size}"
            torn.mkdir()
            (torn / schema.JOURNAL_FILE).write_bytes(content[:size])
            with pytest.raises(JournalError) as caught:
                await self.read_all(torn)
            assert str(torn) in str(caught.value)
            assert "\n" not in str(caught.value)
            with pytest.raises(JournalError):  # noqa: PT012
                async with recording(torn) as journal:
                    write_one(journal, 300)
                await self.read_all(torn)
            assert (torn / schema.JOURNAL_FILE).stat().st_size >= size

    @staticmethod
    async def read_all(folder: Path) -> None:
        with StoredRun(folder) as stored:
            assert stored.header() == HEADER
            assert len(list(stored.episodes())) >= 200

    @pytest.mark.parametrize(
        "junk", [b"not a database, but long enough to be taken for one" * 100, b"\0" * 8192]
    )
    async def test_a_file_that_is_no_journal(self, tmp_path: Path, junk: bytes) -> None:
        (tmp_path / schema.JOURNAL_FILE).write_bytes(junk)
        with pytest.raises(JournalError):
            await self.read_all(tmp_path)
        assert (tmp_path / schema.JOURNAL_FILE).read_bytes() == junk

    async def test_a_journal_that_is_only_being_made_is_not_an_empty_run(self, tmp_path: Path) -> None:
        """A reader must not make its tables for it: the writer is about to, or was killed before it did."""
        (tmp_path / schema.JOURNAL_FILE).touch()
        with pytest.raises(JournalError):
            StoredRun(tmp_path)
        assert (tmp_path / schema.JOURNAL_FILE).stat().st_size == 0

    async def test_of_a_torn_log_the_committed_beginning_survives(self, tmp_path: Path) -> None:
        folder = tmp_path / "run"
        async with recording(folder, HEADER) as journal:
            for number in range(30):
                write_one(journal, number)
                await journal.flush()
            shutil.copytree(folder, tmp_path / "whole")
        log = f"{schema.JOURNAL_FILE}-wal"
        content = (tmp_path / "whole" / log).read_bytes()
        assert len(content) > 10_000
        survived = []
        rng = random.Random(6)
        for size in sorted({len(content), 0, 31, *(rng.randrange(len(content)) for _ in range(12))}):
            torn = tmp_path / f"torn-{size}"
            torn.mkdir()
            shutil.copy(tmp_path / "whole" / schema.JOURNAL_FILE, torn / schema.JOURNAL_FILE)
            (torn / log).write_bytes(content[:size])
            try:
                with StoredRun(torn) as stored:
                    assert stored.header() in (HEADER, {})
                    there = [played.plan.number for played in stored.finished()]
            except JournalError:
                there = []
            assert there == list(range(len(there)))
            survived.append(len(there))
        assert survived == sorted(survived)
        assert survived[-1] == 30
        assert len(set(survived)) > 3


class TestFullDisk:
    async def test_it_is_said_and_what_was_written_before_is_safe(self, tmp_path: Path) -> None:
        folder = tmp_path / "run"
        with pytest.raises(JournalError, match=r"^The disk is full, .* arena resume"):  # noqa: PT012
            async with recording(folder, HEADER) as journal:
                for number in range(10):
                    write_one(journal, number)
                await journal.flush()
                fill_disk(journal)
                async with asyncio.timeout(HANG):
                    for number in range(10, 100_000):
                        write_one(journal, number)
                        await journal.room()
        there = numbers_in(folder)
        assert there[:10] == list(range(10))
        assert there == list(range(len(there)))
        async with recording(folder) as journal:
            write_one(journal, len(there))
        assert numbers_in(folder) == [*there, len(there)]

    async def test_a_run_stops_and_can_be_resumed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        scenario = Scenario(
            protocol=Play(), seats={"player_0": "random", "player_1": "random"}, episodes=1400
        )
        started = Journal.begin

        def begin(journal: Journal, plan: Plan, *told: Any) -> None:
            if plan.number == 1000:
                fill_disk(journal)
            started(journal, plan, *told)

        monkeypatch.setattr(Journal, "begin", begin)
        with no_hang(), pytest.raises(JournalError, match="disk is full"):
            await run(scenario, tmp_path / "run", concurrency=3)
        monkeypatch.undo()
        assert 0 < len(numbers_in(tmp_path / "run")) < 1400
        await run(scenario, tmp_path / "run", resume=True)
        assert numbers_in(tmp_path / "run") == list(range(1400))


def fill_disk(journal: Journal) -> None:
    """Let the journal's file grow no more."""
    connection = journal._writer._connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages + 2}")


class TestDurability:
    async def test_what_is_flushed_is_on_the_disk_although_the_process_dies(self, tmp_path: Path) -> None:
        script = (
            "import asyncio, os, sys; from pathlib import Path\n"
            "from arena.journal import recording\n"
            "from tests.arena.journal.test_journal import HEADER, write_one\n"
            "async def main():\n"
            "    async with recording(Path(sys.argv[1]), HEADER) as journal:\n"
            "        for number in range(100): write_one(journal, number)\n"
            "        await journal.flush()\n"
            "        for number in range(100, 200): write_one(journal, number)\n"
            "        os._exit(9)\n"
            "asyncio.run(main())"
        )
        command = [sys.executable, "-c", script, str(tmp_path / "run")]
        died = await asyncio.to_thread(subprocess.run, command, cwd=Path(__file__).parents[3])
        assert died.returncode == 9
        there = numbers_in(tmp_path / "run")
        assert there == list(range(len(there)))
        assert len(there) >= 100

    async def test_it_does_not_wait_to_be_flushed(self, tmp_path: Path) -> None:
        """A row is on the disk soon after it was queued, though nobody asks."""
        async with recording(tmp_path / "run", HEADER) as journal:
            write_one(journal, 0)
            for _ in range(100):
                await asyncio.sleep(0.02)
                if numbers_in(tmp_path / "run") == [0]:
                    return
            pytest.fail("nothing was committed within two seconds")


class TestRetryingFailures:
    """`retry_failed` forgets the failure and what came after it, and nothing else."""

    @staticmethod
    def call(seat: str, count: int, step: int, status: Status) -> Call:
        broke = status in (Status.ERROR, Status.TIMED_OUT)
        return Call(
            seat=seat,
            count=count,
            step=step,
            digest="d",
            seen=0,
            status=status,
            reason="" if status is Status.OK else "why",
            parsed=None,
            seconds=0.0,
            reply=None if broke else Reply("text"),
        )

    async def kept(
        self, folder: Path, made: Sequence[tuple[str, int, int, Status]], outcome: Outcome
    ) -> list[tuple[str, int]]:
        plan = plan_for(Task())
        async with recording(folder, HEADER) as journal:
            journal.begin(plan, {})
            for call in made:
                journal.call(0, self.call(*call))
            journal.end(Played(plan, outcome, 1, 0.0))
        async with recording(folder, retry_failed=True):
            pass
        with StoredRun(folder) as stored:
            ended = stored.numbers(finished=True)
            assert ended == (set() if outcome.ending is Ending.FAILED else {0})
            return [(call.seat, call.count) for call in stored.calls(0)]

    async def test_the_tape_is_cut_where_an_agent_broke(self, tmp_path: Path) -> None:
        made = [
            ("a", 0, 0, Status.OK),
            ("b", 0, 1, Status.OK),
            ("a", 1, 2, Status.TIMED_OUT),
            ("b", 1, 3, Status.OK),
        ]
        assert await self.kept(tmp_path, made, Outcome.failed("x")) == [("a", 0), ("b", 0)]

    async def test_answers_given_at_the_same_time_are_kept(self, tmp_path: Path) -> None:
        made = [("a", 0, 0, Status.OK), ("b", 0, 0, Status.ERROR)]
        assert await self.kept(tmp_path, made, Outcome.failed("x")) == [("a", 0)]

    async def test_unusable_replies_before_the_break_are_part_of_the_tape(self, tmp_path: Path) -> None:
        made = [
            ("a", 0, 0, Status.ILLEGAL),
            ("a", 1, 0, Status.OK),
            ("b", 0, 1, Status.ERROR),
        ]
        assert await self.kept(tmp_path, made, Outcome.failed("x")) == [("a", 0), ("a", 1)]

    async def test_no_answer_is_kept_without_the_attempts_before_it(self, tmp_path: Path) -> None:
        """A seat that recovered, at the same time as another broke: all of its exchange, or none of it.

        Its second request holds the reason why the first was refused, so alone it fits nowhere.
        """
        made = [
            ("a", 0, 0, Status.ILLEGAL),
            ("a", 1, 0, Status.OK),
            ("b", 0, 0, Status.ERROR),
        ]
        assert await self.kept(tmp_path, made, Outcome.failed("x")) in ([], [("a", 0), ("a", 1)])

    async def test_a_seat_that_never_gave_a_usable_reply_is_asked_afresh(self, tmp_path: Path) -> None:
        made = [
            ("a", 0, 0, Status.OK),
            ("b", 0, 1, Status.UNPARSEABLE),
            ("b", 1, 1, Status.UNPARSEABLE),
        ]
        assert await self.kept(tmp_path, made, Outcome.failed("x", "b")) == [("a", 0)]

    async def test_a_bug_of_the_protocol_keeps_the_whole_tape(self, tmp_path: Path) -> None:
        made = [("a", 0, 0, Status.OK), ("b", 0, 1, Status.OK)]
        assert await self.kept(tmp_path, made, Outcome.failed("KeyError")) == [("a", 0), ("b", 0)]

    @pytest.mark.parametrize(
        "outcome",
        [Outcome.completed({}), Outcome.forfeited("judge", "x", {}), Outcome.truncated("x")],
        ids=lambda outcome: outcome.ending.value,
    )
    async def test_other_endings_stand(self, tmp_path: Path, outcome: Outcome) -> None:
        made = [("a", 0, 0, Status.ERROR), ("b", 0, 0, Status.OK)]
        assert await self.kept(tmp_path, made, outcome) == [("a", 0), ("b", 0)]
