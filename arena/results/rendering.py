"""Rendering of templates by jinja2 for pages and reports. Text that others wrote is inert in them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from arena.core.text import printable

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def environment(package: str) -> Environment:
    """Return the environment of the templates in the folder ``templates`` of a package.

    Every value is escaped, and its control characters become visible, unless it is markup already.
    """
    # The import is here because most users of this package make no page.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_readable,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _readable(value: object) -> object:
    r"""Return a value before it is escaped. Control characters become visible, and HTML is not changed.

    >>> _readable("\u202e"), _readable(3)
    ('\\u202e', '3')
    """
    return value if hasattr(value, "__html__") else printable(str(value))
