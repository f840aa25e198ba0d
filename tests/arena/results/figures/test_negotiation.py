"""Deal rate, price and shares of the surplus, always together, of runs made by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from arena import Ending, Outcome
from arena.designs.building import Source, build
from arena.journal import StoredRun
from arena.results.columns import Columns, read_columns
from arena.running import run
from protocols import Bargain
from tests.arena.results.columns.stored import Ended, columns_of
from tests.arena.results.figures.reading import line, lines_of, shown

TOGETHER = {"Deal rate", "Price", "Buyer's share of the surplus", "Seller's share of the surplus"}


def talks(deal: bool | None, price: float | None = None, surplus: float = 40.0, **told: Any) -> Ended:
    """Return talks over something that costs 30, on the task of its surplus."""
    gains = {} if price is None else {"buyer": 30 + surplus - price, "seller": price - 30}
    shares = {f"{side}_share": gain / surplus if surplus > 0 else None for side, gain in gains.items()}
    created = surplus if deal else None
    found = {"deal": deal, "price": price, "surplus": surplus, "created": created, **shares, **told}
    ending = Ending.COMPLETED if deal is not None else Ending.FORFEITED
    returns = gains or {"buyer": 0.0, "seller": 0.0}
    return Ended(Outcome(ending, returns, details={"negotiation": found}), f"task {surplus}")


async def five(folder: Path) -> Columns:
    """Return two deals, one of them without a surplus; talks that failed to agree, forfeited, and broke."""
    return await columns_of(
        folder,
        talks(True, 40),
        talks(True, 35, surplus=0),
        talks(False, surplus=20),
        talks(None, surplus=20),
        Ended(Outcome.truncated("it took too long"), "task 20"),
        protocol=Bargain(),
    )


class TestConditions:
    async def test_what_is_told_together_says_what_it_rests_on(self, tmp_path: Path) -> None:
        columns = await five(tmp_path)
        assert shown(columns, "Deal rate", "bargain") == (0.666666667, 3, 5)
        assert shown(columns, "Price", "bargain") == (37.5, 2, 5)
        assert shown(columns, "Buyer's share of the surplus", "bargain") == (0.75, 1, 5)
        assert shown(columns, "Seller's share of the surplus", "bargain") == (0.25, 1, 5)
        assert shown(columns, "Surplus realised", "bargain") == (0.666666667, 2, 4)

    async def test_none_is_ever_told_without_the_others(self, tmp_path: Path) -> None:
        """Also where nothing is known of it."""
        columns = await columns_of(tmp_path, talks(False), protocol=Bargain())
        names = {found.name for found in lines_of(columns) if found.group == "bargain"}
        assert names >= TOGETHER
        assert shown(columns, "Price", "bargain") == (None, 0, 1)

    async def test_intervals_draw_tasks(self, tmp_path: Path) -> None:
        found = line(await five(tmp_path), "Deal rate", "bargain").figure.interval
        assert found is not None
        assert (found.low, found.high) == (0.0, 1.0)


class TestAgents:
    async def test_are_told_apart_by_role(self, tmp_path: Path) -> None:
        columns = await five(tmp_path)
        (buyer,) = {f.group for f in lines_of(columns) if f.group.endswith("as buyer")}
        by = " by agent and role"
        assert shown(columns, f"Side's share of the surplus{by}", buyer) == (0.75, 1, 5)
        assert shown(columns, f"Gain{by}", buyer) == (round((30 - 5) / 4, 9), 4, 5)
        assert shown(columns, f"Deal rate{by}", buyer.replace("buyer", "seller")) == (0.666666667, 3, 5)


async def test_coached_games_are_told_by_arm_and_number(tmp_path: Path) -> None:
    agents = ("greedy-haggler", "fair-haggler")
    settings = {"first": 3, "games": 2, "episodes": 2, "seats.critic": "random"}
    scenario = build(Source(name="coached-bargain", agents=agents, settings=settings))
    await run(scenario, tmp_path / "run")
    with StoredRun(tmp_path / "run") as stored:
        columns = read_columns([("run", stored)])
    groups = [found.group for found in lines_of(columns) if found.name == "Price"]
    assert groups == ["first game", "coached, game 2", "history, game 2", "alone, game 2"]
    rows = columns.details["negotiation"]
    assert len({row.cluster for row in rows}) == 3, "a task with another brief is drawn with its like"
    assert {tuple(row.agents) for row in rows} == {("buyer", "seller"), ("buyer", "seller", "critic")}
