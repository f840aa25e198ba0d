"""``arena resume``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from arena.cli.option_records import PlayOptions
from arena.cli.options import RunArgument, SettingChanges, Trust, option, record


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeOptions:
    """The options of ``arena resume``."""

    retry_failed: Annotated[
        bool, option("Also play the episodes that failed again.", negative="--no-retry-failed")
    ] = False
    settings: SettingChanges = ()
    trust: Trust = False
    play: PlayOptions = field(default_factory=PlayOptions)


_DEFAULTS = ResumeOptions()


def resume(run: RunArgument, /, *, options: ResumeOptions = _DEFAULTS) -> None:
    """Continue a run that was stopped. What was answered is not asked again."""
    from arena.cli.running import resume_run

    resume_run(run, options.settings, options.retry_failed, options.play, options.trust)
