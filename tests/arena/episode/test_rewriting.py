"""The past of a seat is rewritten: right or wrong at a rate, as its own, and without asking its agent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

import arena
from arena import Label, Reply, Request, Rewritten, Scenario, Task
from arena.core.errors import StopRun, UsageError
from arena.episode.protocol import Protocol
from arena.journal import StoredRun
from protocols import Direct, Revise
from scenarios.long_horizon import LongHorizon, dictionaries
from tests.arena.cli.typing_in import Typist
from tests.arena.results.figures.lines import Found, sections_in
from tests.shared.agents import Watched

TASKS = dictionaries(n=20, seed=1, words=10, keys=20, highest=9)


def agent() -> Watched:
    """An agent that always answers 0, and keeps what it was asked."""
    return Watched(lambda request: Reply("Answer: 0"), "zero")


def pasts(protocol: Protocol, folder: Path, *tasks: Task, seat: str = "agent") -> list[str]:
    """Return whether each answer that was written is right."""
    scenario = Scenario(protocol=protocol, tasks=list(tasks), seats={seat: agent()})
    found = arena.run(scenario, folder).annotations("labels")
    return [str(one.value) for one in found if isinstance(one, Label) and one.name == "past"]


class TestLongHorizon:
    def test_a_healed_past_is_right_and_the_agent_is_asked_after_it_alone(self, tmp_path: Path) -> None:
        seen = agent()
        protocol = Rewritten(protocol=LongHorizon(turns=4), rate=0, turns=3)
        arena.run(Scenario(protocol=protocol, tasks=TASKS[:1], seats={"agent": seen}), tmp_path / "run")
        (request,) = seen.sent
        values, keys = TASKS[0].data["values"], TASKS[0].data["keys"]
        totals = [sum(values[key] for key in keys[:turn]) for turn in (1, 2, 3)]
        assert [int(event.text) for event in request.view if event.kind == "said"] == totals
        assert all(event.seat == "agent" for event in request.view)
        assert request.count == 3

    def test_nobody_is_paid_for_what_was_written(self, tmp_path: Path) -> None:
        protocol = Rewritten(protocol=Revise(turns=2), rate=0, turns=1)
        task = Task(id="sum", text="What is 2 + 2?", truth="4")
        scenario = Scenario(protocol=protocol, tasks=[task], seats={"answerer": agent()})
        with StoredRun(arena.run(scenario, tmp_path / "run").folder) as stored:
            (played,) = stored.finished()
        assert played.outcome.is_result
        assert not played.outcome.returns

    @pytest.mark.parametrize(("rate", "low", "high"), [(0.0, 0.0, 0.0), (0.5, 0.35, 0.6), (1.0, 0.9, 1.0)])
    def test_errors_come_at_the_rate(self, tmp_path: Path, rate: float, low: float, high: float) -> None:
        """At 1 one number in 21 has a noise of 0, as in the authors' code."""
        protocol = Rewritten(protocol=LongHorizon(turns=6), rate=rate, turns=5)
        written = pasts(protocol, tmp_path / "run", *TASKS)
        assert len(written) == 100
        assert low <= written.count("wrong") / 100 <= high

    def test_what_is_wrong_at_a_rate_is_wrong_at_every_higher_one(self, tmp_path: Path) -> None:
        wrong: dict[float, set[int]] = {}
        for rate in (0.3, 0.6, 1.0):
            protocol = Rewritten(protocol=LongHorizon(turns=6), rate=rate, turns=5)
            written = pasts(protocol, tmp_path / str(rate), *TASKS)
            wrong[rate] = {place for place, one in enumerate(written) if one == "wrong"}
        assert wrong[0.3] < wrong[0.6] < wrong[1.0]

    def test_the_noise_has_a_bound(self, tmp_path: Path) -> None:
        seen = agent()
        protocol = Rewritten(protocol=LongHorizon(turns=2), rate=1, turns=1, noise=2)
        arena.run(Scenario(protocol=protocol, tasks=TASKS, seats={"agent": seen}), tmp_path / "run")
        off = set()
        for request, task in zip(sorted(seen.sent, key=lambda one: one.brief), TASKS, strict=True):
            del task
            key = request.view[0].text.splitlines()[0]
            told = dict(line.split(": ") for line in request.brief.splitlines() if line.count(": ") == 1)
            off.add(int(request.view[1].text) - int(told[key]))
        assert off <= {-2, -1, 0, 1, 2}
        assert len(off) > 2

    def test_a_run_that_was_broken_off_goes_on_from_its_tape(self, tmp_path: Path) -> None:
        stops = [False, False, True]

        def stopping(request: Request) -> Reply:
            if stops and stops.pop(0):
                raise StopRun("it stops")
            return Reply(f"Answer: {request.count}")

        def scenario() -> Scenario:
            protocol = Rewritten(protocol=LongHorizon(turns=6), rate=0.5, turns=4)
            return Scenario(protocol=protocol, tasks=TASKS[:3], seats={"agent": Watched(stopping, "own")})

        with pytest.raises(StopRun):
            arena.run(scenario(), tmp_path / "broken", concurrency=1)
        arena.resume(tmp_path / "broken", scenario())
        arena.run(scenario(), tmp_path / "whole")
        calls = []
        for name in ("broken", "whole"):
            with StoredRun(tmp_path / name) as stored:
                calls.append([[call.reply for call in stored.episode(n).calls] for n in range(3)])
        assert calls[0] == calls[1]
        assert [len(own) for own in calls[0]] == [6, 6, 6]


class TestOtherProtocols:
    def test_another_option_is_a_wrong_answer(self, tmp_path: Path) -> None:
        task = Task(id="q", text="Which?", truth="left", data={"answers": ["left", "right"]})
        protocol = Rewritten(protocol=Revise(turns=2), rate=1, turns=1)
        seen = Watched(lambda request: Reply("Answer: left"), "left")
        arena.run(Scenario(protocol=protocol, tasks=[task], seats={"answerer": seen}), tmp_path / "run")
        (request,) = seen.sent
        assert [event.text for event in request.view if event.kind == "said"] == ["Answer: right"]

    def test_the_truth_of_the_task_is_right(self, tmp_path: Path) -> None:
        task = Task(id="sum", text="What is 3 + 4?", truth=7)
        protocol = Rewritten(protocol=Revise(turns=2), rate=0, turns=1)
        assert pasts(protocol, tmp_path / "run", task, seat="answerer") == ["right"]

    def test_a_verdict_may_be_written(self, tmp_path: Path) -> None:
        task = Task(id="q", text="Which?", truth="left", data={"answers": ["left", "right"]})
        protocol = Rewritten(protocol=Direct(), rate=1, turns=1)
        assert pasts(protocol, tmp_path / "run", task, seat="judge") == ["wrong"]

    def test_where_nobody_knows_what_is_right_the_episode_says_so(self, tmp_path: Path) -> None:
        protocol = Rewritten(protocol=Revise(turns=2), rate=1, turns=1)
        scenario = Scenario(
            protocol=protocol, tasks=[Task(id="open", text="Why?")], seats={"answerer": agent()}
        )
        arena.run(scenario, tmp_path / "run")
        with StoredRun(tmp_path / "run") as stored:
            (played,) = stored.finished()
        assert "it is not known which answer to 'answer' is right" in played.outcome.reason

    @pytest.mark.parametrize("wrong", [{"rate": 2}, {"turns": 0}, {"whose": ["nobody"]}])
    def test_what_it_cannot_be_is_refused(self, wrong: Mapping[str, object]) -> None:
        with pytest.raises(UsageError):
            Rewritten(**{"protocol": Revise(), "rate": 0.5, "turns": 1, **wrong})


class TestARun:
    WORDS = (
        "run", "long-horizon", "--set", "protocol.turns=5", "--tasks", "8", "--out", "run",
        "--agents", "upset=scenarios.long_horizon:Adder?upset=2",
    )  # fmt: skip

    def test_each_rate_is_a_condition_and_errors_bring_errors(self, arena: Typist) -> None:
        said = arena(*self.WORDS, *(word for rate in "01" for word in ("--past", f"{rate}?turns=4")))
        assert said.code == 0, said.err
        found = Found(sections_in(arena.folder / "run"))
        steps = [found.shown("Right by turn", f"past {rate}: step, turn 5") for rate in "01"]
        assert steps == [(1.0, 8, 8), (0.0, 8, 8)]
        assert found.shown("Share of a class", "past 0: past is right")[0] == 1.0
        assert found.shown("Accuracy", "past 0: agent, total") == (1.0, 8, 8)

    def test_a_study_file_says_the_same(self, arena: Typist) -> None:
        arena.write(
            "study.toml", 'run = "long-horizon"\npast = ["0.5?turns=4"]\nprotocol.turns = 5\nfirst = 2\n'
        )
        said = arena("run", "study.toml", "--agents", "scenarios.long_horizon:Adder", "--out", "run")
        assert said.code == 0, said.err
        assert "past 0.5" in found_conditions(arena.folder / "run")

    def test_nobody_learns_from_what_was_written(self, arena: Typist) -> None:
        arena(*self.WORDS, "--past", "1?turns=4")
        said = arena("export", "run", "--to", "spans", "--out", "rows.jsonl")
        assert said.code == 0, said.err
        rows = [json.loads(line) for line in (arena.folder / "rows.jsonl").read_text().splitlines()]
        assert all(span["trains"] == (span["author"] != "past") for row in rows for span in row["spans"])

    def test_a_rate_that_is_none_is_refused(self, arena: Typist) -> None:
        said = arena(*self.WORDS, "--past", "often?turns=4")
        assert said.code == 2
        assert "The past 'often?turns=4' cannot be rewritten" in said.err


def found_conditions(folder: Path) -> set[str]:
    with StoredRun(folder) as stored:
        return {played.plan.condition for played in stored.finished()}
