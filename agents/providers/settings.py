"""The types of a model's settings, which say in a sentence what is wrong with a value."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]
"""How much a model reasons before it answers; each model takes some of these words."""

LONGEST_WAIT = 86_400.0
"""How many seconds an answer may be waited for."""
MOST_CONCURRENT = 100_000
"""How many calls may be in flight at once."""

MaxTokens = Annotated[int, Field(ge=1, le=10_000_000)]
"""How many tokens a model may write."""

PerMinute = Annotated[int, Field(ge=1, le=10**12)]
"""How many requests or tokens a minute may have."""

TopK = Annotated[int, Field(ge=1, le=1_000_000)]
"""Among how many of the likeliest tokens the next one is drawn."""

LONGEST_EXTRA = 100_000
"""How many characters of JSON `extra` may be."""
_OURS = ("messages", "system", "model", "stream")
_SECRET = re.compile(r"(^|[_-])(api[_-]?key|authorization|password|secret|access[_-]?token)$", re.IGNORECASE)


def read_extra(given: object) -> dict[str, Any]:
    """Return what is to be sent as it is, from a JSON object or its text.

    Raises:
        ValueError: if it is something else, or holds what the run itself sends, or a key.
    """
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except (ValueError, RecursionError):
            raise ValueError(
                'it is not JSON; give an object such as {"service_tier":"flex"}, and write & as %26 and + as '
                "%2B in a specification"
            ) from None
    if not isinstance(given, Mapping):
        raise ValueError('it is no JSON object, such as {"service_tier":"flex"}')
    found = dict(given)
    for name in _OURS:
        if name in found:
            raise ValueError(f"it may not hold {name!r}, which the run itself says")
    _check(found)
    if len(json.dumps(found)) > LONGEST_EXTRA:
        raise ValueError(f"it is longer than {LONGEST_EXTRA:,} characters")
    return found


Extra = Annotated[Mapping[str, Any], BeforeValidator(read_extra)]
"""A JSON object that is sent as it is, on top of what else is."""


def merged(body: Mapping[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    """Return a request's body with `extra` in it; of objects that are in both, each part of `extra` holds."""
    whole = dict(body)
    for name, value in extra.items():
        ours = whole.get(name)
        both = isinstance(ours, Mapping) and isinstance(value, Mapping)
        whole[name] = merged(ours, value) if both else value  # type: ignore[arg-type]
    return whole


def _check(value: object, depth: int = 0) -> None:
    if depth > 20:
        raise ValueError("its parts lie more than 20 deep in one another")
    if isinstance(value, Mapping):
        for name, part in value.items():
            if not isinstance(name, str):
                raise ValueError(f"{name!r} is no name of a part of a JSON object")
            if _SECRET.search(name):
                raise ValueError(
                    f"it may hold no key, and {name!r} is one; keys are read from the environment"
                )
            _check(part, depth + 1)
    elif isinstance(value, list | tuple):
        for part in value:
            _check(part, depth + 1)
    elif isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{value} is no number in JSON")
    elif not isinstance(value, str | int | float | bool | None):
        raise ValueError(f"a {type(value).__name__} cannot be sent as JSON")
