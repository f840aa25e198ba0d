"""JudgeBench: the net rule, accuracy by category, and three rows of the published table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from arena.core.errors import UsageError
from arena.designs.building import Source, build
from arena.designs.scenario import Scenario
from arena.judging import Criterion, JudgingOptions, judge_run
from arena.running import run
from arena.tasks import Task
from scenarios.judgebench import SIZES, read_judgebench
from scenarios.responses import response_pairs
from tests.arena.results.figures.lines import Found, sections_in

CRITERION = Criterion(ties=True)
WHO = "responses: {judge}, afterwards, Which speaker did better?"
BY_CATEGORY = "Accuracy of each judge by category, undecided as wrong"


async def judged(folder: Path, tasks: list[Task], judge: str, rule: str, *, swap: bool = True) -> Found:
    """Return the figures of some pairs, judged in both orders or in one."""
    scenario = build(Source(name="judgebench"))
    assert isinstance(scenario, Scenario)
    await run(scenario.model_copy(update={"tasks": tasks}), folder)
    await judge_run(folder, [judge], CRITERION, JudgingOptions(combine=rule, swap=swap))
    return Found(sections_in(folder))


def pairs(sizes: Mapping[str, int]) -> list[Task]:
    """Return pairs in categories of these sizes."""
    return response_pairs(n=sum(sizes.values()), seed=7, categories=sizes)


async def test_six_pairs_by_hand(tmp_path: Path) -> None:
    """Right and right, tie, missing, wrong; two ties; wrong and a tie: three of six are right."""
    judge = "scenarios.responses:Ruler?of=rr,rt,r%3F,rw,tt,wt"
    for rule, right in (("net", 0.5), ("two-game", 2 / 6), ("tie-on-disagreement", 1 / 6)):
        found = await judged(tmp_path / rule, pairs({"knowledge": 6}), judge, rule)
        who = WHO.format(judge=judge)
        shown = found.shown("Accuracy of each judge, undecided as wrong", f"{who}, {rule}")
        assert shown == (round(right, 9), 6, 6)


@pytest.mark.slow
async def test_the_published_table_of_o1_mini(tmp_path: Path) -> None:
    """58.44, 62.24, 82.14 and 78.57 %, 65.71 % in all; right in both orders 203, inconsistent 110 of 350."""
    judge = "scenarios.judgebench:o1_mini"
    found = await judged(tmp_path / "net", pairs(SIZES), judge, "net")
    who = WHO.format(judge=judge)
    for kind, percent in zip(SIZES, (58.44, 62.24, 82.14, 78.57), strict=True):
        value, n, of = found.shown(BY_CATEGORY, f"{who}, net, {kind}")
        assert value == pytest.approx(percent / 100, abs=5e-5)
        assert n == of == SIZES[kind]
    assert found.shown("Accuracy of each judge, undecided as wrong", f"{who}, net")[0] == round(230 / 350, 9)
    assert found.shown("Inconsistency under swap", who) == (round(110 / 350, 9), 350, 350)
    await judge_run(
        tmp_path / "net",
        [judge],
        CRITERION,
        JudgingOptions(append=True, combine="tie-on-disagreement"),
    )
    again = Found(sections_in(tmp_path / "net"))
    both = again.shown("Accuracy of each judge, undecided as wrong", f"{who}, tie-on-disagreement")
    assert both[0] == round(203 / 350, 9)


@pytest.mark.slow
async def test_the_published_table_of_claude_3_haiku(tmp_path: Path) -> None:
    """37.66, 29.41, 32.35 and 9.68 %, 32.22 % in all, of 270 pairs. The verdicts behind them are ours."""
    sizes = {"knowledge": 154, "reasoning": 51, "math": 34, "coding": 31}
    courses = "rr*28,rt*24,r%3F*6,rw*60,tt*36,rr*6,rt*9,wt*36,rr*4,tr*7,tt*23,t%3F*4,ww*24,r%3F*3"
    judge = f"scenarios.responses:Ruler?of={courses}"
    found = await judged(tmp_path / "net", pairs(sizes), judge, "net")
    who = f"{WHO.format(judge=judge)}, net"
    for kind, right in zip(sizes, (58, 15, 11, 3), strict=True):
        assert found.shown(BY_CATEGORY, f"{who}, {kind}") == (
            round(right / sizes[kind], 9),
            *[sizes[kind]] * 2,
        )
    assert found.shown("Accuracy of each judge, undecided as wrong", who)[0] == round(87 / 270, 9)


@pytest.mark.slow
async def test_the_published_table_of_a_reward_model_that_plays_one_game(tmp_path: Path) -> None:
    """Skywork-Gemma-2-27B: 59.74, 66.33, 83.93 and 50.00 %, 64.29 % in all."""
    judge = "scenarios.responses:Ruler?of=rr*92,ww*62,rr*65,ww*33,rr*47,ww*9,rr*21,ww*21"
    found = await judged(tmp_path / "net", pairs(SIZES), judge, "net", swap=False)
    who = f"{WHO.format(judge=judge)}, net"
    for kind, percent in zip(SIZES, (59.74, 66.33, 83.93, 50.0), strict=True):
        assert found.shown(BY_CATEGORY, f"{who}, {kind}")[0] == pytest.approx(percent / 100, abs=5e-5)
    overall = found.shown("Accuracy of each judge, undecided as wrong", who)[0]
    assert overall == pytest.approx(0.6429, abs=5e-5)


def test_the_benchmarks_file_is_read_by_category(tmp_path: Path) -> None:
    row = {
        "pair_id": "p1",
        "original_id": "1",
        "source": "mmlu-pro-law",
        "question": "Who?",
        "response_model": "m",
        "response_A": "He.",
        "response_B": "She.",
        "label": "B>A",
    }
    file = tmp_path / "pairs.jsonl"
    file.write_text(json.dumps(row))
    (task,) = read_judgebench(file)
    assert (task.id, task.text, task.truth) == ("p1", "Who?", "response_b")
    assert task.data == {"category": "knowledge", "response_a": "He.", "response_b": "She."}
    file.write_text(json.dumps(row | {"source": "else"}))
    with pytest.raises(UsageError, match="has the source 'else'"):
        read_judgebench(file)
