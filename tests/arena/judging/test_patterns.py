"""Matches of regular expressions are counted elsewhere, so that none can hold up a judging."""

from __future__ import annotations

import asyncio
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.core.errors import UsageError
from arena.judging._patterns import Matcher, Matches, check_pattern, open_matcher
from tests.shared.waiting import until

HANGS = r"(a+)+$"
"""It needs 2 to the power of the number of a's that no end follows."""
TEXT = "a" * 60 + "b"


async def matched(pattern: str, *texts: str) -> list[Matches]:
    async with open_matcher() as matcher:
        return [await matcher.matches(pattern, text) for text in texts]


async def test_the_first_match_has_its_place() -> None:
    found = await matched(r"(?i)\bwait\b", "Hmm. Wait, wait.", "No waiter.", "")
    assert found == [Matches(2, 5, 9), Matches(0), Matches(0)]


async def test_places_are_in_characters_and_lines_are_texts() -> None:
    assert await matched("ß\\n", 'é🙂ß\nx"ß\n') == [Matches(2, 2, 4)]


@given(st.text(alphabet="ab\n🙂", max_size=30))
@settings(max_examples=20, deadline=None)
def test_it_counts_as_python_does(text: str) -> None:
    spans = [found.span() for found in re.finditer("a+|🙂", text)]
    (found,) = asyncio.run(matched("a+|🙂", text))
    assert found == Matches(len(spans), *(spans[0] if spans else ()))


async def test_a_pattern_without_end_is_given_up_and_the_next_one_is_counted() -> None:
    async with open_matcher(seconds=0.3) as matcher:
        with pytest.raises(TimeoutError):
            await matcher.matches(HANGS, TEXT)
        assert await matcher.matches("a", "aa") == Matches(2, 0, 1)


def test_one_that_takes_too_long_to_read_is_refused() -> None:
    with pytest.raises(UsageError, match="takes too long to read"):
        check_pattern("(?i)" + r"[\0-\U0010ffff]" * 60, seconds=0.3)


async def test_others_run_on_meanwhile() -> None:
    async with open_matcher(seconds=0.3) as matcher:
        counting = asyncio.create_task(matcher.matches(HANGS, TEXT))
        turns = 0
        while not counting.done():
            await asyncio.sleep(0.001)
            turns += 1
        with pytest.raises(TimeoutError):
            await counting
    assert turns > 10


async def test_one_that_takes_too_much_memory_is_given_up() -> None:
    async with open_matcher(seconds=60) as matcher:
        with pytest.raises(MemoryError):
            await matcher.matches("(?:(a)|b)*c", "a" * 4_000_000)


async def test_nothing_is_left_running_when_it_is_cancelled() -> None:
    matcher = Matcher(60)
    counting = asyncio.create_task(matcher.matches(HANGS, TEXT))
    await until(lambda: matcher.process_id is not None)
    counting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await counting
    assert matcher.process_id is None
