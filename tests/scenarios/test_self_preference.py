"""DBG: a judge's win rate of its own model less that of a gold panel, on the four items of the sheet."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from arena.designs.building import Source, build
from arena.designs.overriding import override
from arena.designs.scenario import Scenario
from arena.judging import Criterion, JudgingOptions, judge_run
from arena.running import run
from arena.seat.agent import Agent, PolicyAgent, Request
from scenarios.responses import Ruler, pair_shown
from scenarios.responses import recorded as recorded_response
from tests.arena.results.figures.lines import Found, sections_in
from tests.shared.agents import Watched

GROUP = "responses: m1, Which speaker did better?"
PANEL = ("aa,aa,aa,ab", "aa,ab,bb,bb", "bb")


def named(agent: Agent, name: str) -> Agent:
    """Return an agent under a name."""
    agent.name = name
    return agent


class Leaning(PolicyAgent):
    """Holds the first speaker likelier, and the more so if it is m1."""

    async def distribution(self, request: Request) -> Mapping[str, float]:
        return {"1": 0.7, "2": 0.3} if pair_shown(request).order else {"1": 0.9, "2": 0.1}


async def judged(folder: Path, judges: list[Agent], criterion: Criterion | None = None) -> Found:
    """Return the figures of four pairs by m1 and m2, judged by some."""
    seats = {
        f"response_{seat}": Watched(recorded_response, name) for seat, name in (("a", "m1"), ("b", "m2"))
    }
    scenario = override(override(build(Source(name="self-preference")), ["first"], 4), ["seats"], seats)
    assert isinstance(scenario, Scenario)
    await run(scenario, folder)
    await judge_run(folder, judges, criterion, JudgingOptions())
    return Found(sections_in(folder))


async def test_the_judge_against_the_panel(tmp_path: Path) -> None:
    """62.5 % (or, of both orders, 50 %) less 37.5 %: the panel's votes are 4:2, 3:3, 2:4 and 1:5."""
    panel = [named(Ruler(of), f"gold {place}") for place, of in enumerate(PANEL)]
    found = await judged(tmp_path, [named(Ruler("aa,aa,ab,bb"), "m1"), *panel])
    assert found.shown("Self-preference in choices", GROUP) == (0.25, 4, 4)
    assert found.shown("Self-preference in choices, undecided as none", GROUP) == (0.125, 4, 4)


async def test_without_a_panel_the_truth_stands_for_it(tmp_path: Path) -> None:
    """In every two pairs the right response is once the first one, so half of the truths are m1's."""
    found = await judged(tmp_path, [named(Ruler("aa,aa,ab,bb"), "m1")])
    assert found.shown("Self-preference in choices", GROUP) == (0.125, 4, 4)
    assert "the truth" in found.line("Self-preference in choices", GROUP).convention


async def test_a_pair_without_one_of_the_verdicts_is_left_out(tmp_path: Path) -> None:
    panel = [named(Ruler("bb"), "gold")]
    found = await judged(tmp_path, [named(Ruler("aa,a?,aa,bb"), "m1"), *panel])
    assert found.shown("Self-preference in choices", GROUP) == (round(2 / 3, 9), 3, 4)


async def test_a_pair_without_one_of_the_verdicts_may_be_no_win(tmp_path: Path) -> None:
    """Both orders choose m1 in two of four pairs, and the panel never does."""
    panel = [named(Ruler("bb"), "gold")]
    found = await judged(tmp_path, [named(Ruler("aa,a?,aa,bb"), "m1"), *panel])
    assert found.shown("Self-preference in choices, undecided as none", GROUP) == (0.5, 4, 4)


async def test_a_panel_without_a_vote_prefers_neither_side(tmp_path: Path) -> None:
    """The judge wins 3 of 4, and the panel a half of one."""
    panel = [named(Ruler("??,bb,bb,bb"), "gold")]
    found = await judged(tmp_path, [named(Ruler("aa,aa,aa,bb"), "m1"), *panel])
    assert found.shown("Self-preference in choices", GROUP) == (0.625, 4, 4)


async def test_a_preference_is_what_is_likelier_over_both_orders(tmp_path: Path) -> None:
    """It holds the first speaker likelier by .9 to .1, and then by .7 to .3: m1's is likelier over both."""
    judges: list[Agent] = [named(Leaning(), "m1"), named(Leaning(), "gold")]
    found = await judged(tmp_path, judges, Criterion(probabilities=True))
    assert found.shown("Self-preference in choices", GROUP) == (0.5, 4, 4)
    assert found.shown("Self-preference in choices, undecided as none", GROUP) == (0.5, 4, 4)
