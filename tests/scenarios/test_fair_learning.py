"""The example of fair learning through the whole path: objections, violations at each gamma, and losses."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena import Agent, Reply, Request, Scenario
from arena.core.errors import UsageError
from arena.journal import StoredRun
from arena.running import run
from scenarios.fair_learning import (
    EXAMPLE,
    Arrivals,
    FairLearning,
    StatedChances,
    fewest_errors,
    is_violated,
)
from tests.arena.results.figures.lines import Found, sections_in
from tests.shared.agents import Watched


async def played(folder: Path, learner: Agent, **settings: float) -> Found:
    """Play the round of x .6, .5 and labels 1, 0 before auditors with the slopes 1, 5 and 8."""
    slopes = enumerate((1, 5, 8))
    seats = {f"auditor_{place}": f"scenarios.fair_learning:Auditor?slope={slope}" for place, slope in slopes}
    protocol = FairLearning.model_validate(settings)
    await run(Scenario(protocol=protocol, tasks=[EXAMPLE], seats={"learner": learner, **seats}), folder)
    return Found(sections_in(folder))


def score(found: Found, name: str) -> float | None:
    return found.shown("Mean score", f"fair-learning: {name}")[0]


@pytest.mark.parametrize(("gamma", "violation"), [(0, 1), (0.5, 1), (0.67, 0), (1, 0)])
async def test_two_of_three_auditors_object(tmp_path: Path, gamma: float, violation: float) -> None:
    """The chances .9 and .2 are .7 apart, which is above .2 and .6, and not above .9."""
    found = await played(tmp_path / "run", StatedChances("90/20"), gamma=gamma)
    assert score(found, "objection") == round(2 / 3, 9)
    assert score(found, "violation") == violation


class Humming(Agent):
    """Never says anything that can be used."""

    async def reply(self, request: Request) -> Reply:
        """Return what is no report."""
        return Reply("hm")


async def test_a_report_that_cannot_be_used_is_no_absence_of_an_objection(tmp_path: Path) -> None:
    """Two of three can be used, one objects, and what the third would have said is not known."""
    seats: dict[str, str | Agent] = dict.fromkeys(FairLearning().panel[1:], "scenarios.fair_learning:Auditor")
    seats |= {"learner": StatedChances("100/0"), "auditor_0": Humming()}
    await run(Scenario(protocol=FairLearning(), tasks=[EXAMPLE], seats=seats), tmp_path / "run")
    found = Found(sections_in(tmp_path / "run"))
    for name in ("objection", "violation", "loss"):
        assert found.shown("Mean score", f"fair-learning: {name}") == (None, 0, 1)
    for name in ("errors", "regret"):
        assert found.shown("Mean score", f"fair-learning: {name}") == (0.0, 1, 1)
    with StoredRun(tmp_path / "run") as stored:
        assert [one.outcome.returns for one in stored.finished()] == [{}]


@pytest.mark.parametrize(
    ("reports", "auditors", "gamma", "violated"),
    [
        (7, 25, 0.28, True),
        (6, 25, 0.28, False),
        (14, 50, 0.28, True),
        (7, 100, 0.07, True),
        (14, 25, 0.56, True),
        (1, 3, 0.34, False),
        (1, 100, 0, True),
        (0, 100, 0, False),
    ],
)
def test_a_share_that_is_exactly_gamma_is_enough(
    reports: int, auditors: int, gamma: float, violated: bool
) -> None:
    assert is_violated(["1 over 2"] * reports, auditors, gamma) is violated


def test_no_share_of_up_to_100_auditors_is_rounded_up() -> None:
    """At a gamma in whole percent, the comparison of whole numbers is exact."""
    wrong = [
        (percent, auditors, count)
        for percent in range(101)
        for auditors in (3, 25, 50, 100)
        for count in range(1, auditors + 1)
        if is_violated(["1 over 2"] * count, auditors, percent / 100) != (100 * count >= percent * auditors)
    ]
    assert wrong == []


def test_chances_are_decimal_digits() -> None:
    with pytest.raises(UsageError, match="whole percentages"):
        StatedChances("90/²")


@pytest.mark.parametrize(
    ("chances", "errors", "usable", "loss", "regret"),
    [("100/100", 1, 1, 1, 1), ("100/0", 0, 0.5, 2, 0)],
)
async def test_differences_of_the_usable_loss_are_half_of_those_of_errors(
    tmp_path: Path, chances: str, errors: float, usable: float, loss: float, regret: float
) -> None:
    found = await played(tmp_path / "run", StatedChances(chances), cost=2)
    names = ("errors", "usable-loss", "loss", "regret")
    assert [score(found, name) for name in names] == [errors, usable, loss, regret]


async def test_only_the_labels_of_the_accepted_are_told(tmp_path: Path) -> None:
    learner = Watched(
        lambda request: f"Probability: {100 * (request.prompt.data['number'] == 2)}%", "learner"
    )
    again = EXAMPLE.model_copy(update={"data": {"rounds": [*EXAMPLE.data["rounds"]] * 2}})
    seats = dict.fromkeys(FairLearning().panel, "scenarios.fair_learning:Auditor")
    await run(Scenario(protocol=FairLearning(), tasks=[again], seats={"learner": learner, **seats}), tmp_path)
    told = [event.text for event in learner.sent[-1].view if event.text.startswith("You accepted")]
    assert told == ["You accepted number 2, who is bad."]


def test_the_best_threshold_is_one_of_the_features_or_above_all() -> None:
    assert fewest_errors([Arrivals((0.2, 0.6), (0, 1)), Arrivals((0.4, 0.8), (1, 1))]) == 0
    assert fewest_errors([Arrivals((0.2, 0.6), (1, 0))]) == 1
    assert fewest_errors([Arrivals((0.2, 0.6), (0, 0))]) == 0
