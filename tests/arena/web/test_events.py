"""Server-sent events: what changed, once, with the row of the journal."""

from __future__ import annotations

from arena.web.events import News, after_of, event, news


async def heard(stages: list[News], after: int, rows: list[int] | None = None) -> list[str]:
    """Return the events of pages that go through these stages, one at each look."""
    looks = iter(stages)
    reached = iter(rows) if rows is not None else iter([stage.row for stage in stages])
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


def test_every_line_is_a_field_so_that_no_text_begins_another_event() -> None:
    assert event("section", "a\n\nevent: evil\rid: 9") == (
        "event: section\ndata: a\ndata: \ndata: event: evil\ndata: id: 9\n\n"
    )


def test_the_last_event_of_the_header_counts_and_else_that_of_the_address() -> None:
    assert after_of("7", 3) == 7
    for header in (None, "", "x", "-1", "²", "9" * 20):
        assert after_of(header, 3) == 3


async def test_words_that_are_written_come_without_a_row_and_only_when_they_change() -> None:
    stages = [News(3, {"a": "A"}, False), News(4, {"a": "A"}, True)]
    looks, rows = iter(stages), iter([3, 3, 3, 4])
    words = iter(["", "I", "I"])
    told = [each async for each in news(lambda: next(rows), lambda: next(looks), 3, 0.0, lambda: next(words))]
    assert told[1:] == [event("writing", "I"), event("writing", ""), event("ended", "", 4)]
    assert "id:" not in told[1]
