"""Rendering of the templates of the pages."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from arena.results.rendering import environment
from arena.view._words import visible

if TYPE_CHECKING:
    from jinja2 import Environment


def html(template: str, **values: Any) -> str:
    """Return the HTML of a template with these values, which it uses by name.

    Texts are escaped. The filter ``visible`` also boxes what cannot be seen, and is not for attributes.
    """
    return _own().get_template(template).render(values)


@cache
def _own() -> Environment:
    made = environment(__package__)
    made.filters["visible"] = visible
    made.filters["percent"] = percent
    return made


def percent(share: float) -> str:
    """Return a share as a percentage without decimals, which says neither 0 nor 100 of what is between.

    >>> percent(0.126), percent(0.999), percent(0.0)
    ('13%', '>99%', '0%')
    """
    if 0.99 < share < 1:
        return ">99%" if share >= 0.995 else "99%"
    return "<1%" if 0 < share < 0.005 else f"{share:.0%}"
