"""The work of ``arena list``."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any, get_args

from rich.table import Table

from arena.cli.settings import REQUIRED, Setting, settings_of
from arena.core.console import out, plain, print_json
from arena.core.errors import ArenaError, UnknownName, UsageError, did_you_mean, there_are
from arena.designs.scenario import AnyScenario
from arena.episode.protocol import Protocol
from arena.registry import PUBLISHED_SYSTEMS, Kind, find, table

LISTED_KINDS = (
    "scenarios",
    "protocols",
    "agents",
    "games",
    "tools",
    "formats",
    "tasks",
    "perturbations",
    "rewards",
    "figures",
    "mappings",
    "systems",
)
"""The kinds of things that have names, in the order in which they are listed."""


_UNSET = ("figures", "mappings", "systems")
_ARGUED = ("rewards", "perturbations", "tools")


@dataclass(frozen=True, slots=True)
class Listed:
    """A name with the object that it stands for, or with the reason why that is not available here."""

    kind: str
    name: str
    found: Any
    missing: str = ""

    @property
    def about(self) -> str:
        """The first sentence of the object's documentation, or the paper of a published system."""
        if self.kind == "systems":
            return str(self.found.paper)
        if self.kind == "mappings":
            return str(self.found.about)
        return f"(not available: {self.missing})" if self.missing else _first_sentence(self.found)

    def settings(self) -> list[Setting]:
        """Return its settings. The arguments of rewards, perturbations and tools are left out."""
        found = [] if self.missing or self.kind in _UNSET else settings_of(self.found)
        return [one for one in found if one.default != REQUIRED] if self.kind in _ARGUED else found

    def record(self) -> dict[str, Any]:
        """Return its kind, name, first sentence and settings as JSON-able values."""
        settings = [asdict(setting) for setting in self.settings()]
        record = {"kind": self.kind, "name": self.name, "about": self.about, "settings": settings}
        return record | ({"finds": self.finds()} if self.kind == "protocols" else {}) | self.played()

    def played(self) -> dict[str, str]:
        """Return how a published system is played: its command, the figure that comes out, what differs."""
        names = ("command", "figure", "differs") if self.kind == "systems" else ()
        return {name: str(getattr(self.found, name)) for name in names}

    def finds(self) -> dict[str, str]:
        """Return the annotations that a protocol lists: the kind of each name.

        Those of a protocol inside it are left out, because its class does not say which it is.
        """
        if not (isinstance(self.found, type) and issubclass(self.found, Protocol)):
            return {}
        with suppress(AttributeError):  # a required setting has no value here
            return {name: kind.kind for name, kind in self.found.model_construct().finds.items()}
        return {}


def show_names(kind: str | None, name: str | None, as_json: bool) -> None:
    """Print all names, or all names of one kind, or one name with its settings.

    Raises:
        UsageError: if the kind or the name does not exist.
    """
    if kind is not None and kind not in LISTED_KINDS:
        hint = did_you_mean(kind, LISTED_KINDS)
        raise UsageError(f"There is no kind called {kind!r}.{hint} There are: {', '.join(LISTED_KINDS)}.")
    found = [one for each in ([kind] if kind else LISTED_KINDS) for one in all_of(each)]
    if name is not None:
        found = [one for one in found if one.name in (name, name.replace("-", "_"))]
        if not found and kind in get_args(Kind) and name.partition(":")[0].endswith(".py"):
            of_it: Any = kind
            found = [Listed(of_it, name, find(of_it, name))]
        if not found:
            known = [one.name for one in all_of(str(kind))]
            raise UnknownName(f"{kind} has nothing called {name!r}.{there_are(name, known, str(kind))}")
    if as_json:
        for one in found:
            print_json({"event": "list", **one.record()})
    elif name is not None:
        _show_one(found[0])
    elif kind == "systems":
        for one in found:
            _show_lines(f"{one.name}: {one.about}", f"  {one.played()['command']}")
    else:
        for heading, of_it in groupby(found, attrgetter("kind")):
            _show(heading, {one.name: one.about for one in of_it})


def all_of(kind: str) -> list[Listed]:
    """Return everything of a kind, sorted by name."""
    if kind in get_args(Kind):
        of_it: Any = kind
        return [_found(of_it, name) for name in sorted(table(of_it))]
    return [Listed(kind, name, found) for name, found in sorted(_others(kind).items())]


def _others(kind: str) -> Mapping[str, Any]:
    if kind == "formats":
        from arena.pairing import TOURNAMENT_FORMATS

        return TOURNAMENT_FORMATS
    if kind == "tasks":
        from arena import tasks

        makers = {name: getattr(tasks, name) for name in tasks.__all__}
        return {name: make for name, make in makers.items() if _makes_tasks(make)}
    if kind == "perturbations":
        from arena.designs.perturbing import perturbations

        return perturbations()
    if kind == "figures":
        from arena.results.figures import entries

        return {entry.name: entry.function for entry in entries()}
    if kind == "mappings":
        from arena.importing import ready_mappings

        return ready_mappings()
    if kind == "systems":
        return {system.name: system for system in find("scenarios", PUBLISHED_SYSTEMS)}
    from arena.training.rewards.functions import shaping_functions
    from arena.training.rewards.shaping import REWARDS

    return {**{name: entry.function for name, entry in shaping_functions().items()}, **REWARDS}


def _makes_tasks(maker: Any) -> bool:
    return inspect.isfunction(maker) and maker.__annotations__.get("return") == "list[Task]"


def _found(kind: Kind, name: str) -> Listed:
    try:
        return Listed(kind, name, find(kind, name))
    except (ArenaError, ImportError) as error:
        return Listed(kind, name, None, missing=str(error))


def _show(heading: str, names: Mapping[str, str]) -> None:
    grid = Table.grid(padding=(0, 2))
    for name in sorted(names):
        grid.add_row(f"  {name}", plain(names[name]))
    out.print(plain(heading, "bold"))
    out.print(grid)


def _show_one(one: Listed) -> None:
    out.print(plain(f"{one.name}: {one.about}.", "bold"))
    if finds := one.finds():
        listed = (f"{name} ({kind})" for name, kind in finds.items())
        out.print(plain(f"It records the annotations {', '.join(listed)}."))
    if played := one.played():
        _show_lines(*played.values())
        return
    if one.kind == "mappings":
        out.print(_HOW[one.kind].format(name=one.name), markup=False)
        _show_lines("", *one.found.text.splitlines())
        return
    settings = one.settings()
    if not settings:
        out.print("It has no settings.")
        return
    grid = Table(
        "setting", "values", "default", "what it does", box=None, header_style="bold", pad_edge=False
    )
    for setting in settings:
        grid.add_row(
            *(plain(text) for text in (setting.name, setting.type, setting.default)),
            plain(setting.description),
        )
    out.print(grid)
    if how := _HOW.get(one.kind):
        out.print(how.format(name=one.name), markup=False)


def _show_lines(*lines: str) -> None:
    for line in lines:
        out.print(plain(line), soft_wrap=True)


_HOW = {
    "scenarios": "Set one with: arena run {name} --set SETTING=VALUE",
    "protocols": "In a scenario that plays it, set one with: arena run SCENARIO --set protocol.SETTING=VALUE",
    "agents": "Set one with: {name}?SETTING=VALUE",
    "games": "Set one with: {name}?SETTING=VALUE",
    "formats": "Set one with: --format {name}?SETTING=VALUE",
    "rewards": "Set one with: arena export RUN --to FORMAT --reward {name}?SETTING=VALUE",
    "perturbations": "Set one with: --perturb {name}?SETTING=VALUE",
    "mappings": "Use it with: arena import FILE --mapping {name} --out FOLDER",
    "tasks": "Call it in Python: arena.tasks.{name}(...)",
}


def _first_sentence(found: object) -> str:
    described = found
    if isinstance(found, AnyScenario) and found.name in table("scenarios"):  # its module has the description
        described = sys.modules[table("scenarios")[found.name].partition(":")[0]]
    text = inspect.cleandoc(getattr(described, "__doc__", "") or "").split("\n\n")[0]
    return re.split(r"(?<!et al)\. ", " ".join(text.split()))[0].rstrip(".:")
