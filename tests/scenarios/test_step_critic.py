"""Critics of steps: the figures of ProcessBench and SPC, on chains whose truth is exact."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from arena import Request, Scenario, Task
from arena.results.metrics import detection_harmonic_mean, detection_mean
from arena.running import run
from arena.seat.function import Function
from protocols import FirstError
from tests.arena.cli.typing_in import Typist
from tests.arena.results.figures.lines import Found, sections_in


def test_the_exact_critic_finds_every_error(arena: Typist) -> None:
    assert arena("run", "step-critic", "--agents", "exact-critic", "--tasks", "100", "--out", "run").code == 0
    found = Found(sections_in(arena.folder / "run"))
    assert found.shown("ProcessBench F1", "first-error: exact-critic") == (1.0, 100, 100)
    assert (
        found.line("Single steps: Detection, mean of categories", "first-error: exact-critic").figure.value
        == 1
    )


def test_the_two_shares_and_f1_are_those_of_the_official_code(arena: Typist) -> None:
    """acc1 0.6 and acc2 0.9 come to F1 0.72."""
    critic = "critic=scenarios.courses:Recited?of=0*12,1,0,1,0,1,0,1,1"
    assert arena("run", "step-critic", "--agents", critic, "--tasks", "20", "--out", "run").code == 0
    found = Found(sections_in(arena.folder / "run"))
    assert found.shown("First error found", "first-error: critic") == (0.6, 10, 10)
    assert found.shown("No error claimed", "first-error: critic") == (0.9, 10, 10)
    assert found.shown("ProcessBench F1", "first-error: critic") == (0.72, 20, 20)


@pytest.mark.parametrize(
    ("correct", "wrong", "mean", "harmonic"), [(859, 711, 0.785, 0.778), (674, 731, 0.7025, 0.701)]
)
def test_average_and_harmonic_mean_of_spc(correct: int, wrong: int, mean: float, harmonic: float) -> None:
    """Of a thousand right and a thousand wrong steps; the harmonic mean to three digits, as it is printed."""
    said = [0] * correct + [1] * (1000 - correct) + [1] * wrong + [0] * (1000 - wrong)
    truth = [0] * 1000 + [1] * 1000
    assert detection_mean(said, truth).value == pytest.approx(mean)
    assert detection_harmonic_mean(said, truth).value == pytest.approx(harmonic, abs=0.0005)


SUBSETS = {"gsm8k": (37, 50), "math": (853, 1000), "olympiadbench": (381, 500), "omnimath": (767, 1000)}


def steps() -> Iterator[Task]:
    """Yield a task of one step for each row of the four subsets, of which so many are judged rightly."""
    for category, (right, of) in SUBSETS.items():
        for number in range(of):
            said = "well" if number < right else "badly"
            data = {"steps": [f"This is judged {said}."], "category": category}
            yield Task(id=f"{category}-{number}", text=category, data=data, truth=-1)


def judged(request: Request) -> str:
    """Judge a right step as it says."""
    return f"Verdict: {'Correct' if 'well' in request.prompt.data['step'] else 'Incorrect'}"


@pytest.mark.slow
async def test_each_subset_counts_the_same_in_spcs_figure_of_processbench(tmp_path: Path) -> None:
    """.740, .853, .762 and .767 come to .7805, whatever the sizes."""
    tasks, seats = list(steps()), {"critic": Function(judged, "critic")}
    await run(Scenario(protocol=FirstError(), tasks=tasks, seats=seats), tmp_path / "run")
    found = Found(sections_in(tmp_path / "run"))
    (line,) = [one for one in found.lines if one.name == "Single steps: Detection, mean of categories"]
    assert line.figure.value == pytest.approx(0.7805)


def sections(number: int, truth: str, called: set[int], category: str) -> Task:
    """Return a solution of ten sections, of which a critic will call these wrong."""
    steps = [f"This is judged {'badly' if place in called else 'well'}." for place in range(10)]
    return Task(id=str(number), text=category, data={"steps": steps, "category": category}, truth=truth)


async def test_sections_are_scored_as_the_code_of_deltabench_does(tmp_path: Path) -> None:
    """T {2, 5}, P {2, 3, 9}: 9 is dropped, P = R = F1 = 0.5; without a wrong one there are no figures."""
    tasks = [
        sections(0, "[2, 5]", {2, 3, 9}, "math"),
        sections(1, "[0, 1, 2, 3]", {0, 1, 2, 3}, "code"),
        sections(2, "[]", {4}, "code"),
        sections(3, "[7]", set(), "code"),
    ]
    seats = {"critic": Function(judged, "critic")}
    await run(Scenario(protocol=FirstError(stop=False), tasks=tasks, seats=seats), tmp_path / "run")
    found = Found(sections_in(tmp_path / "run"))
    group = "first-error: critic"
    for name in ("precision", "recall", "F1"):
        assert found.shown(f"Wrong steps, macro {name}", f"{group}, math") == (0.5, 1, 1)
        assert found.shown(f"Wrong steps, macro {name}", group) == (0.5, 3, 3)
    assert found.line("Wrong steps, micro precision", group).figure.value == pytest.approx(5 / 6)
    assert found.line("Wrong steps, micro recall", group).figure.value == pytest.approx(5 / 7)
    assert found.line("Wrong steps, micro F1", group).figure.value == pytest.approx(10 / 13)
    assert found.shown("Solutions without a wrong step", group) == (0.25, 4, 4)
