"""What must not change when a run is resumed, and what is taken over from its header."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from arena.core.errors import ConfigurationChanged, UsageError
from arena.journal import StoredRun
from arena.journal._facts import MAY_GROW as MAY_GROW
from arena.registry import renewed
from arena.spending.limits import Caps, TotalUsage
from arena.spending.prices import Prices

IMPORTED = "imported"
"""The kind of a run that was imported from other people's transcripts."""


def check_ours(folder: Path) -> None:
    """Check that the run in `folder` was played by Arena.

    Raises:
        UsageError: if it was imported.
    """
    with StoredRun(folder) as stored:
        if stored.header()["config"]["kind"] == IMPORTED:
            raise UsageError(f"The run in {folder} was imported, so there is nothing in it to continue.")


def code_of(folder: Path) -> dict[str, list[str]]:
    """Return the digests of the Python files that the run in `folder` ran, by how they were named.

    A file has several if it changed, and the run was continued all the same. Runs of versions before 0.7, and
    runs that were begun from Python, name none.
    """
    with StoredRun(folder) as stored:
        found: dict[str, list[str]] = stored.header().get("code", {})
        return found


def check_unchanged(folder: Path, config: Mapping[str, Any], *, without: Collection[str] = ()) -> None:
    """Compare the configuration of the run in `folder` with `config`, leaving out the parts `without`.

    Tools are compared with the digests of their files, unless the run's header has those (see `code_of`).

    Raises:
        ConfigurationChanged: if they differ, naming each field with its old and new value.
        UsageError: if the run was imported.
    """
    check_ours(folder)
    with StoredRun(folder) as stored:
        header = stored.header()
    code = header.get("code", {})
    before = dict(_flat(_without_files(renewed(header["config"]), code)))
    after = dict(_flat(_without_files(config, code)))
    changes = [
        f"{name} was {before.get(name, 'not there')} and is now {after.get(name, 'not there')}"
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name) and name.partition(".")[0] not in without
    ]
    if changes:
        raise ConfigurationChanged(
            f"The run in {folder} cannot be resumed under another configuration: {'; '.join(changes)}. Put "
            "it back as it was, or begin a new run."
        )


def caps_and_prices(folder: Path, caps: Caps | None, prices: Prices | None) -> tuple[Caps, Prices]:
    """Return the caps and prices of the run in `folder`, replaced by those that are given anew."""
    with StoredRun(folder) as stored:
        header = stored.header()
    held = Caps.model_validate(header.get("caps", {})).changed_by(caps)
    return held, prices or Prices(header.get("prices", {}).get("overrides"))


def spent_in(folder: Path) -> TotalUsage:
    """Return what calls to models took in the run in `folder`, judging included."""
    with StoredRun(folder) as stored:
        return stored.total()


def _without_files(value: Any, code: Collection[str]) -> Any:
    """Return a configuration without the digests of those files of tools whose names are in `code`."""
    if isinstance(value, Mapping):
        is_known = str(value.get("function", "")).rpartition(":")[0] in code
        return {
            name: _without_files(part, code)
            for name, part in value.items()
            if not (is_known and name == "digest")
        }
    if isinstance(value, list | tuple):
        return [_without_files(part, code) for part in value]
    return value


def _flat(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and value:
        for key, part in value.items():
            yield from _flat(part, f"{name}.{key}" if name else str(key))
    else:
        yield name, list(value) if isinstance(value, tuple) else value
