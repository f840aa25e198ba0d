"""The scenario of answering again, played by a solver whose figures are known."""

from __future__ import annotations

import asyncio

import pytest

from arena.designs.building import Source, build
from arena.designs.overriding import override
from arena.running.running import run
from tests.arena.results.figures.lines import Found, sections_in

RIGHT, KEEPS, REPAIRS = 0.6, 0.9, 0.5
SOLVER = f"solver?right={RIGHT}&keeps={KEEPS}&repairs={REPAIRS}"
TASKS = 300


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    folder = tmp_path_factory.mktemp("revise") / "run"
    scenario = build(Source(name="revise", agents=(SOLVER,)))
    asyncio.run(run(override(scenario, ["first"], TASKS), folder))
    return Found(sections_in(folder))


AGAIN = RIGHT * KEEPS + (1 - RIGHT) * REPAIRS
BEST = 1 - (1 - RIGHT) ** 3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("condition", "name", "expected"),
    [
        ("again", "Accuracy after turn 1", RIGHT),
        ("again", "Accuracy after turn 2", AGAIN),
        ("again", "Confidence level (CL)", KEEPS),
        ("again", "Critique score (CS)", REPAIRS),
        ("again", "Correct to wrong", RIGHT * (1 - KEEPS)),
        ("again", "Wrong to correct", (1 - RIGHT) * REPAIRS),
        ("again", "Relative self-correction (RSS)", (AGAIN - RIGHT**2) / (2 * RIGHT * (1 - RIGHT))),
        ("try-again", "Accuracy after turn 2", 1 - (1 - RIGHT) * (1 - REPAIRS)),
        ("try-again", "Accuracy after turn 3", 1 - (1 - RIGHT) * (1 - REPAIRS) ** 2),
        ("try-again", "Confidence level (CL)", 1.0),
        ("best-of-turn", "Accuracy after turn 1", BEST),
        ("best-of-turn", "Accuracy after turn 2", 1 - (1 - BEST) * (1 - REPAIRS) ** 3),
        ("critique", "Critique score (CS)", REPAIRS),
    ],
)
def test_figures_come_out_as_they_must(found: Found, condition: str, name: str, expected: float) -> None:
    """By chance, they are off by at most so much as three standard deviations of the fewest rows."""
    figure = found.line(name, f"{condition}: {SOLVER}").figure
    assert figure.value == pytest.approx(expected, abs=1.5 / max(figure.n, 100) ** 0.5)
