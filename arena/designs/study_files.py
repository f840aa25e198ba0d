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
options of these names take. `concurrency`, `cache`, `caps`, `prices` and `out` are those of the command.
Everything else is a setting, as with ``--set``, and `unset` lists the paths of settings that have no value.

Files are found from the folder of the study, and if they are not there, from the folder in which the command
is typed. The run's journal holds both folders, so that a resume finds them from anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, PositiveInt, ValidationError

from arena.core.checked import Checked
from arena.core.complaints import first_problem
from arena.core.documents import SUFFIXES, Document, read_document
from arena.core.errors import UsageError
from arena.core.files import searching
from arena.designs.ablation import read_wordings
from arena.designs.building import Source
from arena.designs.overriding import SettingError
from arena.registry import table
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
    folders = (str(file.resolve().parent), str(Path.cwd()))
    try:
        return _read(document, folders, str(file))
    except SettingError as error:
        line = next(filter(None, map(document.line_of, error.paths)), None)
        where = f"{file}, line {line:,}" if line else str(file)
        raise UsageError(f"{where}: {error}") from None


def _read(document: Document, folders: tuple[str, str], file: str) -> StudyFile:
    study = dict(document.tree)
    options = _options(study, Path(folders[0]))
    run, kind = _run_and_kind(study)
    prompts = study.pop("prompts", [])
    if isinstance(prompts, dict):  # These are the texts themselves.
        study, prompts = {**study, "prompts": prompts}, []
    lists = {name: _texts(name, study.pop(name, [])) for name in ("each", "past", "unset")}
    with searching(*folders):
        wordings = read_wordings(_texts("prompts", prompts))
    source = Source(
        name=run,
        kind=kind,
        tournament="format" in study or run.partition(":")[0].partition("?")[0] in table("games"),
        agents=_agents(study.pop("agents", [])),
        settings={**dict(_by_path(study)), **dict.fromkeys(lists["unset"])},
        prompts=wordings,
        each=lists["each"],
        past=lists["past"],
        folders=folders,
        study=file,
        document=document,
    )
    return StudyFile(source, options)


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
        return tuple(f"{name}={agent}" for name, agent in given.items())
    return _texts("agents", given if isinstance(given, list) else None)


def _texts(name: str, given: Any) -> tuple[str, ...]:
    given = [given] if isinstance(given, str) else given
    if isinstance(given, list) and all(isinstance(one, str) for one in given):
        return tuple(given)
    raise SettingError(f'{name} must be a list of texts, such as {name} = ["random", "local"].', (name,))


def _by_path(settings: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the values of tables within tables by their paths. A table of tasks is one value."""
    for name, value in settings.items():
        path = f"{before}{name}"
        if isinstance(value, dict) and value and path.rpartition(".")[2] != TASKS:
            yield from _by_path(value, f"{path}.")
        else:
            yield path, value
