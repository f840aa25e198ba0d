"""Rendering of templates by jinja2 for pages and reports. Text that others wrote is inert in them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from arena.core.text import printable

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def environment(package: str) -> Environment:
    """Return the environment of the templates in the folder ``templates`` of a package, and of those here.

    Every value is escaped, and its control characters become visible, unless it is markup already. The filter
    ``visible`` also boxes what cannot be seen, and is not for attributes.
    """
    # The imports are here because most users of the packages that make pages make none.
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    from arena.web.words import visible

    made = Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader(__package__)]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_readable,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["visible"] = visible
    made.filters["percent"] = percent
    return made


def percent(share: float) -> str:
    """Return a share as a percentage of at most one decimal, which says neither 0 nor 100 of what is between.

    >>> percent(0.7), percent(0.126), percent(0.9999), percent(0.0003), percent(0.0)
    ('70%', '12.6%', '>99.9%', '<0.1%', '0%')
    """
    if 0 < share < 0.0005:
        return "<0.1%"
    if 0.9995 <= share < 1:
        return ">99.9%"
    return f"{share:.1%}".replace(".0%", "%")


def field_by_field(fields: Mapping[str, object], between: str) -> str:
    """Return fields as ``name: value``, with `between` between them. Values that are no text are JSON.

    >>> field_by_field({"zone": [73, 126], "deal": None, "by": "ann"}, "; ")
    'zone: [73, 126]; deal: null; by: ann'
    """
    said = (
        (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str))
        for name, value in fields.items()
    )
    return between.join(f"{name}: {value}" for name, value in said)


def _readable(value: object) -> object:
    r"""Return a value before it is escaped. Control characters become visible, and HTML is not changed.

    >>> _readable("\u202e"), _readable(3)
    ('\\u202e', '3')
    """
    return value if hasattr(value, "__html__") else printable(str(value))
