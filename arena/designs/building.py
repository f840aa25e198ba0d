"""Building a scenario from what a person types: a name or a file, agents, and settings by path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from arena.core.complaints import first_problem
from arena.core.errors import ConfigurationChanged, UsageError
from arena.core.files import resolved
from arena.core.python_files import code_digest
from arena.designs._loading import kind_called, load
from arena.designs._seats import seated
from arena.designs._source import ForkSource as ForkSource
from arena.designs._source import Source as Source
from arena.designs.ablation import crossed, with_pasts
from arena.designs.folders import found_from
from arena.designs.fork import Fork
from arena.designs.overriding import SettingError, with_settings
from arena.designs.scenario import AnyScenario
from arena.journal import StoredRun
from arena.journal.resuming import check_ours, code_of

_PLAYED = {"protocol", "conditions"}
"""The settings that say which players there are, so that agents are seated by them."""


def build_fork(source: ForkSource, folder: Path) -> Fork:
    """Return the fork of the run in `folder` that `source` describes.

    Raises:
        UsageError: if the fork cannot be built.
    """
    with found_from(source.model_dump()):
        return _built_fork(source, folder)


def _built_fork(source: ForkSource, folder: Path) -> Fork:
    parent = source.parent
    if isinstance(parent, Source):
        original = build(parent)
    else:
        with StoredRun(folder) as stored:
            original = build_fork(parent, stored.parent.folder)
    given = source.model_dump(exclude={"parent"}, exclude_none=True)
    try:
        return Fork.model_validate({"parent": folder, "original": original, **given})
    except ValidationError as invalid:
        raise UsageError(f"The run in {folder} cannot be forked: {first_problem(invalid)}.") from None


def source_of(folder: Path, trust: bool = False) -> Source | ForkSource:
    """Return what was typed to begin the run in `folder`, from which its scenario is built again.

    Args:
        folder: the folder of the run.
        trust: whether Python files that the run names may have changed since it ran them.

    Raises:
        UsageError: if the run was begun from Python.
        ConfigurationChanged: if a Python file has changed.
    """
    check_ours(folder)
    with StoredRun(folder) as stored:
        typed = stored.header()["source"]
    if typed is None:
        raise UsageError(
            f"The run in {folder} was begun from Python, so use it from Python with its scenario: "
            "arena.resume(folder, scenario) continues it, and arena.fork(folder, episode, turn, "
            "scenario=scenario) branches an episode."
        )
    if not trust:
        _check_code(folder, typed)
    return ForkSource.model_validate(typed) if "parent" in typed else Source.model_validate(typed)


def _check_code(folder: Path, typed: Mapping[str, Any]) -> None:
    """Refuse a run that names a Python file which has changed, before any of them is run."""
    with found_from(typed):
        for named, digests in code_of(folder).items():
            digest = code_digest(path := resolved(named))
            if digest and digest not in digests:
                raise ConfigurationChanged(
                    f"{path} has changed since the run in {folder} ran it. Put it back as it was, or say "
                    "--trust (in Python, trust=True) to run it as it is now."
                )


def rebuilt(folder: Path, settings: Mapping[str, Any] | None = None, trust: bool = False) -> AnyScenario:
    """Return the scenario of a run that was begun at the command line.

    Args:
        folder: the folder of the run.
        settings: values by path that replace those with which the run was begun.
        trust: whether Python files that the run names may have changed since it ran them.

    Raises:
        ConfigurationChanged: if a Python file has changed.
        UsageError: if the run was begun from Python, if its scenario cannot be built any more, or if there
            are settings for a fork.
    """
    source = source_of(folder, trust)
    if isinstance(source, Source):
        return build(source.model_copy(update={"settings": {**source.settings, **(settings or {})}}))
    if settings:
        raise UsageError(
            f"The run in {folder} is a fork, so its settings cannot be changed; continue it without --set."
        )
    with StoredRun(folder) as stored:
        return build_fork(source, stored.parent.folder)


def build(source: Source) -> AnyScenario:
    """Return the scenario that `source` describes.

    In a tournament its agents are the entrants. In any other scenario they sit in the players' seats in
    order, or one agent sits in all of them. All settings are taken together, so that those which need each
    other fit.

    Raises:
        UnknownName: if there is no scenario, file or game with that name.
        UsageError: if an agent or a setting does not fit. If it stands in a study, its line is said.
    """
    with found_from(source.model_dump(include={"folders"})):
        try:
            return _built(source)
        except SettingError as error:
            raise source.located(error) from None


def _built(source: Source) -> AnyScenario:
    if source.each and not source.agents:
        source = source.model_copy(update={"agents": source.each[:1]})
    begun = kind_called(source.kind) if source.kind else load(source)
    settings = dict(source.settings)
    if "tasks" in settings:
        # All tasks of a file are played, unless it is said how many.
        settings = {"first": None, **settings}
    if source.agents:
        settings = {**_seating(begun, source.agents, settings), **settings}
    scenario: AnyScenario = with_settings(begun, settings)
    if source.past:
        scenario = with_pasts(scenario, source.past)
    if source.prompts or source.each:
        return crossed(scenario, source.prompts, source.each)
    return scenario


def _seating(
    begun: AnyScenario | type[AnyScenario], agents: Sequence[str], settings: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return the settings that seat agents: the entrants of a tournament, or the agents of players' seats."""
    kind = begun if isinstance(begun, type) else type(begun)
    if "agents" in kind.model_fields:
        return {"agents": list(agents)}
    # The whole cannot be validated before every seat has its agent.
    shaped = begun.model_construct(name=begun.kind) if isinstance(begun, type) else begun
    for name in _PLAYED & kind.model_fields.keys():
        changes = {path: value for path, value in settings.items() if path.partition(".")[0] == name}
        changed = with_settings({name: getattr(shaped, name, None)}, changes)[name]
        field = TypeAdapter(kind.model_fields[name].rebuild_annotation())
        try:
            shaped = shaped.model_copy(update={name: field.validate_python(changed)})
        except ValidationError:
            return {}  # This is said when the whole is validated.
    return {f"seats.{seat}": agent for seat, agent in seated(shaped.name, shaped.players, agents).items()}
