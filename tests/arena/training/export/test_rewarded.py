"""Exports of runs by the rewards that their protocols and judges recorded."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from agents.solver import Solver
from arena.core.errors import UsageError
from arena.designs.comparison import Comparison
from arena.designs.scenario import Scenario
from arena.judging import Criterion, judge_run
from arena.judging._criterion import Asks
from arena.running.running import run
from arena.seat.agent import Agent, Reply, Request
from arena.tasks import sums, worked_solutions
from arena.tasks.task import Task
from arena.training.export.exporting import ExportOptions, RowsOf, export_rows
from protocols import Beliefs, Debate, Revise, SneakyCritic
from tests.arena.judging.debating import prefers, said, stored_debate
from tests.arena.training.export.test_exporting import kuhn, played, read
from tests.shared.agents import Watched


class AlwaysIncorrect(Agent):
    """A critic that finds every step incorrect."""

    async def reply(self, request: Request) -> Reply:
        return Reply("Verdict: Incorrect")


async def revised(folder: Path) -> Path:
    """Return a run of ways to answer again, on the same sums."""
    conditions = {
        "again": Revise(),
        "samples": Revise(turns=2, hint="unary", samples=3, keep="right"),
        "unary": Revise(turns=3, hint="unary"),
    }
    solver = Solver(right=0.6, repairs=0.5)
    scenario = Comparison(
        name="revise", tasks=sums(n=20, seed=7), seats={"answerer": solver}, conditions=conditions, seed=1
    )
    await run(scenario, folder)
    return folder


class TestRevision:
    async def test_pairs_are_of_one_condition_and_choose_right_answers(self, tmp_path: Path) -> None:
        """27 of 27 pairs mixed conditions, and 12 chose a wrong answer."""
        folder = await revised(tmp_path / "run")
        for reward in ("terminal", "correct"):
            file = tmp_path / f"{reward}.jsonl"
            export_rows([folder], file, ExportOptions(to="trl-dpo", reward=reward))
            pairs = read(file)
            assert all(pair["chosen_reward"] > pair["rejected_reward"] for pair in pairs)
        assert pairs
        assert {pair["chosen_reward"] for pair in pairs} == {1.0}
        assert {pair["condition"] for pair in pairs} == {"samples"}

    async def test_what_was_kept_is_chosen_by_its_label(self, tmp_path: Path) -> None:
        folder = await revised(tmp_path / "run")
        card = export_rows(
            [folder],
            tmp_path / "kept.jsonl",
            ExportOptions(to="trl-sft", reward="correct", where=("kept=yes",)),
        )
        found = read(tmp_path / "kept.jsonl")
        assert {row["condition"] for row in found} == {"samples"}
        assert card.left_out["not kept=yes"] > 0
        turns = Counter((row["episode"], row["turn"]) for row in found)
        assert set(turns.values()) == {1}

    async def test_an_export_says_how_many_rows_have_siblings_and_what_would_give_more(
        self, tmp_path: Path
    ) -> None:
        folder = await revised(tmp_path / "run")
        by_match = ExportOptions(to="tokens", reward="correct", advantage="group-mean")
        (notice,) = export_rows([folder], tmp_path / "rows.parquet", by_match).notices
        assert notice.startswith("0 of ")
        assert "by=prompt gives " in notice
        assert " groups of 3" in notice
        assert notice in (tmp_path / "rows.card.md").read_text()
        by_prompt = ExportOptions(to="trl-sft", reward="correct", advantage="group-mean?by=prompt")
        card = export_rows([folder], tmp_path / "rows.jsonl", by_prompt)
        siblings = [row for row in read(tmp_path / "rows.jsonl") if row["advantage"] is not None]
        groups = Counter((row["episode"], row["turn"]) for row in siblings)
        assert set(groups.values()) == {3}
        assert card.notices[0].startswith(f"{len(siblings)} of ")


class TestSneakyCritic:
    async def test_a_generator_that_is_always_caught_is_never_paid(self, tmp_path: Path) -> None:
        """It had the mean +0.200, as it was paid in episodes in which it was told to leave the step."""
        scenario = Scenario(
            protocol=SneakyCritic(),
            tasks=worked_solutions(n=10, seed=3),
            seats={"generator": "sneaky", "critic": AlwaysIncorrect()},
            episodes=3,
            seed=2,
        )
        await run(scenario, tmp_path / "run")
        for reward in ("annotation:game", "terminal"):
            options = ExportOptions(to="trl-sft", reward=reward, seats=("generator",))
            export_rows([tmp_path / "run"], tmp_path / "rows.jsonl", options)
            found = read(tmp_path / "rows.jsonl")
            assert len(found) > 5
            assert {row["reward"] for row in found} == {-1.0}


def _by_words(request: Request) -> str:
    """Give 4 to who says that they swim, and 2 to the other."""
    (swimmer,) = [speaker for speaker, speech in said(request).items() if "swim" in speech]
    return "4" if swimmer in request.prompt.text else "2"


class TestJudges:
    async def test_what_a_judge_scored_afterwards_is_a_reward(self, tmp_path: Path) -> None:
        folder = await stored_debate(tmp_path / "run")
        criterion = Criterion(asks=Asks.SCORE, low=1, high=5)
        await judge_run(folder, [Watched(_by_words, name="umpire")], criterion)
        for name in ("judge:score?scale=5", f"{criterion.key}?scale=5&judge=umpire"):
            options = ExportOptions(to="trl-sft", reward=name, advantage="none")
            card = export_rows([folder], tmp_path / "rows.jsonl", options)
            found = {row["role"]: row["reward"] for row in read(tmp_path / "rows.jsonl")}
            assert found == {"pro": 0.8, "con": 0.4}
            assert card.left_out == {f"no {criterion.key} at its place": 1}
        options = ExportOptions(to="trl-sft", where=(f"{criterion.key}>=3",))
        export_rows([folder], tmp_path / "best.jsonl", options)
        assert {row["role"] for row in read(tmp_path / "best.jsonl")} == {"pro"}

    async def test_whom_a_judge_chose_afterwards_may_be_paid(self, tmp_path: Path) -> None:
        folder = await stored_debate(tmp_path / "run")
        await judge_run(folder, [prefers("swim")], Criterion())
        export_rows(
            [folder], tmp_path / "rows.jsonl", ExportOptions(to="trl-sft", reward="judge:speaker?is=chosen")
        )
        found = {row["role"]: row["reward"] for row in read(tmp_path / "rows.jsonl")}
        assert found == {"pro": 1.0, "con": 0.0}


class TestConditions:
    @pytest.mark.parametrize(
        ("where", "told"),
        [("kept", "'kept' is no condition"), ("kept>yes", "In 'kept>yes' the value 'yes' is no number")],
    )
    async def test_a_condition_that_cannot_be_read_is_refused(
        self, tmp_path: Path, where: str, told: str
    ) -> None:
        folder = await played(tmp_path / "run", kuhn(episodes=1))
        with pytest.raises(UsageError, match=told):
            export_rows([folder], tmp_path / "rows.jsonl", ExportOptions(to="trl-sft", where=(where,)))


class TestVerdicts:
    async def test_a_judges_replies_are_rows_that_are_paid_for_being_right(self, tmp_path: Path) -> None:
        """Of a debate about a claim, one judge sides with the right side and one with the wrong one."""
        folder, task = tmp_path / "run", Task(text="Fish?", data={"answers": ["yes", "no"]}, truth="no")
        speaker = Watched(lambda request: f"I say {request.prompt.data['defends']}.", "ann")
        protocol = Debate(rounds=1, judged=False, beliefs=Beliefs(holders=()))
        seats = dict.fromkeys(protocol.seats, speaker)
        await run(Scenario(protocol=protocol, tasks=[task], seats=seats), folder)
        await judge_run(folder, [prefers("I say no", "cy"), prefers("I say yes", "dee")])
        choice = ExportOptions(to="trl-sft", rows=RowsOf.VERDICTS)
        card = export_rows([folder], tmp_path / "rows.jsonl", choice)
        found = read(tmp_path / "rows.jsonl")
        assert card.lines == len(found)
        assert {row["role"] for row in found} == {"judge"}
        assert {(row["agent"], row["reward"]) for row in found} == {("cy", 1), ("dee", 0)}
        assert all(row["prompt"][0]["role"] == "system" for row in found)
        assert all("Verdict: " in row["completion"][0]["content"] for row in found)

    def test_other_options_are_refused_in_a_sentence(self, tmp_path: Path) -> None:
        choice = ExportOptions(to="trl-sft", rows=RowsOf.VERDICTS, weight="exp-weight")
        with pytest.raises(UsageError, match="so they do not take weight"):
            export_rows([tmp_path], tmp_path / "rows.jsonl", choice)
        with pytest.raises(UsageError, match="The format openai-sft holds no weights"):
            export_rows([tmp_path], tmp_path / "rows.jsonl", ExportOptions(to="openai-sft", weight="correct"))
