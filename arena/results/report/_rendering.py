"""Rendering of the report's templates."""

from __future__ import annotations

from typing import IO, Any

from arena.web.rendering import environment


def render(template: str, **values: Any) -> str:
    """Return the text of a template with these values, which it uses by name."""
    return environment(__package__).get_template(template).render(values)


def stream(template: str, out: IO[str], **values: Any) -> None:
    """Write the text of a template with these values, piece by piece. Iterators are read as it is written."""
    out.writelines(environment(__package__).get_template(template).generate(values))
