"""JudgeBench: the net rule, accuracy by category, and the published table of o1-mini and Claude 3 Haiku."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from arena.core.errors import UsageError
from arena.designs.building import Source, build
from arena.judging import Criterion, JudgingOptions, judge_run
from arena.running import run
from scenarios.judgebench import SIZES, read_judgebench
from tests.arena.results.figures.lines import Found, sections_in

CRITERION = Criterion(ties=True)
WHO = "responses: {judge}, afterwards, Which speaker did better?"
BY_CATEGORY = "Accuracy of each judge by category, undecided as wrong"


async def judged(folder: Path, pairs: int, judge: str, rule: str) -> Found:
    """Return the figures of some pairs, judged in both orders."""
    settings = {"first": pairs}
    await run(build(Source(name="judgebench", settings=settings)), folder)
    await judge_run(folder, [judge], CRITERION, JudgingOptions(combine=rule))
    return Found(sections_in(folder))


async def test_six_pairs_by_hand(tmp_path: Path) -> None:
    """Right and right, tie, missing, wrong; two ties; wrong and a tie: three of six are right."""
    judge = "scenarios.responses:Ruler?of=rr,rt,r%3F,rw,tt,wt"
    for rule, right in (("net", 0.5), ("two-game", 2 / 6), ("tie-on-disagreement", 1 / 6)):
        found = await judged(tmp_path / rule, 6, judge, rule)
        who = WHO.format(judge=judge)
        shown = found.shown("Accuracy of each judge, undecided as wrong", f"{who}, {rule}")
        assert shown == (round(right, 9), 6, 6)


@pytest.mark.slow
async def test_the_published_table_of_o1_mini(tmp_path: Path) -> None:
    """58.44, 62.24, 82.14 and 78.57 %, 65.71 % in all; right in both orders 203, inconsistent 110 of 350."""
    judge = "scenarios.judgebench:o1_mini"
    found = await judged(tmp_path / "net", 350, judge, "net")
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
async def test_a_judge_with_many_ties_and_missing_verdicts(tmp_path: Path) -> None:
    """Claude 3 Haiku: 87 of 270 right, 38 in both orders, 135 inconsistent, 192 of 540 verdicts ties."""
    courses = "rr*38,rt*38,r%3F*11,rw*50,wt*36,tt*59,ww*36,w%3F*2"
    judge = f"scenarios.responses:Ruler?of={courses}"
    found = await judged(tmp_path / "net", 270, judge, "net")
    who = f"{WHO.format(judge=judge)}, net"
    assert found.shown("Accuracy of each judge, undecided as wrong", who)[0] == round(87 / 270, 9)


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
