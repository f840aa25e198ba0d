"""Whatever is damaged in a journal is told in a sentence; what is read all the same is what was written."""

from __future__ import annotations

import asyncio
import random
import shutil
import sqlite3
import struct
import zlib
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from arena.core.errors import JournalDamaged
from arena.episode.outcome import Ending
from arena.journal import StoredRun
from arena.journal._checksums import checksum
from arena.journal.schema import JOURNAL_FILE
from arena.running.running import run
from arena.training.export.exporting import ExportOptions, export_rows
from tests.arena.journal.damaging import KUHN, Read, damage, make_journals, read_all, tried


@pytest.fixture(scope="module")
def journals(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, Read]]:
    root = tmp_path_factory.mktemp("journals")
    found = []
    for folder in asyncio.run(make_journals(root)):
        found.append((folder, read_all(folder, root)))
        assert not found[-1][1].damage.sentences
    return found


def copied(folder: Path, place: Path) -> Path:
    """Return a copy of a journal of the same name, beside one of what the fork was forked from."""
    shutil.rmtree(place, ignore_errors=True)
    for one in {folder, folder.with_name("kuhn")}:
        (place / one.name).mkdir(parents=True)
        shutil.copy(one / JOURNAL_FILE, place / one.name)
    return place / folder.name


def fuzz(journals: list[tuple[Path, Read]], work: Path, times: int, seed: int) -> Counter[str]:
    """Damage journals so often, read each, and return how that went."""
    rng, came = random.Random(seed), Counter[str]()
    for number in range(times):
        folder, whole = journals[number % len(journals)]
        other, _ = journals[(number // 7) % len(journals)]
        damaged = copied(folder, work / "damaged")
        harmed = damaged.with_name("kuhn") if folder.name == "fork" and rng.random() < 0.3 else damaged
        how = damage(harmed / JOURNAL_FILE, rng, other / JOURNAL_FILE)
        try:
            went, differences = tried(damaged, whole, work, figures=number % 10 == 0)
        except Exception as error:
            error.add_note(f"Damage {number} of seed {seed} to {folder.name}: {how}")
            raise
        assert not differences, f"Damage {number} of seed {seed} to {folder.name}, {how}: {differences}"
        came[went] += 1
    return came


def test_nothing_is_silent(journals: list[tuple[Path, Read]], tmp_path: Path) -> None:
    came = fuzz(journals, tmp_path, 100, seed=1)
    assert min(came["refused"], came["left out"], came["whole"]) > 2


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 12))
def test_nothing_is_silent_in_ten_thousand(
    journals: list[tuple[Path, Read]], tmp_path: Path, seed: int
) -> None:
    fuzz(journals, tmp_path, 1000, seed)


def edited(folder: Path, work: Path, change: str) -> Path:
    copy = copied(folder, work / "edited")
    with closing(sqlite3.connect(copy / JOURNAL_FILE)) as journal, journal:
        journal.execute(change)
    return copy


class TestReaders:
    """They name the episode, or leave it out and name it."""

    @pytest.fixture
    def kuhn(self, journals: list[tuple[Path, Read]]) -> Path:
        return journals[0][0]

    def test_one_that_takes_a_single_episode_is_a_sentence(self, kuhn: Path, tmp_path: Path) -> None:
        folder = edited(kuhn, tmp_path, "UPDATE calls SET text = 'fold' WHERE episode = 2")
        with StoredRun(folder) as stored:
            assert stored.episode(1)
            for read in (stored.episode, stored.calls):
                with pytest.raises(JournalDamaged, match=r"^Episode 2 of .* is damaged: its calls"):
                    read(2)

    async def test_a_resumed_run_takes_no_damaged_reply(self, kuhn: Path, tmp_path: Path) -> None:
        folder = edited(kuhn, tmp_path, "UPDATE calls SET text = 'fold' WHERE episode = 2")
        with pytest.raises(JournalDamaged, match=r"^Episode 2 "):
            await run(KUHN, folder, resume=True)

    async def test_a_cut_tail_is_a_kill(self, journals: list[tuple[Path, Read]], tmp_path: Path) -> None:
        kuhn, unfinished = journals[0], journals[1]
        folder = edited(unfinished[0], tmp_path, "DELETE FROM calls WHERE episode = 5 AND step > 2")
        assert (await run(KUHN, folder, resume=True)).ended[Ending.COMPLETED] == 6
        with StoredRun(folder) as stored, StoredRun(kuhn[0]) as before:
            assert not stored.leave_out_damaged().sentences
            assert stored.steps(5) == before.steps(5)

    async def test_a_missing_outcome_is_said_until_the_episode_is_played_to_its_end_again(
        self, kuhn: Path, tmp_path: Path
    ) -> None:
        folder = edited(kuhn, tmp_path, "DELETE FROM outcomes WHERE episode = 2")
        with StoredRun(folder) as stored:
            assert stored.lacks_outcomes()
            assert set(stored.leave_out_damaged().episodes) == {2}
        await run(KUHN, folder, resume=True)
        with StoredRun(folder) as stored:
            assert not stored.leave_out_damaged().sentences

    def test_an_outcome_that_was_moved_may_be_that_of_any_that_seems_unfinished(
        self, journals: list[tuple[Path, Read]], tmp_path: Path
    ) -> None:
        folder = edited(journals[1][0], tmp_path, "UPDATE outcomes SET episode = 3 WHERE episode = 2")
        with StoredRun(folder) as stored:
            assert set(stored.leave_out_damaged().episodes) == {2, 3, 5}

    def test_an_outcome_that_is_there_twice_hides_no_other(
        self, journals: list[tuple[Path, Read]], tmp_path: Path
    ) -> None:
        """A pointer in a page may be damaged so that it leads to another row of the page."""
        folder = copied(journals[1][0], tmp_path / "edited")
        with closing(sqlite3.connect(folder / JOURNAL_FILE)) as journal:
            ((size,),) = journal.execute("PRAGMA page_size")
            ((root,),) = journal.execute("SELECT rootpage FROM sqlite_master WHERE name = 'outcomes'")
        content = bytearray((folder / JOURNAL_FILE).read_bytes())
        pointers = (root - 1) * size + 8
        content[pointers + 6 : pointers + 8] = content[pointers + 4 : pointers + 6]
        (folder / JOURNAL_FILE).write_bytes(content)
        with StoredRun(folder) as stored:
            assert set(stored.leave_out_damaged().episodes) == {3, 4, 5}

    def test_baselines_are_those_of_the_episodes_that_are_left(self, kuhn: Path, tmp_path: Path) -> None:
        """A damaged episode is left out as if it had not been played."""
        folder = edited(kuhn, tmp_path, "UPDATE outcomes SET returns = '{}' WHERE episode = 5")
        card = export_rows([folder], tmp_path / "rows.jsonl", ExportOptions(to="tokens"))
        assert card.sources[0].damaged == ["Episode 5 is damaged: its outcome."]
        assert card.sources[0].episodes == {"completed": 5}
        assert "left out" in (tmp_path / "rows.card.md").read_text(encoding="utf-8")


def test_checksums_are_those_of_every_python() -> None:
    """Computed by hand from marshal's encoding and CRC-32; another would damage all journals there are."""
    values = [1, 2**40, 0.5, "naïve", None, "x", None, None]
    assert checksum(7, values) == checksum(7, tuple(values)) == checksum(7, values[:-2])
    words = b"i\x01\0\0\0" + b"l\x03\0\0\0\0\0\0\0\0\x04" + b"g" + struct.pack("<d", 0.5)
    words += b"u\x06\0\0\0na\xc3\xafve" + b"N" + b"u\x01\0\0\0x"
    assert checksum(7, values) == zlib.crc32(words, 7)
    assert len({checksum(7, [value]) for value in (1, 1.0, "1", b"1", None)}) == 5
