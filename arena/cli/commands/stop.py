"""``arena stop``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from arena.cli.options import AskedBy, Decimal, RunArgument, option, record


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class StopOptions:
    """The options of ``arena stop``."""

    within: Annotated[
        Decimal, option("Wait at most X seconds for replies that are on their way. They are paid for.")
    ] = 5.0
    by: AskedBy = ""


_DEFAULTS = StopOptions()


def stop(run: RunArgument, /, *, options: StopOptions = _DEFAULTS) -> None:
    """Stop a run that is being played, also while it waits. You can continue it with arena resume."""
    from arena.cli.steering import stop_run

    stop_run(run, options.within, options.by)
