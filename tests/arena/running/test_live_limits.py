"""Which limits of providers are in use reaches who looks at the run while it is played, by its folder."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from arena.running.live_limits import limits_in_use, telling_limits
from arena.spending.rate_limits import RateLimits, shared
from tests.shared.waiting import until


async def test_they_are_told_while_the_run_is_played(tmp_path: Path) -> None:
    (tmp_path / "live").mkdir()
    limiter = shared("acme", "http://acme.example", "key", RateLimits(7, tokens_per_minute=1_000))
    async with limiter.permit(tokens=5), telling_limits(tmp_path):
        await until(lambda: bool(limits_in_use(tmp_path)))
        (used,) = limits_in_use(tmp_path)
    assert used == limiter.in_use()._replace(flying=1)
    assert used.limits == RateLimits(7, None, 1_000)


async def test_what_is_old_or_broken_tells_nothing(tmp_path: Path) -> None:
    assert limits_in_use(tmp_path) == []
    (tmp_path / "live").mkdir()
    file = tmp_path / "live" / "limits.json"
    for broken in ("", "{}", "[[1]]", '["x"]', "null"):
        file.write_text(broken)
        assert limits_in_use(tmp_path) == []
    limiter = shared("acme", "http://acme.example", "key", RateLimits())
    async with telling_limits(tmp_path):
        await until(lambda: bool(limits_in_use(tmp_path)))
    assert limiter.in_use().provider == "acme"
    os.utime(file, (0, 0))
    assert limits_in_use(tmp_path) == []


async def test_where_nothing_can_be_written_the_run_goes_on(tmp_path: Path) -> None:
    limiter = shared("acme", "http://acme.example", "key", RateLimits())
    async with telling_limits(tmp_path / "nowhere"):
        await asyncio.sleep(0.05)
    assert limiter.in_use().requests == 0
