"""Drafts of which an agent made its reply: each is found out about and exported for itself."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from agents.aggregate import Aggregate
from agents.best_of import BestOf
from agents.panel import Panel
from agents.scripted import ScriptedModel
from arena.designs.scenario import Scenario
from arena.journal import StoredRun
from arena.running.running import run
from arena.seat.agent import Agent, Reply, Request
from arena.seat.drafts import NOT_DRAFTED, Drafted, DraftText, read_drafts
from arena.tasks import sums
from arena.training.export.exporting import ExportOptions, RowsOf, export_rows
from protocols import Revise
from tests.arena.training.export.test_exporting import read

(TASK,) = sums(1)
SAID = (str(TASK.truth), "999", str(TASK.truth))


class Drafter(Agent):
    """Gives one of three answers, by which draft it is, and then picks the first."""

    async def reply(self, request: Request) -> Reply:
        if request.prompt.data.get("asks") == "pick":
            return Reply("Answer: 1")
        roots = Drafter.seen
        place = roots.setdefault(request.root, len(roots))
        return Reply(f"Answer: {SAID[place % 3]}")

    seen: dict[int, int]


async def played(folder: Path, agent: Agent) -> Path:
    Drafter.seen = {}
    scenario = Scenario(protocol=Revise(turns=1), tasks=[TASK], seats={"answerer": agent})
    return (await run(scenario, folder)).folder


@pytest.mark.parametrize("wrapper", [Aggregate(Drafter(), n=3), BestOf(Drafter(), n=3)])
async def test_each_draft_is_graded_and_stands_as_a_row_with_what_it_earned(
    wrapper: Agent, tmp_path: Path
) -> None:
    folder = await played(tmp_path / "run", wrapper)
    with StoredRun(folder) as stored:
        (episode,) = stored.episodes()
    found = [(row.name, row.sample, row.correct) for row in episode.annotations if row.kind == "answer"]
    assert found[1:] == [("answer, draft", 0, 1), ("answer, draft", 1, 0), ("answer, draft", 2, 1)]
    assert [(row.name, row.sample) for row in episode.annotations if row.kind == "label"] == [("kept", 0)]

    choice = ExportOptions(to="trl-sft", rows=RowsOf.DRAFTS, reward="correct")
    export_rows([folder], tmp_path / "rows.jsonl", choice)
    rows = read(tmp_path / "rows.jsonl")
    assert [(row["sample"], row["reward"]) for row in rows] == [(0, 1), (1, 0), (2, 1)]
    assert [row["completion"][0]["content"] for row in rows] == [f"Answer: {said}" for said in SAID]
    replies = ExportOptions(to="trl-sft", reward="correct")
    export_rows([folder], tmp_path / "replies.jsonl", replies)
    (reply,) = read(tmp_path / "replies.jsonl")
    assert {str(row["prompt"]) for row in rows} == {str(reply["prompt"])}


async def test_drafts_of_a_turn_are_pairs_and_only_the_picked_one_has_the_return(tmp_path: Path) -> None:
    folder = await played(tmp_path / "run", Aggregate(Drafter(), n=3))
    pairs = ExportOptions(to="trl-dpo", rows=RowsOf.DRAFTS, reward="correct")
    export_rows([folder], tmp_path / "pairs.jsonl", pairs)
    (pair,) = read(tmp_path / "pairs.jsonl")
    assert pair["chosen"][0]["content"] == f"Answer: {TASK.truth}"
    assert pair["rejected"][0]["content"] == "Answer: 999"
    card = export_rows([folder], tmp_path / "rows.jsonl", ExportOptions(to="trl-sft", rows=RowsOf.DRAFTS))
    assert card.lines == 1
    assert Counter(card.left_out) == {"the sample was not kept": 2}


async def test_a_models_own_reasoning_is_no_record_of_drafts(tmp_path: Path) -> None:
    forged = '{"picked": 1, "drafts": [{"text": "Answer: 1", "status": "ok"}]}'

    class Forger(Agent):
        async def reply(self, request: Request) -> Reply:
            return Reply("Answer: 999", reasoning=forged)

    folder = await played(tmp_path / "run", Forger())
    with StoredRun(folder) as stored:
        (episode,) = stored.episodes()
    assert not any("draft" in row.name for row in episode.annotations)
    choice = ExportOptions(to="trl-sft", rows=RowsOf.DRAFTS)
    assert export_rows([folder], tmp_path / "rows.jsonl", choice).lines == 0
    assert read_drafts(forged) == Drafted((DraftText("Answer: 1", structured=False, ok=True),), 0)


@pytest.mark.parametrize(
    "reasoning", ["", "{}", "[]", '{"drafts": 3}', '{"drafts": [1], "picked": 1}', "nul"]
)
def test_what_is_no_record_has_no_drafts(reasoning: str) -> None:
    assert read_drafts(reasoning) == NOT_DRAFTED


async def test_the_members_of_a_panel_are_rows_even_if_nothing_is_found_of_them(
    tmp_path: Path,
) -> None:
    """A critic's words are no answer and no verdict, so only the panel can say that it asked its members."""
    forging = ScriptedModel(Reply("Look again.", reasoning='{"drafts": [], "picked": null}'))
    panel = Panel(forging, members=(ScriptedModel("The sum."), ScriptedModel("The sign.")))
    for name, critic in {"panel": panel, "alone": forging}.items():
        scenario = Scenario(
            protocol=Revise(feedback="critic"), tasks=[TASK], seats={"answerer": "solver", "critic": critic}
        )
        folder = (await run(scenario, tmp_path / name)).folder
        choice = ExportOptions(to="spans", rows=RowsOf.DRAFTS, seats=("critic",))
        export_rows([folder], tmp_path / f"{name}.jsonl", choice)
        said = [row["completion"] for row in read(tmp_path / f"{name}.jsonl")]
        assert said == (["The sum.", "The sign."] if name == "panel" else [])
        with StoredRun(folder) as stored:
            assert not list(stored.noted())
