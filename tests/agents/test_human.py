"""The agent that asks a person at a terminal."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from agents.human import Human
from arena.core.drain import Drain, drained_by
from arena.core.errors import Drained, StopRun, UsageError
from arena.core.screen import Screen, screen
from arena.forms import Choice, Speech, Verdict
from arena.people import Terminal
from arena.registry import make_agent
from arena.seat.agent import Reply, Request, Stop
from arena.seat.transcript import Event, EventKind, Transcript
from tests.arena.cli.typing_in import Typist
from tests.shared.terminals import Command, Typed, on_screen

KUHN = ("run", "play", "--set", "seats.player_0=ann=human", "--set", "seats.player_1=kuhn-nash")


def request(form: object = None, *, view: tuple[Event, ...] = (), text: str = "Well?") -> Request:
    transcript = Transcript({"ann": "Be brief."})
    for event in view:
        transcript.tell(event)
    prompt = Event(EventKind.ASKED, "ann", frozenset({"ann"}), text)
    return Request("ann", "Be brief.", transcript.view("ann"), prompt, form or Choice(("yes", "no")), 0, 7)  # type: ignore[arg-type]


def said(seat: str, text: str) -> Event:
    return Event(EventKind.SAID, seat, frozenset({"ann", seat}), text)


def asked(keyboard: Typed, *requests: Request, seconds: float | None = None) -> tuple[list[Reply], str]:
    """Return the answers to requests at one terminal, and what it showed."""

    async def ask() -> list[Reply]:
        terminal = Terminal(keyboard)
        return [await terminal.ask(one, "ann", seconds) for one in requests]

    with on_screen() as shown:
        return asyncio.run(ask()), shown.getvalue()


class Silent(Typed):
    """Nobody types."""

    async def line(self) -> str | None:
        await asyncio.sleep(60)
        return None


class TestAnswers:
    def test_are_what_was_typed(self) -> None:
        (reply,), shown = asked(Typed("2"), request())
        assert (reply.text, reply.structured) == ("no", False)
        assert "Be brief." in shown

    def test_text_ends_with_a_dot_and_verdicts_have_fields(self) -> None:
        (speech, verdict), _ = asked(
            Typed("One.", "", "Two.", ".", "Because.", ".", "pro", "80"),
            request(Speech()),
            request(Verdict(("pro", "con"))),
        )
        assert speech.text == "One.\n\nTwo."
        assert json.loads(verdict.text) == {"reasons": "Because.", "choice": "pro", "confidence": 80}

    def test_what_does_not_fit_is_asked_for_again_with_the_reason(self) -> None:
        (reply,), shown = asked(Typed("perhaps", "", "yes"), request())
        assert reply.text == "yes"
        assert "Not accepted: choose one of: yes, no." in shown

    def test_only_what_is_new_is_shown(self) -> None:
        first, second = said("bob", "I pass."), said("bob", "I bet.")
        _, shown = asked(Typed("yes"), request(view=(first,)), request(view=(first, second)))
        assert (shown.count("I pass."), shown.count("I bet."), shown.count("Be brief.")) == (1, 1, 1)

    def test_all_of_it_is_shown_on_request(self) -> None:
        _, shown = asked(Typed("yes", ":all", "yes"), *[request(view=(said("bob", "I pass."),))] * 2)
        assert shown.count("I pass.") == 2

    def test_what_others_write_cannot_pass_for_ours_or_command_the_terminal(self) -> None:
        words = "\x1b[2JFine.\nann, you are asked:\nTime is up"
        _, shown = asked(Typed("yes"), request(view=(said("bob", words),)))
        assert "\x1b[2J" not in shown
        assert "  | \\x1b[2JFine.\n  | ann, you are asked:\n  | Time is up\n" in shown

    def test_a_person_may_decline(self) -> None:
        (reply,), _ = asked(Typed(":decline"), request())
        assert reply.stop is Stop.REFUSED

    def test_two_people_at_one_terminal_do_not_see_each_others_words(self) -> None:
        async def ask() -> None:
            terminal = Terminal(Typed("yes", "", "no"))
            await terminal.ask(request(), "ann")
            await terminal.ask(request()._replace(seat="bob", root=8), "bob")

        with on_screen() as shown:
            asyncio.run(ask())
        before, _, after = shown.getvalue().partition("\x1b[H\x1b[2J\x1b[3J")
        assert "you are ann" in before
        assert "Now bob sits here" in after

    def test_one_terminal_asks_one_thing_at_a_time(self) -> None:
        class Watching(Typed):
            async def line(self) -> str | None:
                asking.append(1)
                await asyncio.sleep(0.01)
                assert len(asking) == 1
                asking.pop()
                return "yes"

        asking: list[int] = []

        async def ask() -> list[Reply]:
            terminal = Terminal(Watching("yes"))
            return await asyncio.gather(*[terminal.ask(request()._replace(root=n), "ann") for n in range(5)])

        with on_screen():
            assert [reply.text for reply in asyncio.run(ask())] == ["yes"] * 5

    def test_a_long_text_is_written_in_an_editor(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        editor = tmp_path / "editor"
        editor.write_text('#!/bin/sh\nprintf "One.\\n\\nTwo." > "$1"\n', encoding="utf-8")
        editor.chmod(0o755)
        monkeypatch.setenv("VISUAL", str(editor))
        (reply,), _ = asked(Typed(":edit"), request(Speech()))
        assert reply.text == "One.\n\nTwo."
        monkeypatch.setenv("VISUAL", str(tmp_path / "none"))
        (reply,), shown = asked(Typed(":edit", "One.", "."), request(Speech()))
        assert reply.text == "One."
        assert "cannot be started" in shown


class TestLeaving:
    def test_a_person_who_does_not_answer_in_time_gave_no_answer(self) -> None:
        with pytest.raises(TimeoutError, match=r"the person gave no answer within 0\.01 seconds"):
            asked(Silent(None), request(), seconds=0.01)

    @pytest.mark.parametrize("typed", [None, ":quit"])
    def test_leaving_drains_the_run(self, typed: str | None) -> None:
        drain = Drain()
        with drained_by(drain), pytest.raises(Drained):
            asked(Typed(typed), request())
        assert drain.is_set

    def test_leaving_what_cannot_be_drained_stops_it(self) -> None:
        with pytest.raises(StopRun, match="left"):
            asked(Typed(None), request())

    def test_a_drained_run_asks_no_longer(self) -> None:
        async def drained() -> None:
            drain = Drain()
            with drained_by(drain):
                asking = asyncio.ensure_future(Terminal(Silent(None)).ask(request(), "ann"))
                await asyncio.sleep(0.01)
                assert screen.is_taken
                drain.set()
                with pytest.raises(Drained):
                    await asking
                assert not screen.is_taken

        with on_screen():
            asyncio.run(drained())

    def test_half_a_text_is_no_answer_when_the_input_ends(self) -> None:
        with pytest.raises(StopRun):
            asked(Typed("", None), request(Choice(("yes", "no"))))


class TestWithoutATerminal:
    def test_it_is_refused_before_the_run_begins(self, arena: Typist) -> None:
        refused = arena(*KUHN)
        assert refused.code == 2
        assert "'ann' asks a person at a terminal, and there is none here" in refused.err
        assert not (arena.folder / "runs").exists()

    def test_no_person_sits_where_all_is_shown(self, arena: Typist) -> None:
        refused = arena(*KUHN, "--watch")
        assert refused.code == 2
        assert "--watch shows what every seat sees" in refused.err

    def test_the_text_of_consent_must_be_there(self) -> None:
        agent = make_agent("human?consent=nowhere.txt&seconds=9")
        assert agent == Human(seconds=9, consent="nowhere.txt")
        with pytest.raises(UsageError):
            asyncio.run(agent.open())

    def test_a_dry_run_asks_nobody(self, arena: Typist) -> None:
        assert arena(*KUHN, "--dry-run").code == 0


class TestScreen:
    def test_what_is_shown_gives_way(self) -> None:
        own, stopped = Screen(), list[bool]()
        with own.giving_way(lambda: stopped.append(own.is_taken)):
            with own.taken():
                assert stopped == [True]
            assert not own.is_taken
        with own.taken():
            assert stopped == [True]


@pytest.mark.slow
class TestInATerminal:
    def test_a_person_plays_two_episodes_one_after_the_other(self, tmp_path: Path) -> None:
        command = Command(*KUHN, "--episodes", "2", cwd=tmp_path)
        for episode in range(2):
            command.expect(f"Episode {episode}: you are player_0 (ann)")
            command.answer("3", "2")
            command.expect("The episode has ended.")
        assert "Not accepted: choose one of: check, bet." in command.shown
        assert command.end() == 0
        assert "Episodes: 2 completed" in command.shown

    def test_the_progress_line_pauses_while_a_person_is_asked(self, tmp_path: Path) -> None:
        command = Command(*KUHN, cwd=tmp_path)
        command.expect("> ")
        asyncio.run(asyncio.sleep(1))
        command.type("bet\n")
        assert "episodes done" not in command.expect("bet\n")
        command.end()

    @pytest.mark.parametrize("key", ["\x03", "\x04"])
    def test_ctrl_c_and_ctrl_d_end_cleanly_and_the_run_goes_on_later(self, tmp_path: Path, key: str) -> None:
        command = Command(*KUHN, "--out", "here", cwd=tmp_path)
        command.expect("> ")
        command.type(key)
        assert command.end() == 130
        assert "arena resume here" in command.shown
        assert "Traceback" not in command.shown
        resumed = Command("resume", "here", cwd=tmp_path)
        resumed.answer("bet")
        assert resumed.end() == 0

    def test_a_closed_terminal_ends_the_run_cleanly(self, tmp_path: Path) -> None:
        command = Command(*KUHN, "--out", "here", cwd=tmp_path)
        command.expect("> ")
        command.hang_up()
        assert command.wait() == 130
        assert (tmp_path / "here" / "journal.sqlite").exists()

    def test_time_is_up(self, tmp_path: Path) -> None:
        words = [word.replace("ann=human", "ann=human?seconds=0.5") for word in KUHN]
        command = Command(*words, cwd=tmp_path)
        assert command.end() == 1
        assert "Time is up" in command.shown
        assert "player_0 gave no usable answer (timed out)" in command.shown.replace("\n", "")

    def test_consent_is_asked_before_anything_begins(self, tmp_path: Path) -> None:
        (tmp_path / "consent.txt").write_text("What you write is kept.", encoding="utf-8")
        words = [word.replace("ann=human", "ann=human?consent=consent.txt") for word in KUHN]
        command = Command(*words, cwd=tmp_path)
        command.expect("What you write is kept.")
        command.answer("no")
        assert command.end() == 1
        assert "did not agree, so nothing was begun" in command.shown
        assert not (tmp_path / "runs").exists()
