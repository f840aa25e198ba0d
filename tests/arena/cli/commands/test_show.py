from __future__ import annotations

import json
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from arena import Env
from arena.core.console import out
from arena.core.errors import JournalError
from arena.journal import StoredRun
from tests.arena.cli.typing_in import SHORT, Typist, finish, start

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

    def test_of_one_seat_is_of_one_episode(self, arena: Typist, run: str) -> None:
        result = arena("show", run, "--seat", "player_0")
        assert (result.code, result.out) == (2, "")
        assert "give its number, as in arena show RUN 0 --seat SEAT" in result.err

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


DEBATE = """
from arena.seat.function import Function
from arena import Scenario, Task
from protocols import Debate

def judge(request):
    if request.prompt.data["asks"] != "verdict":
        return "Probability: 50"
    labels = {text: label for label, text in request.prompt.data["answers"].items()}
    return f"The source says it.\\nVerdict: {labels['the cook']}\\nConfidence: 70"

def talker(request):
    return "Probability: 80" if request.prompt.data["asks"] == "belief" else "So it is."

other = Function(talker)
asked = {"answers": ["the cook", "the gardener"], "source": "It says."}
scenario = Scenario(
    protocol=Debate(rounds=1),
    tasks=[
        Task(id=f"key-{n}", text=f"Who took key {n}?", data=asked, truth=truth)
        for n, truth in enumerate(["the cook", "the cook", "the cook", "the gardener"])
    ],
    seats={"judge": Function(judge), "debater_a": other, "debater_b": other},
)
"""


@pytest.fixture
def debates(arena: Typist) -> str:
    assert arena("run", arena.write("debates.py", DEBATE), "--out", "runs/debates").code == 0
    return "debates"


class TestWhatWasRight:
    def test_the_summary_says_how_right_and_how_sure_judges_were(self, arena: Typist, debates: str) -> None:
        """The judge holds the cook for guilty with 70 %, in both orders; that is right in 3 of 4 episodes."""
        lines = arena("show", debates).out.splitlines()
        (verdicts,) = [line.split() for line in lines if line.startswith("judge, verdict")]
        assert verdicts[2] == "0.750"
        assert verdicts[-5:] == ["8", "of", "8", "0.750", "0.700"]
        told = json.loads(arena("show", debates, "--json").out)["how_right"]
        assert [one["what"] for one in told] == ["judge, verdict", "decision"]
        assert told[1]["accuracy"]["value"] == 0.75
        assert told[1]["accuracy"]["of"] == 4

    def test_a_run_without_a_truth_says_nothing_of_it(self, arena: Typist, run: str) -> None:
        assert "accuracy" not in arena("show", run).out
        assert "True answer" not in arena("show", run, "0").out

    def test_an_episode_has_truth_order_and_reasons(self, arena: Typist, debates: str) -> None:
        shown = arena("show", debates, "3").out
        assert "True answer: the gardener. Decided for the cook, wrong.\n" in shown
        first = [line for line in shown.splitlines() if "judge, verdict (order" in line]
        assert {"the cook first" in line for line in first} == {True, False}
        assert {"the gardener first" in line for line in first} == {True, False}
        assert shown.count("reasons: The source says it.") == 2

    def test_a_seat_does_not_see_the_truth(self, arena: Typist, debates: str) -> None:
        assert "True answer" not in arena("show", debates, "3", "--seat", "judge").out


SLOW = """
import time

def slow(request):
    time.sleep(0.15)
    return request.form.legal[0]
"""


def until_played(folder: Path) -> None:
    """Wait until an episode of a run has begun."""
    for _ in range(400):
        time.sleep(0.05)
        if (folder / "journal.sqlite").exists():
            with suppress(JournalError), StoredRun(folder) as stored:
                if stored.numbers(finished=False):
                    return
    raise AssertionError("the run did not begin within 20 seconds")


class TestFollowing:
    def test_a_run_that_has_ended_says_so(self, arena: Typist, run: str) -> None:
        result = arena("show", run, "--follow")
        assert (result.code, result.out) == (0, "")
        assert "The run is ended: 4 completed." in result.err

    def test_an_episode_that_has_ended_is_shown(self, arena: Typist, run: str) -> None:
        result = arena("show", run, "1", "--follow")
        assert result.code == 0
        assert result.out.startswith("Episode 1.")
        assert "Completed. Returns" in result.out

    def test_an_episode_that_there_never_was(self, arena: Typist, run: str) -> None:
        result = arena("show", run, "99", "--follow")
        assert result.code == 2
        assert "has no episode 99" in result.err

    def test_is_of_everything(self, arena: Typist, run: str) -> None:
        assert arena("show", run, "0", "--follow", "--seat", "player_0").code == 2

    @pytest.mark.slow
    def test_a_live_run_is_followed_until_it_ends(self, arena: Typist) -> None:
        name = arena.write("slow.py", SLOW)
        agents = (f"{name}:slow", "kuhn-nash")
        live = start(
            "tournament", "kuhn", "--agents", *agents, "--format", "round-robin?meetings=5",
            "--out", "runs/live", "--concurrency", "1", cwd=arena.folder,
        )  # fmt: skip
        until_played(arena.folder / "runs" / "live")
        result = arena("show", "live", "--follow")
        assert finish(live).code == 0
        assert result.code == 0
        assert "The run is ended: 10 completed." in result.err
        shown = [line.split(".")[0] for line in result.out.splitlines() if line.startswith("Episode ")]
        assert shown[-1] == "Episode 9"
        assert shown == sorted(set(shown))
        assert arena("show", "live", "9").out.splitlines()[-1] == result.out.splitlines()[-1]

    @pytest.mark.slow
    def test_ctrl_c_leaves_the_run_alone(self, arena: Typist) -> None:
        name = arena.write("slow.py", SLOW)
        agents = (f"{name}:slow", "kuhn-nash")
        words = ("--format", "round-robin?meetings=15", "--out", "runs/live", "--concurrency", "1")
        live = start("tournament", "kuhn", "--agents", *agents, *words, cwd=arena.folder)
        until_played(arena.folder / "runs" / "live")
        follower = start("show", "live", "--follow", cwd=arena.folder)
        assert follower.stdout is not None
        assert follower.stdout.readline().startswith("Episode ")
        follower.send_signal(signal.SIGINT)
        said = finish(follower)
        assert said.code == 130
        assert said.err.splitlines()[-1] == "No longer followed. The run is not touched by this."
        assert "Traceback" not in said.err
        assert finish(live).code == 0
