"""What runs are called when they are compared: their protocols, and the settings in which they differ."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from arena.registry import protocol_name

_LONGEST = 60


def conditions(runs: Sequence[tuple[str, Mapping[str, Any]]]) -> list[str]:
    """Return the condition of each run, given its name and its configuration.

    Runs of the same protocol, settings, agents and tasks have the same condition, whatever their seeds. Those
    of one protocol are told apart by the settings and seats in which they differ, and where that does not
    tell them apart, by their names.

    >>> debate = {"protocol": {"class": "protocols.debate:Debate", "rounds": 3}}
    >>> longer = {"protocol": {"class": "protocols.debate:Debate", "rounds": 5}}
    >>> conditions([("one", debate), ("two", longer), ("three", debate)])
    ['debate (rounds=3)', 'debate (rounds=5)', 'debate (rounds=3)']
    """
    settings = [dict(_settings(config)) for _, config in runs]
    labels = []
    for own, (_, config) in zip(settings, runs, strict=True):
        alike = [other for other in settings if other["class"] == own["class"]]
        differ = [name for name in own if len({other.get(name, "") for other in alike}) > 1]
        shown = ", ".join(f"{name}={_shortened(own[name])}" for name in differ)
        name = protocol_name(config)
        labels.append(f"{name} ({shown})" if shown else name)
    keys = [
        (json.dumps(own, sort_keys=True), _tasks(run)) for own, (_, run) in zip(settings, runs, strict=True)
    ]
    meant: dict[str, set[Any]] = {}
    for label, key in zip(labels, keys, strict=True):
        meant.setdefault(label, set()).add(key)
    return [
        label if len(meant[label]) == 1 else f"{label} [{name}]"
        for label, (name, _) in zip(labels, runs, strict=True)
    ]


def _settings(config: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield all that is part of a condition by its path, as text; the class first."""
    protocol = dict(config["protocol"])
    yield "class", str(protocol.pop("class"))
    yield from _flat(protocol, "")
    yield from _flat(config.get("seats", {}), "")
    for name in ("agents", "added", "format", "at", "replies"):
        if name in config:
            yield name, _text(config[name])


def _flat(settings: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{path}{name}.")
        else:
            yield f"{path}{name}", _text(value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _tasks(config: Mapping[str, Any]) -> str:
    return str(config.get("tasks", {}).get("digest", ""))


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
