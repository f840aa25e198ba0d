"""``arena resume``."""

from __future__ import annotations

from arena.cli.option_records import ResumeOptions
from arena.cli.options import RunArgument

_DEFAULTS = ResumeOptions()


def resume(run: RunArgument, /, *, options: ResumeOptions = _DEFAULTS) -> None:
    """Continue a run that was stopped or paused. What was answered is not asked again.

    If another process plays the run, that one goes on with it, with the new caps, limits and agents.
    """
    from arena.cli.running import resume_run

    resume_run(run, options)
