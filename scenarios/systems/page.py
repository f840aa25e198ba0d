"""The page of the published systems, docs/systems.md."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scenarios.systems import GROUPS

PAGE = Path(__file__).parents[2] / "docs" / "systems.md"
INTRODUCTION = """\
# Published systems

Each of these systems is played by one command, without a key and in seconds, by scripted agents whose figure
is known. A test types each command and looks for the figure. `local` in place of the scripted agents plays
the model on this machine, and so does any other agent. `arena list systems` prints the same table, and
`arena list systems NAME` one of them.
"""


def page() -> str:
    """Return the page docs/systems.md."""
    return INTRODUCTION + "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    for group, systems in GROUPS.items():
        if systems:
            yield f"\n## {group}"
        for system in systems:
            yield f"\n### {system.name}\n"
            yield f"{system.paper}.\n"
            yield f"- `{system.command}`"
            yield f"- {system.figure}"
            yield f"- {system.differs}"
