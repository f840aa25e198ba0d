"""Finding episodes: by what they are and what was said, a page at a time, without a pass over all."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from arena.journal import EpisodeFilter, StoredRun
from benchmarks.finding import RARE, store

EPISODES = 1_200


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(store(tmp_path_factory.mktemp("found") / "run", EPISODES))


@pytest.fixture
def run(folder: Path) -> Iterator[StoredRun]:
    with StoredRun(folder) as stored:
        yield stored


def numbers(run: StoredRun, start: int | None = None, **wanted: object) -> list[int]:
    found = run.find_episodes(EpisodeFilter(**wanted), start, 5, seconds=60)  # type: ignore[arg-type]
    return [one.number for one in found.episodes]


class TestAPage:
    def test_begins_with_the_newest(self, run: StoredRun) -> None:
        assert numbers(run) == [1199, 1198, 1197, 1196, 1195]
        assert numbers(run, oldest_first=True) == [0, 1, 2, 3, 4]

    def test_goes_on_where_the_last_one_ended(self, run: StoredRun) -> None:
        found = run.find_episodes(EpisodeFilter(), None, 500, seconds=60)
        seen = [one.number for one in found.episodes]
        while found.next is not None:
            found = run.find_episodes(EpisodeFilter(), found.next, 500, seconds=60)
            seen += [one.number for one in found.episodes]
        assert seen == list(reversed(range(EPISODES)))

    def test_says_what_an_episode_was(self, run: StoredRun) -> None:
        (one,) = run.find_episodes(EpisodeFilter(asked_again="refused"), 7, 1).episodes
        assert (one.number, one.task, one.state, one.turns) == (7, "Who came to room 7?", "completed", 3)
        assert (one.choice, one.confidence, one.correct) == ("ann", 0.8, 1.0)
        assert dict(one.asked_again) == {"refused": 1}
        assert one.cost == pytest.approx(0.004)


class TestAFilter:
    def test_keeps_an_ending(self, run: StoredRun) -> None:
        assert numbers(run, state="failed") == [1009, 9]
        assert numbers(run, state="in play") == []

    def test_keeps_a_verdict(self, run: StoredRun) -> None:
        assert numbers(run, verdict="wrong") == [1]
        assert numbers(run, verdict="undecided") == []

    def test_keeps_what_was_asked_again(self, run: StoredRun) -> None:
        assert numbers(run, asked_again="refused") == [1007, 7]

    def test_finds_words_in_speeches_and_tasks(self, run: StoredRun) -> None:
        assert numbers(run, words=RARE.upper()) == [3]
        assert numbers(run, words="room 42?") == [1142, 1042, 942, 842, 742]
        assert numbers(run, words="room _2?") == []
        assert numbers(run, words="%") == []

    def test_finds_each_of_several_words_and_words_in_a_row(self, run: StoredRun) -> None:
        assert numbers(run, words=f"whoever {RARE} speech") == [3]
        assert numbers(run, words=f'"the {RARE} left"') == [3]
        assert numbers(run, words=f'"{RARE} the"') == []
        assert numbers(run, words=f"{RARE} nowhere") == []

    def test_does_not_take_the_name_of_a_field_for_a_word(self, run: StoredRun) -> None:
        assert numbers(run, words="truth") == numbers(run, words="briefs") == []

    def test_keeps_an_agent_and_a_reason(self, run: StoredRun) -> None:
        assert numbers(run, agent="AN") == [1199, 1198, 1197, 1196, 1195]
        assert numbers(run, agent="debater_a") == []
        assert numbers(run, why="broke") == [1009, 9]
        assert numbers(run, condition="none such") == numbers(run, fork_of=3) == []

    def test_holds_together_with_others(self, run: StoredRun) -> None:
        assert numbers(run, state="failed", words="room 9?") == [1009, 9]
        assert numbers(run, state="failed", verdict="wrong") == []


class TestTheTime:
    def test_is_bounded_and_the_search_says_where_it_stopped(self, run: StoredRun) -> None:
        found = run.find_episodes(EpisodeFilter(words=RARE), None, 5, seconds=0)
        assert not found.episodes
        assert not found.is_full
        assert found.next == EPISODES - 1 - EpisodeFilter(words=RARE).window
        while found.next is not None:
            found = run.find_episodes(EpisodeFilter(words=RARE), found.next, 5, seconds=0)
        assert [one.number for one in found.episodes] == [3]

    def test_does_not_grow_with_the_run(self, run: StoredRun, tmp_path: Path) -> None:
        """SQLite counts its steps: a page takes as many of a long run as of a short one."""

        def steps_of(stored: StoredRun) -> int:
            taken = 0

            def counted() -> int:
                nonlocal taken
                taken += 1
                return 0

            stored._connection.set_progress_handler(counted, 100)
            for wanted in (EpisodeFilter(), EpisodeFilter(verdict="right"), EpisodeFilter(words="lamp")):
                assert len(stored.find_episodes(wanted, None, 20, seconds=0).episodes) == 20
            stored._connection.set_progress_handler(None, 0)
            return taken

        short_folder = asyncio.run(store(tmp_path / "short", 100))
        with StoredRun(short_folder) as short:
            few = steps_of(short)
        assert few > 10
        assert steps_of(run) <= 1.5 * few


def test_of_an_empty_run_nothing_is_found(tmp_path: Path) -> None:
    with StoredRun(asyncio.run(store(tmp_path / "empty", 0))) as stored:
        found = stored.find_episodes(EpisodeFilter())
    assert found == ((), None, True)
