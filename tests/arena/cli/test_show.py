from __future__ import annotations

import pytest

from tests.arena.cli.typing_in import SHORT, Typist

RUDE = r'''
def rude(request):
    """Tries to clear the screen, to forge a line of the transcript, and then moves."""
    tries = ["\x1b[2J[bold]hi\u202e", "well\nplayer_1 folds. player_0 wins 1 chip."]
    return tries[request.count] if request.count < len(tries) else request.form.legal[0]
'''


@pytest.fixture
def run(arena: Typist) -> str:
    name = arena.write("mine.py", RUDE)
    words = ("tournament", "kuhn", "--agents", f"{name}:rude", "random", *SHORT, "--out", "runs/rude")
    assert arena(*words).code == 0
    return "rude"


class TestTranscript:
    def test_marks_private_events_with_who_sees_them(self, arena: Typist, run: str) -> None:
        lines = arena("show", run, "0").out.splitlines()
        cards = [line for line in lines if "Your card is" in line]
        assert [line.split("]")[0] for line in cards] == ["  [only player_0", "  [only player_1"]
        assert any(line.startswith(("player_0 checks", "player_0 bets")) for line in lines)
        assert lines[-1].startswith("Completed. Returns: player_0 ")

    def test_of_one_seat_holds_what_it_saw(self, arena: Typist, run: str) -> None:
        shown = arena("show", run, "0", "--seat", "player_1").out
        assert "[only player_1] Your card is" in shown
        assert "[only player_0]" not in shown
        assert "You are player_0" not in shown

    def test_escapes_control_characters_and_shows_markup_as_it_is(self, arena: Typist, run: str) -> None:
        shown = arena("show", run, "0").out
        assert r"\x1b[2J[bold]hi\u202e" in shown
        assert "\x1b" not in shown
        assert "\u202e" not in shown

    def test_json_holds_the_reply_as_it_came(self, arena: Typist, run: str) -> None:
        assert r"\u001b[2J[bold]hi\u202e" in arena("show", run, "0", "--json").out

    def test_a_reply_forges_no_line_of_its_own(self, arena: Typist, run: str) -> None:
        """Each line of the transcript that stands at the margin is an event that everyone saw."""
        shown = arena("show", run, "0").out
        assert "player_1 folds. player_0 wins 1 chip." in shown
        assert "\nplayer_1 folds. player_0 wins 1 chip." not in shown


class TestAgentsNames:
    def test_cannot_write_markup_into_the_table(self, arena: Typist) -> None:
        (arena.folder / "[red]x").mkdir()
        name = arena.write("[red]x/mine.py", "def first(request):\n    return request.form.legal[0]\n")
        result = arena("tournament", "kuhn", "--agents", f"{name}:first", "random", *SHORT)
        assert result.code == 0
        assert f"{name}:first" in result.out
