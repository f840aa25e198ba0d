"""What wrappers around any agent share: how the wrapped agent is named, made, opened, priced and keyed.

A wrapper takes the agent's specification as its argument: ``noisy:kuhn-nash?rate=0.1``. Parameters of the
wrapped agent are written with ``%3F`` for ``?`` and ``%3D`` for ``=``:
``noisy:kuhn-nash%3Falpha%3D0.2?rate=0.1``. In Python it may be an agent as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import quote, unquote, urlencode

from arena.registry import AgentLike, agent_name, make_agent, place_of
from arena.seat.agent import Agent, Request


@dataclass
class Wrapper(Agent):
    """An agent that answers by way of another, as whose model it is priced unless it says otherwise.

    Args:
        agent: The agent that is wrapped, with its own parameters.
    """

    agent: AgentLike

    def __post_init__(self) -> None:
        self._wrapped = make_agent(unquote(self.agent) if isinstance(self.agent, str) else self.agent)
        self.answers_only = self._wrapped.answers_only
        self.reports_cost = self._wrapped.reports_cost

    @property
    def priced_as(self) -> str:
        """What the wrapped agent's model is priced as."""
        return self._wrapped.priced_as

    @property
    def shaped_by(self) -> Mapping[str, Any] | None:
        """The wrapper's own parameters, and what shapes the wrapped agent's replies."""
        return self.shaped_with(agent=self._wrapped)

    def shaped_with(self, **agents: Agent) -> Mapping[str, Any] | None:
        """Return the parameters, with what shapes each agent among them; None if that is unknown of one."""
        shapes = {name: (place_of(type(agent)), agent.shaped_by) for name, agent in agents.items()}
        if any(shape is None for _, shape in shapes.values()):
            return None
        return {**(super().shaped_by or {}), **shapes}

    def expects(self, request: Request) -> Mapping[str, int]:
        """Return what the wrapped agent expects."""
        return self._wrapped.expects(request)

    async def open(self) -> None:
        """Open the wrapped agent."""
        await self._wrapped.open()

    async def close(self) -> None:
        """Close the wrapped agent."""
        await self._wrapped.close()


@dataclass
class Helped(Wrapper):
    """An agent that asks a helper on its way to a reply: the wrapped agent unless another is given.

    If their models are not one, no price fits what both took: see `in_one_name`.
    """

    helper: ClassVar[str]
    """The name of the parameter that says who the helper is."""

    def __post_init__(self) -> None:
        super().__post_init__()
        given: AgentLike | None = getattr(self, self.helper)
        self._helper = self._wrapped if given is None else make_agent(given)
        self.reports_cost = self._wrapped.reports_cost and self._helper.reports_cost
        self._named = {} if given is None else {self.helper: agent_name(self._helper)}

    @property
    def priced_as(self) -> str:
        """What the wrapped agent's and the helper's model is priced as."""
        return in_one_name((self._wrapped.priced_as, self._helper.priced_as))

    @property
    def shaped_by(self) -> Mapping[str, Any] | None:
        """The agent's own parameters, and what shapes the replies of the wrapped agent and the helper."""
        return self.shaped_with(agent=self._wrapped, **{self.helper: self._helper})

    async def open(self) -> None:
        """Open the wrapped agent, and the helper."""
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
    """Return what models that answered together are priced as: the one that they are.

    Several have a name that no price list knows, so that what they took is counted, and what it cost is
    unknown rather than wrong.

    >>> in_one_name(["local:qwen", "", "local:qwen"]), in_one_name(["openai:gpt-5", "local:qwen"])
    ('local:qwen', 'several:local:qwen + openai:gpt-5')
    """
    different = sorted(set(models) - {""})
    return f"several:{' + '.join(different)}" if len(different) > 1 else "".join(different)


def specification(kind: str, agent: Agent, **parameters: object) -> str:
    """Return the specification from which a wrapper made in Python could have been made, for its name."""
    return f"{kind}:{quote(agent_name(agent), safe=':/')}?{urlencode(parameters)}"
