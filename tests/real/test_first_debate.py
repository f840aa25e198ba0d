"""The first debate, which `make demo` shows, by the smallest model that can be pulled."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena.episode.outcome import Ending
from arena.journal import StoredRun
from arena.models import Store
from arena.models.store import is_official
from arena.running import run
from scenarios.first_debate import scenario
from tests.real.smallest_model import SMALLEST, needs_the_smallest_model

pytestmark = needs_the_smallest_model


def test_the_file_is_the_one_that_was_published() -> None:
    assert is_official(SMALLEST, Store().path(SMALLEST))


async def test_most_debates_are_held_with_a_speech_a_side_and_a_verdict_by_probabilities(
    tmp_path: Path,
) -> None:
    result = await run(scenario, tmp_path / "run", concurrency=1)
    assert result.ended[Ending.COMPLETED] >= 2
    with StoredRun(tmp_path / "run") as stored:
        for episode in map(stored.episode, range(3)):
            if episode.played is None or not episode.played.outcome.is_result:
                continue
            said = [event.seat for event in episode.events if event.kind.value == "said"]
            assert said == ["debater_a", "debater_b", "judge"]
            (verdict,) = episode.played.outcome.details["verdicts"]
            assert sum(verdict["probabilities"].values()) == pytest.approx(1)


async def test_the_same_seed_gives_the_same_words(tmp_path: Path) -> None:
    for name in ("one", "two"):
        await run(scenario, tmp_path / name, concurrency=1)
    with StoredRun(tmp_path / "one") as one, StoredRun(tmp_path / "two") as two:
        assert [one.episode(n).events for n in range(3)] == [two.episode(n).events for n in range(3)]
