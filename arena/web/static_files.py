"""The files that all pages share: the style sheet, the script and the icon."""

from __future__ import annotations

from importlib.resources import files

STATIC = {
    "style.css": "text/css",
    "page.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
"""The files that all pages share, with their media types."""


def static_file(name: str) -> bytes:
    """Return the content of a file that all pages share."""
    return files(__package__).joinpath("static", name).read_bytes()
