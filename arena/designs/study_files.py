"""Studies in TOML or YAML files: what is run, who plays, and settings by their paths, as with ``--set``.

::

    run = "direct"
    perturb = ["authority"]

    [tasks]
    file = "questions.csv"
    columns = { question = "Q", truth = "A" }

    [seats]
    judge = "local"

    [protocol]
    swap_verdict = false

    [caps]
    dollars = 5

`run` is the name of a scenario, a protocol or a game, or the place of one. Without it, the file describes the
whole design, and `kind` says which it is: a scenario (which is the default), a comparison (if there are
`conditions`), a league (if there are `games`), a tournament (if there is a `format`), a pool or coaching.
`agents` lists who plays, or is a table of agents by short names. `prompts`, `each` and `past` are what the
options of these names take. `concurrency`, `cache`, `caps`, `prices` and `out` are those of the command. With
`tournament`, the agents play a tournament of what is run, as with ``arena tournament``. Everything else is a
setting, as with ``--set``, and `unset` lists the paths of settings that have no value.

Files are found from the `folder` or folders that the study names, then from its own, and then from the one in
which the command is typed. The run's journal holds these folders, so that a resume finds the files from
anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from os.path import relpath
from pathlib import Path
from typing import Any

import tomli_w
from pydantic import ConfigDict, PositiveInt, ValidationError

from arena.core.checked import Checked
from arena.core.complaints import first_problem
from arena.core.documents import SUFFIXES, Document, read_document
from arena.core.errors import UsageError
from arena.core.files import searching
from arena.designs.ablation import read_wordings
from arena.designs.building import Source
from arena.designs.overriding import SettingError, nested
from arena.designs.writing import without_none
from arena.registry import named, table
from arena.spending.limits import Caps

TASKS = "tasks"
"""The setting that is one value though it is a table: a file of tasks (see `arena.tasks.read`)."""
_FILES = ("cache", "prices", "out")
_KINDS = {"games": "league", "conditions": "comparison", "format": "tournament"}


class StudyOptions(Checked):
    """What a study says of how its run is played. It does not change the transcripts.

    Args:
        concurrency: How many episodes are played at the same time.
        cache: A file that keeps the replies of models.
        caps: What the run may spend, such as ``dollars = 5``.
        prices: A TOML file with the prices of models.
        out: The folder that will hold the run.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    concurrency: PositiveInt | None = None
    cache: Path | None = None
    caps: Caps = Caps()
    prices: Path | None = None
    out: Path | None = None


@dataclass(frozen=True, slots=True)
class StudyFile:
    """A study: what is played, and how."""

    source: Source
    options: StudyOptions = field(default_factory=StudyOptions)
    prompts: tuple[str, ...] = ()

    def to_toml(self, folder: Path) -> str:
        """Return the study as TOML, for a file in `folder`. Where its run goes is left out."""
        own, options = self.source, self.options
        unset: list[str] = []
        files = {name: path for name in ("cache", "prices") if (path := getattr(options, name)) is not None}
        begun = {
            "run": own.name,
            "kind": own.kind,
            "tournament": own.tournament,
            "folder": [relpath(one, folder) for one in own.folders],
            "agents": own.agents,
            "prompts": self.prompts,
            "each": own.each,
            "past": own.past,
            "concurrency": options.concurrency,
        }
        settings = without_none(nested(own.settings), unset)
        played = {
            **{name: relpath(path, folder) for name, path in files.items()},
            "unset": unset,
            "caps": options.caps.model_dump(exclude_none=True),
        }
        tree = {
            name: value
            for name, value in {**begun, **played, **settings}.items()
            if value not in (None, "", (), [], {})
        }
        said = {name: value for name, value in tree.items() if value or name in settings}
        return tomli_w.dumps(said, multiline_strings=True)


def is_study(name: str) -> bool:
    """Return whether a name is that of a study's file."""
    return name.endswith(SUFFIXES)


def read_study(file: Path) -> StudyFile:
    """Return what a TOML or YAML file says to run.

    Raises:
        UsageError: if the file cannot be read, is not TOML or YAML, or does not say what to run. The sentence
            says the line.
    """
    document = read_document(file)
    try:
        return _read(document, file)
    except SettingError as error:
        line = next(filter(None, map(document.line_of, error.paths)), None)
        where = f"{file}, line {line:,}" if line else str(file)
        raise UsageError(f"{where}: {error}") from None


def _read(document: Document, file: Path) -> StudyFile:
    study, own = dict(document.tree), file.resolve().parent
    options = _options(study, own)
    named = _texts("folder", study.pop("folder", []))
    folders = tuple(dict.fromkeys(map(str, (*((own / one).resolve() for one in named), own, Path.cwd()))))
    run, kind = _run_and_kind(study)
    tournament = study.pop("tournament", False)
    if not isinstance(tournament, bool):
        raise SettingError(f"tournament must be true or false, not {tournament!r:.80}.", ("tournament",))
    prompts = study.pop("prompts", [])
    if isinstance(prompts, dict):  # These are the texts themselves.
        study, prompts = {**study, "prompts": prompts}, []
    lists = {name: _texts(name, study.pop(name, [])) for name in ("each", "past", "unset")}
    places = _texts("prompts", prompts)
    with searching(*folders):
        wordings = read_wordings(places)
    source = Source(
        name=run,
        kind=kind,
        tournament=tournament or "format" in study or _is_game(run),
        agents=_agents(study.pop("agents", [])),
        settings={**dict(_by_path(study)), **dict.fromkeys(lists["unset"])},
        prompts=wordings,
        each=lists["each"],
        past=lists["past"],
        folders=folders,
        study=str(file),
        document=document,
    )
    return StudyFile(source, options, places)


def _is_game(name: str) -> bool:
    return name not in table("scenarios") and name.partition(":")[0].partition("?")[0] in table("games")


def _options(study: dict[str, Any], folder: Path) -> StudyOptions:
    """Take the command's options out of a study. The files that they name are in the study's folder."""
    given = {name: study.pop(name) for name in StudyOptions.model_fields if name in study}
    try:
        read = StudyOptions.model_validate(given)
    except ValidationError as invalid:
        path = ".".join(map(str, invalid.errors()[0]["loc"]))
        raise SettingError(f"{first_problem(invalid)}.", (path,)) from None
    files = {name: folder / path for name in _FILES if (path := getattr(read, name)) is not None}
    return read.model_copy(update=files)


def _run_and_kind(study: dict[str, Any]) -> tuple[str, str]:
    """Take out of a study the name of what is run, or the kind of design that the study describes whole."""
    run, kind = study.pop("run", ""), study.pop("kind", "")
    for name, given in (("run", run), ("kind", kind)):
        if not isinstance(given, str):
            raise SettingError(f'{name} must be a name, such as {name} = "debate".', (name,))
    if run and kind:
        raise SettingError("It has both run and kind; leave out kind, as run says what it is.", ("kind",))
    if run:
        return run, ""
    if not kind and "protocol" not in study and not study.keys() & _KINDS.keys():
        raise SettingError('It does not say what to run: begin it with a line such as run = "debate".', ())
    return "", kind or next((named for part, named in _KINDS.items() if part in study), "scenario")


def _agents(given: Any) -> tuple[str, ...]:
    """Return a list of agents, or those of a table by their short names."""
    if isinstance(given, dict) and all(isinstance(agent, str) for agent in given.values()):
        return tuple(_named(name, agent) for name, agent in given.items())
    return _texts("agents", given if isinstance(given, list) else None)


def _named(name: str, agent: str) -> str:
    """Return an agent with its short name, as it is typed."""
    if re.search("[:?/=]", name):
        raise SettingError(f"An agent cannot have the short name {name!r}.", (f"agents.{name}",))
    try:
        return "=".join((named(f"{name}={agent}")[0], agent))
    except UsageError as error:
        raise SettingError(str(error), (f"agents.{name}",)) from None


def _texts(name: str, given: Any) -> tuple[str, ...]:
    given = [given] if isinstance(given, str) else given
    if isinstance(given, list) and all(isinstance(one, str) for one in given):
        return tuple(given)
    raise SettingError(f'{name} must be a list of texts, such as {name} = ["random", "local"].', (name,))


def _by_path(settings: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the values of tables within tables by their paths. A table of tasks is one value."""
    for name, value in settings.items():
        path = f"{before}{name}"
        if value is None and before == "games.":
            value = {}  # YAML has nothing behind the name of a game that is played with its defaults.
        if isinstance(value, dict) and value and path.rpartition(".")[2] != TASKS:
            yield from _by_path(value, f"{path}.")
        else:
            yield path, value
