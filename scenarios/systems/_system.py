"""A published system: its command, the figure that comes out, and what differs from the paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class StatedFigure(NamedTuple):
    """A figure of the report: its name, its group (condition and agent), and its value."""

    name: str
    group: str
    value: float

    def __str__(self) -> str:
        return f"{self.name} ({self.group}): {self.value:.9g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A published system.

    Args:
        name: its name, in small letters and with hyphens.
        paper: the authors, the year and the title.
        command: what is typed, which begins with ``arena``. It makes one run. If this is judged
            afterwards, ``&&`` and the commands that do so follow.
        figure: a figure of the run's report that the command must give, to nine digits.
        differs: what differs from the paper, and what in it is our choice.
        slow: whether the command takes more than two seconds. Its test is then a slow one.
    """

    name: str
    paper: str
    command: str
    figure: StatedFigure
    differs: str
    slow: bool = False
