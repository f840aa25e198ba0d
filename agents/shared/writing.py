"""A reply that is written piece by piece: by an agent that goes on with it, and by others in between."""

from __future__ import annotations

from agents.shared.drafts import Draft, settled, together
from arena.core.errors import UsageError
from arena.registry import agent_name, version_of
from arena.seat.agent import Agent, Reply, Request, RequestUsage
from arena.seat.parts import ReplyPart, joined
from arena.seat.response import consult


def check_continues(agent: Agent) -> None:
    """Refuse an agent that cannot go on with a reply that is begun.

    Raises:
        UsageError: if it cannot.
    """
    if not agent.continues:
        raise UsageError(
            f"{agent_name(agent)} cannot go on with a reply that is begun, because its interface takes none. "
            "local, openai-compatible, and anthropic without thinking can."
        )


class Writing:
    """A reply to a request as it is written.

    The first piece of an agent is what it replies to the request by itself, with the request's own seed.

    Attributes:
        request: the request that is answered.
        parts: what was written, with its authors.
        used: which agents were asked, and what they used.
        last: the last reply of an agent; it has no more than its piece of the text.
    """

    def __init__(self, request: Request) -> None:
        self.request = request
        self.parts: list[ReplyPart] = []
        self.used: list[tuple[Agent, RequestUsage]] = []
        self.last: Reply = Reply("")
        self._thoughts: list[str] = []

    @property
    def text(self) -> str:
        """What was written so far."""
        return joined(self.parts)

    def put(self, text: str, author: str, *, trains: bool = False) -> None:
        """Write a piece in an author's name."""
        self.parts.append(ReplyPart(text, author, trains=trains))

    async def go_on(self, agent: Agent, most_tokens: int | None = None) -> Reply:
        """Let an agent write the next piece, of so many tokens at most, and return it.

        Raises:
            NoDraft: if it does not answer.
        """
        asked = self.request._replace(begun=self.text, most_tokens=most_tokens, in_pieces=True)
        said = Draft(*await consult(agent, asked))
        self.used.append((agent, said.spent))
        if said.reply is None:
            return settled(said, "", self.used)
        self.last = said.reply
        self._thoughts.append(said.reply.reasoning)
        name = agent_name(agent)
        self.parts += said.reply.parts or [ReplyPart(said.reply.text, name, version_of(name) or "")]
        return said.reply

    def reply(self) -> Reply:
        """Return the whole reply, with the usage of all who were asked. It ended as its last piece did."""
        if len(self.parts) == 1 and len(self.used) == 1:
            return self.last
        spent = together(self.used)
        return Reply(
            self.text,
            reasoning="\n\n".join(filter(None, self._thoughts)),
            stop=self.last.stop,
            usage=spent.usage,
            model=spent.model,
            faults=spent.faults,
            cost=spent.cost,
            answered_by=self.last.answered_by,
            notes=self.last.notes,
            parts=self.parts if len(self.parts) > 1 else (),
        )
