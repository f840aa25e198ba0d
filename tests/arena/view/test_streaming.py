"""The events of a page: how they begin, and what a browser is told where they cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena.core.errors import JournalError
from arena.view._runs import ShownRuns
from arena.web.events import AGAIN, event
from tests.arena.view.browsing import client
from tests.arena.view.runs import kuhn


async def test_a_journal_that_cannot_be_opened_is_told_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = client([await kuhn(tmp_path / "kuhn", 1)])
    address = "/secret/run/0/episode/0/as/1/events/1/0/"
    assert event("ended", "") in browser.get(address).text
    assert browser.get("/secret/run/7/events/").status_code == 404

    def broken(_: ShownRuns, __: int) -> None:
        raise JournalError("It cannot be read.")

    monkeypatch.setattr(ShownRuns, "open", broken)
    answer = browser.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text == f"{AGAIN}{event('trouble', 'It cannot be read.')}"
