"""Part of Arena (arena-protocols): the engine that plays protocols between agents and records every turn.

    >>> import arena
    >>> arena.NOBODY
    frozenset()

What is listed here is the public face; nothing of it is imported before it is used.
"""

from __future__ import annotations

from arena import shadowing

shadowing.check()

TYPE_CHECKING = False  # type checkers take it for True; importing typing would double what this import costs
if TYPE_CHECKING:
    from arena.agent import Agent, PolicyAgent, Reply, Request, Stop
    from arena.answer import Answer
    from arena.caps import Caps
    from arena.coaching import Coaching
    from arena.comparison import Comparison, Condition
    from arena.episode import BySeat, Episode
    from arena.errors import ArenaError, CacheError, JournalError, NoAnswer, UsageError
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
    from arena.journal import Run
    from arena.outcome import Ending, Outcome
    from arena.plan import Plan, Played
    from arena.prices import Prices
    from arena.protocol import Protocol
    from arena.runner import Progress, RunResult, run
    from arena.scenario import Limits, Scenario
    from arena.task import PublicTask, Task
    from arena.tournament import Tournament
    from arena.transcript import NOBODY, Event, Kind, Transcript, View

__version__ = "0.2.0"

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
    "Form",
    "JournalError",
    "Kind",
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
    "Run",
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
    "agent": ("Agent", "PolicyAgent", "Reply", "Request", "Stop"),
    "episode": ("BySeat", "Episode"),
    "errors": ("ArenaError", "CacheError", "JournalError", "NoAnswer", "UsageError"),
    "answer": ("Answer",),
    "caps": ("Caps",),
    "coaching": ("Coaching",),
    "comparison": ("Comparison", "Condition"),
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
    "journal": ("Run",),
    "outcome": ("Ending", "Outcome"),
    "plan": ("Plan", "Played"),
    "prices": ("Prices",),
    "protocol": ("Protocol",),
    "runner": ("Progress", "RunResult", "run"),
    "scenario": ("Limits", "Scenario"),
    "task": ("PublicTask", "Task"),
    "tournament": ("Tournament",),
    "transcript": ("NOBODY", "Event", "Kind", "Transcript", "View"),
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
