"""A site of plain files to share: the pages of runs as they are now, which need no server.

Every page that is linked is written. What people wrote is left out unless it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from arena.core.errors import Unwritable, UsageError
from arena.core.files import atomic_write, check_writable, why
from arena.view import _parts_of_episode as parts
from arena.view._episode_answers import EpisodePlace, episode_page
from arena.view._episodes_found import EpisodeSearch
from arena.view._figures_page import Figuring
from arena.view._numbers import count
from arena.view._run_page import AskedOfRun, run_page
from arena.view._runs import ShownRuns
from arena.view._runs_page import runs_page
from arena.web.links import Links
from arena.web.static_files import STATIC, static_file

EPISODES = 50
"""How many episodes of each run a site has by default: those with the lowest numbers."""
_LINK = re.compile(r'(?:href|src)="([\w-]+\.(?:html|svg|png|jpg))(?:#[^"]*)?"')
_EPISODE = re.compile(
    r"run-(\d+)-episode-(\d+)(?:-as-(\d+))?"
    r"(?:-(page|text|brief|asked|drawing|picture)-(\d+)(?:-(\d+))?)?\.\w+"
)
_RUN = re.compile(r"run-(\d+)(-figures)?\.html")


def bundle(
    folders: Sequence[Path], site: Path, *, episodes: int = EPISODES, with_people: bool = False
) -> int:
    """Write the pages of runs into a folder, and return how many files it holds.

    Args:
        folders: the folders of the runs.
        site: the folder of the site. It is made. A folder that holds anything else is refused.
        episodes: how many episodes of each run are written, those with the lowest numbers.
        with_people: whether what people wrote is written, too.

    Raises:
        UsageError: if a run is not there, or the folder holds something.
        Unwritable: if a file cannot be written.
        JournalError: if a journal cannot be read.
    """
    if site.exists() and any(site.iterdir()):
        raise UsageError(f"The folder {site} holds something already; name a new one for the site.")
    runs = ShownRuns(folders, with_people=with_people)
    _make_folder(site)
    maker = _Site(runs, episodes)
    written: set[str] = set(STATIC)
    waiting = ["index.html"]
    while waiting:
        name = waiting.pop()
        if name in written:
            continue
        content = maker.make(name)
        _write(site / name, content)
        written.add(name)
        if name.endswith(".html"):
            waiting += [link for link in _LINK.findall(content.decode()) if link not in written]
    for name in STATIC:
        _write(site / name, static_file(name))
    return len(written)


class _Site:
    """Makes the files of a site by their names."""

    def __init__(self, runs: ShownRuns, episodes: int) -> None:
        self._runs = runs
        self._episodes = episodes
        self._links = Links(flat=True)
        self._figuring = Figuring(runs)

    def make(self, name: str) -> bytes:
        """Return the content of a file."""
        if name == "index.html":
            return runs_page(self._runs, self._links).encode()
        if name == "compare.html":
            return self._figuring.page(None, self._links, patience=None).encode()
        if found := _RUN.fullmatch(name):
            return self._run(int(found[1]), figures=bool(found[2])).encode()
        if found := _EPISODE.fullmatch(name):
            return self._of_episode(found)
        raise UsageError(f"No page is called {name}.")

    def _run(self, run: int, *, figures: bool) -> str:
        if figures:
            return self._figuring.page(run, self._links, patience=None)
        with self._runs.open(run) as stored:
            numbers = count(self._runs, stored)
        search = EpisodeSearch(oldest_first=True, most=self._episodes)
        return run_page(self._runs, run, AskedOfRun(search, numbers), self._links)

    def _of_episode(self, found: re.Match[str]) -> bytes:
        run, episode, seat, kind, first, second = found.groups()
        page = int(first) if kind == "page" else 1
        place = EpisodePlace(int(run), int(episode), None if seat is None else int(seat), page)
        numbers = [int(number) for number in (first, second) if number is not None]
        if kind in (None, "page"):
            return episode_page(self._runs, place, self._links).encode()
        if kind in ("drawing", "picture"):
            file = parts.drawing_file if kind == "drawing" else parts.picture_file
            return file(self._runs, place, *numbers).content
        if kind == "asked":
            return parts.requests_page(self._runs, place, numbers[0], numbers[1], self._links).encode()
        words = parts.text_page if kind == "text" else parts.brief_page
        return words(self._runs, place, numbers[0], self._links).encode()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unwritable(f"The folder {folder} cannot be made: {why(error)}.") from error


def _write(path: Path, content: bytes) -> None:
    check_writable(path)
    with atomic_write(path) as partial:
        partial.write_bytes(content)
