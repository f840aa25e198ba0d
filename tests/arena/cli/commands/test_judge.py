"""``arena judge``: a stored run judged from the command line."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import time
from contextlib import closing

import pytest

from arena.core.errors import UsageError
from arena.journal import StoredRun
from arena.judging._own_judge import OwnProtocols, foreign_code
from tests.arena.cli.typing_in import Typist, finish, start

DEBATE = """
from arena import Episode, Outcome, Protocol, Scenario, Task
from arena.forms import Speech

class Talk(Protocol):
    seats = ("pro", "con")

    async def play(self, episode: Episode) -> Outcome:
        await episode.together(self.seats, Speech(), "Make your case.")
        return Outcome.completed({"pro": 0.0, "con": 0.0})

scenario = Scenario(
    protocol=Talk(), tasks=[Task(text="Are whales fish?")], seats={"pro": "random", "con": "random"}
)
"""
JUDGES = """
import asyncio
import os

def first(request):
    return "Verdict: 1"

def vague(request):
    return "Who knows?"

async def counted(request):
    # Writes down that it was asked, and hangs at the fifth request if it is told to.
    with open("asked", "a") as file:
        file.write(f"{request.root} {request.count}\\n")
    if os.path.exists("hang") and len(open("asked").readlines()) > 4:
        open("hanging", "w").close()
        await asyncio.Event().wait()
    return "what?" if request.count == 0 else "Verdict: 2"

def seven(request):
    return "7" if "Score" in request.prompt.text else "yes"
"""
SLOWLY = """
import asyncio
import os

async def judge(request):
    with open("asked", "a") as file:
        file.write(".")
    while not os.path.exists("go"):
        await asyncio.sleep(0.01)
    return "Verdict: 1"
"""
WAITS = """
from arena.core.drain import wait_unless_drained

async def judge(request):
    with open("asked", "a") as file:
        file.write(".")
    await wait_unless_drained(1000)
"""
PAID = """
from dataclasses import dataclass

from arena import Agent, Reply

@dataclass
class Paid(Agent):
    priced_as = "mine:large"

    def expects(self, request):
        return {"prompt_tokens": 100, "completion_tokens": 10}

    async def reply(self, request):
        usage = {"prompt_tokens": 100, "completion_tokens": 10}
        return Reply("Verdict: 1", usage=usage, model=self.priced_as)
"""
PRICES = '["mine:large"]\nprompt = 1000\ncompletion = 10000\n'


@pytest.fixture
def talk(arena: Typist) -> Typist:
    arena.write("talk.py", DEBATE)
    arena.write("judges.py", JUDGES)
    assert arena("run", "talk.py", "--episodes", "3", "--out", "runs/talk").code == 0
    return arena


class TestJudge:
    def test_a_table_and_the_panel(self, talk: Typist) -> None:
        said = talk(
            "judge", "talk", "--judge", "random", "--judge", "judges.py:first", "--judge", "judges.py:vague"
        )
        assert said.code == 0
        lines = {line.split("  ")[0]: line for line in said.out.splitlines()}
        assert "Judged by speaker-" in said.out
        assert "6 of 6" in lines["judges.py:first"]
        assert "6 ok" in lines["judges.py:first"]
        assert "0 of 6" in lines["judges.py:vague"]
        assert "6 unparseable" in lines["judges.py:vague"]
        assert "Majority of the 3 judges:" in said.out
        assert "All judges agree on 0 of the 0 episodes" in said.out

    def test_json_holds_every_ruling(self, talk: Typist) -> None:
        said = talk(
            "judge", "talk", "--judge", "judges.py:first", "--combine", "tie-on-disagreement", "--json"
        )
        record = json.loads(said.out)
        judge = record["judges"]["judges.py:first"]
        assert judge["wins"] == {"tied": 3}
        assert judge["places"] == {"Speaker 1": 6}
        assert judge["rulings"]["0"]["how"] == "tied"
        assert (record["episodes"], record["left_out"]) == (3, 0)
        assert record["left_out_because"] == {}

    def test_what_is_left_out_is_said_with_the_reason(self, talk: Typist) -> None:
        with closing(sqlite3.connect(talk.folder / "runs/talk/journal.sqlite")) as connection, connection:
            connection.execute("DELETE FROM outcomes WHERE episode < 2")  # as if they were being played
        said = talk("judge", "talk", "--judge", "judges.py:first")
        assert "1 episodes, 2 left out (2 not finished)." in said.out

    def test_scores_and_a_rubric(self, talk: Typist) -> None:
        said = talk("judge", "talk", "--judge", "judges.py:seven", "--asks", "score", "--no-swap")
        assert "7.00 (3 of 3)" in said.out
        talk.write("rubric.toml", '[[parts]]\nquestion = "Did {speaker} speak?"\n')
        said = talk("judge", "talk", "--judge", "judges.py:seven", "--rubric", "rubric.toml")
        assert "1.00 (6 of 6)" in said.out

    def test_append_and_overwrite(self, talk: Typist) -> None:
        judge = ("judge", "talk", "--judge", "judges.py:first")
        assert talk(*judge).code == 0
        again = talk(*judge)
        assert again.code == 2
        assert "say append to keep" in again.err
        assert talk(*judge, "--append", "--samples", "2").code == 0
        assert talk(*judge, "--overwrite").code == 0

    def test_a_way_to_combine_holds_from_then_on_and_a_change_is_told(self, talk: Typist) -> None:
        judge = ("judge", "talk", "--judge", "judges.py:first", "--json")
        first = json.loads(talk(*judge).out)
        assert (first["combine"], first["quorum"]) == ("two-game", None)
        assert first["judges"]["judges.py:first"]["wins"] == {"undecided": 3}
        changed = json.loads(talk(*judge, "--append", "--combine", "tie-on-disagreement").out)
        assert "two-game so far" in changed["warnings"][0]
        again = json.loads(talk(*judge, "--append").out)
        assert (again["combine"], again["warnings"]) == ("tie-on-disagreement", [])
        assert again["judges"]["judges.py:first"]["wins"] == {"tied": 3}

    @pytest.mark.parametrize(
        ("words", "what"),
        [
            (("--asks", "guess"), "asks: it must be one of"),
            (("--asks", "rubric"), "asking for a rubric needs a rubric"),
            (("--method", "choice"), "--method choice is now --asks speaker."),
            (("--method", "score"), "--method score is now --asks score."),
            (("--method", "rubric"), "--method rubric is now --rubric FILE alone."),
            (("--set", "method=choice"), "method=choice is now asks=speaker"),
            (("--asks", "label"), "say it with --label, --regex or --with"),
            (("--rubric", "none.toml"), "cannot be read"),
            (("--set", "colour=red"), "colour"),
            (("--set", "low=11"), "lowest score"),
            (("--combine", "best"), "no way to combine"),
            (("--quorum", "2"), "A quorum of 2"),
            (("--asks", "score", "--combine", "two-game"), "Scores are averaged"),
            (("--set", "reference=true"), "has no truth"),
            (("--max-calls", "0"), "--max-calls: it must be"),
            (("--prices", "none.toml"), "cannot be read"),
            (("--side", "jury", "--side", "pro"), "No seat is called jury"),
        ],
    )
    def test_what_cannot_be_is_said_in_a_sentence(
        self, talk: Typist, words: tuple[str, ...], what: str
    ) -> None:
        said = talk("judge", "talk", "--judge", "judges.py:first", *words)
        assert said.code == 2
        assert what in said.err
        assert len(said.err.splitlines()) == 1

    def test_killed_in_the_middle_it_goes_on_and_asks_nothing_twice(self, talk: Typist) -> None:
        """Not even the first attempt of a verdict that was being asked for again."""
        judge = ("judge", "runs/talk", "--judge", "judges.py:counted", "--concurrency", "1")
        talk.write("hang", "")
        process = start(*judge, cwd=talk.folder)
        deadline = time.monotonic() + 60
        while not (talk.folder / "hanging").exists():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        with closing(sqlite3.connect(talk.folder / "runs/talk/journal.sqlite")) as journal:
            while journal.execute("SELECT count(*) FROM judge_calls").fetchone() < (4,):
                assert time.monotonic() < deadline
                time.sleep(0.02)
        process.kill()
        process.communicate()
        (talk.folder / "hang").unlink()
        asked = (talk.folder / "asked").read_text().splitlines()
        assert len(asked) == 5
        said = talk(*judge, "--append")
        assert said.code == 0
        assert "6 of 6" in said.out
        assert "6 re-asked" in said.out
        again = (talk.folder / "asked").read_text().splitlines()[5:]
        assert not set(asked[:4]) & set(again)
        assert again[0] == asked[4]
        assert len(again) == 12 - 4


class TestInterrupt:
    """The first signal lets the verdicts come that are being asked for."""

    @pytest.fixture
    def judging(self, talk: Typist) -> tuple[str, ...]:
        talk.write("slowly.py", SLOWLY)
        return ("judge", "runs/talk", "--judge", "slowly.py:judge", "--concurrency", "2")

    def begun(self, talk: Typist, judging: tuple[str, ...]) -> subprocess.Popen[str]:
        process = start(*judging, cwd=talk.folder)
        deadline = time.monotonic() + 60
        while not (talk.folder / "asked").exists() or len((talk.folder / "asked").read_text()) < 2:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return process

    def test_first_ctrl_c_keeps_what_is_being_asked_for(self, talk: Typist, judging: tuple[str, ...]) -> None:
        process = self.begun(talk, judging)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        assert "Finishing the verdicts being asked for; press Ctrl-C again" in process.stderr.readline()
        (talk.folder / "go").touch()
        stopped = finish(process)
        assert stopped.code == 130
        assert (
            stopped.err == "Stopped early. The journal holds 2 of 6 verdicts. "
            "To continue, add to the command: --append\n"
        )
        assert "2 of 2" in stopped.out
        said = talk(*judging, "--append")
        assert said.code == 0
        assert "6 of 6" in said.out
        assert (talk.folder / "asked").read_text() == "." * 6

    @pytest.mark.slow
    def test_second_ctrl_c_stops_at_once(self, talk: Typist, judging: tuple[str, ...]) -> None:
        process = self.begun(talk, judging)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        assert "Finishing" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        stopped = finish(process)
        assert stopped.code == 130
        assert stopped.err == (
            "Stopped. All answers so far are kept. To continue, add to the command: --append\n"
        )
        (talk.folder / "go").touch()
        assert "6 of 6" in talk(*judging, "--append").out

    @pytest.mark.slow
    def test_what_only_waits_to_be_asked_again_is_given_up(self, talk: Typist) -> None:
        talk.write("waits.py", WAITS)
        judging = ("judge", "runs/talk", "--judge", "waits.py:judge")
        process = self.begun(talk, judging)
        process.terminate()
        stopped = finish(process)
        assert stopped.code == 130
        assert "holds 0 of 6 verdicts." in stopped.err
        assert "Traceback" not in stopped.err


class TestCaps:
    @pytest.fixture
    def judge(self, talk: Typist) -> tuple[str, ...]:
        talk.write("paid.py", PAID)
        talk.write("prices.toml", PRICES)
        return ("judge", "runs/talk", "--judge", "paid.py:Paid")

    def test_end_the_judging_with_a_code_of_its_own_and_say_how_to_go_on(
        self, talk: Typist, judge: tuple[str, ...]
    ) -> None:
        said = talk(*judge, "--max-tokens", "300")
        assert said.code == 3
        assert said.err.splitlines()[-1] == (
            "The cap of 300 tokens is reached: 220 tokens spent, and the next request is estimated at "
            "110 tokens. The journal holds 2 of 6 verdicts. "
            "To continue, add to the command: --append --max-tokens 600"
        )
        assert "2 of 2" in said.out
        assert talk(*judge, "--append", "--max-tokens", "600").code == 3
        rest = talk(*judge, "--append", "--max-tokens", "1200")
        assert rest.code == 0
        assert "6 of 6" in rest.out

    def test_in_dollars_and_as_json(self, talk: Typist, judge: tuple[str, ...]) -> None:
        said = talk(*judge, "--max-dollars", "0.5", "--prices", "prices.toml", "--json")
        assert said.code == 3
        record = json.loads(said.out)
        assert record["reached"].startswith("The cap of $0.50 is reached: $0.40 spent")
        assert record["judges"]["paid.py:Paid"]["cost"] == pytest.approx(0.4)
        assert said.err.rstrip().endswith("To continue, add to the command: --append --max-dollars 1")

    def test_in_minutes_go_on_with_the_same_cap(self, talk: Typist, judge: tuple[str, ...]) -> None:
        said = talk(*judge, "--max-minutes", "0.0000001")
        assert said.code == 3
        assert said.err.rstrip().endswith("holds 0 of 6 verdicts. To continue, add to the command: --append")

    def test_in_dollars_are_refused_where_a_price_is_not_known(
        self, talk: Typist, judge: tuple[str, ...]
    ) -> None:
        said = talk(*judge, "--max-dollars", "1")
        assert said.code == 2
        assert "the price of mine:large is not known" in said.err


PROGRAM = """
from arena import Label
from arena.judging import Judge

class Lengths(Judge):
    async def judge(self, case):
        for turn in case.turns:
            yield Label("words", count=len(turn.text.split()), about=turn.place)
"""
CLASSES = """
[labels.kind]
question = "Is it kind?"
values = ["yes", "no"]

[labels.e]
pattern = "e"
"""


class TestLabels:
    def test_labels_by_a_judge_a_pattern_and_a_program(self, talk: Typist) -> None:
        talk.write("kinds.toml", CLASSES)
        talk.write("lengths.py", PROGRAM)
        said = talk("judge", "talk", "--judge", "judges.py:seven", "--label", "kinds.toml")
        assert said.code == 0
        lines = {line.split("  ")[0]: line.split() for line in said.out.splitlines()}
        assert lines["kind"][1:] == ["judges.py:seven", "6", "of", "6", "-", "yes", "6"]
        assert lines["e"][1:5] == ["regex", "6", "of", "6"]
        said = talk("judge", "talk", "--with", "lengths.py", "--json")
        (label,) = json.loads(said.out)["labels"]
        assert (label["label"], label["judge"], label["turns"]) == ("words", "lengths.py:Lengths", 6)
        said = talk("judge", "talk", "--regex", "o=o", "--regex", "dash=-")
        assert "dash" in said.out
        assert "words: pro (turn 1)" in talk("show", "talk", "0").out
        assert "kind" in talk("report", "talk", "--json").out
        assert talk("check", "talk").code == 0
        assert talk("export", "talk", "--to", "annotations", "--out", "found.csv").code == 0

    @pytest.mark.parametrize(
        ("line", "says"),
        [
            (("--label", "verification"), "Somebody must give the label verification"),
            (("--label", "nothing", "--judge", "random"), "There is no label called 'nothing'."),
            (("--regex", "wait"), "A regular expression is written NAME=PATTERN, not 'wait'."),
            (("--regex", "wait=("), "no regular expression"),
            (("--with", "missing.py"), "There is no file missing.py."),
            (("--label", "a=b", "--judge", "random", "--asks", "score"), "either labelled or judged"),
            (("--label", "a=b", "--judge", "random", "--quorum", "1"), "combine and quorum"),
            (("--label", "a=b", "--judge", "random", "--set", "ties=true"), "There is no setting 'ties'"),
            ((), "needs --judge;"),
        ],
    )
    def test_what_cannot_be_labelled_is_a_sentence(
        self, talk: Typist, line: tuple[str, ...], says: str
    ) -> None:
        said = talk("judge", "talk", *line)
        assert said.code == 2
        assert says in " ".join(said.err.split())


def test_the_answer_of_a_run_without_answers_cannot_be_asked_for(talk: Typist) -> None:
    said = talk("judge", "talk", "--judge", "random", "--asks", "answer")
    assert said.code == 2
    assert "Nobody can be asked which answer is right" in said.err
    assert "ask with --asks speaker or --asks score instead" in " ".join(said.err.split())


class TestTrust:
    OWN = """
from pathlib import Path
from protocols import Direct

Path("was-run").touch()


class Mine(Direct):
    pass
"""

    @pytest.fixture
    def own(self, arena: Typist) -> Typist:
        arena.write("own.py", self.OWN)
        assert arena("run", "own.py:Mine", "--set", "seats.judge=random", "--out", "runs/own").code == 0
        (arena.folder / "was-run").unlink()
        return arena

    @pytest.mark.parametrize("asks", [(), ("--asks", "answer")])
    def test_code_that_a_run_names_is_not_run_unasked(self, own: Typist, asks: tuple[str, ...]) -> None:
        said = own("judge", "own", "--judge", "random", *asks)
        assert (said.code, said.err.count("\n")) == (2, 1)
        assert "the code own.py:Mine must be run, which the run names: say --trust" in said.err
        assert not (own.folder / "was-run").exists()

    def test_it_is_run_for_those_who_trust_it_and_said(self, own: Typist) -> None:
        said = own("judge", "own", "--judge", "random", "--trust")
        assert said.code == 0, said.err
        assert (own.folder / "was-run").exists()
        assert "The run's protocol was read from own.py, which was run" in said.out + said.err

    def test_a_changed_file_is_said(self, own: Typist) -> None:
        with (own.folder / "own.py").open("a") as file:
            file.write("# Another line.\n")
        said = own("judge", "own", "--judge", "random", "--trust")
        assert said.code == 0, said.err
        assert "own.py has changed since the run ran it" in " ".join(said.out.split())

    def test_it_is_found_from_the_folder_of_the_run(
        self, own: Typist, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run, other = own.folder / "runs" / "own", own.folder / "other"
        other.mkdir()
        monkeypatch.chdir(other)
        said = own("judge", str(run), "--judge", "random", "--trust")
        assert said.code == 0, said.err
        assert "has changed" not in said.out

    def test_a_game_in_a_file_is_not_run_to_see_whether_it_is_trusted(self, own: Typist) -> None:
        config = {"protocol": {"class": "protocols.play:Play", "game": "own.py:Mine"}}
        with StoredRun(own.folder / "runs" / "own") as stored, pytest.raises(UsageError, match="--trust"):
            OwnProtocols(config).of(stored.episode(0).plan)
        assert not (own.folder / "was-run").exists()

    def test_a_game_in_a_file_is_code_too(self, arena: Typist) -> None:
        found = list(foreign_code({"class": "protocols.play:Play", "game": "repeated:mine.py%3AGame?n=2"}))
        assert found == ["repeated:mine.py:Game?n=2"]
        plain = {"class": "protocols.debate:Debate", "told": "See x.y: it is so.", "stages": ["opening"]}
        assert list(foreign_code(plain)) == []
