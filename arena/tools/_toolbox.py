"""The tools of a run: opened once, and offered to the seats that have them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AsyncExitStack

from arena.core.errors import UsageError
from arena.seat.calls import Calling, ToolSpec
from arena.tools._limits import ToolLimits
from arena.tools._offered import ToolOffer
from arena.tools._source import ToolSession, ToolSource
from arena.tools._text_calls import explained
from arena.tools._using import SeatTools


class Toolbox:
    """The tools of one seat, from sources that are open.

    Args:
        tools: each tool with the source that it comes from, in order.
        limits: what bounds the calls in a turn.

    Raises:
        UsageError: if two tools have the same name.
    """

    def __init__(self, tools: Iterable[tuple[ToolSpec, ToolSource]], limits: ToolLimits) -> None:
        self._tools: dict[str, tuple[ToolSpec, ToolSource]] = {}
        self._limits = limits
        for spec, source in tools:
            if spec.name in self._tools:
                raise UsageError(f"A seat has two tools called {spec.name!r}; leave one of them out.")
            self._tools[spec.name] = spec, source

    def offer(self, calling: Calling) -> ToolOffer:
        """Return what an agent is offered that calls tools in this way."""
        return ToolOffer(calling, tuple(spec for spec, _ in self._tools.values()))

    def explained(self) -> str:
        """Return what an agent that calls tools in its text is told in its brief."""
        return explained(self.offer(Calling.TEXT).specs)

    def open(self, calling: Calling, closing: AsyncExitStack) -> SeatTools:
        """Return the tools for a seat of an episode. What they hold is let go of when the stack is closed."""
        sessions: dict[int, ToolSession] = {}
        for _, source in self._tools.values():
            if id(source) not in sessions:
                sessions[id(source)] = source.session()
                closing.push_async_callback(sessions[id(source)].close)
        tools = {name: (spec, sessions[id(source)]) for name, (spec, source) in self._tools.items()}
        return SeatTools(tools, self._limits, self.offer(calling))


def checked_specs(specs: Sequence[ToolSpec], only: Sequence[str], whose: str) -> tuple[ToolSpec, ...]:
    """Return the tools of these names, in their order, or all if there are none.

    Raises:
        UsageError: if there is no tool of a name.
    """
    by_name: Mapping[str, ToolSpec] = {spec.name: spec for spec in specs}
    if unknown := [name for name in only if name not in by_name]:
        known = ", ".join(by_name) or "none"
        raise UsageError(f"{whose} has no tool called {unknown[0]!r}; it has: {known}.")
    return tuple(by_name[name] for name in only) if only else tuple(specs)
