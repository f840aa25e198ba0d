"""The agent that asks a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from arena.core.errors import UsageError
from arena.core.files import read_text, resolved, why
from arena.core.ranges import Seconds
from arena.people import the_terminal
from arena.seat.agent import Agent, Reply, Request
from arena.seat.calls import Calling
from arena.seat.transcript import View


@dataclass
class Human(Agent):
    """Asks the person at the terminal, who sees what the seat may see and nothing else.

    A short name in the specification is the person's pseudonym: ``heron=human?seconds=120``. The run's record
    marks the seat as a person's, and `arena forget` blanks the person's words by this name.

    Args:
        at: Where the person sits: at this terminal.
        seconds: How long the person has for an answer. After that it counts as no answer, which is charged to
            the seat.
        consent: A file with a text that the person must agree to before the run begins.
    """

    at: Literal["terminal"] = "terminal"
    seconds: Seconds | None = None
    consent: str = ""

    sees_pictures = False

    def __post_init__(self) -> None:
        self.desk = self.at

    @property
    def calling(self) -> Calling:
        """A person calls no tools."""
        return Calling.NONE

    async def open(self) -> None:
        """Check that there is a terminal, and ask for consent.

        Raises:
            UsageError: if there is none, or the text of consent cannot be read.
            StopRun: if the person does not agree.
        """
        terminal = the_terminal(self.name or "human")
        if self.consent:
            try:
                text = read_text(resolved(self.consent))
            except (OSError, UnicodeError) as error:
                reason = why(error) if isinstance(error, OSError) else "it is not UTF-8"
                raise UsageError(f"The text of consent {self.consent} cannot be read: {reason}.") from None
            await terminal.agree(text)

    async def reply(self, request: Request) -> Reply:
        """Return the person's answer."""
        name = self.name or "human"
        return await the_terminal(name).ask(request, name, self.seconds)

    async def ended(self, seat: str, view: View) -> None:
        """Show the person how the episode ended, as far as the seat may see it."""
        await the_terminal(self.name or "human").ended(seat, view)
