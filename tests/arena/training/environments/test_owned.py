"""The seam at which someone outside owns one seat's replies."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import pytest

from arena.core.errors import UsageError
from arena.episode.outcome import Ending
from arena.registry import make_agent
from arena.seat.agent import Request
from arena.spending.limits import Limits
from arena.training.environments.owned import owned_seat
from protocols import Play


async def play(reply: str = "bet") -> tuple[list[Request], object]:
    requests = []
    async with owned_seat(Play(game="kuhn"), "player_0", {"player_1": make_agent("random")}, seed=3) as seat:
        while (request := await seat.observe()) is not None:
            requests.append(request)
            seat.submit(reply if reply in request.form.legal else "fold")  # type: ignore[attr-defined]
    return requests, seat.played


async def test_the_owner_sees_what_an_agent_would_see_and_its_replies_are_played() -> None:
    requests, played = await play()
    assert requests[0].seat == "player_0"
    assert "Your card is" in requests[0].view[0].text
    assert played.outcome.ending is Ending.COMPLETED  # type: ignore[attr-defined]
    assert sum(played.outcome.returns.values()) == 0  # type: ignore[attr-defined]


async def test_the_same_seeds_and_submissions_give_the_same_requests() -> None:
    assert [tuple(request.view) for request in (await play())[0]] == [
        tuple(request.view) for request in (await play())[0]
    ]


async def test_observing_after_the_end_says_so_again() -> None:
    async with owned_seat(Play(game="kuhn"), "player_1", {"player_0": make_agent("random")}) as seat:
        while await seat.observe() is not None:
            seat.submit("nonsense")
        assert await seat.observe() is None
    assert seat.played is not None
    assert seat.played.outcome.ending in (Ending.COMPLETED, Ending.FORFEITED)


async def test_leaving_early_abandons_the_episode_and_leaves_no_task() -> None:
    async with owned_seat(Play(game="kuhn"), "player_0", {"player_1": make_agent("random")}) as seat:
        await seat.observe()
    assert seat.played is None
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_request_that_times_out_is_no_longer_open() -> None:
    limits = Limits(seconds=0.01)
    async with owned_seat(
        Play(game="kuhn"), "player_0", {"player_1": make_agent("random")}, limits=limits
    ) as seat:
        await seat.observe()
        await asyncio.sleep(0.05)
        with pytest.raises(UsageError, match="The episode has ended"):
            seat.submit("bet")
        assert await seat.observe() is None
    assert seat.played is not None
    assert seat.played.outcome.ending is Ending.TRUNCATED


async def test_misuse_is_refused_in_a_sentence() -> None:
    async with owned_seat(Play(game="kuhn"), "player_0", {"player_1": make_agent("random")}) as seat:
        with pytest.raises(UsageError, match="has not been asked anything"):
            seat.submit("bet")
        await seat.observe()
        with pytest.raises(UsageError, match="still open"):
            await seat.observe()
    with pytest.raises(UsageError, match="player_1 is not yours and has no agent"):
        async with owned_seat(Play(game="kuhn"), "player_0", {}):
            pass


@pytest.mark.parametrize("place", ["arena.episode", "arena.episode.owned"])
def test_the_former_place_names_the_new_one(place: str) -> None:
    with pytest.raises(UsageError, match=r"is now arena\.training\.environments\.owned\.owned_seat"):
        import_module(place).owned_seat  # noqa: B018
    with pytest.raises(AttributeError, match="nothing"):
        import_module(place).nothing  # noqa: B018


async def test_a_protocol_that_gives_tools_is_refused() -> None:
    class Calculating(Play):
        @property
        def tools(self) -> Mapping[str, Sequence[Any]]:
            return {"player_1": ("calculator",)}

    with pytest.raises(UsageError, match="Calculating gives tools to player_1"):
        async with owned_seat(Calculating(game="kuhn"), "player_0", {"player_1": make_agent("random")}):
            pass
