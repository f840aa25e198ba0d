"""Ablations: the same episodes with several wordings, agents or pasts, each of them a condition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from pydantic import ValidationError

from arena.core.complaints import first_problem
from arena.core.errors import UsageError
from arena.designs.comparison import Comparison, Condition
from arena.designs.scenario import AnyScenario, Scenario
from arena.designs.wording import STANDARD, overlaid, read_wording
from arena.episode.protocol import Protocol
from arena.episode.rewriting import Rewritten
from arena.prompts import Wording
from arena.registry import AgentLike, agent_name


def read_wordings(places: Sequence[str]) -> dict[str, Wording]:
    """Return wordings by their names: each is written ``FOLDER``, ``NAME=FOLDER`` or ``standard``.

    Raises:
        PromptError: if a folder holds no prompts, or some that may not be said.
        UsageError: if two have one name.
    """
    read: dict[str, Wording] = {}
    for written in places:
        named, equals, folder = written.partition("=")
        place = folder if equals else written
        name = named if equals else Path(place).stem
        if name in read:
            raise UsageError(
                f"Two wordings are called {name!r}; give each its own name, as in {name}2={place}."
            )
        read[name] = {} if place == STANDARD else read_wording(Path(place))
    return read


def crossed(
    scenario: AnyScenario, wordings: Mapping[str, Wording], agents: Sequence[AgentLike] = ()
) -> AnyScenario:
    """Return a scenario with another wording, or a comparison of several wordings and agents.

    In a comparison, each wording with each agent is a condition, and all have the same tasks and the same
    chance. The conditions of a comparison are crossed with them.

    Args:
        scenario: the scenario.
        wordings: the wordings by their names.
        agents: the agents, each of which sits in all players' seats under conditions of its own.

    Raises:
        UsageError: if the scenario is a tournament or another design that has no conditions.
    """
    if len(wordings) == 1 and not agents:
        (only,) = wordings.values()
        return scenario.model_validate({**_shared(scenario, type(scenario).model_fields), "prompts": only})
    conditions = _conditions_of(scenario, "Several wordings or agents")
    compared: Sequence[AgentLike | None] = agents or [None]
    pairs = product(conditions.items(), (wordings or {"": {}}).items(), compared)
    made = {
        _name(before, wording, agent): condition.model_copy(
            update={
                "prompts": overlaid(condition.prompts, texts),
                "seats": {**condition.seats, **dict.fromkeys(condition.protocol.players, agent)}
                if agent is not None
                else condition.seats,
            }
        )
        for (before, condition), (wording, texts), agent in pairs
    }
    return Comparison.model_validate({**_shared(scenario, AnyScenario.model_fields), "conditions": made})


def with_pasts(scenario: AnyScenario, pasts: Sequence[str]) -> AnyScenario:
    """Return a comparison in which the past of seats is rewritten, each error rate a condition.

    The conditions of a comparison are crossed with them.

    Args:
        scenario: the scenario.
        pasts: the rates and settings of `arena.Rewritten`, such as ``0.5?turns=99&whose=agent``.

    Raises:
        UsageError: if the scenario has no conditions, or a setting does not fit.
    """
    rates = [past.partition("?")[0] for past in pasts]
    names = rates if len(set(rates)) == len(rates) else pasts
    made = {
        _name(before, f"past {name}", None): condition.model_copy(
            update={"protocol": _rewritten(condition.protocol, past)}
        )
        for before, condition in _conditions_of(scenario, "Error rates of the past").items()
        for name, past in zip(names, pasts, strict=True)
    }
    return Comparison.model_validate({**_shared(scenario, AnyScenario.model_fields), "conditions": made})


def _rewritten(protocol: Protocol, past: str) -> Rewritten:
    rate, _, query = past.partition("?")
    given = parse_qsl(query, keep_blank_values=True)
    settings: dict[str, Any] = dict(given)
    if len(settings) < len(given) or settings.keys() & {"rate", "protocol"}:
        raise UsageError(f"The past {past!r} cannot be rewritten: a setting stands there twice.")
    if "whose" in settings:
        settings["whose"] = settings["whose"].split(",")
    try:
        return Rewritten.model_validate({"protocol": protocol, "rate": rate, **settings})
    except ValidationError as invalid:
        raise UsageError(f"The past {past!r} cannot be rewritten: {first_problem(invalid)}.") from None


def _conditions_of(scenario: AnyScenario, what: str) -> dict[str, Condition]:
    if type(scenario) is Scenario:
        return {"": Condition(protocol=scenario.protocol)}
    if isinstance(scenario, Comparison):
        return dict(scenario.conditions)
    raise UsageError(
        f"{what} are compared in a scenario or a comparison, and {scenario.name} is a {scenario.kind}; "
        "give it one of them, and leave out --each."
    )


def _name(condition: str, wording: str, agent: AgentLike | None) -> str:
    parts = (condition, wording, agent_name(agent) if agent is not None else "")
    return ", ".join(filter(None, parts))


def _shared(scenario: AnyScenario, fields: Iterable[str]) -> dict[str, object]:
    return {name: getattr(scenario, name) for name in fields}
