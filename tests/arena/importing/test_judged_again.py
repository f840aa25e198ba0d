"""Imported runs are judged again by the answer, from what everybody heard and in the orders of the file."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from arena.core.errors import UsageError
from arena.importing import import_transcripts
from arena.judging import Asks, Criterion, Judged, judge_run
from arena.seat.agent import Request
from arena.seat.messages import messages
from tests.arena.importing.theirs import OURS, write
from tests.shared.agents import Watched

SECRETS = {
    "task": {**OURS["task"], "source": "Page 7 names the cook."},
    "briefs": {"debater_a": "Be loud.", "debater_b": "Be quiet."},
    "speeches": [
        {**OURS["speeches"][0], "private": "I doubt it."},
        {**OURS["speeches"][1], "whole": "<plan>Deny.</plan>Not at all."},
        {"seat": "debater_b", "round": 2, "text": "Psst.", "audience": ["debater_b"]},
    ],
    "verdicts": [{**one, "reasons": "Loudness."} for one in OURS["verdicts"]],
}


async def judged(folder: Path, sent: list[Request], *records: dict[str, Any]) -> Judged:
    """Judge imported records again, by a judge that is always for the gardener."""
    file = write(folder / "theirs.jsonl", records)
    await asyncio.to_thread(import_transcripts, [file], folder / "run")

    def reply(request: Request) -> str:
        sent.append(request)
        place = re.search(r"^(\d): the gardener$", messages(request)[-1].content, re.MULTILINE)
        assert place is not None
        return f"Verdict: {place[1]}\nConfidence: 80"

    return await judge_run(folder / "run", [Watched(reply, "another")], Criterion(asks=Asks.ANSWER))


async def test_the_judge_is_asked_in_each_order_and_is_wrong_or_right(tmp_path: Path) -> None:
    gardener = {**OURS, "task": {**OURS["task"], "id": "other", "truth": "the gardener"}}
    found = await judged(tmp_path, [], OURS, gardener)
    (judge,) = found.tally.judges.values()
    assert judge.parsed == {"ok": 4}
    assert [judge.correct[number, str(ruling.choice)] for number, ruling in judge.rulings.items()] == [0, 1]


async def test_it_reads_nothing_that_a_seat_alone_knew_and_no_earlier_verdict(tmp_path: Path) -> None:
    sent: list[Request] = []
    await judged(tmp_path, sent, {**OURS, **SECRETS})
    read = str([messages(one) for one in sent])
    assert "The cook did." in read
    assert "Not at all." in read
    for secret in ("Page 7", "loud", "quiet", "I doubt", "Deny", "Psst", "Loudness", "decides for", "80%"):
        assert secret not in read


async def test_an_episode_of_verdicts_alone_says_that_nobody_spoke(tmp_path: Path) -> None:
    alone = {"task": OURS["task"], "seats": {"judge": "z"}, "verdicts": [{"choice": "the cook"}]}
    with pytest.raises(UsageError, match="nobody but its judges says anything"):
        await judged(tmp_path, [], alone)
