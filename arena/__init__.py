"""Part of Arena (arena-protocols): the engine that plays protocols between agents and records every turn.

    >>> import arena
    >>> arena.NOBODY
    frozenset()

What is listed here is the public face; nothing of it is imported before it is used.
"""

from __future__ import annotations

from arena.core import shadowing
from arena.core.version import __version__ as __version__

shadowing.check()

TYPE_CHECKING = False  # type checkers take it for True; importing typing would double what this import costs
if TYPE_CHECKING:
    from arena.core.errors import ArenaError, CacheError, JournalError, NoAnswer, UsageError
    from arena.designs.coaching import Coaching
    from arena.designs.comparison import Comparison, Condition
    from arena.designs.scenario import Scenario
    from arena.designs.tournament import Tournament
    from arena.episode.episode import BySeat, Episode
    from arena.episode.outcome import Ending, Outcome
    from arena.episode.plan import Plan, Played
    from arena.episode.protocol import Protocol
    from arena.forms import (
        Choice,
        Decision,
        Form,
        Move,
        Number,
        Probability,
        Speech,
        Status,
        Structured,
        Verdict,
    )
    from arena.running.running import Progress, RunResult, run
    from arena.seat.agent import Agent, PolicyAgent, Reply, Request, Stop
    from arena.seat.answer import Answer
    from arena.seat.transcript import NOBODY, Event, EventKind, Transcript, View
    from arena.spending.limits import Caps, Limits
    from arena.spending.prices import Prices
    from arena.tasks.task import PublicTask, Task

__all__ = [
    "NOBODY",
    "Agent",
    "Answer",
    "ArenaError",
    "BySeat",
    "CacheError",
    "Caps",
    "Choice",
    "Coaching",
    "Comparison",
    "Condition",
    "Decision",
    "Ending",
    "Episode",
    "Event",
    "EventKind",
    "Form",
    "JournalError",
    "Limits",
    "Move",
    "NoAnswer",
    "Number",
    "Outcome",
    "Plan",
    "Played",
    "PolicyAgent",
    "Prices",
    "Probability",
    "Progress",
    "Protocol",
    "PublicTask",
    "Reply",
    "Request",
    "RunResult",
    "Scenario",
    "Speech",
    "Status",
    "Stop",
    "Structured",
    "Task",
    "Tournament",
    "Transcript",
    "UsageError",
    "Verdict",
    "View",
    "run",
]

_HOMES = {
    "core.errors": ("ArenaError", "CacheError", "JournalError", "NoAnswer", "UsageError"),
    "designs.coaching": ("Coaching",),
    "designs.comparison": ("Comparison", "Condition"),
    "designs.scenario": ("Scenario",),
    "designs.tournament": ("Tournament",),
    "episode.episode": ("BySeat", "Episode"),
    "episode.outcome": ("Ending", "Outcome"),
    "episode.plan": ("Plan", "Played"),
    "episode.protocol": ("Protocol",),
    "forms": (
        "Choice",
        "Decision",
        "Form",
        "Move",
        "Number",
        "Probability",
        "Speech",
        "Status",
        "Structured",
        "Verdict",
    ),
    "running.running": ("Progress", "RunResult", "run"),
    "seat.agent": ("Agent", "PolicyAgent", "Reply", "Request", "Stop"),
    "seat.answer": ("Answer",),
    "seat.transcript": ("Event", "EventKind", "NOBODY", "Transcript", "View"),
    "spending.limits": ("Caps", "Limits"),
    "spending.prices": ("Prices",),
    "tasks.task": ("PublicTask", "Task"),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

if not TYPE_CHECKING:  # so that a type checker still knows a misspelt name for what it is

    def __getattr__(name: str) -> object:
        """Import the module that a public name lives in, when the name is first used (PEP 562)."""
        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """List the public names, imported or not."""
    return sorted({*globals(), *__all__})
