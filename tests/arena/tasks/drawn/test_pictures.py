"""The truth of a drawn task stands in its picture, read back from the pixels by other code."""

from __future__ import annotations

import struct
import sys
from collections import Counter
from collections.abc import Callable
from itertools import product

import numpy as np
import pytest

from arena.core.errors import MissingExtra, UsageError
from arena.tasks.drawn import bar_charts, clock_faces, coloured_grids, coloured_shapes
from arena.tasks.drawn._bars import bar_chart
from arena.tasks.drawn._clocks import clock_face
from arena.tasks.drawn.screens import Widget, WidgetKind, layout, screen_picture
from arena.tasks.task import Task
from tests.arena.tasks.drawn.pixels import RGB, form_of, of_colour, patches, pixels

Maker = Callable[..., list[Task]]
MAKERS: tuple[Maker, ...] = (bar_charts, clock_faces, coloured_grids, coloured_shapes)


def picture(task: Task) -> bytes:
    (one,) = task.pictures
    return one.content


def chunks(png: bytes) -> list[bytes]:
    """Return the types of a PNG's chunks."""
    found, place = [], 8
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        found.append(png[place + 4 : place + 8])
        place += length + 12
    return found


def heights(png: bytes) -> list[int]:
    """Return the heights of the bars in a chart in units, from the left."""
    image = pixels(png)
    any_colour = np.any([of_colour(image, colour) for colour in RGB], axis=0)
    columns = any_colour.sum(axis=0)
    starts = [x for x in range(1, len(columns)) if columns[x] and not columns[x - 1]]
    return [round(float(columns[start + 2]) / 14) for start in starts]


def test_cells_of_the_colour_are_counted() -> None:
    for task in coloured_grids(40, seed=3):
        colour = task.text.removesuffix("?").rpartition(" ")[2]
        assert len(patches(of_colour(pixels(picture(task)), colour))) == int(task.truth), task.text


def test_shapes_of_the_colour_and_form_are_counted() -> None:
    for task in coloured_shapes(40, seed=3):
        colour, form = task.text.split()[2:4]
        found = Counter(map(form_of, patches(of_colour(pixels(picture(task)), colour))))
        assert found[form.removesuffix("s")] == int(task.truth), task.text


def test_bars_are_as_high_as_the_axis_says() -> None:
    for task in bar_charts(40, seed=3):
        values = dict(zip("ABCDEF", heights(picture(task)), strict=False))
        words = task.text.removesuffix("?").split()
        if "value" in words:
            truth = values[words[-1]]
        elif words[:2] == ["How", "many"]:
            truth = sum(value > int(words[-1]) for value in values.values())
        else:
            truth = values[words[6]] - values[words[-1]]
        assert truth == int(task.truth), task.text
    assert heights(bar_chart([1, 20, 3])) == [1, 20, 3]


def angle(png: bytes, colour: str) -> float:
    """Return the share of a turn to which a hand points, clockwise from the top."""
    y, x = np.nonzero(of_colour(pixels(png), colour))
    away = np.hypot(x - 160, y - 160)
    far = away > 0.6 * away.max()
    return float(np.arctan2((x[far] - 160).mean(), (160 - y[far]).mean()) / (2 * np.pi)) % 1


def test_hands_point_to_the_time() -> None:
    times = {str(task.truth): picture(task) for task in clock_faces(30, seed=3)}
    times["12:00"] = clock_face(0, 0)
    for time, png in times.items():
        minute = round(angle(png, "blue") * 60) % 60
        # At 12:00 the minute hand covers the hour hand's middle, and the angle may be just below a turn.
        hour = round((angle(png, "red") * 12 - minute / 60) % 12) % 12
        assert f"{hour or 12}:{minute:02}" == time


@pytest.mark.parametrize("make", MAKERS)
def test_pictures_hold_nothing_but_pixels_and_have_one_size(make: Maker) -> None:
    tasks = make(6, seed=1)
    assert {tuple(chunks(picture(task))) for task in tasks} == {(b"IHDR", b"IDAT", b"IEND")}
    assert len({picture(task)[16:24] for task in tasks}) == 1
    assert [task.id.split("-")[1:] for task in tasks] == [["1", str(place)] for place in range(6)]


@pytest.mark.parametrize("make", MAKERS)
def test_the_same_seed_makes_the_same_tasks_and_more_begin_with_fewer(make: Maker) -> None:
    assert make(5, seed=4, choices=4)[:3] == make(3, seed=4, choices=4)
    assert make(3, seed=4) != make(3, seed=5)


@pytest.mark.parametrize(("make", "choices"), [*product(MAKERS, (2, 4))])
def test_the_right_answer_stands_once_in_each_place(make: Maker, choices: int) -> None:
    tasks = make(choices * 5, seed=2, choices=choices)
    places = [task.data["answers"].index(task.truth) for task in tasks]
    for start in range(0, len(places), choices):
        assert sorted(places[start : start + choices]) == list(range(choices))
    assert all(len(set(task.data["answers"])) == choices for task in tasks)


@pytest.mark.parametrize("make", MAKERS)
def test_a_question_has_one_answer_or_too_many(make: Maker) -> None:
    with pytest.raises(UsageError, match="2 to 8 answers"):
        make(1, choices=1)


SCREEN = Widget(
    kind=WidgetKind.COLUMN,
    children=(
        Widget(kind=WidgetKind.TITLE, text="Clock"),
        Widget(kind=WidgetKind.SWITCH, text="Alarm"),
        Widget(kind=WidgetKind.SWITCH, text="Timer", is_on=True),
        Widget(
            kind=WidgetKind.ROW,
            children=(
                Widget(kind=WidgetKind.BUTTON, text="Back"),
                Widget(kind=WidgetKind.BUTTON, text="Help"),
            ),
        ),
    ),
)


def test_widgets_stand_in_columns_and_rows_without_overlapping() -> None:
    boxes = {widget.text: box for widget, box in layout(SCREEN)}
    assert boxes["Clock"] == (8, 8, 312, 52)
    assert boxes["Alarm"] == (8, 60, 312, 104)
    assert boxes["Timer"] == (8, 112, 312, 156)
    assert boxes["Back"] == (8, 164, 156, 208)
    assert boxes["Help"] == (164, 164, 312, 208)


def test_the_touch_point_stands_in_its_widget_and_switches_that_are_on_are_green() -> None:
    plain, touched = pixels(screen_picture(SCREEN)), pixels(screen_picture(SCREEN, "Help"))
    assert not of_colour(plain, "red").any()
    y, x = np.nonzero(of_colour(touched, "red"))
    assert 164 <= x.min() <= x.max() <= 312
    assert 164 <= y.min() <= y.max() <= 208
    green, _ = np.nonzero(of_colour(plain, "green"))
    assert 112 <= green.min() <= green.max() <= 156


def test_what_is_not_on_the_screen_cannot_be_touched() -> None:
    with pytest.raises(UsageError, match="no widget 'Start'"):
        screen_picture(SCREEN, "Start")


def test_a_screen_that_is_too_long_is_refused() -> None:
    long = Widget(
        kind=WidgetKind.COLUMN, children=tuple(Widget(kind=WidgetKind.BUTTON, text=str(n)) for n in range(10))
    )
    with pytest.raises(UsageError, match="480 pixels"):
        screen_picture(long)


def test_without_pillow_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(MissingExtra, match=r"Tasks that are drawn need Pillow; .*\[pictures\]"):
        bar_charts(1)
