"""Rewards by name: returns, annotations, criteria of judges and shaping functions, alone or several."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from inspect import Parameter, signature
from typing import Any

from arena.core.errors import UnknownName, UsageError, did_you_mean
from arena.training.rewards._annotated import Combine, DivideBy, FromCriterion, FromRewards
from arena.training.rewards.combined import ByFunction, CombineRewards, WeightedSum
from arena.training.rewards.functions import shaping_functions
from arena.training.rewards.shaping import REWARDS
from arena.training.rewards.sources import RewardSource, Scaled, returns
from arena.training.rewards.specifications import Specification, read_specification

RETURNS, ANNOTATION, JUDGE, SHAPING = "returns", "annotation", "judge", "shaping"
PREFIXES = (RETURNS, ANNOTATION, JUDGE, SHAPING)
"""Where a name is looked up, in this order. A name in several of them needs one of these before it."""
_WEIGHTED = re.compile(r"(-?\d+(?:\.\d+)?)\*(.*)", re.DOTALL)
_JUDGE_TAKES = ("is", "judge", "moment", "combine", "scale")
_REWARD_TAKES = ("gamma", "moment", "divide")


@dataclass(frozen=True, slots=True)
class RecordedNames:
    """The names of what runs have that may be a reward.

    Args:
        rewards: the names of their `Reward` annotations.
        criteria: the names of their scores, verdicts and labels, and of the criteria of later judges.
    """

    rewards: Collection[str] = ()
    criteria: Collection[str] = ()


def reward_source(
    specifications: Sequence[str],
    combine: CombineRewards = CombineRewards.SUM,
    recorded: RecordedNames | None = None,
) -> RewardSource:
    """Return where rewards come from.

    Args:
        specifications: names with parameters, such as ``"discounted?gamma=0.9"`` or
            ``"judge:quality?scale=10"``. A number and ``*`` before one is its weight among several:
            ``"0.9*correct"``.
        combine: how several become one.
        recorded: the names of what the runs have. None looks nothing up in them.

    Raises:
        UnknownName: if there is no reward of a name.
        UsageError: if a name is in several places, or a reward does not have these parameters.
    """
    parts = [_weighted(one, recorded or RecordedNames()) for one in specifications]
    if len(parts) == 1 and parts[0].weight == 1:
        return parts[0].source
    return WeightedSum(parts, combine)


def _weighted(specification: str, recorded: RecordedNames) -> Scaled:
    given = _WEIGHTED.fullmatch(specification)
    weight, name = (float(given[1]), given[2]) if given else (1.0, specification)
    return Scaled(_source(read_specification(name), recorded), weight)


def _source(said: Specification, recorded: RecordedNames) -> RewardSource:
    prefix, _, name = said.name.partition(":")
    if prefix == JUDGE:
        name = _criterion(name, recorded)
    if prefix not in PREFIXES or not name:
        prefix, name = _place(said.name, recorded), said.name
    elif name not in _known(recorded)[prefix] and not (prefix == JUDGE and ": " in name):
        raise _unknown(said.name, [f"{prefix}:{known}" for known in _known(recorded)[prefix]])
    match prefix:
        case "returns":
            shape = "terminal" if name == RETURNS else name
            query = said.whole.partition("?")[2]
            return returns(f"{shape}?{query}" if query else shape)
        case "annotation":
            said.check(_REWARD_TAKES)
            divide = said.option("divide", DivideBy.NOTHING)
            return FromRewards(name, said.number("gamma"), said.parameters.get("moment", ""), divide)
        case "judge":
            return _by_criterion(said, name)
    return _by_function(said, name)


def _criterion(name: str, recorded: RecordedNames) -> str:
    """Return the full name of a criterion, of which only the part before its digest may be given.

    Raises:
        UsageError: if it has another name now.
    """
    begun = [known for known in recorded.criteria if known.rpartition("-")[0] == name]
    if name == "choice" and not begun and name not in recorded.criteria:
        raise UsageError("The reward judge:choice is now judge:speaker.")
    return begun[0] if name not in recorded.criteria and len(begun) == 1 else name


def _place(name: str, recorded: RecordedNames) -> str:
    """Return the prefix under which a name without one is found."""
    known = _known(recorded)
    found = [prefix for prefix in PREFIXES if name in known[prefix]]
    if not found:
        raise _unknown(name, [*dict.fromkeys(one for names in known.values() for one in names)])
    if len(found) > 1:
        choices = " or ".join(f"{prefix}:{name}" for prefix in found)
        raise UsageError(f"There are {len(found)} rewards called {name!r}; write {choices}.")
    return found[0]


def _known(recorded: RecordedNames) -> Mapping[str, Collection[str]]:
    return {
        RETURNS: (*REWARDS, RETURNS),
        ANNOTATION: recorded.rewards,
        JUDGE: recorded.criteria,
        SHAPING: shaping_functions(),
    }


def _unknown(name: str, known: Sequence[str]) -> UnknownName:
    listed = ", ".join(known) or "none"
    return UnknownName(f"There is no reward called {name!r}.{did_you_mean(name, known)} There are: {listed}.")


def _by_criterion(said: Specification, name: str) -> FromCriterion:
    said.check(_JUDGE_TAKES)
    given = {each: said.parameters.get(each, "") for each in ("is", "judge", "moment")}
    scale = said.number("scale")
    if scale == 0:
        raise UsageError(f"In {said.whole!r} the parameter scale is above 0.")
    combine = said.option("combine", Combine.MEAN)
    return FromCriterion(name, given["is"], given["judge"], given["moment"], combine, scale or 1.0)


def _by_function(said: Specification, name: str) -> ByFunction:
    known = shaping_functions()[name]
    takes = list(signature(known.function).parameters.values())[1:]
    said.check([one.name for one in takes])
    values = {one.name: _read(said, one) for one in takes if one.name in said.parameters}
    function: Callable[..., Any] = partial(known.function, **values)
    return ByFunction(name, function, known.whole)


def _read(said: Specification, parameter: Parameter) -> Any:
    """Return a parameter as its default's type: a word of an enumeration, a text or a number."""
    if isinstance(parameter.default, StrEnum):
        return said.option(parameter.name, parameter.default)
    if isinstance(parameter.default, str):
        return said.parameters[parameter.name]
    return said.number(parameter.name)
