from __future__ import annotations

import json
from pathlib import Path

import pytest

from arena import Env
from arena.core.console import out
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


class TestRatings:
    def test_are_chosen_by_name(self, arena: Typist, run: str) -> None:
        assert arena("show", run, "--ratings", "plackett-luce").code == 0
        result = arena("show", run, "--ratings", "glicko")
        assert (result.code, result.out) == (2, "")
        assert "There is no rating called 'glicko'; there are bradley-terry and plackett-luce." in result.err


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


CHATTY = """
from dataclasses import dataclass
from arena import Agent, Reply
from arena.seat.agent import RequestUsage

@dataclass
class Chatty(Agent):
    tokens: int = 1234567
    model: str = "maker:big"

    async def reply(self, request):
        usage = {"prompt_tokens": self.tokens, "completion_tokens": self.tokens // 9, "cached_tokens": 5,
                 "attempts": 2, "reasoning_tokens": 3}
        return Reply(request.form.legal[0], usage=usage, model=self.model, faults=("HTTP 500",))
"""


class TestUsage:
    @pytest.fixture
    def chatty(self, arena: Typist) -> str:
        name = arena.write("mine.py", CHATTY)
        agents = (f"{name}:Chatty", f"{name}:Chatty?tokens=7&model=%1B[2Jlocal", "random")
        assert arena("tournament", "kuhn", "--agents", *agents, *SHORT, "--out", "runs/chatty").code == 0
        return "chatty"

    def test_there_is_none_of_scripts(self, arena: Typist, run: str) -> None:
        assert "Usage" not in arena("show", run).out
        assert json.loads(arena("show", run, "--json").out)["usage"]["agents"] == {}
        assert "took" not in arena("show", run, "0").out

    def test_is_a_table_by_agent_with_a_total_and_notes(self, arena: Typist, chatty: str) -> None:
        lines = arena("show", chatty).out.splitlines()
        table = lines[lines.index("Usage, in tokens:") + 1 :]
        heads = ["agent", "calls", "prompt", "prefix", "cached", "completion", "tokens/s", "cost"]
        assert table[0].split() == heads
        assert [line.split()[0].partition("?")[0] for line in table[1:4]] == [
            "mine.py:Chatty",
            "mine.py:Chatty",
            "total",
        ]
        calls = int(table[3].split()[1])
        assert f"Note: {calls} of {2 * calls} attempts failed." in table
        assert [line.split()[-1] for line in table[1:4]] == ["unknown"] * 3

    def test_no_figure_is_cut_at_80_columns(
        self, arena: Typist, chatty: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        wide = arena("show", chatty).out.splitlines()
        monkeypatch.setattr(out, "width", 80)
        narrow = arena("show", chatty).out.splitlines()
        begin = narrow.index("Usage, in tokens:") + 1
        assert all(len(line) <= 80 for line in narrow[begin:] if not line.startswith("Note"))
        words = " ".join(narrow).split()
        for line in wide[wide.index("Usage, in tokens:") + 1 :]:
            if line.startswith(("mine", "total")):
                assert set(line.split()[1:]) <= set(words)

    def test_json_has_every_break_down(self, arena: Typist, chatty: str) -> None:
        usage = json.loads(arena("show", chatty, "--json").out)["usage"]
        assert usage.keys() == {"total", "agents", "seats", "models"}
        assert usage["seats"].keys() == {"player_0", "player_1"}
        assert usage["models"].keys() == {"maker:big", "\x1b[2Jlocal"}
        assert usage["total"]["cost"] is None
        assert usage["total"]["failed_attempts"] == usage["total"]["calls"]

    def test_of_an_episode_is_a_line_a_seat(self, arena: Typist, chatty: str) -> None:
        shown = [arena("show", chatty, str(number)).out for number in range(4)]
        lines = [line for text in shown for line in text.splitlines() if " took " in line]
        assert any(line.startswith("player_0 (maker:big) took ") for line in lines)
        assert any(r"(\x1b[2Jlocal)" in line for line in lines)
        assert "\x1b" not in "".join(shown)
        assert all("attempts failed; " in line and "cost unknown." in line for line in lines)
        of_one = arena("show", chatty, "0", "--seat", "player_0").out
        assert "player_1 (" not in of_one

    def test_of_an_episode_is_in_its_json(self, arena: Typist, chatty: str) -> None:
        told = json.loads(arena("show", chatty, "0", "--json").out)["usage"]
        assert told["total"]["calls"] == sum(seat["calls"] for seat in told["seats"].values()) > 0


class TestAgentsNames:
    def test_cannot_write_markup_into_the_table(self, arena: Typist) -> None:
        (arena.folder / "[red]x").mkdir()
        name = arena.write("[red]x/mine.py", "def first(request):\n    return request.form.legal[0]\n")
        result = arena("tournament", "kuhn", "--agents", f"{name}:first", "random", *SHORT)
        assert result.code == 0
        assert f"{name}:first" in result.out


class TestEpisodesThatDidNotEnd:
    @pytest.mark.parametrize("left", [0, 1])
    def test_are_counted(self, arena: Typist, tmp_path: Path, left: int) -> None:
        with Env("kuhn", record=tmp_path / "stepped") as env:
            env.reset()
            while not env.done:
                env.step("check")
            for _ in range(left):
                env.reset()
        words = "1 completed, 1 not ended" if left else "1 completed"
        shown = arena("show", str(tmp_path / "stepped"))
        assert shown.out.startswith(f"Episodes: {words}. Journal: ")
        told = json.loads(arena("show", str(tmp_path / "stepped"), "--json").out.splitlines()[-1])
        assert told.get("not_ended", 0) == left
