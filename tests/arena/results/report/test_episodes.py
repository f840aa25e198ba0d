"""Which transcripts stand on a report's page, how large it grows, and the pages beside it that have all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from arena.episode.outcome import Ending, Outcome
from arena.results.report import _episodes as module
from arena.results.report import write_report
from arena.results.report._episodes import choose
from tests.arena.results.report.pages import Page
from tests.arena.results.stored import RIGHT, Ended, debated, speech, store


def endings(number: int, failed: tuple[int, ...] = ()) -> dict[int, Ending]:
    return {place: Ending.FAILED if place in failed else Ending.COMPLETED for place in range(number)}


class TestChoosing:
    def test_the_failed_the_first_and_the_last(self) -> None:
        chosen = choose(endings(100, failed=(40, 50, 60)), 8)
        assert chosen.numbers == [0, 1, 2, 40, 50, 97, 98, 99]
        assert chosen.about == (
            "8 of 100 episodes: 2 that failed or were forfeited, the first 3 and the last 3."
        )

    @pytest.mark.parametrize("most", range(1, 12))
    def test_there_are_as_many_as_were_asked_for(self, most: int) -> None:
        numbers = choose(endings(10, failed=(0, 9)), most).numbers
        assert len(numbers) == len(set(numbers)) == min(most, 10)
        assert list(numbers) == sorted(numbers)

    def test_none(self) -> None:
        assert choose(endings(10), 0).numbers == ()
        assert choose({}, 5).numbers == []


async def talked(folder: Path, episodes: int, words: int) -> Path:
    """Store episodes in each of which one seat says so many words."""
    ended = [
        debated(RIGHT, task=f"task {place}")._replace(said=[speech("debater_a", words)])
        for place in range(episodes)
    ]
    return await store(folder, [*ended, Ended(Outcome.failed("it broke"), "broken")])


class TestSize:
    async def test_a_page_stays_below_a_megabyte(self, tmp_path: Path) -> None:
        """Of long transcripts, those that have no room are left out, and the page says how many."""
        pytest.importorskip("matplotlib")
        folder = await talked(tmp_path / "run", 12, 20_000)
        write_report([folder], tmp_path / "report.html", samples=2)
        source = (tmp_path / "report.html").read_text(encoding="utf-8")
        assert 400_000 < len(source) < 1_000_000
        assert re.search(r"\d more of these are left out", Page(source).text)

    async def test_pages_beside_it_have_all(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        pytest.importorskip("matplotlib")
        monkeypatch.setattr(module, "ROOM", 20_000)
        folder = await talked(tmp_path / "run", 9, 1_000)
        beside = tmp_path / "report-transcripts"
        beside.mkdir()
        (beside / "1-99.html").write_text("of an earlier report")
        (beside / "mine.html").write_text("not a page of a report")
        write_report([folder], tmp_path / "report.html", samples=2, episodes=2, transcripts=True)
        page = Page((tmp_path / "report.html").read_text(encoding="utf-8"))
        links = [value for name, value in page.attributes if name == "href" and "/" in value]
        assert sorted(links) == sorted(
            f"report-transcripts/{file.name}" for file in beside.iterdir() if file.name != "mine.html"
        )
        assert len(links) > 2
        pages = [Page((tmp_path / link).read_text(encoding="utf-8")) for link in links]
        found = [number for one in pages for number in re.findall(r"Episode (\d+)", one.text)]
        assert found == [str(number) for number in range(10)]
        assert all(one.elements["script"] == 0 and one.opened == [] for one in pages)
        assert (beside / "mine.html").exists()
