"""People in browsers: each sees what the own seat may see, answers by keys, and loses nothing."""

from __future__ import annotations

import re
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.real.browser.chromium import NARROW, SCHEMES, WIDE, hindrances, overflow
from tests.real.browser.people import Sat, played

pytestmark = pytest.mark.browser

KUHN = ("run", "play", "--set", "protocol.game=kuhn", "--out", "RUN")
ANN = ("--set", "seats.player_0=ann=human:web")
BOB = ("--set", "seats.player_1=bob=human:web")
NASH = ("--set", "seats.player_1=kuhn-nash")
DEBATE = ("run", "debate", "--out", "RUN", "--tasks", "1")
ONE_ROUND = (
    "--set",
    "protocol.rounds=1",
    "--set",
    "protocol.beliefs.moments=[]",
    "--set",
    "protocol.swap_verdict=no",
)
EVIL = """
from arena import Episode, Outcome, Protocol
from arena.forms import Choice, Speech

HOSTILE = "<script>alert(1)</script><svg onload=alert(1)></svg><img src=x onerror=alert(1)>"
HOSTILE += "\\x1b[2J\\u202e\\u200b"
OPTIONS = (HOSTILE + " one", "x' onfocus='alert(1)' \\u202e\\x00", "w" * 3000)


class Evil(Protocol):
    seats = ("left", "right")

    async def play(self, episode: Episode) -> Outcome:
        episode.tell(self.seats, HOSTILE + " told")
        episode.tell(self.seats, f"{HOSTILE} {'w' * 2**20} and that is all")
        await episode.ask("left", Choice(OPTIONS), HOSTILE + " asked")
        await episode.ask("left", Choice((*OPTIONS, *map(str, range(80)))), HOSTILE + " asked again")
        return Outcome.completed({"left": 0.5, "right": 0.5})
"""


def seats(judge: str = "random", a: str = "random", b: str = "random") -> tuple[str, ...]:
    """Return the settings that put agents in the seats of a debate of one round."""
    named = {"debater_a": a, "debater_b": b, "judge": judge}
    return (*ONE_ROUND, *(part for seat in named for part in ("--set", f"seats.{seat}={named[seat]}")))


def test_neither_is_sent_the_others_card_before_a_showdown(browser: Any, tmp_path: Path) -> None:
    with played(tmp_path, *KUHN, *ANN, *BOB) as run:
        ann, bob = (Sat(browser, link) for _, link in sorted(run.links(2).items()))
        ann.turn()
        ann.press("b", "Enter")
        bob.turn()
        bob.press("f", "Enter")
        for one in (ann, bob):
            one.wait("It is over")
        assert run.ended() == 0
        cards = [_card(one) for one in (ann, bob)]
        assert cards[0] != cards[1]
        for one, own in zip((ann, bob), cards, strict=True):
            # The rules name all cards, in one order.
            known = one.kept().replace("King (K) beats Queen (Q), and Queen beats Jack (J)", "")
            assert own in known
            assert f">{own[0]}<" in known
            for other in {"King", "Queen", "Jack"} - {own}:
                assert other not in known
                assert f">{other[0]}<" not in known
            assert one.troubles == []
            one.close()


def _card(one: Sat) -> str:
    found = re.search(r"Your card is the (\w+) ", one.page.inner_text("#seen"))
    assert found is not None
    return found[1]


class TestKeys:
    def test_alone_play_a_game_to_its_end(self, browser: Any, tmp_path: Path) -> None:
        with played(tmp_path, *KUHN, *ANN, *NASH, "--set", "protocol.hands=2") as run:
            ann = Sat(browser, run.link())
            while ann.turn_or_end():
                for _ in range(40):
                    ann.page.keyboard.press("Tab")
                    if ann.page.evaluate("document.activeElement.dataset.choose") == "1":
                        break
                ann.press("Enter")
            assert run.ended() == 0
            assert "All 2 hands are played" in ann.page.inner_text("#seen")
            ann.close()

    def test_choose_by_digit_and_by_letter_and_only_enter_sends(self, browser: Any, tmp_path: Path) -> None:
        with played(tmp_path, *KUHN, *ANN, *BOB) as run:
            ann, bob = (Sat(browser, link) for _, link in sorted(run.links(2).items()))
            ann.turn()
            for key in ("2", "c", "b", "1"):
                ann.page.keyboard.press(key)
            ann.page.wait_for_timeout(300)
            assert "Nothing is asked" in bob.page.inner_text("#question")
            ann.press("2", "Enter")
            bob.turn()
            assert "player_0 bets" in bob.page.inner_text("#seen")
            bob.press("1", "Enter")
            assert run.ended() == 0
            ann.close()
            bob.close()

    def test_write_a_speech_and_a_verdict(self, browser: Any, tmp_path: Path) -> None:
        who = seats(judge="eve=human:web", a="ann=human:web")
        with played(tmp_path, *DEBATE, *who) as run:
            links = run.links(2)
            ann, eve = Sat(browser, links["ann"]), Sat(browser, links["eve"])
            ann.turn()
            ann.page.keyboard.press("w")
            ann.page.keyboard.type("It stands there.")
            ann.page.keyboard.press("Enter")
            ann.page.keyboard.type("See for yourself, eve.")
            ann.press("Control+Enter")
            eve.turn()
            assert "It stands there.\nSee for yourself, eve." in eve.page.inner_text("#seen")
            eve.page.keyboard.press("w")
            eve.page.keyboard.type("She is right.")
            eve.page.keyboard.press("Escape")
            eve.page.keyboard.press("2")
            eve.page.keyboard.press("Tab")
            eve.page.keyboard.type("90")
            eve.press("Control+Enter")
            eve.wait("It is over")
            assert run.ended() == 0
            assert "She is right" in ann.arena(tmp_path, "show", "RUN", "0")
            for one in (ann, eve):
                assert one.troubles == []
                one.close()


class TestNothingIsLost:
    def test_when_the_page_is_loaded_again_or_closed_and_opened(self, browser: Any, tmp_path: Path) -> None:
        with played(tmp_path, *KUHN, *ANN, *BOB) as run:
            ann, bob = (Sat(browser, link) for _, link in sorted(run.links(2).items()))
            ann.turn()
            ann.page.reload()
            ann.turn()
            link = ann.page.url
            ann.page.close()
            ann.page = ann.tab(link)
            ann.press("b", "Enter")
            bob.turn()
            bob.page.reload()
            ann.page.reload()
            assert "player_0 bets" in ann.page.inner_text("#seen")
            assert "The others go on" in ann.page.inner_text("#question")
            bob.press("c", "Enter")
            ann.wait("It is over")
            assert run.ended() == 0
            ann.close()
            bob.close()

    def test_of_what_is_being_written_while_the_page_changes(self, browser: Any, tmp_path: Path) -> None:
        who = seats(a="ann=human:web", b="bob=human:web")
        with played(tmp_path, *DEBATE, *who) as run:
            links = run.links(2)
            ann = Sat(browser, links["ann"])
            ann.turn()
            ann.page.keyboard.press("w")
            ann.page.keyboard.type("Half a sen")
            other = ann.tab(links["ann"])
            other.click("[data-send]")
            other.wait_for_selector("text=Not accepted")
            ann.page.wait_for_timeout(600)
            ann.page.keyboard.type("tence.")
            assert ann.page.input_value("textarea") == "Half a sentence."
            ann.press("Control+Enter")
            ann.wait("The others go on")
            other.wait_for_selector("text=The others go on")
            bob = Sat(browser, links["bob"])
            bob.page.keyboard.press("w")
            bob.page.keyboard.type("A whole one.")
            bob.press("Control+Enter")
            assert run.ended() == 0
            for one in (ann, bob):
                assert "Half a sentence." in one.page.inner_text("#seen")
                one.close()

    def test_when_the_process_is_killed_and_the_run_resumed(self, browser: Any, tmp_path: Path) -> None:
        with played(tmp_path, *KUHN, *ANN, *BOB) as run:
            links = run.links(2)
            ann, bob = Sat(browser, links["ann"]), Sat(browser, links["bob"])
            ann.turn()
            card = _card(ann)
            ann.press("b", "Enter")
            bob.turn()
            run.process.send_signal(signal.SIGKILL)
            run.process.wait(10)
            bob.wait("The connection is lost")
        with played(tmp_path, "resume", "RUN") as run:
            again = run.links(2)
            assert set(again.values()).isdisjoint(links.values())
            bob.page.goto(again["bob"])
            ann.page.goto(again["ann"])
            bob.turn()
            assert "player_0 bets" in bob.page.inner_text("#seen")
            assert _card(ann) == card
            bob.press("f", "Enter")
            bob.wait("It is over")
            assert run.ended() == 0
            ann.close()
            bob.close()

    @pytest.mark.parametrize("how", ["stop", "signal"])
    def test_when_the_run_is_stopped(self, browser: Any, tmp_path: Path, how: str) -> None:
        with played(tmp_path, *KUHN, *ANN, *NASH) as run:
            ann = Sat(browser, run.link())
            ann.turn()
            began = time.monotonic()
            if how == "stop":
                ann.arena(tmp_path, "stop", "RUN")
            else:
                run.process.send_signal(signal.SIGINT)
            ann.wait("The run is being stopped")
            assert run.ended(15) in (0, 1, 130)
            assert time.monotonic() - began < 15
            ann.close()


def test_hostile_words_of_others_are_inert(browser: Any, tmp_path: Path) -> None:
    (tmp_path / "evil.py").write_text(EVIL, encoding="utf-8")
    agents = ("--agents", "ann=human:web", "random")
    with played(tmp_path, "run", "evil.py:Evil", "--out", "RUN", *agents) as run:
        ann = Sat(browser, run.link(), viewport={"width": NARROW, "height": 900})
        ann.turn()
        for turn in range(2):
            shown = ann.page.inner_text("main")
            assert shown.count("<script>alert(1)</script><svg onload") >= 4
            assert "ESC" in shown
            assert "RLO" in shown
            assert overflow(ann.page) <= 0
            assert ann.page.evaluate("document.scripts.length") == 1
            assert ann.page.locator("main svg, main img").count() == 0
            link = ann.page.url
            ann.page.click("text=all 1,048,")
            ann.page.wait_for_selector("text=and that is all")
            assert overflow(ann.page) <= 0
            ann.page.goto(link)
            if turn == 0:
                ann.press("2", "Enter")
                ann.wait("asked again")
        ann.page.select_option("select", "1")
        ann.press("Control+Enter")
        assert run.ended() == 0
        assert ann.troubles == []
        ann.close()


def readable(one: Sat) -> None:
    """Check that nothing on a page hinders anybody, light and dark, narrow and wide."""
    one.page.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)")
    for scheme in SCHEMES:
        for width in (WIDE, NARROW):
            one.page.emulate_media(color_scheme=scheme)
            one.page.set_viewport_size({"width": width, "height": 900})
            assert hindrances(one.page) == [], (scheme, width)
            assert overflow(one.page) <= 0, (scheme, width)


def test_anybody_can_read_the_pages_of_a_player(browser: Any, tmp_path: Path) -> None:
    with played(tmp_path, *KUHN, *ANN, *BOB) as run:
        ann, bob = (Sat(browser, link) for _, link in sorted(run.links(2).items()))
        ann.turn()
        for one in (ann, bob):
            readable(one)
        ann.press("b", "Enter")
        bob.turn()
        bob.press("c", "Enter")
        bob.page.set_viewport_size({"width": NARROW, "height": 900})
        for one in (ann, bob):
            one.wait("It is over")
        run.ended()
        for one in (ann, bob):
            readable(one)
            assert one.troubles == []
            one.close()


def test_anybody_can_read_the_pages_of_a_judge(browser: Any, tmp_path: Path) -> None:
    (tmp_path / "consent.txt").write_text("We keep your words.\n\nDo you agree?", encoding="utf-8")
    who = seats(judge="eve=human:web?consent=consent.txt&seconds=600")
    with played(tmp_path, *DEBATE, *who) as run:
        eve = Sat(browser, run.link())
        eve.wait("Before you take a seat")
        readable(eve)
        with eve.page.expect_navigation():
            eve.page.click("text=I agree")
        eve.turn()
        readable(eve)
        eve.page.fill("textarea >> nth=0", "Because.")
        eve.press("Control+Enter")
        eve.wait("Not accepted")
        assert eve.page.input_value("textarea >> nth=0") == "Because."
        readable(eve)
        eve.page.goto(f"{run.link()}all/")
        readable(eve)
        eve.page.goto(f"{run.link()}nowhere/")
        readable(eve)
        eve.close()


def test_a_game_can_be_played_without_scripts(browser: Any, tmp_path: Path) -> None:
    with played(tmp_path, *KUHN, *ANN, *NASH) as run:
        ann = Sat(browser, run.link(), java_script_enabled=False)
        for _ in range(40):
            if "It is your turn" in ann.page.inner_text("main"):
                with ann.page.expect_navigation():
                    ann.page.click("[data-choose='1']")
            elif "It is over" in ann.page.inner_text("main"):
                break
            else:
                with ann.page.expect_navigation():
                    ann.page.click("text=load this page anew")
        assert run.ended() == 0
        ann.close()


def test_time_is_counted_down_and_charged(browser: Any, tmp_path: Path) -> None:
    seats = ("--set", "seats.player_0=ann=human:web?seconds=4", *BOB)
    with played(tmp_path, *KUHN, *seats) as run:
        ann = Sat(browser, run.links(2)["ann"])
        ann.turn()
        first = ann.page.inner_text("[data-left]")
        ann.page.wait_for_timeout(1600)
        assert ann.page.inner_text("[data-left]") < first <= "0:04"
        ann.wait("Time was up")
        assert run.ended() == 1
        assert "Time was up" in ann.page.inner_text("#question")
        ann.close()
    assert "gave no usable answer (timed out)" in run.said
