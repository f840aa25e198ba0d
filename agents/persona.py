"""The wrapper that gives any agent a persona: prior beliefs and a style, added to the brief of its seat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agents.shared.wrapper import Wrapper, specification
from arena.seat.additions import Added, added
from arena.seat.agent import Reply, Request
from arena.seat.calls import Calling


@dataclass
class Persona(Wrapper):
    """Answers as the wrapped agent does when `brief` stands below the brief of its seat.

    It serves for judges with prior beliefs, as in "AI debate aids assessment of controversial claims" (Rahman
    et al. 2025), and for debaters with a temper. In a specification:
    ``persona:local?brief=You+doubt+vaccines.``

    The persona is part of the agent, not of the question. It is in the agent's specification and name, but
    not in the transcript. So the seat's brief and the journal's digest of a request are the same with and
    without it. A note on each reply holds it, so that exports know what was sent. The response cache keeps
    replies with and without it apart.

    Args:
        brief: The text of the persona, which is added below the brief of the seat.
    """

    brief: str

    def __post_init__(self) -> None:
        super().__post_init__()
        self.name = specification("persona", self._wrapped, brief=self.brief)

    @property
    def calling(self) -> Calling:
        """How the wrapped agent calls tools."""
        return self._wrapped.calling

    @property
    def continues(self) -> bool:
        """Whether the wrapped agent can go on with a reply."""
        return self._wrapped.continues

    async def reply(self, request: Request) -> Reply:
        """Return what the wrapped agent answers when it has also read the persona."""
        reply = await self._wrapped.reply(self._with_persona(request))
        return reply._replace(notes=(added(Added.BRIEF, self.brief), *reply.notes)) if self.brief else reply

    def expects(self, request: Request) -> Mapping[str, int]:
        """Return the usage that the wrapped agent expects, with the persona."""
        return self._wrapped.expects(self._with_persona(request))

    def _with_persona(self, request: Request) -> Request:
        return request._replace(brief="\n\n".join(filter(None, (request.brief, self.brief))))
