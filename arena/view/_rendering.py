"""Rendering of the templates of the pages of runs."""

from __future__ import annotations

from typing import Any

from arena.web.rendering import environment


def html(template: str, **values: Any) -> str:
    """Return the HTML of a template with these values, which it uses by name."""
    return environment(__package__).get_template(template).render(values)
