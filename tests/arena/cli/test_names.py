"""Short names: ``fast=openai:gpt-5-mini`` is called ``fast`` wherever it is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import arena as arena_package
from arena.core.errors import UsageError
from arena.journal import StoredRun
from arena.registry import agent_name, behind_names, make_agent, named
from arena.results._agents import agents_of
from protocols import Debate
from tests.arena.cli.typing_in import SHORT, Typist

TWO = ("--agents", "nash=kuhn-nash?alpha=0.2", "random", "--out", "runs/two")


@pytest.fixture
def two(arena: Typist) -> Typist:
    assert arena("tournament", "kuhn", *TWO, *SHORT).code == 0
    return arena


class TestShortNames:
    def test_stand_in_tables_and_exports(self, two: Typist) -> None:
        shown = two("show", "two").out
        assert "nash " in shown
        assert [line for line in shown.splitlines() if "kuhn-nash" in line] == [
            "nash is kuhn-nash?alpha=0.2."
        ]
        assert two("export", "two", "--to", "trl-sft", "--agent", "nash").code == 0
        assert two("export", "two").code == 0
        episodes = (two.folder / "runs/two/episodes.jsonl").read_text()
        assert {seat for line in episodes.splitlines() for seat in json.loads(line)["seats"].values()} == {
            "nash",
            "random",
        }

    def test_stand_in_reports(self, two: Typist) -> None:
        assert two("report", "two", "--samples", "2").code == 0
        assert "nash" in (two.folder / "runs/two/report.html").read_text()

    def test_the_journal_holds_what_stands_behind_them(self, two: Typist) -> None:
        with StoredRun(two.folder / "runs/two") as run:
            assert run.header()["config"]["named"] == {"nash": "kuhn-nash?alpha=0.2"}

    def test_the_report_says_what_they_stand_for(self, two: Typist) -> None:
        assert two("report", "two", "--samples", "2").code == 0
        page = (two.folder / "runs/two/report.html").read_text()
        section = page.partition('id="agents"')[2].partition("</section>")[0]
        assert "kuhn-nash?alpha=0.2" in section

    def test_a_run_with_them_is_resumed(self, two: Typist) -> None:
        assert two("resume", "two").code == 0

    def test_two_agents_cannot_share_one(self, arena: Typist) -> None:
        result = arena("exploitability", "kuhn", "--agents", "a=kuhn-nash", "a=random")
        assert result.code == 2
        assert "Two different agents are called 'a'" in result.err
        said = arena("tournament", "kuhn", "--agents", "a=cfr", "a=random").err
        assert "Several agents are called a" in said

    def test_one_agent_can_have_two(self, arena: Typist) -> None:
        result = arena("tournament", "kuhn", "--agents", "a=random", "b=random", *SHORT)
        assert result.code == 0

    def test_take_over_a_seat_of_a_fork(self, two: Typist) -> None:
        result = two("fork", "two", "--with", "player_0=bold=kuhn-nash?alpha=0", "--out", "runs/fork")
        assert result.code == 0
        assert "bold" in two("show", "fork").out

    def test_are_exploited_by(self, arena: Typist) -> None:
        result = arena("exploitability", "kuhn", "--agents", "n=kuhn-nash", "--json")
        assert json.loads(result.out)["agent"] == "n"

    def test_are_not_very_long(self, arena: Typist) -> None:
        said = arena("tournament", "kuhn", "--agents", f"{'a' * 61}=random", "random")
        assert said.code == 2
        assert "is longer than 60 characters" in said.err

    def test_rate_one_agent_at_two_settings_apart(self, arena: Typist) -> None:
        two = ("low=kuhn-nash?alpha=0", "high=kuhn-nash?alpha=0.33")
        assert arena("tournament", "kuhn", "--agents", *two, *SHORT, "--out", "runs/apart").code == 0
        record = json.loads(arena("show", "apart", "--json").out)
        assert {one["player"] for one in record["standings"]} == {"low", "high"}
        low, high = sorted(record["played_by"], key=lambda one: one["address"])
        assert (low["name"], low["address"]) == ("low", "kuhn-nash?alpha=0")
        assert low["settings"] != high["settings"]

    def test_cannot_be_written_by_what_is_hostile(self, arena: Typist) -> None:
        result = arena("tournament", "kuhn", "--agents", "\x1b[2J=random", "random")
        assert result.code == 2
        assert "\x1b" not in result.err

    def test_secrets_behind_them_are_hidden(self, arena: Typist) -> None:
        result = arena("tournament", "kuhn", "--agents", "a=kuhn-nash?api_key=sesame", "random")
        assert result.code == 2
        assert "sesame" not in result.err
        assert behind_names(["a=openai:x?api_key=sesame"]) == {"a": "openai:x?api_key=[hidden]"}


class TestNamed:
    @pytest.mark.parametrize(
        ("specification", "name"),
        [
            ("fast=openai:gpt-5-mini", "fast"),
            ("critic@3=local", "critic@3"),
            ("kuhn-nash?alpha=0.2", "kuhn-nash?alpha=0.2"),
            ("noisy:kuhn-nash?rate=0.2", "noisy:kuhn-nash?rate=0.2"),
            ("runs/a=b.py:first", "runs/a=b.py:first"),
        ],
    )
    def test_is_what_stands_before_the_equals_sign(self, specification: str, name: str) -> None:
        assert named(specification)[0] == agent_name(specification) == name

    def test_agents_are_called_by_it(self) -> None:
        assert make_agent("x=random").name == "x"

    def test_nothing_behind_it_is_refused(self) -> None:
        with pytest.raises(UsageError, match="is written name=agent, not 'fast='"):
            make_agent("fast=")


PLACES = {
    "agents": ("run", "bargain", "--agents", "ann=random", "bob=random"),
    "each": ("run", "bargain", "--each", "ann=random", "bob=random"),
    "judge": ("run", "debate", "--agents", "random", "--judge", "ann=random", "--tasks", "1"),
    "seats": ("run", "debate", "--agents", "random", "--set", "seats.judge=ann=random", "--tasks", "1"),
    "panel": ("run", "bargain", "--agents", "ann=panel:random?members=m=random;n=random"),
    "tournament": ("tournament", "kuhn", "--agents", "ann=random", "bob=random", *SHORT),
}


@pytest.mark.parametrize("place", PLACES)
def test_wherever_an_agent_is_named(arena: Typist, place: str) -> None:
    """The name sits in the seat in the record, and what it stands for is in the header once."""
    assert arena(*PLACES[place], "--out", "runs/named").code == 0
    with StoredRun(arena.folder / "runs/named") as run:
        seated = {agent for episode in run.finished() for agent in episode.plan.seats.values()}
        (played,) = [one for one in agents_of(run.header()) if one.name == "ann"]
    assert "ann" in seated
    assert not any("=" in agent for agent in seated)
    assert played.address.startswith(("random", "panel:random"))
    assert "ann is " in arena("show", "named").out


def test_in_a_study_file(arena: Typist) -> None:
    study = 'run = "debate"\nagents = ["pro=random", "con=random"]\nfirst = 1\nseats.judge = "ann=random"\n'
    assert arena("run", arena.write("study.toml", study), "--out", "runs/named").code == 0
    with StoredRun(arena.folder / "runs/named") as run:
        (episode, *_) = run.finished()
    assert set(episode.plan.seats.values()) == {"pro", "con", "ann"}


def test_in_python(tmp_path: Path) -> None:
    agents = {"debater_a": "ann=random", "debater_b": "bob=random", "judge": "jo=random"}
    task = arena_package.Task(text="Is it?", truth="true")
    run = arena_package.run(Debate(), tasks=[task], agents=agents, folder=tmp_path / "run")
    assert {one.name for one in agents_of(StoredRun(run.folder).header())} == {"ann", "bob", "jo"}


@pytest.mark.parametrize("options", [(), ("--label", "verification")])
def test_a_judge_that_is_asked_later(arena: Typist, options: tuple[str, ...]) -> None:
    """What its name stands for is recorded, and another agent of the same name is refused."""
    debate = ("run", "debate", "--agents", "random", "--judge", "random", "--tasks", "1", "--out", "runs/d")
    assert arena(*debate).code == 0
    assert arena("judge", "d", "--judge", "jo=random", *options).code == 0
    assert "jo is random." in arena("show", "d").out
    said = arena("judge", "d", "--judge", "jo=noisy:random?rate=0.5", "--append", *options)
    assert said.code == 2
    assert "jo was random when it judged the run in runs/d before, and is noisy:random?rate=0.5" in said.err
    assert "another name, as in jo-2=noisy:random?rate=0.5" in said.err
    assert arena("judge", "d", "--judge", "jo=random", "--append", *options).code == 0
    assert arena("check", "d").code == 0
