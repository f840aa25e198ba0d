"""Names that stood elsewhere before 0.3: importing one says in a sentence what it is called now.

Modules that are gone are met by a finder on ``sys.meta_path``; classes that were renamed are met by a
``__getattr__`` that the finder gives to the module in which they stood (PEP 562). All of it goes in 0.5.
"""

from __future__ import annotations

import sys
from functools import partial
from importlib.machinery import ModuleSpec, SourceFileLoader

from arena.core._moved_names import NAMES

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
        "results": "figures metrics report _summary usage",
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
        "arena.columns": "arena.results.study",
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


def module_sentence(module: str) -> str:
    """Return where a module stands now, and what its renamed names are now, those of one thing together."""
    now = MODULES[module]
    renamed: dict[str, list[str]] = {}
    for old, new in NAMES.get(now, {}).items():
        renamed.setdefault(new if "." in new else f"{now}.{new}", []).append(old)
    told = (
        f"{now}.{olds[0]} is now {new}." if len(olds) == 1 else f"Its names {', '.join(olds)} are now {new}."
        for new, olds in renamed.items()
    )
    return " ".join((f"{module} is now {now}.", *told))


def sentence(module: str, name: str) -> str:
    """Return what a name of a module is now; empty if it has not moved."""
    now = NAMES.get(module, {}).get(name)
    if now is None:
        return ""
    return f"{module}.{name} is now {now if '.' in now else f'{module}.{now}'}."


def missing_attribute(module: str, name: str) -> Exception:
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
    raise missing_attribute(module, name)


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
