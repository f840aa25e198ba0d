"""The published systems that Arena plays: of each its command, the figure that comes out, and what differs.

``arena list systems`` prints this table, ``python -m scenarios.systems`` writes docs/systems.md from it, and
a test types each command in an empty folder and looks for the figure. To add a system, add a `System` to the
table below and write the page again. The command plays scripted agents whose figure is known from the paper
or by hand, so that it needs no key and takes seconds. With ``local`` in place of these agents, the same
command plays the model on this machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

PAGE = Path(__file__).parent.parent / "docs" / "systems.md"
INTRODUCTION = """\
# Published systems

Each of these systems is played by one command, without a key and in seconds, by scripted agents whose figure
is known. A test types each command and looks for the figure. `local` in place of the scripted agents plays
the model on this machine, and so does any other agent. `arena list systems` prints the same table, and
`arena list systems NAME` one of them.
"""


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
        command: what is typed, which begins with ``arena``. It makes one run.
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


_COURSE = "scenarios.courses:Recited?of="

SYSTEMS: tuple[System, ...] = (
    System(
        name="score",
        paper='Kumar et al. 2024, "Training language models to self-correct via reinforcement learning"',
        command="arena run self-correction --tasks 500 "
        f'--agents "trained={_COURSE}00*293,10*29,01*7,11*171" --out runs/score',
        figure=StatedFigure("Accuracy after turn 2", "revise: trained", 0.644),
        differs="No weights are trained. The agent has the outcomes of the paper's table on the 500 problems "
        "of MATH (60.0 %, then 64.4 %; 5.8 % mended, 1.4 % spoilt), on sums.",
        slow=True,
    ),
    System(
        name="ufo",
        paper="Liu et al. 2025, \"A simple 'try again' can elicit multi-turn LLM reasoning\"",
        command="arena run self-correction --set protocol.turns=5 --set protocol.hint=unary --tasks 4 "
        f'--agents "ufo={_COURSE}110,11111,0,10" --out runs/ufo',
        figure=StatedFigure("Accuracy after turn 3", "revise: ufo", 0.75),
        differs="The reward `unary-feedback` has the weight 0.5 of the paper's code, and compares answers by "
        "the task's rule, which for free text has no regard to case and white space. The further 0.1 that "
        "the code takes off for each reply of a bad form is left out.",
    ),
)
"""All of them, in the order of the page."""


def page() -> str:
    """Return the page docs/systems.md."""
    lines = (line for system in SYSTEMS for line in _entry(system))
    return INTRODUCTION + "\n".join(lines) + "\n"


def _entry(system: System) -> Iterator[str]:
    yield f"\n## {system.name}\n"
    yield f"{system.paper}.\n"
    yield f"- `{system.command}`"
    yield f"- {system.figure}"
    yield f"- {system.differs}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
