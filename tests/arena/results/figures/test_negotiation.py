"""Deal rate, price and shares of the surplus, always together, of runs made by hand."""

from __future__ import annotations

from pathlib import Path

from arena import Ending, Outcome
from arena.annotations import Annotation, AnnotationStatus, Label, Place, Score
from arena.designs.building import Source, build
from arena.running import run
from protocols import Bargain
from tests.arena.results.figures.lines import Found, found_in, sections_in
from tests.arena.results.stored import Ended, by_protocol

TOGETHER = {"Deal rate", "Price", "Buyer's share of the surplus", "Seller's share of the surplus"}


def talks(deal: bool | None, price: float | None = None, surplus: float = 40.0) -> Ended:
    """Return talks over something that costs 30, on the task of its surplus."""
    status = AnnotationStatus.TRUNCATED if deal is None else AnnotationStatus.OK
    is_deal = None if deal is None else "yes" if deal else "no"
    gains = {} if price is None else {"buyer": 30 + surplus - price, "seller": price - 30}
    found: list[Annotation] = [Label("deal", is_deal, status=status), Score("surplus", surplus)]
    if price is not None:
        found += [Score("price", price), Score("created", surplus)]
        found += [
            Score("share of surplus", gain / surplus, about=Place(side))
            for side, gain in gains.items()
            if surplus > 0
        ]
    ending = Ending.COMPLETED if deal is not None else Ending.FORFEITED
    returns = gains or {"buyer": 0.0, "seller": 0.0}
    return Ended(Outcome(ending, returns), f"task {surplus}", found=[by_protocol(one) for one in found])


async def five(folder: Path) -> Found:
    """Return two deals, one of them without a surplus; talks that failed to agree, forfeited, and broke."""
    return await found_in(
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
        found = await five(tmp_path)
        assert found.shown("Deal rate", "bargain") == (0.666666667, 3, 5)
        assert found.shown("Price", "bargain") == (37.5, 2, 5)
        assert found.shown("Buyer's share of the surplus", "bargain") == (0.75, 1, 5)
        assert found.shown("Seller's share of the surplus", "bargain") == (0.25, 1, 5)
        assert found.shown("Surplus realised", "bargain") == (0.666666667, 2, 4)

    async def test_none_is_ever_told_without_the_others(self, tmp_path: Path) -> None:
        """Also where nothing is known of it."""
        found = await found_in(tmp_path, talks(False), protocol=Bargain())
        names = {line.name for line in found.lines if line.group == "bargain"}
        assert names >= TOGETHER
        assert found.shown("Price", "bargain") == (None, 0, 1)


class TestAgents:
    async def test_are_told_apart_by_role(self, tmp_path: Path) -> None:
        found = await five(tmp_path)
        (buyer,) = {line.group for line in found.lines if line.group.endswith("as buyer")}
        by = " by agent and role"
        assert found.shown(f"Side's share of the surplus{by}", buyer) == (0.75, 1, 5)
        assert found.shown(f"Gain{by}", buyer) == (round((30 - 5) / 4, 9), 4, 5)
        assert found.shown(f"Deal rate{by}", buyer.replace("buyer", "seller")) == (0.666666667, 3, 5)


async def test_coached_games_are_told_by_arm_and_number(tmp_path: Path) -> None:
    agents = ("greedy-haggler", "fair-haggler")
    settings = {"first": 3, "games": 2, "episodes": 2, "seats.critic": "random"}
    scenario = build(Source(name="coached-bargain", agents=agents, settings=settings))
    await run(scenario, tmp_path / "run")
    lines = Found(sections_in(tmp_path / "run")).lines
    groups = [line.group for line in lines if line.name == "Price"]
    assert groups == ["first game", "coached, game 2", "history, game 2", "alone, game 2"]
