"""An episode that broke lowers the coverage of every figure, of every protocol, though it wrote nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import pytest

from arena.annotations import AnnotationStatus, Answer, Place
from arena.journal import StoredRun
from arena.results.figures import Line, entries
from arena.results.study import Study
from tests.arena.results.figures.lines import found_in
from tests.arena.results.figures.worlds import BROKE, WORLDS
from tests.arena.results.stored import RIGHT, Ended

Key = tuple[str, str, str]
LinesIn = Callable[[str, bool], Awaitable[Mapping[Key, Line]]]

SOME = ("Wrong@", "Accuracy above", "Accuracy by turn", "Right by turn")
"""Lines of what only some episodes come to: what may be at least so sure, and turns after the first."""
IN_ONE_OF = ("Accuracy by tokens", "Tokens of these", "Confidence by tokens", "Calibration error by tokens")
"""Lines that share the episodes out: one that broke is in one of the quarters alone."""


@pytest.fixture(scope="module")
def found() -> dict[tuple[str, bool], Mapping[Key, Line]]:
    """The lines of the worlds that were stored so far: each is stored and read once."""
    return {}


@pytest.fixture
def lines_in(found: dict[tuple[str, bool], Mapping[Key, Line]], tmp_path: Path) -> LinesIn:
    """Return the lines of a world, by figure, name and group."""

    async def lines_in(world: str, breaks: bool) -> Mapping[Key, Line]:
        if (world, breaks) not in found:
            stored = await WORLDS[world](tmp_path / f"{world} {breaks}", breaks)
            runs = [(path.name, StoredRun(path)) for path in stored]
            try:
                study = Study(runs, samples=2)
                found[world, breaks] = {
                    (entry.name, line.name, line.group): line
                    for entry in entries()
                    for line in entry.lines(study)
                }
            finally:
                for _, run in runs:
                    run.close()
        return found[world, breaks]

    return lines_in


@pytest.mark.parametrize("world", WORLDS)
async def test_a_broken_episode_lowers_the_coverage_of_every_line(world: str, lines_in: LinesIn) -> None:
    sound, spoilt = await lines_in(world, False), await lines_in(world, True)
    assert sound or world in ("play", "textarena"), "a game finds out nothing but its returns"
    lowered: dict[tuple[str, str], int] = {}
    for key, line in sound.items():
        figure = spoilt[key].figure
        lowered[key[:2]] = lowered.get(key[:2], 0) + figure.of - line.figure.of
        assert figure.of >= line.figure.of, key
        assert figure.of > line.figure.of or line.name.startswith((*SOME, *IN_ONE_OF)), key
    assert [key for key, more in lowered.items() if not more and not key[1].startswith(SOME)] == []


@pytest.mark.parametrize("world", WORLDS)
async def test_it_does_not_change_what_the_others_show(world: str, lines_in: LinesIn) -> None:
    """Except of tokens, which it spent."""
    sound, spoilt = await lines_in(world, False), await lines_in(world, True)
    for key, line in sound.items():
        if "okens" not in line.name:
            assert (key, spoilt[key].figure.value) == (key, line.figure.value)


async def test_an_answer_that_cannot_be_used_is_counted_once(tmp_path: Path) -> None:
    """Its episode fails. It has a row of its own, though nobody knows how it would have been compared."""
    right = Answer("answer", "7", correct=1.0, comparison="number", author="guest", about=Place("guest"))
    lost = Answer("answer", status=AnnotationStatus.UNPARSEABLE, author="guest", about=Place("guest"))
    ended = [Ended(task="one", found=[right]), Ended(BROKE, "two", (), RIGHT, [lost])]
    found = await found_in(tmp_path, *ended)
    assert found.shown("Accuracy", "debate: guest, answer") == (1.0, 1, 2)


async def test_every_figure_has_a_line_in_one_of_them(lines_in: LinesIn) -> None:
    """A figure that is added needs a world in which it has one, or nobody would know what it counts."""
    having = {key[0] for world in WORLDS for key in await lines_in(world, False)}
    assert having == {entry.name for entry in entries()}
