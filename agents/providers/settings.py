"""The types of a model's settings. For a wrong value, they say in a sentence what is wrong."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]
"""How much a model reasons before it answers; each model takes some of these words."""

Detail = Literal["low", "high", "auto"]
"""In how much detail a model looks at pictures."""

LONGEST_WAIT = 86_400.0
"""The most seconds that a call may wait for an answer."""
MOST_CONCURRENT = 100_000
"""The most calls that may be in flight at the same time."""

MaxTokens = Annotated[int, Field(ge=1, le=10_000_000)]
"""The most tokens that a model may write."""

PerMinute = Annotated[int, Field(ge=1, le=10**12)]
"""The most requests or tokens in a minute."""

TopK = Annotated[int, Field(ge=1, le=1_000_000)]
"""The next token is drawn from this many of the likeliest."""

LONGEST_EXTRA = 100_000
"""The most characters that `extra` may have as JSON."""
_OURS = ("messages", "system", "model", "stream")
_SECRET = re.compile(r"(^|[_-])(api[_-]?key|authorization|password|secret|access[_-]?token)$", re.IGNORECASE)


def read_extra(given: object) -> dict[str, Any]:
    """Return the parameters to add to every request, from a JSON object or its text.

    Raises:
        ValueError: if `given` is something else, or holds a parameter that the run itself sends, or a key.
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
        raise ValueError('it is not a JSON object, such as {"service_tier":"flex"}')
    found = dict(given)
    for name in _OURS:
        if name in found:
            raise ValueError(f"it may not hold {name!r}, which the run itself sends")
    _check(found)
    if len(json.dumps(found)) > LONGEST_EXTRA:
        raise ValueError(f"it is longer than {LONGEST_EXTRA:,} characters")
    return found


Extra = Annotated[Mapping[str, Any], BeforeValidator(read_extra)]
"""A JSON object that is added to every request."""


def merged(body: Mapping[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    """Return a request's body with `extra` in it. Where both have a value, the value of `extra` is used."""
    whole = dict(body)
    for name, value in extra.items():
        ours = whole.get(name)
        both = isinstance(ours, Mapping) and isinstance(value, Mapping)
        whole[name] = merged(ours, value) if both else value  # type: ignore[arg-type]
    return whole


def _check(value: object, depth: int = 0) -> None:
    if depth > 20:
        raise ValueError("its parts are nested more than 20 levels deep")
    if isinstance(value, Mapping):
        for name, part in value.items():
            if not isinstance(name, str):
                raise ValueError(f"a JSON object has only texts as names, and {name!r} is not one")
            if _SECRET.search(name):
                raise ValueError(
                    f"it may hold no key, and {name!r} is one; keys are read from the environment"
                )
            _check(part, depth + 1)
    elif isinstance(value, list | tuple):
        for part in value:
            _check(part, depth + 1)
    elif isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{value} is not a number in JSON")
    elif not isinstance(value, str | int | float | bool | None):
        raise ValueError(f"a {type(value).__name__} cannot be sent as JSON")
