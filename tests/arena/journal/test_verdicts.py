"""Verdicts in the journal: read in one go, however many there are, with the calls that each took."""

from __future__ import annotations

import sqlite3
import tracemalloc
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from arena.episode.record import Call
from arena.forms import Status
from arena.journal import (
    PanelRule,
    StoredRun,
    StoredVerdict,
    VerdictKey,
    VerdictValue,
    _migrations,
    judging,
)
from arena.journal._verdicts import READ_CRITERIA
from arena.seat.agent import Reply
from arena.seat.messages import Message
from tests.arena.judging.debating import stored_debate

NAME = "choice-0"


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    return await stored_debate(tmp_path / "run")


async def keep(
    folder: Path, keys: Sequence[VerdictKey], unfinished: Sequence[VerdictKey] = (), words: int = 1
) -> None:
    """Store verdicts after two calls each, and calls whose verdict has not come."""
    async with judging(
        folder, {key.judge for key in keys}, NAME, {"method": "choice"}, PanelRule(), overwrite=False
    ) as journal:
        for key in (*keys, *unfinished):
            for count, text in enumerate(("what?", f"Verdict: {key.sample}")):
                status = Status.OK if count else Status.UNPARSEABLE
                call = Call("judge", count, count, "d", 1, status, "", None, 0.1, Reply(text))
                sent = [Message("system", "Judge."), Message("user", f"{key} {count}" * words)]
                journal.judge_call(key, call, sent)
            if key in keys:
                journal.verdict(StoredVerdict(key, ("pro", "con"), Status.OK, found=VerdictValue("pro")))
            await journal.room()


def keys(episodes: int, judges: Sequence[str] = ("b", "a", "é", "Z")) -> list[VerdictKey]:
    return [
        VerdictKey(judge, NAME, episode, "", order, sample)
        for judge in judges
        for episode in range(episodes)
        for order in range(2)
        for sample in range(2)
    ]


class TestReading:
    async def test_each_verdict_comes_with_its_own_calls_by_episode(self, folder: Path) -> None:
        wanted = keys(3)
        await keep(folder, wanted)
        with StoredRun(folder) as stored:
            found = list(stored.verdicts())
            assert [verdict.key for verdict in found] == sorted(wanted, key=lambda key: (key.episode, key))
            for verdict in found:
                assert verdict.calls == stored.judge_calls(verdict.key)
                assert [call.call.count for call in verdict.calls] == [0, 1]
                assert verdict.raw == f"Verdict: {verdict.key.sample}"
                assert verdict.messages == (
                    Message("system", "Judge."),
                    Message("user", f"{verdict.key} 1"),
                )
                assert verdict.parsed == "re-asked"

    async def test_calls_without_a_verdict_are_nobodys(self, folder: Path) -> None:
        first, second, third, *_ = keys(2)
        await keep(folder, [first, third], unfinished=[second])
        with StoredRun(folder) as stored:
            assert [verdict.key for verdict in stored.verdicts()] == [first, third]
            assert all(len(verdict.calls) == 2 for verdict in stored.verdicts())
            assert stored.verdict_keys(finished=False) == {second}

    async def test_calls_that_are_no_longer_kept_are_left_out(self, folder: Path) -> None:
        (key,) = keys(1)[:1]
        await keep(folder, [key])
        async with judging(folder, [key.judge], NAME, {}, PanelRule(), overwrite=True) as journal:
            journal.verdict(StoredVerdict(key, ("pro", "con"), Status.OK, found=VerdictValue("con")))
        with StoredRun(folder) as stored:
            (verdict,) = stored.verdicts()
        assert (verdict.found.choice, verdict.calls) == ("con", ())

    async def test_calls_need_not_be_read(self, folder: Path) -> None:
        await keep(folder, keys(2))
        with StoredRun(folder) as stored:
            alone = list(stored.verdicts(calls=False))
            assert [verdict.key for verdict in alone] == [verdict.key for verdict in stored.verdicts()]
        assert {verdict.calls for verdict in alone} == {()}

    async def test_it_takes_one_query_and_no_more_memory_for_more_verdicts(self, folder: Path) -> None:
        """Elsewhere, and here once, there was a query for each verdict and each text."""
        await keep(folder, keys(40), words=100)
        queries: list[str] = []
        with StoredRun(folder) as stored:
            stored._connection.set_trace_callback(queries.append)
            tracemalloc.start()
            assert sum(1 for _ in stored.verdicts()) == 40 * 16
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            stored._connection.set_trace_callback(None)
            (plan,) = {query for query in queries if "SELECT" in query}
            steps = [row[3] for row in stored._rows(f"EXPLAIN QUERY PLAN {plan}") if row[1] == 0]
        assert peak < 500_000
        # Nothing is sorted, so the first verdict comes at once.
        assert not [step for step in steps if "TEMP B-TREE" in step]


class TestRules:
    async def test_are_kept_by_criterion_and_may_change(self, folder: Path) -> None:
        for rule in (PanelRule(), PanelRule("tie-on-disagreement", 2)):
            async with judging(folder, ["a"], NAME, {"method": "choice"}, rule, overwrite=False):
                pass
            with StoredRun(folder) as stored:
                assert stored.rules() == {NAME: rule}
                assert stored.criteria() == {NAME: {"method": "choice"}}

    def test_of_before_there_were_any_are_the_usual_ones(self) -> None:
        with closing(sqlite3.connect(":memory:")) as connection:
            for script in _migrations.MIGRATIONS:
                if "quorum" in script:
                    connection.execute("INSERT INTO criteria VALUES (?, '{}')", (NAME,))
                connection.executescript(script)
            assert connection.execute(READ_CRITERIA).fetchall() == [(NAME, "{}", *PanelRule(), None)]
