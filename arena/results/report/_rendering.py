"""Rendering of templates by jinja2. All values are escaped, so text that others wrote is inert."""

from __future__ import annotations

from functools import cache
from typing import IO, TYPE_CHECKING, Any

from arena.core.text import printable

if TYPE_CHECKING:
    from jinja2 import Environment


def render(template: str, **values: Any) -> str:
    """Return the text of a template with these values, which it uses by name."""
    return _environment().get_template(template).render(values)


def stream(template: str, out: IO[str], **values: Any) -> None:
    """Write the text of a template with these values, piece by piece. Iterators are read as it is written."""
    out.writelines(_environment().get_template(template).generate(values))


@cache
def _environment() -> Environment:
    # The import is here because most users of this package make no page.
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
    r"""Return a value before it is escaped. Control characters become visible, and HTML is not changed.

    >>> _readable("\u202e"), _readable(3)
    ('\\u202e', '3')
    """
    return value if hasattr(value, "__html__") else printable(str(value))
