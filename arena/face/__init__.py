"""The verbs of `import arena`, such as `run` and `judge`, and the class of the runs that they return."""

from arena.face._runs import Run, open_run
from arena.face._verbs import (
    export,
    figures,
    fork,
    fork_async,
    judge,
    judge_async,
    label,
    label_async,
    rank,
    rehearse,
    rehearse_async,
    report,
    resume,
    resume_async,
    run,
    run_async,
)

__all__ = [
    "Run",
    "export",
    "figures",
    "fork",
    "fork_async",
    "judge",
    "judge_async",
    "label",
    "label_async",
    "open_run",
    "rank",
    "rehearse",
    "rehearse_async",
    "report",
    "resume",
    "resume_async",
    "run",
    "run_async",
]
