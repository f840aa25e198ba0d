"""``arena run``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from cyclopts import Parameter

from arena.cli.option_records import StartOptions
from arena.cli.options import Strings, option, record


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """The options of ``arena run``."""

    judge: Annotated[
        str | None,
        option("The agent in the judge's seat, as with --set seats.judge=AGENT.", value="[NAME=]AGENT"),
    ] = None
    each: Annotated[
        Strings,
        option(
            "Play everything once with each of these agents in the seats of the players. Each is a condition "
            "of a comparison, with the same tasks and the same chance.",
            value="[NAME=]AGENT",
            consume_multiple=1,
        ),
    ] = ()
    start: StartOptions = field(default_factory=StartOptions)


_DEFAULTS = RunOptions()


def run(
    scenario: Annotated[
        str,
        Parameter(
            name="SCENARIO",
            help="What to run: the name of a scenario or a protocol, a TOML file with a study, a Python file "
            "that defines `scenario`, or your own protocol, written as file.py:Name.",
        ),
    ],
    /,
    *,
    options: RunOptions = _DEFAULTS,
) -> None:
    """Play all episodes of a scenario or a protocol, and record them as a run."""
    from arena.cli.running import begin

    begin(scenario, options.start, {"seats.judge": options.judge}, each=options.each)
