"""Replies that several authors wrote: the journal keeps who wrote what, and rows say what to learn from."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from agents.aggregate import Aggregate
from arena.cache.cache import open_cache
from arena.core.errors import JournalDamaged
from arena.designs.scenario import Scenario
from arena.journal import StoredRun
from arena.journal.schema import JOURNAL_FILE
from arena.running.running import run
from arena.seat.agent import Agent, Reply, Request, Tokens
from arena.seat.function import Function
from arena.seat.parts import ReplyPart
from arena.tasks.task import Task
from arena.training.export._episodes import export_jsonl
from arena.training.export.exporting import NOT_IN_PART, ExportOptions, RowsOf, export_rows
from arena.training.export.formats import FORMATS
from protocols import Revise
from tests.arena.training.export.test_exporting import read

TASK = Task(id="chain", text="What is (2 + 3) * 4?", truth=20)
MENDED = (
    ReplyPart("2+3=5. "),
    ReplyPart("5*4=25. ", author="fault", trains=False),
    ReplyPart("That is wrong. 5*4=20.\nAnswer: 20"),
)
"""The row of S3c-Math (Yan et al. 2024): the loss is not on the wrong step alone."""


def saying(*replies: Reply) -> Agent:
    return Function(lambda request: replies[request.count])


def by_characters(*parts: ReplyPart, size: int = 4) -> Reply:
    """Return a reply of these parts, with a token for every few characters."""
    reply = Reply.of_parts(*parts)
    texts = tuple(reply.text[at : at + size] for at in range(0, len(reply.text), size))
    return reply._replace(tokens=Tokens(texts=texts, ids=tuple(range(len(texts))), ids_read=(1,)))


async def played(folder: Path, agent: Agent, samples: int = 1, **options: Any) -> Path:
    protocol = Revise(turns=1, samples=samples)
    scenario = Scenario(protocol=protocol, tasks=[TASK], seats={"answerer": agent})
    return (await run(scenario, folder, **options)).folder


def exported(folder: Path, **choice: Any) -> list[dict[str, Any]]:
    export_rows([folder], folder / "rows.jsonl", ExportOptions(**choice))
    return read(folder / "rows.jsonl")


def texts(row: dict[str, Any]) -> list[tuple[str, str, bool]]:
    said = row["completion"]
    return [(said[one["start"] : one["end"]], one["author"], one["trains"]) for one in row["spans"]]


async def test_rollouts_that_a_teacher_guided_have_their_spans_and_their_advantage(tmp_path: Path) -> None:
    """ThinkTuning (2025): four rollouts, one of them guided and right, the others wrong, wrong and right."""
    guided = (
        ReplyPart("25. "),
        ReplyPart("Multiply last. ", author="teacher", version="7", trains=False),
        ReplyPart("\nAnswer: 20"),
    )
    others = [Reply(f"Answer: {said}") for said in (25, 24, 20)]
    folder = await played(tmp_path / "run", saying(Reply.of_parts(*guided), *others), samples=4)
    rows = exported(folder, to="spans", reward="correct", advantage="group-mean?by=prompt&divide=sd")
    assert [(row["reward"], row["advantage"]) for row in rows] == [(1, 1), (0, -1), (0, -1), (1, 1)]
    agent = rows[0]["agent"]
    assert texts(rows[0]) == [
        ("25. ", agent, True),
        ("Multiply last. ", "teacher", False),
        ("\nAnswer: 20", agent, True),
    ]
    assert [span["version"] for span in rows[0]["spans"]] == ["", "7", ""]
    assert texts(rows[1]) == [("Answer: 25", agent, True)]


@pytest.mark.parametrize("to", sorted(set(FORMATS) - {"spans", "tokens", "verl"}))
async def test_a_format_that_cannot_leave_parts_out_leaves_out_the_row(tmp_path: Path, to: str) -> None:
    folder = await played(tmp_path / "run", saying(Reply.of_parts(*MENDED), Reply("Answer: 20")), samples=2)
    card = export_rows([folder], tmp_path / "rows.jsonl", ExportOptions(to=to, reward="correct"))
    assert card.left_out[NOT_IN_PART] == 1


async def test_parts_of_which_all_are_learnt_from_are_a_row_of_any_format(tmp_path: Path) -> None:
    joint = [part._replace(trains=True) for part in MENDED]
    folder = await played(tmp_path / "run", saying(Reply.of_parts(*joint)))
    (row,) = exported(folder, to="trl-sft", reward="correct")
    assert row["completion"][0]["content"] == Reply.of_parts(*MENDED).text


async def test_the_mask_of_tokens_is_zero_for_a_part_that_is_not_learnt_from(tmp_path: Path) -> None:
    table = pytest.importorskip("pyarrow.parquet", reason="needs: pip install '.[parquet]'")
    whole, none = by_characters(*MENDED), Reply.of_parts(*MENDED)._replace(tokens=Tokens(ids=(1, 2)))
    folder = await played(tmp_path / "run", saying(whole, none), samples=2)
    card = export_rows(
        [folder], tmp_path / "rows.parquet", ExportOptions(to="tokens", reward="correct", advantage="none")
    )
    first, second = table.read_table(tmp_path / "rows.parquet").to_pylist()
    # "2+3=", "5. 5", "*4=2", "5. T", "hat ": what has a character of "5*4=25. " is not learnt from.
    assert first["mask"] == [1, 0, 0, 0] + [1] * (len(first["mask"]) - 4)
    assert first["advantages"] == first["mask"]
    assert second["mask"] == [0, 0]
    assert Counter(card.masked) == {
        "the texts of the tokens do not make up the reply, so those of its parts are unknown": 1
    }


async def test_the_journal_keeps_parts_and_shows_damage_to_them(tmp_path: Path) -> None:
    folder = await played(tmp_path / "run", saying(Reply.of_parts(*MENDED)))
    with StoredRun(folder) as stored:
        (call,) = stored.calls(0)
        assert call.reply is not None
        assert call.reply.parts == MENDED
        export_jsonl(stored, tmp_path / "episodes.jsonl")
    (line,) = read(tmp_path / "episodes.jsonl")
    assert line["calls"][0]["reply"]["parts"] == [part._asdict() for part in MENDED]
    with closing(sqlite3.connect(folder / JOURNAL_FILE)) as journal, journal:
        journal.execute("UPDATE calls SET parts = replace(parts, '0', '1')")
    with StoredRun(folder) as stored, pytest.raises(JournalDamaged, match="its calls"):
        stored.calls(0)


async def test_the_response_cache_keeps_parts(tmp_path: Path) -> None:
    class Joint(Agent):
        shaped_by = {"text": "mended"}  # noqa: RUF012 - plain data of one agent

        async def reply(self, request: Request) -> Reply:
            return Reply.of_parts(*MENDED)

    spans: list[Sequence[Any]] = []
    for name in ("first", "second"):
        folder = await played(tmp_path / name, Joint(), cache=tmp_path / "cache.sqlite")
        spans.append(texts(exported(folder, to="spans", reward="correct")[0]))
    assert [trains for _, _, trains in spans[0]] == [True, False, True]
    assert spans[0] == spans[1]
    async with open_cache(tmp_path / "cache.sqlite") as cache:
        assert cache is not None


async def test_drafts_have_their_own_parts(tmp_path: Path) -> None:
    class Joint(Agent):
        async def reply(self, request: Request) -> Reply:
            return Reply.of_parts(*MENDED)

    folder = await played(tmp_path / "run", Aggregate(Joint(), n=2))
    rows = exported(folder, to="spans", reward="correct", rows=RowsOf.DRAFTS)
    assert [[trains for _, _, trains in texts(row)] for row in rows] == [[True, False, True]] * 2
    with StoredRun(folder) as stored:
        (call,) = stored.calls(0)
    assert call.reply is not None
    assert call.reply.parts == MENDED
    assert "5*4=25" in json.loads(call.reply.reasoning)["drafts"][0]["text"]
