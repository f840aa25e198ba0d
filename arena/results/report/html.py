"""Small pieces of HTML. Whatever others wrote goes through `text`, and nothing else makes it safe."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from arena.core.text import printable

CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""No script, no request, no form: the page can do nothing but be read."""


def text(written: object) -> str:
    r"""Return what anybody wrote as inert HTML: no markup, and control characters as escapes.

    >>> text("</style><b>\u202e")
    '&lt;/style&gt;&lt;b&gt;\\u202e'
    """
    return html.escape(printable(str(written)))


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: int = 0) -> str:
    """Return a table that scrolls by itself where it is too wide.

    Args:
        heads: text.
        rows: cells, HTML; a row of one cell is a heading over the rows after it.
        numbers: the first column that holds numbers, which are set flush right.
    """
    width = len(heads)

    def column(place: int) -> str:
        return ' class="number"' if numbers and place >= numbers else ""

    head = "".join(f'<th scope="col"{column(place)}>{text(name)}</th>' for place, name in enumerate(heads))
    body = []
    for row in rows:
        if len(row) == 1 < width:
            body.append(f'<tr class="over"><th colspan="{width}" scope="colgroup">{row[0]}</th></tr>')
        else:
            cells = "".join(f"<td{column(place)}>{cell}</td>" for place, cell in enumerate(row))
            body.append(f"<tr>{cells}</tr>")
    return (
        f'<div class="wide"><table><thead><tr>{head}</tr></thead>\n<tbody>\n'
        + "\n".join(body)
        + "\n</tbody></table></div>\n"
    )


def number(value: float | None) -> str:
    """Return a value as it is shown.

    >>> number(0.12345), number(float("inf"))
    ('0.123', 'infinite')
    """
    if value is None:
        return '<span class="faint">not defined</span>'
    return "infinite" if value == float("inf") else f"{value:.3f}"


def section(name: str, title: str, *parts: str) -> str:
    """Return a section that can be linked to by its name."""
    return f'<section id="{name}">\n<h2>{text(title)}</h2>\n{"".join(parts)}</section>\n'


def note(said: str) -> str:
    """Return a paragraph of plain text in small print."""
    return f'<p class="note">{text(said)}</p>\n'


def folded(summary: str, inside: str) -> str:
    """Return HTML that is shown on a click; the summary is HTML."""
    return f'<details><summary>{summary}</summary>\n<div class="inside">\n{inside}</div></details>\n'


def page_start(title: str, style: str, links: Sequence[tuple[str, str]]) -> str:
    """Return the page up to its first section; `links` are the sections' names and titles."""
    listed = "".join(f'<li><a href="#{name}">{text(named)}</a></li>' for name, named in links)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{CONTENT_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{text(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f"<header>\n<h1>{text(title)}</h1>\n</header>\n<nav><ul>{listed}</ul></nav>\n<main>\n"
    )


PAGE_END = "</main>\n</body>\n</html>\n"
