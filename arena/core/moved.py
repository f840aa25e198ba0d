"""Names that stood elsewhere before 0.3: importing one says in a sentence what it is called now.

Modules that are gone are met by a finder on ``sys.meta_path``; classes that were renamed are met by a
``__getattr__`` that the finder gives to the module in which they stood (PEP 562). All of it goes in 0.4.
"""

from __future__ import annotations

import sys
from functools import partial
from importlib.machinery import ModuleSpec, SourceFileLoader

TYPE_CHECKING = False  # importing typing would double what `import arena` costs
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

_ROOMS = {
    "arena": {
        "core": "complaints errors files jsonl log ranges seeds shadowing text",
        "seat": "agent _likelihood messages transcript",
        "tasks": "arithmetic grading task",
        "votes": "voting",
        "spending": "budget _outage prices",
        "episode": "_exchange outcome plan protocol record turns",
        "journal": "resuming",
        "designs": "building coaching comparison fork _pool scenario tournament",
        "workers": "notices opening",
        "results": "columns figures metrics report _summary usage",
        "running": "progress rehearsal",
        "training": "environments export rewards",
    },
    "agents": {"shared": "decision drafts once refusals tokens wrapper"},
    "protocols": {
        "shared": "answers beliefs feedback offers oversight questions quotes steps table_talk topology "
        "validation verdicts"
    },
}
"""Modules that kept their names, by the package that they stand in now."""

_PRIVATE = {
    "arena.forms": "choice fitting json_sample status structured",
    "arena.forms.reading": "announced dress labels numbers options own quoting reader thoughts",
    "arena.importing": "importing mapping record recording",
    "arena.journal": "bulk checking checksums damage decoding journal opening reading stored verdicts writer",
    "arena.judging": "asking criterion family judging planning rubric",
    "arena.models": "catalogue hub",
    "arena.pairing": "bracket elimination one_round pairing swiss",
    "arena.ratings": "bradley_terry elo graph result skill",
    "arena.tasks": "names positions",
}
"""Modules that stand where they stood, and whose names begin with an underscore since 0.3."""

MODULES = (
    {
        f"{root}.{name.lstrip('_')}": f"{root}.{room}.{name}"
        for root, rooms in _ROOMS.items()
        for room, names in rooms.items()
        for name in names.split()
    }
    | {
        f"{package}.{name}": f"{package}._{name}"
        for package, names in _PRIVATE.items()
        for name in names.split()
    }
    | {
        "agents.told": "agents.shared.prompt_fields",
        "agents.function": "arena.seat.function",
        "arena.answer": "arena.seat.response",
        "arena.account": "arena.spending.rate_limits",
        "arena.cache_file": "arena.cache._file",
        "arena.caps": "arena.spending.limits",
        "arena.cli.console": "arena.core.console",
        "arena.cli.spending": "arena.results.usage_table",
        "arena.cli.terminal": "arena.core.terminal",
        "arena.collecting": "arena.core.garbage",
        "arena.conduct": "arena.episode.playing",
        "arena.judging.rulings": "arena.votes.rulings",
        "arena.learning": "arena.training.self_play",
        "arena.measure": "arena.episode.measurement",
        "arena.purse": "arena.spending.episode_budget",
        "arena.runner": "arena.running.running",
        "arena.seam": "arena.episode.owned",
        "arena.threads": "arena.core.aio",
        "arena.versions": "arena.registry",
        "arena.waiting": "arena.core.drain",
        "protocols.coached": "arena.designs.coached",
    }
)
"""Where modules stand now, by where they stood."""

NAMES = {
    "agents.aggregate": {"Found": "Consensus", "Rule": "VotingRule"},
    "agents.bargainers": {"Table": "BargainingTable"},
    "agents.best_of": {"Rule": "SelectionRule"},
    "agents.coached": {"Coached": "CoachedAgent"},
    "agents.hagglers": {"Standing": "StandingOffer", "Talks": "BargainingPrompt"},
    "agents.local.backend": {"Completion": "Generation"},
    "agents.local.labels": {"Tokens": "NextTokenSource"},
    "agents.providers.completion": {
        "TOLD_BY_CALL": "SAID_BY_CALL",
        "TOLD_BY_THOUGHT": "SAID_BY_THOUGHT",
        "Written": "ContentParts",
    },
    "agents.providers.dialect": {"How": "Adjustment"},
    "agents.providers.faults": {"Kind": "FaultKind"},
    "agents.shared.decision": {"Decision": "GameDecision"},
    "agents.shared.prompt_fields": {"told": "prompt_fields"},
    "arena": {
        "Choice": "arena.forms.Choice",
        "Decision": "arena.forms.Decision",
        "EventKind": "arena.seat.EventKind",
        "Form": "arena.forms.Form",
        "Kind": "arena.seat.EventKind",
        "Move": "arena.forms.Move",
        "Number": "arena.forms.Number",
        "Plan": "arena.episode.Plan",
        "Played": "arena.episode.Played",
        "Probability": "arena.forms.Probability",
        "RunResult": "arena.Run",
        "Speech": "arena.forms.Speech",
        "Status": "arena.forms.Status",
        "Stop": "arena.seat.Stop",
        "Structured": "arena.forms.Structured",
    },
    "arena.cache": {
        name: f"arena.cache.cache.{name}"
        for name in ("Cache", "Cached", "agent_digest", "log_counts", "shaping_digest")
    },
    "arena.core.garbage": {"collecting_rarely": "rare_garbage_collection"},
    "arena.designs.fork": {
        "Override": "arena.running.forking.Override",
        "fork": "arena.running.forking.fork",
    },
    "arena.episode._exchange": {"Desk": "SeatSession"},
    "arena.episode.measurement": {"Measure": "Measurement"},
    "arena.forms.reading": {"Label": "LineLabel", "Own": "OwnText"},
    "arena.forms.reading._announced": {"Found": "Announced"},
    "arena.forms.reading._labels": {"Label": "LineLabel"},
    "arena.forms.reading._own": {"Own": "OwnText"},
    "arena.journal": {"Found": "VerdictValue", "Rule": "PanelRule", "Run": "StoredRun"},
    "arena.journal._bulk": {"EpisodeRow": "StoredEpisodeRow"},
    "arena.journal._reading": {"Run": "StoredRun"},
    "arena.journal.spending": {
        "Took": "RecordedUsage",
        "Untold": "UnreportedUsage",
        "read_took": "read_usage",
        "read_total": "read_total_usage",
        "read_untold": "read_unreported",
    },
    "arena.journal._verdicts": {"Found": "VerdictValue", "Rule": "PanelRule"},
    "arena.judging": {"How": "arena.votes.rulings.RulingStatus", "Method": "JudgingMethod"},
    "arena.judging._criterion": {"Method": "JudgingMethod", "Untold": "NoProbabilities"},
    "arena.judging.tally": {"Score": "SubjectScore"},
    "arena.pairing": {"Decision": "BracketDecision", "SelfPlay": "MirrorMatches"},
    "arena.pairing._bracket": {
        "Decision": "BracketDecision",
        "Node": "BracketMatch",
        "Outcome": "BracketOutcome",
        "Source": "Feeder",
    },
    "arena.pairing._one_round": {"SelfPlay": "MirrorMatches"},
    "arena.results.figures._detection": {"Attempt": "AlteredStep", "Solution": "CheckedSolution"},
    "arena.results.figures.lines": {"Measure": "FigureDefinition"},
    "arena.results.figures._negotiation": {"Talks": "NegotiationSide"},
    "arena.results.usage": {"Spending": "UsageBreakdown"},
    "arena.seat.response": {"Answer": "Response", "NOTHING_TOLD": "NO_PROBABILITIES"},
    "arena.seat.agent": {"NOTHING_SPENT": "NO_USAGE", "Spent": "RequestUsage"},
    "arena.seat.transcript": {"Kind": "EventKind"},
    "arena.spending.budget": {"Held": "Reservation", "without_price": "unknown_price"},
    "arena.spending.episode_budget": {"Purse": "EpisodeBudget"},
    "arena.spending.limits": {"MEASURES": "QUANTITIES", "Total": "TotalUsage", "money": "in_dollars"},
    "arena.spending.rate_limits": {"Account": "RateLimiter", "Allowance": "RateLimits", "Ticket": "Permit"},
    "arena.tasks.grading": {"Comparison": "AnswerMatch"},
    "arena.training.export": {"Choice": "ExportOptions", "Sample": "Candidate"},
    "arena.training.export.card": {"Source": "ExportedRun"},
    "arena.training.export.exporting": {"Choice": "ExportOptions"},
    "arena.training.export.formats": {"Format": "ExportFormat"},
    "arena.training.export._pairs": {"Sample": "Candidate"},
    "arena.training.export._parquet": {"Table": "ParquetTable", "Tokens": "TokensTable"},
    "arena.votes.rulings": {"How": "RulingStatus"},
    "games.trade": {"Offer": "TradeOffer"},
    "protocols": {"Comparison": "AnswerMatch", "Method": "Elicitation"},
    "protocols.shared.beliefs": {"Method": "Elicitation"},
    "protocols.shared.feedback": {"Stop": "StopCondition", "Turn": "RevisionTurn", "Unit": "RevisionUnit"},
    "protocols.shared.offers": {"Turn": "BargainingTurn"},
    "protocols.shared.table_talk": {"Turn": "SpokenMove"},
}
"""What names are now, by the module in which they stand or stood; without a dot, it is in the same module."""


def module_sentence(module: str) -> str:
    """Return where a module stands now, and what those of its names are now that were renamed."""
    now = MODULES[module]
    renamed = (sentence(now, name) for name in NAMES.get(now, ()))
    return " ".join((f"{module} is now {now}.", *renamed))


def sentence(module: str, name: str) -> str:
    """Return what a name of a module is now; empty if it has not moved."""
    now = NAMES.get(module, {}).get(name)
    if now is None:
        return ""
    return f"{module}.{name} is now {now if '.' in now else f'{module}.{now}'}."


def missing(module: str, name: str) -> Exception:
    """Return what is to be raised where a module is asked for a name that it does not have."""
    if said := sentence(module, name):
        from arena.core.errors import Moved

        # An AttributeError would be replaced by one of Python's own in ``from module import name``.
        return Moved(said, name=name)
    return AttributeError(f"module {module!r} has no attribute {name!r}")


def install() -> None:
    """Have whoever imports an old name told the new one."""
    if _Finder not in sys.meta_path:
        sys.meta_path.insert(0, _Finder)
        for name in NAMES.keys() & sys.modules.keys():
            _teach(sys.modules[name])


def _teach(module: ModuleType) -> None:
    """Give a module a ``__getattr__`` that knows its old names, unless it has one."""
    module.__dict__.setdefault("__getattr__", partial(_raise_missing, module.__name__))


def _raise_missing(module: str, name: str) -> object:
    raise missing(module, name)


class _Finder:
    """Raises for modules that are gone, and has those that are there taught their old names."""

    @classmethod
    def find_spec(
        cls, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name in MODULES:
            from arena.core.errors import Moved

            raise Moved(module_sentence(name), name=name)
        if name not in NAMES:
            return None
        found = (finder.find_spec(name, path, target) for finder in sys.meta_path if finder is not cls)
        spec = next((spec for spec in found if spec is not None), None)
        if spec is not None and type(spec.loader) is SourceFileLoader:
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


class _Loader(SourceFileLoader):
    """Loads a module as usual, and teaches it its old names."""

    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        _teach(module)
