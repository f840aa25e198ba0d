"""The server of the people in browsers: one for all, until each of them is shown that it is over."""

from __future__ import annotations

import asyncio

import httpx2
import pytest

from arena.core.errors import UsageError
from arena.people import Desk, the_server


@pytest.mark.slow
async def test_the_end_and_its_style_are_sent_before_the_server_ends() -> None:
    server = the_server("ann", "127.0.0.1", 0)
    desks = Desk("ann"), Desk("bob")
    links = [await server.take(desk) for desk in desks]
    async with httpx2.AsyncClient() as browser:
        for link in links:
            assert (await browser.get(link)).status_code == 200
        await server.leave(desks[0])
        assert "It is over" in (await browser.get(links[0])).text
        leaving = asyncio.create_task(server.leave(desks[1]))
        await asyncio.sleep(0.05)
        assert "It is over" in (await browser.get(links[1])).text
        await asyncio.sleep(0.3)
        assert (await browser.get(f"{links[1]}static/style.css")).status_code == 200
        await leaving
        assert not server.is_serving
        with pytest.raises(httpx2.ConnectError):
            await browser.get(links[1])


async def test_nobody_waits_for_a_page_that_was_never_opened() -> None:
    server = the_server("ann", "127.0.0.1", 0)
    desk = Desk("ann")
    await server.take(desk)
    async with asyncio.timeout(0.9):
        await server.leave(desk)


async def test_another_address_is_refused_in_a_sentence() -> None:
    server = the_server("ann", "127.0.0.1", 0)
    desk = Desk("ann")
    await server.take(desk)
    with pytest.raises(UsageError, match=r"name the same host and port for all of them"):
        the_server("bob", "127.0.0.1", 8123)
    await server.leave(desk)
