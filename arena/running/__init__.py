"""Running, resuming, forking and rehearsing the scenarios of `arena.designs`."""

from arena.running.forking import fork
from arena.running.progress import Progress, RunResult
from arena.running.rehearsal import Rehearsal, rehearse
from arena.running.running import EPISODES_AT_ONCE, new_folder, run

__all__ = ["EPISODES_AT_ONCE", "Progress", "Rehearsal", "RunResult", "fork", "new_folder", "rehearse", "run"]
