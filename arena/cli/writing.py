"""Printing words as they are written: at the bottom of a terminal, below the turns that are finished.

The words are unparsed: they may hold what the seat keeps to itself. So they disappear when the reply ends,
and its turn is printed as it was published. Nothing of them stays on the screen or above it.
"""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from dataclasses import dataclass, field

from rich.console import Group
from rich.live import Live
from rich.text import Text

from arena.core.console import out, plain
from arena.core.screen import screen
from arena.core.text import printable
from arena.seat.writing import LiveWriter

SECONDS_BETWEEN_PICTURES = 0.08
"""The least number of seconds between two pictures of what is being written."""
_MARGIN = "      "
_KEPT = 20_000
"""The last characters of a reply that are kept to be shown."""


@dataclass(slots=True)
class _Unfinished:
    """A reply that is being written: its last words, with its thoughts, and whether some were taken back."""

    pieces: list[tuple[str, bool]] = field(default_factory=list)
    size: int = 0
    was_taken_back: bool = False

    def add(self, text: str, *, is_thought: bool) -> None:
        """Add words. Of many, only the last are kept."""
        self.pieces.append((text[-_KEPT:], is_thought))
        self.size += len(self.pieces[-1][0])
        while self.size - len(self.pieces[0][0]) > _KEPT:
            self.size -= len(self.pieces.pop(0)[0])

    @property
    def is_begun(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.pieces) or self.was_taken_back

    def clear(self) -> None:
        """Forget all words."""
        self.pieces.clear()
        self.size = 0


class TerminalListener:
    """Shows what the seats of one episode are writing. Turns of others are shown when they are finished.

    If another reply begins when nobody writes any more, its episode is the one that is shown.
    """

    def __init__(self) -> None:
        self._episode: int | None = None
        self._replies: dict[LiveWriter, _Unfinished] = {}
        self._shown = ExitStack()
        self._live: Live | None = None
        self._timer: asyncio.TimerHandle | None = None

    def wants(self, episode: int) -> bool:
        """Whether it shows this episode now, or would if it began."""
        return not self._replies or episode == self._episode

    def begin(self, writer: LiveWriter, so_far: str) -> None:
        """Show a reply from its beginning."""
        if self.wants(writer.episode):
            self._episode = writer.episode
            self._replies[writer] = _Unfinished()
            self.more(writer, so_far, is_thought=False)

    def more(self, writer: LiveWriter, text: str, *, is_thought: bool) -> None:
        """Show more words, at the latest a moment later."""
        if (reply := self._replies.get(writer)) is not None:
            if text:
                reply.add(text, is_thought=is_thought)
            self._show_soon()

    def taken_back(self, writer: LiveWriter) -> None:
        """Clear the words, and say that there were some."""
        if (reply := self._replies.get(writer)) is not None:
            reply.clear()
            reply.was_taken_back = True
            self._show_soon()

    def end(self, writer: LiveWriter) -> None:
        """Show the reply no more."""
        self._replies.pop(writer, None)
        if not self._replies:
            self._clear()
        else:
            self._show_soon()

    def _show_soon(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(SECONDS_BETWEEN_PICTURES, self._show)

    def _show(self) -> None:
        self._timer = None
        picture = self._picture()
        if screen.is_taken or not picture.renderables:
            return
        if self._live is None:
            self._live = self._shown.enter_context(
                Live(
                    console=out,
                    auto_refresh=False,
                    transient=True,
                    redirect_stdout=False,
                    redirect_stderr=False,
                    vertical_overflow="crop",
                )
            )
            self._shown.enter_context(screen.giving_way(self._clear))
        self._live.update(picture, refresh=True)

    def _clear(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._live = None
        self._shown.close()

    def _picture(self) -> Group:
        """Return the last lines of each reply, as many as the terminal has room for."""
        room = max(out.height - 2, 2)
        most = max(room // 3, 1)
        replies = [(writer, reply) for writer, reply in self._replies.items() if reply.is_begun]
        shown = replies[:most]
        lines: list[Text] = []
        for writer, reply in shown:
            lines += _picture_of(writer, reply, room // len(shown) - 1)
        if len(replies) > most:
            lines.append(plain(f"{len(replies) - most} more are writing.", "dim"))
        return Group(*lines[:room])


def _picture_of(writer: LiveWriter, reply: _Unfinished, most: int) -> list[Text]:
    earlier = " Its earlier words were taken back." if reply.was_taken_back else ""
    heading = plain(f"{writer.seat} is writing in episode {writer.episode}.{earlier}", "bold")
    heading.truncate(out.width, overflow="ellipsis")
    characters = out.width * most
    words = Text()
    for text, is_thought in reply.pieces:
        words.append(printable(text).replace("\t", " "), "dim italic" if is_thought else "")
    tail = words[-characters:] if len(words) > characters else words
    lines = tail.wrap(out, max(out.width - len(_MARGIN) - 1, 10))
    return [heading, *(Text(_MARGIN) + line for line in list(lines)[-most:])]
