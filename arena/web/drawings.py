"""Drawings that others made: only plain shapes and words are kept of them.

A drawing is SVG that a game made, and the game may be a user's. What is kept of it can run nothing and load
nothing. Pages show it as an image, in which browsers run no script either.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

_LONGEST = 200_000
"""The most characters of a drawing."""
_NAMESPACE = "http://www.w3.org/2000/svg"
_SHAPES = frozenset(
    (
        *("svg", "g", "title", "desc", "rect", "circle", "ellipse", "line"),
        *("polyline", "polygon", "path", "text", "tspan"),
    )
)
_FACTS = frozenset(
    (
        *("x", "y", "x1", "y1", "x2", "y2", "dx", "dy", "cx", "cy", "r", "rx", "ry", "width", "height"),
        *("viewBox", "points", "d", "transform", "fill", "stroke", "stroke-width", "stroke-dasharray"),
        *("stroke-linecap", "stroke-linejoin", "opacity", "fill-opacity", "stroke-opacity", "font-size"),
        *("font-family", "font-weight", "font-style", "text-anchor", "dominant-baseline"),
    )
)
_HARMLESS = re.compile(r"[\w\s#%.,()+-]*")


def safe_svg(drawing: str) -> str:
    """Return a drawing with nothing in it but plain shapes and words; "" if it is no drawing, or too long.

    >>> safe_svg('<svg><script>alert(1)</script><text onclick="x()" x="1">A &lt; B</text></svg>')
    '<svg xmlns="http://www.w3.org/2000/svg"><text x="1">A &lt; B</text></svg>'
    """
    if len(drawing) > _LONGEST or "<!" in drawing or "<?" in drawing:
        return ""
    try:
        root = ElementTree.fromstring(drawing)
    except (ElementTree.ParseError, ValueError):
        return ""
    if _name(root) != "svg":
        return ""
    kept = _kept(root)
    kept.set("xmlns", _NAMESPACE)
    return ElementTree.tostring(kept, encoding="unicode")


def _kept(element: ElementTree.Element) -> ElementTree.Element:
    facts = {name: value for name, value in element.attrib.items() if _is_plain(name, value)}
    kept = ElementTree.Element(_name(element), facts)
    kept.text, kept.tail = element.text, element.tail
    kept.extend(_kept(child) for child in element if _name(child) in _SHAPES)
    return kept


def _is_plain(name: str, value: str) -> bool:
    return name in _FACTS and _HARMLESS.fullmatch(value) is not None and "url" not in value.lower()


def _name(element: ElementTree.Element) -> str:
    name = element.tag
    return name.removeprefix(f"{{{_NAMESPACE}}}") if isinstance(name, str) else ""
