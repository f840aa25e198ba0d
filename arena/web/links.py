"""Addresses of pages: those of the server, which hold its token, and those of the files of a site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Tab(NamedTuple):
    """A link among others, of which one is current."""

    name: str
    address: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses of all pages. Runs, seats, moments and events are named by numbers alone.

    Args:
        root: what each address of the server begins with, such as ``/TOKEN``.
        flat: whether the pages are files in one folder, which name each other relatively.
    """

    root: str = ""
    flat: bool = False

    def to(self, *parts: str | int, ending: str = "") -> str:
        """Return the address of these parts. `ending` is the file's; without it, it is a page."""
        named = [str(part) for part in parts]
        if self.flat:
            return f"{'-'.join(named) or 'index'}{ending or '.html'}"
        return f"{self.root}/{'/'.join(named)}{ending or ('/' if named else '')}"

    def static(self, name: str) -> str:
        """Return the address of a file that all pages share."""
        return name if self.flat else f"{self.root}/static/{name}"

    def run(self, run: int) -> str:
        """Return the address of a run's page."""
        return self.to("run", run)

    def episode(self, run: int, episode: int, seat: int | None = None, page: int | None = None) -> str:
        """Return the address of an episode's page, or of a seat's. Pages are counted from 1."""
        return self.to(*self._episode(run, episode, seat), *(() if page is None else ("page", page)))

    def within(
        self,
        run: int,
        episode: int,
        seat: int | None,
        *parts: str | int,
        ending: str = "",
    ) -> str:
        """Return the address of a part of an episode: a text, an exchange, a drawing or a picture."""
        return self.to(*self._episode(run, episode, seat), *parts, ending=ending)

    def _episode(self, run: int, episode: int, seat: int | None) -> tuple[str | int, ...]:
        own = () if seat is None else ("as", seat)
        return ("run", run, "episode", episode, *own)
