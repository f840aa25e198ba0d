"""The transcripts of a report: which of them are on its page, and the pages beside it that have all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from arena.core.errors import Unwritable, UsageError
from arena.core.files import why
from arena.episode.outcome import Ending
from arena.journal import StoredRun, StoredVerdict
from arena.results.drawings import drawings_of
from arena.results.report._album import Album
from arena.results.report._parts import Heading, Link, LinkList, Note, PagePart, PageSection
from arena.results.report._rendering import render, write_page
from arena.results.report._transcripts import ShownEpisode, transcript

ROOM = 500_000
"""How many bytes the transcripts on one page have, pictures apart, so that it stays below a megabyte."""
_UNHAPPY = (Ending.FAILED, Ending.FORFEITED)
_OWN_NAME = re.compile(r"\d+-\d+\.html")


class ReportedRun(NamedTuple):
    """A run whose transcripts are shown, with its name in the report and its configuration."""

    name: str
    run: StoredRun
    config: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The episodes whose transcripts are on the page, and a sentence that says which these are."""

    numbers: Sequence[int]
    about: str


def choose(endings: Mapping[int, Ending], most: int) -> Chosen:
    """Choose up to `most` episodes: some that failed or were forfeited, and the first and the last.

    Of the places, a quarter at most is for the failed and the forfeited.

    Args:
        endings: how each episode ended, by its number.
        most: how many are chosen.

    >>> choose({number: Ending.COMPLETED for number in range(9)}, 4).numbers
    [0, 1, 7, 8]
    """
    numbers = sorted(endings)
    if len(numbers) <= most:
        return Chosen(numbers, f"All {len(numbers):,} episodes." if len(numbers) > 1 else "")
    unhappy = [number for number in numbers if endings[number] in _UNHAPPY][: most // 4]
    others = [number for number in numbers if number not in set(unhappy)]
    first = -(-(most - len(unhappy)) // 2)
    last = most - len(unhappy) - first
    if not most:
        return Chosen((), f"None of the {len(numbers):,} transcripts is on this page.")
    kept = [*unhappy, *others[:first], *others[len(others) - last :]]
    failed = f"{len(unhappy):,} that failed or were forfeited, " if unhappy else ""
    said = f"{len(kept):,} of {len(numbers):,} episodes: {failed}the first {first:,} and the last {last:,}."
    return Chosen(sorted(kept[:most]), said)


def on_the_page(
    runs: Sequence[ReportedRun], most: int, game: str, pages: Mapping[str, Sequence[Link]]
) -> Iterator[PagePart]:
    """Yield the transcripts on a report's page, and links to the `pages` beside it, which are given by run.

    The chosen ones are left out that would make the page too large, and the page says so.
    """
    album, room = Album(), ROOM // len(runs)
    for one in runs:
        if len(runs) > 1:
            yield Heading(one.name)
        endings = {played.plan.number: played.outcome.ending for played in one.run.finished()}
        chosen = choose(endings, most)
        if chosen.about:
            yield Note(chosen.about)
        if links := pages.get(one.name):
            yield LinkList("All transcripts are in these pages beside this one:", links)
        elif len(chosen.numbers) < len(endings):
            yield Note("`arena report` with --transcripts writes all of them into a folder beside this page.")
        taken, left = 0, 0
        for number, later in _with_verdicts(one.run, chosen.numbers):
            own = _shown(one, number, later, album, game)
            size = sum(map(size_of, own))
            if taken + size > room:
                left += 1
                continue
            taken += size
            yield from own
        if left:
            yield Note(f"{left:,} more of these are left out, so that the page stays below a megabyte.")


def write_pages(
    runs: Sequence[ReportedRun], folder: Path, title: str, game: str
) -> dict[str, Sequence[Link]]:
    """Write all transcripts into pages in a folder, and return the links to them by run.

    The folder is made, and pages of an earlier report are removed from it.

    Raises:
        Unwritable: if the folder cannot be made, or a page cannot be written.
    """
    try:
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            if _OWN_NAME.fullmatch(old.name):
                old.unlink()
    except OSError as error:
        raise Unwritable(f"The folder {folder} cannot be written: {why(error)}.") from error
    found: dict[str, Sequence[Link]] = {}
    for number, one in enumerate(runs, 1):
        links = []
        for page, parts in enumerate(_pages(one, game), 1):
            file = f"{number}-{page}.html"
            numbers = [part.number for part in parts if isinstance(part, ShownEpisode)]
            what = f"episodes {numbers[0]} to {numbers[-1]}" if len(numbers) > 1 else f"episode {numbers[0]}"
            section = PageSection("transcripts", f"Transcripts of {one.name}, {what}", parts)
            write_page(folder / file, title, [section])
            links.append(Link(f"{folder.name}/{file}", what))
        found[one.name] = links
    return found


def _pages(one: ReportedRun, game: str) -> Iterator[list[PagePart]]:
    """Yield the parts of each page: as many transcripts as there is room for, and one at least."""
    parts: list[PagePart] = []
    taken, album = 0, Album()
    for number, later in _with_verdicts(one.run, one.run.numbers(finished=True)):
        own = _shown(one, number, later, album, game)
        size = sum(map(size_of, own))
        if parts and taken + size > ROOM:
            yield parts
            # Each page has the pictures that it shows.
            parts, taken, album = [], 0, Album()
            own = _shown(one, number, later, album, game)
        parts += own
        taken += size
    if parts:
        yield parts


def size_of(part: PagePart) -> int:
    """Return how many bytes a part has on a page, without the content of its pictures."""
    pictures = 0
    if isinstance(part, ShownEpisode):
        pictures = sum(len(picture.source) for turn in part.turns for picture in turn.pictures)
    return len(render(part.template, part=part).encode()) - pictures


def _shown(
    one: ReportedRun, number: int, later: Sequence[StoredVerdict], album: Album, game: str
) -> list[PagePart]:
    """Return an episode's transcript, and a note before it if its game cannot be drawn."""
    episode, notes = one.run.episode(number), []
    try:
        drawings = drawings_of(episode, one.config, game)
    except UsageError as undrawn:  # The report is about the rest of the run, too.
        drawings = {}
        notes.append(Note(str(undrawn)))
    return [*notes, transcript(episode, later, album, drawings)]


def _with_verdicts(run: StoredRun, numbers: Iterable[int]) -> Iterator[tuple[int, list[StoredVerdict]]]:
    """Yield these episodes by number, each with what judges said of it later. The verdicts are read once."""
    groups = groupby(run.verdicts(), key=lambda verdict: verdict.key.episode)
    at, found = next(groups, (-1, iter(())))
    for number in sorted(numbers):
        while 0 <= at < number:
            at, found = next(groups, (-1, iter(())))
        yield number, list(found) if at == number else []
