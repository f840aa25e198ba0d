"""Words that are being written reach who watches an episode, through the run's folder, and nobody else."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from arena.running.live_words import FolderListener, WrittenWords, telling_words, watch, written_words
from arena.running.progress import Progress
from arena.seat.writing import LiveWriter

ANN = LiveWriter(0, "ann", 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a run that is being played."""
    (tmp_path / "live").mkdir()
    return tmp_path


def holds_nothing(folder: Path) -> bool:
    return not list(folder.iterdir())


async def until_written() -> None:
    await asyncio.sleep(0.4)


async def test_nobody_is_told_who_does_not_watch(tmp_path: Path) -> None:
    listener = FolderListener(tmp_path)
    assert not listener.wants(0)
    listener.begin(ANN, "")
    listener.more(ANN, "I move", is_thought=False)
    await until_written()
    assert written_words(tmp_path, 0) == []
    assert holds_nothing(tmp_path)


async def test_words_grow_are_taken_back_and_end(folder: Path) -> None:
    listener = FolderListener(folder)
    watch(folder, 0)
    assert listener.wants(0)
    assert not listener.wants(1)
    listener.begin(ANN, "")
    listener.more(ANN, "Hm.", is_thought=True)
    listener.more(ANN, "I mo", is_thought=False)
    await until_written()
    assert written_words(folder, 0) == [WrittenWords("ann", "I mo", "Hm.", False)]
    listener.taken_back(ANN)
    listener.end(ANN)
    await until_written()
    assert written_words(folder, 0) == [WrittenWords("ann", "", "", True)]
    listener.begin(ANN, "")
    listener.more(ANN, "I move", is_thought=False)
    await until_written()
    assert written_words(folder, 0) == [WrittenWords("ann", "I move", "", True)]
    listener.end(ANN)
    await until_written()
    assert written_words(folder, 0) == []


async def test_many_requests_make_one_look_at_who_watches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = 0

    def looks(listener: FolderListener) -> frozenset[int]:
        nonlocal looked
        looked += 1
        return frozenset({7})

    monkeypatch.setattr(FolderListener, "_watched_now", looks)
    listener = FolderListener(tmp_path)
    assert [listener.wants(number) for number in (6, 7, 8)] == [False, True, False]
    assert looked == 1


def test_a_file_of_another_name_says_nothing(folder: Path) -> None:
    watch(folder, 3)
    (folder / "live" / "x.watched").touch()
    listener = FolderListener(folder)
    assert listener.wants(3)
    assert not listener.wants(0)


def test_only_the_owner_of_the_run_can_read_them(tmp_path: Path) -> None:
    """They are not parsed, so that they may hold what is private."""
    with telling_words(Progress(), tmp_path):
        (place,) = tmp_path.iterdir()
        assert place.stat().st_mode & 0o077 == 0


def test_words_that_a_killed_process_left_are_gone_when_the_run_goes_on(folder: Path) -> None:
    watch(folder, 0)
    (folder / "live" / "0.json").write_text('[["ann", "I mo", "", false]]', encoding="utf-8")
    assert written_words(folder, 0) != []
    with telling_words(Progress(), folder):
        assert written_words(folder, 0) == []


async def test_another_listener_hears_them_too_and_no_file_is_left(tmp_path: Path) -> None:
    heard: list[str] = []

    class Ear:
        def wants(self, episode: int) -> bool:
            return episode == 7

        def begin(self, writer: LiveWriter, so_far: str) -> None:
            heard.append(f"begin {so_far}")

        def more(self, writer: LiveWriter, text: str, *, is_thought: bool) -> None:
            heard.append(text)

        def taken_back(self, writer: LiveWriter) -> None:
            heard.append("back")

        def end(self, writer: LiveWriter) -> None:
            heard.append("end")

    ear = Ear()
    progress = Progress(listener=ear)
    with telling_words(progress, tmp_path):
        listener = progress.listener
        assert listener is not None
        assert listener.wants(7)
        watch(tmp_path, 0)
        listener.begin(ANN, "So")
        listener.more(ANN, " far", is_thought=False)
        listener.taken_back(ANN)
        listener.end(ANN)
        await until_written()
    assert heard == ["begin So", " far", "back", "end"]
    assert progress.listener is ear
    assert holds_nothing(tmp_path)


async def test_nothing_is_left_by_what_is_written_or_watched_after_the_end(tmp_path: Path) -> None:
    progress = Progress()
    with telling_words(progress, tmp_path):
        listener = progress.listener
        assert listener is not None
        watch(tmp_path, 0)
        assert (tmp_path / "live" / "0.watched").exists()
        listener.begin(ANN, "So")
    watch(tmp_path, 0)
    listener.more(ANN, " far", is_thought=False)
    await until_written()
    assert holds_nothing(tmp_path)


def test_other_files_stay_where_they_are(folder: Path) -> None:
    (folder / "live" / "mine.txt").write_text("mine")
    for _ in range(2):
        with telling_words(Progress(), folder):
            watch(folder, 0)
    assert [file.name for file in folder.glob("**/*")] == ["live", "mine.txt"]


def test_a_file_that_cannot_be_read_tells_nothing(tmp_path: Path) -> None:
    (tmp_path / "live").mkdir()
    for text in ("", "[1]", "{}", '[["a"]]'):
        (tmp_path / "live" / "0.json").write_text(text)
        assert written_words(tmp_path, 0) == []
