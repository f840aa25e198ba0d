"""``arena pause``."""

from __future__ import annotations

from dataclasses import dataclass

from arena.cli.options import AskedBy, RunArgument, record


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class PauseOptions:
    """The options of ``arena pause``."""

    by: AskedBy = ""


_DEFAULTS = PauseOptions()


def pause(run: RunArgument, /, *, options: PauseOptions = _DEFAULTS) -> None:
    """Let a run that is being played ask nothing more, until arena resume lets it go on."""
    from arena.cli.steering import pause_run

    pause_run(run, options.by)
