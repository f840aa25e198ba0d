"""Server-sent events: what changed, once, with the count that the page has reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest

from arena.core.errors import JournalError
from arena.web.events import News, after_of, event, news


async def heard(stages: list[News], after: int, rows: list[int] | None = None) -> list[str]:
    """Return the events of pages that go through these stages, one at each look."""
    looks = iter(stages)
    reached = iter(rows) if rows is not None else iter([stage.reached for stage in stages])
    return [each async for each in news(lambda: next(reached), lambda: next(looks), after, 0.0)][1:]


async def test_a_page_that_is_fresh_is_sent_only_what_changes() -> None:
    stages = [News(3, {"a": "A", "b": "B"}, False), News(4, {"a": "A", "b": "C"}, True)]
    assert await heard(stages, 3) == [event("section", "C", 4), event("writing", ""), event("ended", "", 4)]


async def test_a_browser_that_missed_something_is_sent_all_parts() -> None:
    stages = [News(5, {"a": "A", "b": "B"}, True)]
    assert await heard(stages, 3) == [
        event("section", "A", 5),
        event("section", "B", 5),
        event("writing", ""),
        event("ended", "", 5),
    ]


async def test_nothing_is_looked_at_while_the_journal_rests() -> None:
    stages = [News(3, {"a": "A"}, False), News(4, {"a": "B"}, True)]
    assert await heard(stages, 3, [3, 3, 3, 4]) == [
        event("section", "B", 4),
        event("writing", ""),
        event("ended", "", 4),
    ]


async def test_a_journal_that_grows_beside_the_page_is_not_told_of() -> None:
    stages = [News(3, {"a": "A"}, False), News(3, {"a": "A"}, False), News(4, {"a": "B"}, True)]
    assert await heard(stages, 3, [10, 20, 30]) == [
        event("section", "B", 4),
        event("writing", ""),
        event("ended", "", 4),
    ]


def test_every_line_is_a_field_so_that_no_text_begins_another_event() -> None:
    assert event("section", "a\n\nevent: evil\rid: 9") == (
        "event: section\ndata: a\ndata: \ndata: event: evil\ndata: id: 9\n\n"
    )


def test_the_last_event_of_the_header_counts_and_else_that_of_the_address() -> None:
    assert after_of("7", 3) == 7
    for header in (None, "", "x", "-1", "²", "9" * 20):
        assert after_of(header, 3) == 3


async def test_words_that_are_written_come_without_a_count_and_only_when_they_change() -> None:
    stages = [News(3, {"a": "A"}, False), News(4, {"a": "A"}, True)]
    looks, rows = iter(stages), iter([3, 3, 3, 4])
    words = iter(["", "I", "I"])
    told = [each async for each in news(lambda: next(rows), lambda: next(looks), 3, 0.0, lambda: next(words))]
    assert told[1:] == [event("writing", "I"), event("writing", ""), event("ended", "", 4)]
    assert "id:" not in told[1]


def raising(answers: Sequence[object]) -> Callable[[], object]:
    """Return a function that returns or raises these, one after the other."""
    left: Iterator[object] = iter(answers)

    def answer() -> object:
        found = next(left)
        if isinstance(found, Exception):
            raise found
        return found

    return answer


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (JournalError("The journal is damaged."), "The journal is damaged."),
        (KeyError("secret"), "because of an error in Arena. The page tries"),
    ],
)
async def test_an_error_is_told_in_a_sentence_and_nothing_is_lost_by_it(
    error: Exception, sentence: str, caplog: pytest.LogCaptureFixture
) -> None:
    grown = raising([1, 2, 3, 4])
    look = raising([News(3, {"a": "A"}, False), error, error, News(4, {"a": "B"}, True)])
    told = [each async for each in news(grown, look, 3, 0.0)][1:]  # type: ignore[arg-type]
    assert [each.split("\n")[0] for each in told] == [
        "event: trouble",
        "event: trouble",
        "id: 4",
        "event: writing",
        "id: 4",
    ]
    assert sentence in told[0]
    assert "secret" not in told[0]
    assert told[1:3] == [event("trouble", ""), event("section", "B", 4)]
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert caplog.records[0].fields["why"] in ("The journal is damaged.", "KeyError: 'secret'")  # type: ignore[attr-defined]


async def test_words_that_cannot_be_read_lose_no_part() -> None:
    grown, words = raising([1, 2, 2]), raising(["", OSError("no"), ""])
    look = raising([News(3, {"a": "A"}, False), News(4, {"a": "B"}, False), News(4, {"a": "B"}, True)])
    told = [each async for each in news(grown, look, 3, 0.0, words)][1:]  # type: ignore[arg-type]
    assert "an error in Arena" in told[0]
    assert told[1:3] == [event("trouble", ""), event("section", "B", 4)]
