"""Part of Arena (arena-protocols): the engine that plays protocols between agents and records every turn.

    >>> import arena
    >>> from protocols import Play
    >>> agents = {"player_0": "kuhn-nash", "player_1": "random"}
    >>> rehearsal = arena.rehearse(Play(game="kuhn"), agents=agents, episodes=3)
    >>> sum(rehearsal.ended.values())
    3

The verbs stand first: `run` plays and returns a `Run`, which `judge`, `label`, `figures`, `report`, `rank`,
`export`, `fork` and `resume` take, and most are its methods, too. Whatever plays has a twin to be awaited
where an event loop is running, such as `run_async`. Nothing is imported before it is used.
"""

from arena.core import shadowing
from arena.core.version import __version__ as __version__

shadowing.check_shadowing()

TYPE_CHECKING = False  # type checkers take it for True; importing typing would double what this import costs
if TYPE_CHECKING:
    from arena import tasks as tasks
    from arena.annotations import Answer, Belief, Label, Place, Reward, Score, Verdict
    from arena.core.errors import ArenaError, CacheError, JournalError, NoAnswer, UsageError
    from arena.designs.coaching import Coaching
    from arena.designs.comparison import Comparison, Condition
    from arena.designs.fork import Fork
    from arena.designs.league import League
    from arena.designs.perturbing import perturb
    from arena.designs.scenario import Scenario
    from arena.designs.tournament import Tournament
    from arena.episode.conformance import check_protocol
    from arena.episode.episode import BySeat, Episode
    from arena.episode.outcome import Ending, Outcome
    from arena.episode.probes import Probe
    from arena.episode.protocol import Protocol
    from arena.episode.rewriting import Rewritten
    from arena.face import (
        Run,
        change,
        change_async,
        export,
        figures,
        fork,
        fork_async,
        judge,
        judge_async,
        label,
        label_async,
        open_run,
        pause,
        pause_async,
        rank,
        rehearse,
        rehearse_async,
        report,
        resume,
        resume_async,
        run,
        run_async,
        stop,
        stop_async,
    )
    from arena.judging import Criterion
    from arena.running.progress import Progress
    from arena.seat.agent import Agent, PolicyAgent, Reply, Request
    from arena.seat.response import Response
    from arena.seat.transcript import NOBODY, Event, Transcript, View
    from arena.spending.limits import Caps, Limits
    from arena.spending.prices import Prices
    from arena.tasks.task import PublicTask, Task
    from arena.training.environments.env import Env
    from arena.training.environments.observation import Observation
    from arena.training.environments.owned import owned_seat
    from arena.training.environments.stepper import Stepper, SyncStepper

__all__ = [  # noqa: RUF022 - the verbs stand first
    "run",
    "run_async",
    "resume",
    "resume_async",
    "pause",
    "pause_async",
    "stop",
    "stop_async",
    "change",
    "change_async",
    "judge",
    "judge_async",
    "label",
    "label_async",
    "figures",
    "report",
    "rank",
    "export",
    "fork",
    "fork_async",
    "rehearse",
    "rehearse_async",
    "owned_seat",
    "open_run",
    "check_protocol",
    "perturb",
    "Agent",
    "Answer",
    "ArenaError",
    "Belief",
    "BySeat",
    "CacheError",
    "Caps",
    "Coaching",
    "Comparison",
    "Condition",
    "Criterion",
    "Ending",
    "Env",
    "Episode",
    "Event",
    "Fork",
    "JournalError",
    "Label",
    "League",
    "Limits",
    "NOBODY",
    "NoAnswer",
    "Observation",
    "Outcome",
    "Place",
    "PolicyAgent",
    "Prices",
    "Probe",
    "Progress",
    "Protocol",
    "PublicTask",
    "Reply",
    "Request",
    "Response",
    "Reward",
    "Rewritten",
    "Run",
    "Scenario",
    "Score",
    "Stepper",
    "SyncStepper",
    "Task",
    "Tournament",
    "Transcript",
    "UsageError",
    "Verdict",
    "View",
]

_HOMES = {
    "annotations": (
        "Answer",
        "Belief",
        "Label",
        "Place",
        "Reward",
        "Score",
        "Verdict",
    ),
    "core.errors": (
        "ArenaError",
        "CacheError",
        "JournalError",
        "NoAnswer",
        "UsageError",
    ),
    "designs.coaching": ("Coaching",),
    "designs.comparison": (
        "Comparison",
        "Condition",
    ),
    "designs.fork": ("Fork",),
    "designs.league": ("League",),
    "designs.perturbing": ("perturb",),
    "designs.scenario": ("Scenario",),
    "designs.tournament": ("Tournament",),
    "episode.conformance": ("check_protocol",),
    "episode.episode": (
        "BySeat",
        "Episode",
    ),
    "episode.outcome": (
        "Ending",
        "Outcome",
    ),
    "episode.probes": ("Probe",),
    "episode.protocol": ("Protocol",),
    "episode.rewriting": ("Rewritten",),
    "face": (
        "Run",
        "change",
        "change_async",
        "pause",
        "pause_async",
        "stop",
        "stop_async",
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
    ),
    "judging": ("Criterion",),
    "running.progress": ("Progress",),
    "seat.agent": (
        "Agent",
        "PolicyAgent",
        "Reply",
        "Request",
    ),
    "seat.response": ("Response",),
    "seat.transcript": (
        "Event",
        "NOBODY",
        "Transcript",
        "View",
    ),
    "spending.limits": (
        "Caps",
        "Limits",
    ),
    "spending.prices": ("Prices",),
    "tasks.task": (
        "PublicTask",
        "Task",
    ),
    "training.environments.env": ("Env",),
    "training.environments.observation": ("Observation",),
    "training.environments.owned": ("owned_seat",),
    "training.environments.stepper": (
        "Stepper",
        "SyncStepper",
    ),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}
_PACKAGES = ("tasks",)

if not TYPE_CHECKING:  # so that a type checker still knows a misspelt name for what it is

    def __getattr__(name: str) -> object:
        """Import the module that a public name lives in, when the name is first used (PEP 562)."""
        from importlib import import_module

        if name in _PACKAGES:
            return import_module(f"{__name__}.{name}")
        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """List the public names, imported or not."""
    return sorted({*globals(), *__all__})
