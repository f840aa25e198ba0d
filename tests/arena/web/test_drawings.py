"""Drawings that others made: safe to be shown."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from arena.web.drawings import safe_svg


@pytest.mark.parametrize(
    "drawing",
    [
        "<svg><script>x</script></svg>",
        '<svg><rect onclick="x()"/></svg>',
        '<svg><a href="https://evil.example"><text>x</text></a></svg>',
        '<svg xmlns:xlink="http://www.w3.org/1999/xlink"><image xlink:href="https://evil.example"/></svg>',
        '<svg><rect fill="url(https://evil.example)"/></svg>',
        '<svg><rect fill="URL(#x)"/></svg>',
        '<svg><rect style="background:url(x)"/></svg>',
        "<svg><style>@import 'x'</style></svg>",
        "<svg><foreignObject><b>x</b></foreignObject></svg>",
        '<svg><animate attributeName="href" to="javascript:x"/></svg>',
        '<svg><set attributeName="onload" to="x()"/></svg>',
        '<svg><use href="#x"/></svg>',
        '<svg xmlns:h="http://www.w3.org/1999/xhtml"><h:script>x</h:script></svg>',
    ],
)
def test_only_shapes_and_words_are_kept(drawing: str) -> None:
    kept = ElementTree.fromstring(safe_svg(drawing))
    names = {each.tag.rpartition("}")[2] for each in kept.iter()}
    facts = {name for each in kept.iter() for name in each.attrib}
    assert names <= {"svg", "rect"}
    assert facts == set()


@pytest.mark.parametrize(
    "drawing",
    [
        "",
        "no drawing",
        "<svg>",
        "<div><svg/></div>",
        '<!DOCTYPE svg [<!ENTITY a "b">]><svg><text>&a;</text></svg>',
        "<?xml-stylesheet href='x'?><svg/>",
        f"<svg>{' ' * 200_000}</svg>",
    ],
)
def test_what_is_no_small_drawing_is_left_out(drawing: str) -> None:
    assert safe_svg(drawing) == ""


def test_our_own_drawings_are_kept_whole() -> None:
    import games

    drawing = games.load("tictactoe").new_initial_state().child(4).drawing(0)
    assert ElementTree.canonicalize(safe_svg(drawing)) == ElementTree.canonicalize(drawing)


def test_words_of_a_drawing_stay_words() -> None:
    assert "&lt;b&gt;" in safe_svg("<svg><text>&lt;b&gt;</text></svg>")
