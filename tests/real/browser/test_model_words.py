"""What a real model writes, seen in the browser word by word by the owner alone."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

from arena.designs.scenario import Scenario
from arena.journal import StoredRun
from arena.running.running import run
from arena.tasks.questions import question_task
from protocols import Debate
from tests.real.browser.chromium import opened, served
from tests.real.browser.test_live import has_begun
from tests.real.smallest_model import SMALLEST, needs_the_smallest_model

pytestmark = needs_the_smallest_model

PATIENCE = 120_000
WRITER = f"local:{SMALLEST.name}?constrained=false&temperature=0.4&max_tokens=100"
NOTED = """() => {
    window.noted = [];
    new MutationObserver(() => {
        for (const lane of document.querySelectorAll("#writing .lane")) {
            const words = lane.querySelector(".words:last-child");
            window.noted.push([lane.querySelector(".only").textContent.trim(), words.textContent]);
        }
    }).observe(document.querySelector("#writing"), { childList: true });
}"""


def _debate() -> Scenario:
    """Return a debate whose speeches take seconds, whether or not they can be used."""
    task = question_task("sun", "Which is larger, the Sun or the Moon?", ["the Sun", "the Moon"], "the Sun")
    protocol = Debate(rounds=1, swap_verdict=False, beliefs={"holders": []}, reading="token-probability")
    judge = f"judge=local-policy:{SMALLEST.name}?temperature=1"
    seats = {"debater_a": f"ann={WRITER}", "debater_b": f"bob={WRITER}", "judge": judge}
    return Scenario(name="written-live", protocol=protocol, tasks=[task], seats=seats)


def test_its_lane_grows_word_by_word_and_no_seat_is_sent_anything_of_it(browser: Any, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    playing = threading.Thread(target=lambda: asyncio.run(run(_debate(), folder, quiet=True)))
    playing.start()
    while not has_begun(folder):
        threading.Event().wait(0.02)
    with served([folder]) as address:
        seat = browser.new_page()
        told: list[str] = []
        session = seat.context.new_cdp_session(seat)
        session.send("Network.enable")
        session.on("Network.eventSourceMessageReceived", lambda event: told.append(event["eventName"]))
        seat.goto(f"{address}run/0/episode/0/as/2/")
        owner = opened(browser, f"{address}run/0/episode/0/")
        owner.evaluate(NOTED)
        owner.wait_for_selector(".states >> text=/completed|failed|forfeited/", timeout=PATIENCE)
        noted = owner.evaluate("window.noted")
        seat.wait_for_selector(".states >> text=ended", timeout=PATIENCE)
        assert "section" in told
        assert told.count("writing") <= 1  # the one that says that nothing is being written
        assert "unparsed" not in seat.content()
        assert owner.troubles == []
    playing.join()
    with StoredRun(folder) as stored:
        replies = [call.reply.text for call in stored.episode(0).calls if call.reply is not None]
    grown = [_growth(noted, seat, reply) for seat in ("debater_a", "debater_b") for reply in replies]
    assert max(grown) >= 3


def _growth(noted: list[list[str]], seat: str, reply: str) -> int:
    """Return in how many lengths the words of a reply were seen in a seat's lane before it was finished."""
    own = (words for only, words in noted if only.startswith(f"only {seat}:"))
    return len({words for words in own if words and reply.startswith(words)} - {reply})
