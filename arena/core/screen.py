"""Who may write to the terminal. Progress gives way while a person is asked there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Screen:
    """The terminal of this process, which progress lines share with a person who is asked there.

    Attributes:
        is_taken: whether a person is being asked, so that nothing else is printed.
        shows_all: the option by which the command prints what every seat sees; empty if it prints no such
            thing. No person can sit at a screen that shows what other seats keep to themselves.
    """

    def __init__(self) -> None:
        self.is_taken = False
        self.shows_all = ""
        self._giving_way: dict[Callable[[], None], None] = {}

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Take the screen until the block ends. What is shown there gives way at once."""
        self.is_taken = True
        self.give_way()
        try:
            yield
        finally:
            self.is_taken = False

    def give_way(self) -> None:
        """Clear what is shown there for the moment, so that a line can be printed in its place."""
        for give_way in tuple(self._giving_way):
            give_way()

    @contextmanager
    def giving_way(self, give_way: Callable[[], None]) -> Iterator[None]:
        """Call `give_way` when the screen is taken while the block runs."""
        self._giving_way[give_way] = None
        try:
            yield
        finally:
            del self._giving_way[give_way]


screen = Screen()
"""The screen of this process."""
