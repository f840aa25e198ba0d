"""``arena exploitability``."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.table import Table

from arena.core.console import out, plain, print_json
from arena.core.errors import UsageError
from arena.registry import EXPLOITABILITY, find, make_agent, make_play


def show_exploitability(game: str, agents: Sequence[str], samples: int, seed: int, as_json: bool) -> None:
    """Print how exploitable each agent is in a game."""
    if not agents:
        raise UsageError(f"Say whose: arena exploitability {game} --agents NAME ...")
    measured = asyncio.run(_measure(game, agents, samples, seed))
    if as_json:
        for name, value in measured.items():
            print_json({"agent": name, "game": game, **asdict(value)})
        return
    grid = Table("agent", "exploitability", "each seat", "how", box=None, header_style="bold", pad_edge=False)
    for name, found in measured.items():
        how = "exact" if found.exact else f"{found.samples} replies at each of {found.states} states"
        if found.usable < 1 - 1e-9:
            how += f", {found.usable:.1%} of them usable"
        value = "unknown" if found.value is None else f"{found.value:.4f}"
        each = ", ".join(f"{gain:.4f}" for gain in found.per_player or ())
        grid.add_row(plain(name), value, each, how)
    heading = plain(f"Exploitability in {game}", "bold")
    out.print(heading.append(" (what a best response gains per hand; 0 is equilibrium)", "not bold"))
    out.print(grid)


async def _measure(game: str, agents: Sequence[str], samples: int, seed: int) -> dict[str, Any]:
    play = make_play(game)
    exploitability = find("protocols", EXPLOITABILITY)
    measured = {}
    for name in agents:
        agent = make_agent(name)
        try:
            await agent.open()
            measured[name] = await exploitability(agent, play, samples=samples, seed=seed)
        finally:
            await agent.close()
    return measured
