"""Whatever is damaged in a journal is told in a sentence; what is read all the same is what was written."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections import Counter
from pathlib import Path

import pytest

from arena.journal.schema import FILE
from tests.arena.journal.damaging import Read, damage, make_journals, read_all, tried


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
        shutil.copy(one / FILE, place / one.name)
    return place / folder.name


def fuzz(journals: list[tuple[Path, Read]], work: Path, times: int, seed: int) -> Counter[str]:
    """Damage journals so often, read each, and return how that went."""
    rng, came = random.Random(seed), Counter[str]()
    for number in range(times):
        folder, whole = journals[number % len(journals)]
        other, _ = journals[(number // 7) % len(journals)]
        damaged = copied(folder, work / "damaged")
        harmed = damaged.with_name("kuhn") if folder.name == "fork" and rng.random() < 0.3 else damaged
        how = damage(harmed / FILE, rng, other / FILE)
        try:
            went, differences = tried(damaged, whole, work, figures=number % 10 == 0)
        except Exception as error:
            error.add_note(f"Damage {number} of seed {seed} to {folder.name}: {how}")
            raise
        assert not differences, f"Damage {number} of seed {seed} to {folder.name}, {how}: {differences}"
        came[went] += 1
    return came


def test_nothing_is_silent(journals: list[tuple[Path, Read]], tmp_path: Path) -> None:
    came = fuzz(journals, tmp_path, 250, seed=1)
    assert min(came["refused"], came["left out"], came["whole"]) > 5


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 12))
def test_nothing_is_silent_in_ten_thousand(
    journals: list[tuple[Path, Read]], tmp_path: Path, seed: int
) -> None:
    fuzz(journals, tmp_path, 1000, seed)
