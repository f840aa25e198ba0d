"""What episodes cost in tokens, of runs whose agents report how many they used."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from arena import Agent, Episode, Outcome, Protocol, Reply, Scenario, Task
from arena.annotations import Answer
from arena.forms import Number
from arena.results.figures._tokens import quarters
from arena.results.figures.plots import TokensPlot
from arena.results.report._pictures import draw
from arena.running import run
from arena.seat.agent import Request
from tests.arena.results.figures.lines import Found, sections_in

TRUTHS = (1, 1, 7, 7, 1, 7, 7, 7)


class Asked(Protocol):
    @property
    def seats(self) -> tuple[str, ...]:
        return ("guest",)

    async def play(self, episode: Episode) -> Outcome:
        for turn in (1, 2):
            await episode.ask("guest", Number(0, 9), episode.task.text, finds=Answer("answer", turn=turn))
        return Outcome.completed({})


class Spending(Agent):
    """Answers 7, and uses as many tokens as the task says; it reports none where that is -1."""

    name = "spending"

    async def reply(self, request: Request) -> Reply:
        used = int(request.prompt.text.partition("Use ")[2].split()[0])
        usage = {} if used < 0 else {"prompt_tokens": used - 1, "completion_tokens": 1}
        return Reply("7", usage=usage, model="m")


async def found_of(folder: Path, tasks: Sequence[tuple[int, int]]) -> Found:
    """Return the figures of an episode for each number of tokens of a reply and truth."""
    listed = [
        Task(id=f"task-{place}", text=f"Use {used} tokens.", truth=truth)
        for place, (used, truth) in enumerate(tasks)
    ]
    scenario = Scenario(protocol=Asked(), tasks=listed, seats={"guest": Spending()})
    await run(scenario, folder)
    return Found(sections_in(folder))


async def test_are_summed_over_an_episode(tmp_path: Path) -> None:
    """Two replies of 10 and two of 20 tokens; the third episode reports none, so it is missing."""
    found = await found_of(tmp_path / "run", [(10, 7), (20, 7), (-1, 7)])
    (line,) = [line for line in found.lines if line.name == "Tokens per episode"]
    assert (line.figure.value, line.figure.n, line.figure.of) == (30.0, 2, 3)


async def test_accuracy_is_told_by_how_many_were_used(tmp_path: Path) -> None:
    """Who uses the fewest is wrong, and who uses the most is right."""
    found = await found_of(
        tmp_path / "run", [(10, 1), (20, 1), (30, 7), (40, 7), (50, 1), (60, 7), (70, 7), (80, 7)]
    )
    values = [line.figure.value for line in found.lines if line.name == "Accuracy by tokens"]
    tokens = [line.figure.value for line in found.lines if line.name == "Tokens of these"]
    assert values == [0.0, 1.0, 0.5, 1.0]
    assert tokens == [30.0, 70.0, 110.0, 150.0]


async def test_accuracy_is_drawn_against_tokens(tmp_path: Path) -> None:
    """A point for each quarter that is known to be right or wrong."""
    found = await found_of(tmp_path / "run", [(10, 1), (20, 1), (30, 7), (40, 7)])
    (section,) = [section for section in found.sections if section.title == "Tokens"]
    (plot,) = section.plots
    assert isinstance(plot, TokensPlot)
    assert plot.curves == [("asked: guest, answer", [(20.0, 0.0), (40.0, 0.0), (60.0, 1.0), (80.0, 1.0)])]
    pytest.importorskip("matplotlib")
    picture = draw(plot)
    assert "accuracy against tokens" in picture.caption
    assert "mean tokens of an episode" in picture.drawing


@pytest.mark.parametrize("size", [1, 3, 4, 10])
def test_quarters_are_of_equal_size_and_in_order(size: int) -> None:
    found = quarters(np.arange(size, dtype=np.float64)[::-1])
    assert found.max() <= 3
    assert (np.diff(found) <= 0).all()
    assert np.ptp(np.bincount(found, minlength=4)) <= 1
