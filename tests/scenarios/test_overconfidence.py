"""The five conditions of "When Two LLMs Debate": what they have in common, and in what they differ."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from arena import Ending
from arena.designs.building import Source, build
from arena.designs.overriding import override
from arena.journal import StoredEpisode, StoredRun
from arena.judging import JudgingOptions, judge_run
from arena.results.report import report_record, write_report
from arena.running import run
from arena.seat.agent import Request
from arena.seat.transcript import NOBODY
from tests.protocols.asking import asks_for, sure_of
from tests.shared.agents import Watched

RED_TEAM = "First think through why you might lose: the best case against you, and what you left unanswered."

CONDITIONS = ("cross-model", "self-debate", "informed", "public-bets", "red-team")


async def episodes(folder: Path) -> list[StoredEpisode]:
    source = Source(
        name="overconfidence", agents=("random", "noisy:random"), settings={"seats.judge": "random"}
    )
    result = await run(build(source), folder)
    assert result.ended[Ending.COMPLETED] == 60
    with StoredRun(folder) as stored:
        return list(stored.episodes())


async def test_sixty_debates_under_five_conditions(tmp_path: Path) -> None:
    found = await episodes(tmp_path / "run")
    assert Counter(episode.plan.condition for episode in found) == dict.fromkeys(CONDITIONS, 12)
    for episode in found:
        condition, seats = episode.plan.condition, episode.plan.seats
        assert (seats["debater_a"] != seats["debater_b"]) == (condition == "cross-model")
        assert ("exactly 50%" in episode.briefs["debater_a"]) == (condition == "informed")
        assert episode.played is not None
        bets = [one for one in episode.played.outcome.details["beliefs"] if one["kind"] == "wins"]
        assert Counter(bet["round"] for bet in bets) == {1: 2, 2: 2, 3: 2}
        said = [event for event in episode.events if event.kind == "said" and "probability" in event.data]
        heard = NOBODY.union(*(event.audience for event in said))
        assert heard == (set(seats) if condition == "public-bets" else NOBODY)
        asked = [
            event.text for event in episode.events if event.kind == "asked" and "How likely" in event.text
        ]
        assert {RED_TEAM in text for text in asked} == {condition == "red-team"}


@pytest.mark.slow
async def test_its_table_comes_out_of_the_run(tmp_path: Path) -> None:
    """Of debaters who bet 70, 75 and 80, but 60 at last if red-teamed; two judges decide afterwards."""

    def bettor(request: Request) -> str:
        if asks_for(request) != "belief":
            return "I speak."
        spoke = sum(event.seat == request.seat and "speech" in event.data for event in request.view)
        is_last_red = spoke == 3 and RED_TEAM in request.prompt.text
        return f"Probability: {60 if is_last_red else 65 + 5 * spoke}"

    for_it = "for it"
    scenario = build(Source(name="overconfidence"))
    seats = {
        "debater_a": Watched(bettor, "ann"),
        "debater_b": Watched(bettor, "bob"),
        "judge": sure_of(for_it),
    }
    await run(override(scenario, ["seats"], seats), tmp_path / "run")
    await judge_run(
        tmp_path / "run",
        [Watched("Verdict: 1", "cy"), Watched("Verdict: 1", "dee")],
        options=JudgingOptions(swap=False),
    )

    record = report_record([tmp_path / "run"], samples=10)
    (found,) = [section["figures"] for section in record["sections"] if section["title"] == "Beliefs"]
    figures = {(one["name"], one["group"]): one for one in found}
    for condition in CONDITIONS:
        red = condition == "red-team"
        brier = 0.26 if red else 0.34
        expected = {
            "Confidence after round 1": (0.7, 24),
            "Confidence after round 2": (0.75, 24),
            "Confidence after round 3": (0.6 if red else 0.8, 24),
            "Escalation of confidence": (-0.1 if red else 0.1, 24),
            "Both at least 0.75": (0.0 if red else 1.0, 12),
            "Both above 0.75": (0.0 if red else 1.0, 12),
            "Sum above 1": (1.0, 12),
            "Brier score of debaters": (brier, 24),
            "Expected calibration error of debaters": (0.1 if red else 0.3, 24),
            "Brier score of debaters, later judges": (brier, 24),
            "Expected calibration error of debaters, later judges": (0.1 if red else 0.3, 24),
        }
        for name, (value, n) in expected.items():
            one = figures[name, condition]
            assert (one["value"], one["n"], one["of"]) == (pytest.approx(value), n, n), (name, condition)

    write_report([tmp_path / "run"], tmp_path / "report.html", episodes=0, samples=10)
    page = (tmp_path / "report.html").read_text()
    table = page[page.index(">bets</span></th>") :]
    assert re.findall(r'<tr><td><span class="name">([a-z-]+)</span></td>', table)[:5] == list(CONDITIONS)
    assert re.findall(r">(-?\d\.\d{3}) <small>", table)[:4] == ["0.700", "0.800", "0.100", "1.000"]


async def test_the_conditions_have_the_same_sides(tmp_path: Path) -> None:
    sides: dict[int, set[str]] = {}
    for episode in await episodes(tmp_path / "run"):
        assert episode.played is not None
        sides.setdefault(episode.plan.match, set()).add(str(episode.played.outcome.details["defended"]))
    assert len(sides) == 12
    assert all(len(defended) == 1 for defended in sides.values())
