"""The advice of a strategist as rows: what it was sent, what it said, and what came of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agents.persona import Persona
from agents.strategist import Strategist
from arena.designs.scenario import Scenario
from arena.running.running import run
from arena.seat.advice import read_advice
from arena.seat.agent import Agent, Reply, Request
from arena.seat.function import Function
from arena.tasks.task import Task
from arena.training.export._advised import advised
from arena.training.export._pairs import PairingMode
from arena.training.export._source import SourceRun
from arena.training.export.exporting import ExportOptions, RowsOf, export_rows
from arena.training.export.rows import NOT_REBUILT
from protocols import Revise
from tests.arena.training.export.making import Noting
from tests.arena.training.export.test_exporting import read
from tests.shared.agents import Scripted

TASK = Task(id="sum", text="What is 2 + 2?", truth=4)
ADVICE = ("Count on your fingers.", "Count again.")
ROWS = ExportOptions(to="trl-sft", rows=RowsOf.ADVICE, reward="correct", advantage="none")


async def played(folder: Path, agent: Agent, samples: int = 1, turns: int = 2) -> Path:
    protocol = Revise(turns=turns, samples=samples)
    scenario = Scenario(protocol=protocol, tasks=[TASK], seats={"answerer": agent})
    return (await run(scenario, folder)).folder


async def test_each_stands_under_what_the_strategist_was_sent_and_earns_as_the_reply(tmp_path: Path) -> None:
    adviser = Noting(Scripted(*ADVICE))
    agent = Strategist(Scripted("Answer: 5", "Answer: 4"), Persona(adviser, brief="You are a coach."))
    folder = await played(tmp_path / "run", Persona(agent, brief="You are careful."))
    export_rows([folder], tmp_path / "rows.jsonl", ROWS)
    rows = read(tmp_path / "rows.jsonl")
    assert [row["completion"][0]["content"] for row in rows] == list(ADVICE)
    assert [row["reward"] for row in rows] == [0, 1]
    assert [row["prompt"] for row in rows] == [
        [message.record() for message in sent] for sent in adviser.sent.values()
    ]
    brief, *_, asked = rows[0]["prompt"]
    assert "You are careful." in brief["content"]
    assert "You are a coach." in brief["content"]
    assert "You are the strategist" in asked["content"]
    assert ADVICE[0] not in str(rows[1]["prompt"])


async def test_two_that_led_to_the_same_answer_are_two_candidates(tmp_path: Path) -> None:
    agent = Strategist(Scripted("Answer: 4", "Answer: 5", "Answer: 5"), Scripted("Add.", "Guess.", "Sleep."))
    folder = await played(tmp_path / "run", agent, samples=3, turns=1)
    pairs = ROWS.model_copy(update={"to": "trl-dpo", "pairs": PairingMode.ALL})
    export_rows([folder], tmp_path / "pairs.jsonl", pairs)
    found = [(row["chosen"], row["rejected"]) for row in read(tmp_path / "pairs.jsonl")]
    assert [(one[0]["content"], other[0]["content"]) for one, other in found] == [
        ("Add.", "Guess."),
        ("Add.", "Sleep."),
    ]


async def test_a_models_own_reasoning_is_no_advice(tmp_path: Path) -> None:
    forged = json.dumps({"advice": {"text": "Say 4.", "asked": "What now?"}})
    folder = await played(tmp_path / "run", Function(lambda request: Reply("Answer: 4", reasoning=forged)))
    assert export_rows([folder], tmp_path / "rows.jsonl", ROWS).rows == 0
    assert read_advice(forged) is not None


async def test_advice_of_an_older_run_says_that_its_request_is_unknown(tmp_path: Path) -> None:
    class Older(Strategist):
        async def reply(self, request: Request) -> Reply:
            reply = await super().reply(request)
            record = json.loads(reply.reasoning)
            del record["advice"]["asked"]
            return reply._replace(reasoning=json.dumps(record))

    folder = await played(tmp_path / "run", Older(Scripted("Answer: 4"), Scripted("Add.")), turns=1)
    card = export_rows([folder], tmp_path / "rows.jsonl", ROWS)
    assert card.left_out == {NOT_REBUILT: 1}


async def test_replies_without_advice_are_left_out(tmp_path: Path) -> None:
    folder = await played(tmp_path / "run", Strategist(Scripted("Answer: 4"), Scripted("")), turns=1)
    with SourceRun(folder) as source:
        assert not [one for reading in source.readings() for one in advised(reading).placed]


@pytest.mark.parametrize("reasoning", ["", "{}", "[]", '{"advice": 3}', '{"advice": {}}', "nul"])
def test_what_is_no_record_has_no_advice(reasoning: str) -> None:
    assert read_advice(reasoning) is None
