"""Templates filled in, by jinja2: whatever anybody wrote comes out as inert text."""

from __future__ import annotations

from functools import cache
from typing import IO, TYPE_CHECKING, Any

from arena.core.text import printable

if TYPE_CHECKING:
    from jinja2 import Environment


def render(template: str, **values: Any) -> str:
    """Return what a template makes of values, which it knows by these names."""
    return _environment().get_template(template).render(values)


def stream(template: str, out: IO[str], **values: Any) -> None:
    """Write what a template makes of values, piece by piece: iterators in them are read as it goes."""
    out.writelines(_environment().get_template(template).generate(values))


@cache
def _environment() -> Environment:
    # Only here, as most who import this package make no page.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_readable,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _readable(value: object) -> object:
    r"""Return a value before it is escaped: control characters become visible, what is HTML stays.

    >>> _readable("\u202e"), _readable(3)
    ('\\u202e', '3')
    """
    return value if hasattr(value, "__html__") else printable(str(value))
