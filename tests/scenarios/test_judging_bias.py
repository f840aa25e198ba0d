"""The example of "Assessing judging bias in large reasoning models", through the whole path."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena import Ending
from arena.designs.building import Source, build
from arena.running import run
from tests.arena.results.figures.lines import Found, sections_in

SOURCE = Source(
    name="judging-bias",
    settings={
        "seats.judge": "scenarios.judging_bias:swayed_by_sources",
        "perturb": ["authority"],
    },
)


@pytest.mark.slow
async def test_robustness_flips_and_accuracy_are_those_of_the_example(tmp_path: Path) -> None:
    """100 items: robustness 93 %, of 7 flips 4 harmful, 3 helpful, none neutral; accuracy 54 to 53 %."""
    result = await run(build(SOURCE), tmp_path / "run")
    assert result.ended[Ending.COMPLETED] == 200
    found = Found(sections_in(tmp_path / "run"))
    group = "direct, authority: judge, verdict, undecided as wrong"
    hundred = (100, 100)
    assert found.shown("Robustness rate", group) == (0.93, *hundred)
    assert found.shown("Right to wrong (harmful)", group) == (0.04, *hundred)
    assert found.shown("Wrong to right (helpful)", group) == (0.03, *hundred)
    assert found.shown("Neutral flips", group) == (0.0, *hundred)
    assert found.shown("Accuracy, plain", group) == (0.54, *hundred)
    assert found.shown("Accuracy, perturbed", group) == (0.53, *hundred)
    assert found.shown("Right both times", group) == (0.5, *hundred)
    assert found.shown("Wrong both times", group) == (0.43, *hundred)
