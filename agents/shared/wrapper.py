"""The part that wrappers around any agent share: making, naming, opening and pricing the wrapped agent.

A wrapper takes the agent's specification as its argument: ``noisy:kuhn-nash?rate=0.1``. Parameters of the
wrapped agent are written with ``%3F`` for ``?`` and ``%3D`` for ``=``:
``noisy:kuhn-nash%3Falpha%3D0.2?rate=0.1``. In Python the argument may also be an agent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import quote, unquote, urlencode

from arena.registry import AgentLike, agent_name, make_agent, place_of
from arena.seat.agent import Agent, Reply, Request
from arena.seat.calls import Calling
from arena.seat.drafts import Drafted
from arena.seat.sight import SeatSight
from arena.seat.transcript import View


@dataclass
class Wrapper(Agent):
    """An agent that answers with the help of the agent that it wraps, and is priced like it by default.

    Args:
        agent: The agent that is wrapped, with its own parameters.
    """

    agent: AgentLike

    def __post_init__(self) -> None:
        self._wrapped = make_agent(unquote(self.agent) if isinstance(self.agent, str) else self.agent)
        self.answers_only = self._wrapped.answers_only
        self.reports_cost = self._wrapped.reports_cost
        self.sees_pictures = self._wrapped.sees_pictures
        self.desk, self.shares_desk = self._wrapped.desk, self._wrapped.shares_desk

    @property
    def calling(self) -> Calling:
        """It calls no tools, unless a subclass passes on all that the wrapped agent is asked and answers."""
        return Calling.NONE

    @property
    def priced_as(self) -> str:
        """The name by which the wrapped agent's model is priced."""
        return self._wrapped.priced_as

    @property
    def shaped_by(self) -> Mapping[str, Any] | None:
        """The wrapper's own parameters, and what shapes the wrapped agent's replies."""
        return self.shaped_with(agent=self._wrapped)

    def shaped_with(self, **agents: Agent) -> Mapping[str, Any] | None:
        """Return the parameters, with what shapes each of these agents; None if one is unknown."""
        shapes = {name: (place_of(type(agent)), agent.shaped_by) for name, agent in agents.items()}
        if any(shape is None for _, shape in shapes.values()):
            return None
        return {**(super().shaped_by or {}), **shapes}

    def expects(self, request: Request) -> Mapping[str, int]:
        """Return the usage that the wrapped agent expects."""
        return self._wrapped.expects(request)

    async def ended(self, seat: str, view: View) -> None:
        """Tell the wrapped agent that an episode has ended."""
        await self._wrapped.ended(seat, view)

    def heard(self, sight: SeatSight) -> None:
        """Tell the wrapped agent what its seat may see after a step."""
        self._wrapped.heard(sight)

    def drafts_of(self, reply: Reply) -> Drafted:
        """Return the drafts of which the wrapped agent made a reply."""
        return self._wrapped.drafts_of(reply)

    async def open(self) -> None:
        """Open the wrapped agent."""
        await self._wrapped.open()

    async def close(self) -> None:
        """Close the wrapped agent."""
        await self._wrapped.close()


@dataclass
class Helped(Wrapper):
    """An agent that asks a helper before it replies. The default helper is the wrapped agent.

    If the two have different models, no price list has a price for their total usage: see `in_one_name`.
    """

    helper: ClassVar[str]
    """The name of the parameter that holds the helper."""

    def __post_init__(self) -> None:
        super().__post_init__()
        given: AgentLike | None = getattr(self, self.helper)
        self._helper = self._wrapped if given is None else make_agent(given)
        self.reports_cost = self._wrapped.reports_cost and self._helper.reports_cost
        self.sees_pictures = self._wrapped.sees_pictures and self._helper.sees_pictures
        self.desk = self._wrapped.desk or self._helper.desk
        self.shares_desk = self._wrapped.shares_desk or self._helper.shares_desk
        self._named = {} if given is None else {self.helper: agent_name(self._helper)}

    @property
    def priced_as(self) -> str:
        """The name by which the models of the wrapped agent and the helper are priced together."""
        return in_one_name((self._wrapped.priced_as, self._helper.priced_as))

    @property
    def shaped_by(self) -> Mapping[str, Any] | None:
        """The agent's own parameters, and what shapes the replies of the wrapped agent and the helper."""
        return self.shaped_with(agent=self._wrapped, **{self.helper: self._helper})

    async def open(self) -> None:
        """Open the wrapped agent and the helper."""
        await super().open()
        if self._helper is not self._wrapped:
            await self._helper.open()

    async def close(self) -> None:
        """Close both."""
        async with AsyncExitStack() as closing:
            if self._helper is not self._wrapped:
                closing.push_async_callback(self._helper.close)
            closing.push_async_callback(super().close)


def in_one_name(models: Iterable[str]) -> str:
    """Return the name by which models that answered together are priced.

    If they are one model, it is that model's name. If they are several, it is a name that no price list
    knows. Then their usage is counted, and its cost is unknown and not wrong.

    >>> in_one_name(["local:qwen", "", "local:qwen"]), in_one_name(["openai:gpt-5", "local:qwen"])
    ('local:qwen', 'several:local:qwen + openai:gpt-5')
    """
    different = sorted(set(models) - {""})
    return f"several:{' + '.join(different)}" if len(different) > 1 else "".join(different)


def specification(kind: str, agent: Agent, **parameters: object) -> str:
    """Return a specification for a wrapper that was made in Python. It serves as the wrapper's name."""
    return f"{kind}:{quote(agent_name(agent), safe=':/')}?{urlencode(parameters)}"
