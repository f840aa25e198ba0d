"""Opening the tools of a run, and closing them when it is over."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from arena.core.errors import ConfigurationChanged, UsageError
from arena.designs.tools import ToolLike, make_tool
from arena.seat.agent import Agent
from arena.tools import Calling, Toolbox, ToolLimits, ToolSource, ToolSpec


def check_calls(agent: Agent, seat: str) -> None:
    """Check that an agent can call the tools of a seat.

    Raises:
        UsageError: if it cannot.
    """
    if agent.calling is Calling.NONE:
        raise UsageError(
            f"The agent {agent.name!r} cannot sit here as {seat}, because it cannot call "
            "tools, and this seat has some; name another agent, or give the seat no tools."
        )


class OpenTools:
    """The tools of a run. Each source is opened once, when a seat first has it.

    Args:
        limits: what bounds the calls in a turn.
        recorded: the tools that each source had when the run began, as records by its name. A source that has
            others now is refused, because the run could not be resumed as it began.
    """

    def __init__(self, limits: ToolLimits, recorded: Mapping[str, Any] | None = None) -> None:
        self.records: dict[str, Any] = dict(recorded or {})
        self._limits = limits
        self._opened: dict[ToolLike, tuple[ToolSource, tuple[ToolSpec, ...]]] = {}
        self._opening = asyncio.Lock()

    async def boxes(
        self, tools: Mapping[str, Sequence[ToolLike]], agents: Mapping[str, Agent]
    ) -> dict[str, Toolbox]:
        """Return the tools of each seat that has any.

        Args:
            tools: the tools of each seat.
            agents: the agent in each seat.

        Raises:
            UsageError: if an agent cannot call tools, or a seat has two tools of one name.
            StopRun: if a source cannot be opened.
            ConfigurationChanged: if a source has other tools than when the run began.
        """
        found = {}
        for seat, given in tools.items():
            check_calls(agents[seat], seat)
            opened = [await self._open(one) for one in given]
            listed = [(spec, source) for source, specs in opened for spec in specs]
            found[seat] = Toolbox(listed, self._limits)
        return found

    async def _open(self, tool: ToolLike) -> tuple[ToolSource, tuple[ToolSpec, ...]]:
        async with self._opening:
            if tool not in self._opened:
                source = make_tool(tool)
                specs = await source.open()
                self._check(str(tool) if isinstance(tool, str) else str(source.described()), specs)
                self._opened[tool] = source, specs
            return self._opened[tool]

    def _check(self, name: str, specs: Sequence[ToolSpec]) -> None:
        records = [spec.record() for spec in specs]
        if self.records.setdefault(name, records) != records:
            raise ConfigurationChanged(
                f"The run cannot be resumed, because {name} has other tools than when it began, or describes "
                "them in other words. Begin a new run."
            )
