"""The agent that asks a person."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import Field

from arena.core.console import err
from arena.core.errors import UsageError
from arena.core.files import read_text, resolved, why
from arena.core.log import log
from arena.core.ranges import Seconds
from arena.core.screen import screen
from arena.people import Desk, the_server, the_terminal
from arena.seat.agent import Agent, Reply, Request
from arena.seat.calls import Calling
from arena.seat.sight import SeatSight
from arena.seat.transcript import View

Port = Annotated[int, Field(ge=0, le=65_535)]


@dataclass
class Human(Agent):
    """Asks a person, who sees what the seat may see and nothing else.

    A short name in the specification is the person's pseudonym: ``heron=human?seconds=120``. The run's record
    marks the seat as a person's, and `arena forget` blanks the person's words by this name.

    Args:
        at: Where the person sits: at this ``terminal``, or in a browser (``web``), for which the run prints a
            secret link.
        seconds: How long the person has for an answer. After that it counts as no answer, which is charged to
            the seat.
        consent: A file with a text that the person must agree to: at a terminal before the run begins, in a
            browser before anything of an episode is shown.
        host: The address at which the process serves the page. By default only this machine reaches it.
        port: The port there; 0 is any free one.
    """

    at: Literal["terminal", "web"] = "terminal"
    seconds: Seconds | None = None
    consent: str = ""
    host: str = "127.0.0.1"
    port: Port = 0

    def __post_init__(self) -> None:
        self.desk = self.at
        self.shares_desk = self.at == "terminal"
        self.sees_pictures = self.at == "web"
        self._desk: Desk | None = None

    @property
    def calling(self) -> Calling:
        """A person calls no tools."""
        return Calling.NONE

    async def open(self) -> None:
        """Check that the person can be asked: ask for consent at the terminal, or print the link to the page.

        Raises:
            UsageError: if there is no terminal, the page cannot be served, or the text of consent cannot be
                read.
            StopRun: if the person at the terminal does not agree.
        """
        name, text = self.name or "human", self._text_of_consent()
        if self.at == "terminal":
            terminal = the_terminal(name)
            if text:
                await terminal.agree(text)
                self._log_consent(text)
            return
        desk = Desk(name, text, agreed=lambda: self._log_consent(text))
        link = await the_server(name, self.host, self.port).take(desk)
        self._desk = desk
        screen.give_way()
        err.print(f"{name} sits at {link}", markup=False)
        err.print("  Whoever has this link sits there. Give it to that person alone.", markup=False)

    def _text_of_consent(self) -> str:
        if not self.consent:
            return ""
        try:
            return read_text(resolved(self.consent))
        except (OSError, UnicodeError) as error:
            reason = why(error) if isinstance(error, OSError) else "it is not UTF-8"
            raise UsageError(f"The text of consent {self.consent} cannot be read: {reason}.") from None

    def _log_consent(self, text: str) -> None:
        """Record which text the person agreed to, and when."""
        log.info("a person agreed", person=self.name, sha256=sha256(text.encode()).hexdigest())

    async def reply(self, request: Request) -> Reply:
        """Return the person's answer."""
        if self._desk is not None:
            return await self._desk.ask(request, self.seconds)
        name = self.name or "human"
        return await the_terminal(name).ask(request, name, self.seconds)

    def heard(self, sight: SeatSight) -> None:
        """Show the person in a browser what the seat has come to see."""
        if self._desk is not None:
            self._desk.heard(sight)

    async def ended(self, seat: str, view: View) -> None:
        """Show the person how the episode ended, as far as the seat may see it."""
        if self._desk is not None:
            await self._desk.ended(seat, view)
        else:
            await the_terminal(self.name or "human").ended(seat, view)

    async def close(self) -> None:
        """Tell the person in a browser that it is over, and stop serving the page."""
        if self._desk is not None:
            desk, self._desk = self._desk, None
            await the_server(self.name or "human", self.host, self.port).leave(desk)
