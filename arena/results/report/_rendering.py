"""Rendering of the report's templates."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from arena.core.files import atomic_write
from arena.results.report._parts import PageSection
from arena.web.rendering import environment


def render(template: str, **values: Any) -> str:
    """Return the text of a template with these values, which it uses by name."""
    return environment(__package__).get_template(template).render(values)


def stream(template: str, out: IO[str], **values: Any) -> None:
    """Write the text of a template with these values, piece by piece. Iterators are read as it is written."""
    out.writelines(environment(__package__).get_template(template).generate(values))


def write_page(file: Path, title: str, sections: Iterable[PageSection]) -> None:
    """Write a page to a file, which appears when it is complete. Its parts are made one at a time.

    Raises:
        Unwritable: if the file cannot be written.
    """
    with atomic_write(file) as partial, partial.open("w", encoding="utf-8", newline="\n") as out:
        stream("page.html", out, title=title, sections=list(sections))
