"""Running, resuming, forking and rehearsing the scenarios of `arena.designs`."""

from arena.running.forking import fork
from arena.running.progress import Progress, RunResult
from arena.running.rehearsal import Rehearsal, rehearse
from arena.running.running import CONCURRENCY, new_folder, run

__all__ = ["CONCURRENCY", "Progress", "Rehearsal", "RunResult", "fork", "new_folder", "rehearse", "run"]
