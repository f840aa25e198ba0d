"""The terminal at which a person is asked, one thing at a time."""

from __future__ import annotations

import asyncio
import sys
from typing import Any
from weakref import WeakKeyDictionary

from arena.core.drain import EPISODE, given_up, the_drain
from arena.core.errors import StopRun, UsageError
from arena.core.screen import screen
from arena.people._asked import being_asked
from arena.people._composing import composed, is_one_text
from arena.people._editor import edited
from arena.people._fields import AnswerField, FieldKind, NotFitting, answer_fields
from arena.people._giving_up import unless_drained
from arena.people._keyboard import Gone, Keyboard, LineTooLong
from arena.people._shown import END_OF_TEXT, clear, head, quote, say, show_events, show_field, show_keys
from arena.people._sitting import AskedTurn, Sitting
from arena.seat.agent import Reply, Request, Stop
from arena.seat.transcript import View


class Left(Exception):
    """The person leaves: by Ctrl-D, a word, or because the terminal was closed."""


class Declined(Exception):
    """The person gives no answer."""


class Terminal:
    """The terminal of this process. Whoever sits there is asked one thing at a time.

    Args:
        keyboard: where lines are read, by default standard input.
    """

    def __init__(self, keyboard: Keyboard | None = None) -> None:
        self._asking = asyncio.Lock()
        self._sitting = Sitting()
        self._keyboard = keyboard or Keyboard()

    async def agree(self, consent: str) -> None:
        """Show a text, and wait until the person agrees to it.

        Raises:
            StopRun: if the person does not.
        """
        async with self._asking:
            with screen.taken():
                head("Before you take a seat")
                quote(consent)
                say("Do you agree? Type yes to go on.")
                self._keyboard.forget()
                say("> ", end="")
                try:
                    said = await self._keyboard.line()
                except (Gone, LineTooLong):
                    said = None
        if (said or "").strip().casefold() not in ("yes", "y"):
            raise StopRun("The person at the terminal did not agree, so nothing was begun.")

    async def ask(self, request: Request, name: str, seconds: float | None = None) -> Reply:
        """Put a request to the person, and return the answer.

        Args:
            request: what is asked.
            name: the person's name in the run.
            seconds: how long the person has, or None.

        Raises:
            TimeoutError: if the person gave no answer in time.
            Drained: if the run is being drained, or the person left. The run can be resumed.
            StopRun: if the person left what cannot be drained.
        """
        async with self._asking:
            with screen.taken():
                turn = self._sitting.turn(request, name, EPISODE.get())
                asking = asyncio.ensure_future(self._answer(turn, name, seconds))
                try:
                    with being_asked(name, request.seat, turn.episode, seconds):
                        reply = await unless_drained(asking)
                except Left:
                    raise _leave() from None
                self._sitting.answered(reply)
                return reply

    async def ended(self, seat: str, view: View) -> None:
        """Show the person the end of an episode, as far as the seat may see it."""
        async with self._asking:
            with screen.taken():
                if rest := self._sitting.rest(seat, view, EPISODE.get()):
                    show_events(rest, seat)
                    say("The episode has ended.", "bold")

    async def _answer(self, turn: AskedTurn, name: str, seconds: float | None) -> Reply:
        try:
            if turn.hands_over:
                await self._hand_over(turn.request.seat, name)
            self._show(turn, name, seconds)
            self._keyboard.forget()
            async with asyncio.timeout(seconds):
                return await self._filled_in(turn.request)
        except TimeoutError:
            say("\nTime is up: this counts as no answer.", "bold")
            raise TimeoutError(f"the person gave no answer within {seconds:g} seconds") from None
        except Declined:
            return Reply("", stop=Stop.REFUSED)
        except (Gone, OSError):
            raise Left from None

    async def _hand_over(self, seat: str, name: str) -> None:
        clear()
        say(f"Now {name} sits here, as {seat}. Press Enter when nobody else is looking.", "bold")
        self._keyboard.forget()
        if await self._keyboard.line() is None:
            raise Left

    def _show(self, turn: AskedTurn, name: str, seconds: float | None) -> None:
        request = turn.request
        if turn.begins:
            where = "" if turn.episode is None else f"Episode {turn.episode}: "
            head(f"{where}you are {request.seat} ({name})")
            if request.brief:
                quote(request.brief)
        show_events(turn.news, request.seat, asked=turn.begins)
        tries = f" Try {turn.attempt} of {request.form.retries + 1}." if turn.attempt > 1 else ""
        say(f"\n{request.seat}, you are asked:{tries}", "bold")
        quote(request.prompt.text, "bold")
        if seconds is not None:
            say(f"You have {seconds:g} seconds. After that it counts as no answer.")

    async def _filled_in(self, request: Request) -> Reply:
        fields = answer_fields(request.form)
        alone = is_one_text(request.form, fields)
        values: list[Any] = []
        for field in fields:
            if field.is_given and len(fields) > 1:
                values.append(field.values[0])
                continue
            show_field(field, alone=alone)
            values.append(await self._value(request, field, must=alone))
        return composed(request.form, fields, values)

    async def _value(self, request: Request, field: AnswerField, *, must: bool) -> Any:
        while True:
            try:
                written = await self._written(request, field, alone=must)
                if must and not written.strip():
                    raise NotFitting("it is empty")
                return field.read(written)
            except NotFitting as misfit:
                say(f"Not accepted: {misfit}. Please try again.", "bold")
            except LineTooLong:
                say(
                    "That line was longer than a terminal passes on, so it was dropped. Write it on several "
                    "lines, or type :edit.",
                    "bold",
                )

    async def _written(self, request: Request, field: AnswerField, *, alone: bool) -> str:
        """Return what the person writes in a field. Words that begin with a colon are done, not returned."""
        lines: list[str] = []
        while True:
            say("> " if not lines else "| ", end="")
            line = await self._keyboard.line()
            if line is None and not lines:
                raise Left
            if not lines and line is not None and (done := await self._do(line.strip(), request)) is not None:
                if isinstance(done, str):
                    return done
                show_field(field, alone=alone)
                continue
            if field.kind is not FieldKind.TEXT:
                return line or ""
            if line is None or line.strip() == END_OF_TEXT:
                return "\n".join(lines)
            lines.append(line)

    async def _do(self, word: str, request: Request) -> str | bool | None:
        """Do what a word asks for. Return a text that was written, True, or None if it asks for nothing."""
        match word:
            case "?" | ":help":
                show_keys()
            case ":brief":
                quote(request.brief)
            case ":all":
                show_events(request.view, request.seat, asked=True)
            case ":edit":
                return await edited()
            case ":decline":
                raise Declined
            case ":quit":
                raise Left
            case _:
                return None
        return True


def _leave() -> Exception:
    """Return the exception for a person who left, after whom the run begins nothing new."""
    drain = the_drain()
    if drain is None:
        return StopRun("The person at the terminal left.")
    drain.set()
    return given_up()


_TERMINALS: WeakKeyDictionary[asyncio.AbstractEventLoop, Terminal] = WeakKeyDictionary()


def the_terminal(agent: str) -> Terminal:
    """Return the terminal of this process. All agents of an event loop share one.

    Raises:
        UsageError: if there is no terminal, or it shows what other seats keep to themselves. `agent` names
            who wanted to ask there.
    """
    if screen.shows_all:
        raise UsageError(
            f"The agent {agent!r} asks a person at this terminal, where {screen.shows_all} shows what every "
            "seat sees; leave it out."
        )
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr)):
        raise UsageError(
            f"The agent {agent!r} asks a person at a terminal, and there is none here; run the command in a "
            "terminal, without redirecting its input and its standard error."
        )
    return _TERMINALS.setdefault(asyncio.get_running_loop(), Terminal())
