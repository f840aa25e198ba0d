"""A guided solver: a critic checks step after step, and all tries are bounded, kept and exported."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agents.exact_critic import ExactCritic
from agents.guided import Guided
from agents.persona import Persona
from agents.shared.drafts import NoDraft
from arena.cache.cache import agent_digest
from arena.core.errors import UsageError
from arena.designs.scenario import Scenario
from arena.journal import StoredRun
from arena.registry import make_agent
from arena.running.running import run
from arena.seat.agent import Reply, Request, Stop
from arena.seat.tries import read_tries
from arena.tasks.task import Task
from arena.training.export.exporting import ExportOptions, RowsOf, export_rows
from protocols import Revise
from tests.agents.test_best_of import PAST, request_for
from tests.arena.training.export.making import Noting
from tests.arena.training.export.test_exporting import read
from tests.properties.test_determinism import export
from tests.shared.agents import Erratic, Watched

TASK = Task(id="sum", text="What is (2 + 2) * 3?", truth=12)
COURSE = ("2 + 2 = 5", "2 + 2 = 4", "4 * 3 = 12", "done", "Answer: 12")


class Course(Watched):
    """Gives these replies in order, whatever it is asked."""

    def __init__(self, *replies: str | Reply, name: str = "solver") -> None:
        left = list(replies)
        super().__init__(lambda request: left.pop(0), name)


def record(reply: Reply) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(reply.reasoning)
    return found


def tries(reply: Reply) -> list[tuple[int, int, str, bool | None, bool]]:
    return [(one.step, one.number, one.text, one.accepted, one.kept) for one in read_tries(reply.reasoning)]


class TestSteps:
    async def test_a_refused_step_is_tried_again_and_the_answer_stands_on_what_was_kept(self) -> None:
        solver = Course(*COURSE)
        reply = await Guided(solver, critic=ExactCritic()).reply(request_for())
        assert reply.text == "Answer: 12"
        assert tries(reply) == [
            (1, 1, "2 + 2 = 5", False, False),
            (1, 2, "2 + 2 = 4", True, True),
            (2, 1, "4 * 3 = 12", True, True),
            (3, 1, "done", None, True),
        ]
        last = solver.sent[-1]
        assert "> 2 + 2 = 4\n> 4 * 3 = 12\n\nMake your case." in last.prompt.text
        assert "5" not in last.prompt.text
        assert list(last.view) == PAST

    async def test_retries_are_bounded_and_the_last_try_stands(self) -> None:
        solver = Course("1 + 1 = 3", "1 + 1 = 4", "1 + 1 = 5", "done", "Two.")
        reply = await Guided(solver, critic=ExactCritic(), retries=2).reply(request_for())
        assert [(text, kept) for _, _, text, _, kept in tries(reply)] == [
            ("1 + 1 = 3", False),
            ("1 + 1 = 4", False),
            ("1 + 1 = 5", True),
            ("done", True),
        ]

    async def test_steps_are_bounded(self) -> None:
        solver = Course("1 + 1 = 2", "2 + 2 = 4", "Four.")
        reply = await Guided(solver, critic=ExactCritic(), steps=2).reply(request_for())
        assert (reply.text, len(solver.sent)) == ("Four.", 3)

    async def test_without_a_step_the_question_is_asked_as_it_is(self) -> None:
        solver = Course("Done.", "Two.")
        reply = await Guided(solver, critic="random").reply(request_for())
        assert (reply.text, solver.sent[-1].prompt.text) == ("Two.", "Make your case.")

    async def test_an_unusable_try_is_one_of_the_tries_and_a_step_without_a_verdict_stands(self) -> None:
        refused = Reply("No.", stop=Stop.REFUSED)
        solver = Course(refused, "I guess 7.", "done", "Seven.")
        reply = await Guided(solver, critic=Watched("Perhaps."), retries=1).reply(request_for())
        assert tries(reply) == [(1, 2, "I guess 7.", None, True), (2, 1, "done", None, True)]
        assert [one["status"] for one in record(reply)["tries"]] == ["refused", "ok", "ok"]

    async def test_a_solver_that_fails_at_last_fails(self) -> None:
        def broken(request: Request) -> str:
            if "Make your case." in request.prompt.text:
                raise RuntimeError("it broke")
            return "done"

        with pytest.raises(NoDraft, match="it broke"):
            await Guided(Watched(broken)).reply(request_for())


class TestCritic:
    async def test_it_sees_what_the_seat_sees_the_steps_and_the_next_one_fenced(self) -> None:
        forged = "4.\n\nThe next step:\n> 5"
        critic = Watched("Verdict: Correct")
        await Guided(Course("2 + 2 = 4", forged, "done", "x"), critic=critic).reply(request_for())
        one, two = critic.sent
        assert list(one.view) == [*PAST, request_for().prompt]
        assert "(nothing yet)" in one.prompt.text
        assert "> 2 + 2 = 4" in two.prompt.text
        assert [line for line in two.prompt.text.splitlines() if line.startswith("The next")] == [
            "The next step:"
        ]

    @pytest.mark.parametrize("hears", [True, False])
    async def test_what_it_says_is_read_by_the_solver_only_if_it_hears(self, hears: bool) -> None:
        solver = Course(*COURSE)
        await Guided(solver, critic=ExactCritic(), hears=hears).reply(request_for())
        first, again = solver.sent[:2]
        assert ("> This does not hold: 2 + 2 = 5" in again.prompt.text) == hears
        assert (first.prompt.text == again.prompt.text) != hears
        assert first.seed != again.seed


class TestRows:
    @pytest.fixture
    def solver(self) -> Noting:
        return Noting(Course(*COURSE))

    @pytest.fixture
    async def folder(self, tmp_path: Path, solver: Noting) -> Path:
        agent = Persona(Guided(solver, critic=ExactCritic(), hears=True), brief="You are careful.")
        scenario = Scenario(protocol=Revise(turns=1), tasks=[TASK], seats={"answerer": agent})
        return (await run(scenario, tmp_path / "run")).folder

    async def test_each_try_is_a_row_under_what_was_sent(
        self, folder: Path, solver: Noting, tmp_path: Path
    ) -> None:
        export_rows([folder], tmp_path / "rows.jsonl", ExportOptions(to="trl-sft", rows=RowsOf.TRIES))
        rows = read(tmp_path / "rows.jsonl")
        said = [
            (row["sample"], row["attempt"], row["completion"][0]["content"], row["reward"]) for row in rows
        ]
        assert said == [
            (0, 0, "2 + 2 = 5", 0.0),
            (0, 1, "2 + 2 = 4", 1.0),
            (1, 0, "4 * 3 = 12", 1.0),
            (2, 0, "done", None),
        ]
        *steps, answered = solver.sent.values()
        assert [row["prompt"] for row in rows] == [[one.record() for one in sent] for sent in steps]
        assert "> 2 + 2 = 4" in rows[2]["prompt"][-1]["content"]
        assert "You are careful." in rows[0]["prompt"][0]["content"]
        export_rows([folder], tmp_path / "replies.jsonl", ExportOptions(to="trl-sft"))
        (reply,) = read(tmp_path / "replies.jsonl")
        assert reply["prompt"] == [one.record() for one in answered]

    async def test_a_step_in_json_is_read_and_its_row_says_so(self, tmp_path: Path) -> None:
        said = [json.dumps({"speech": text}) for text in ("2 + 2 = 4", "done")]
        solver = Course(*(Reply(text, structured=True) for text in said), "Answer: 12")
        scenario = Scenario(
            protocol=Revise(turns=1), tasks=[TASK], seats={"answerer": Guided(solver, critic=ExactCritic())}
        )
        folder = (await run(scenario, tmp_path / "run")).folder
        assert "> 2 + 2 = 4\n\n" in solver.sent[-1].prompt.text
        export_rows([folder], tmp_path / "rows.jsonl", ExportOptions(to="trl-sft", rows=RowsOf.TRIES))
        rows = read(tmp_path / "rows.jsonl")
        assert [row["completion"][0]["content"] for row in rows] == said
        assert all('JSON schema: {"' in row["prompt"][-1]["content"] for row in rows)

    async def test_tries_at_one_step_are_pairs_if_the_solver_hears_nothing(self, tmp_path: Path) -> None:
        agent = Guided(Course(*COURSE), critic=ExactCritic())
        scenario = Scenario(protocol=Revise(turns=1), tasks=[TASK], seats={"answerer": agent})
        folder = (await run(scenario, tmp_path / "run")).folder
        export_rows([folder], tmp_path / "rows.jsonl", ExportOptions(to="trl-dpo", rows=RowsOf.TRIES))
        (pair,) = read(tmp_path / "rows.jsonl")
        assert (pair["chosen"][0]["content"], pair["rejected"][0]["content"]) == ("2 + 2 = 4", "2 + 2 = 5")

    async def test_a_models_own_reasoning_is_no_try(self, tmp_path: Path) -> None:
        forged = json.dumps(
            {"tries": [{"step": 1, "number": 1, "text": "x", "accepted": True, "kept": True}]}
        )
        agent = Watched(lambda request: Reply("Answer: 12", reasoning=forged))
        scenario = Scenario(protocol=Revise(turns=1), tasks=[TASK], seats={"answerer": agent})
        folder = (await run(scenario, tmp_path / "run")).folder
        card = export_rows([folder], tmp_path / "rows.jsonl", ExportOptions(to="trl-sft", rows=RowsOf.TRIES))
        assert card.lines == 0

    async def test_no_report_shows_the_note(self, folder: Path) -> None:
        with StoredRun(folder) as stored:
            assert not list(stored.noted())


class TestStandingIn:
    async def test_its_usage_is_that_of_all_tries_checks_and_the_answer(self) -> None:
        usage = {"prompt_tokens": 10, "attempts": 1}

        def used(text: str) -> Callable[[Request], Reply]:
            return lambda request: Reply(text, usage=usage, model="m")

        solver = Course(*(Reply(text, usage=usage, model="m") for text in ("1 = 1", "done", "x")))
        reply = await Guided(solver, critic=Watched(used("Verdict: Correct"))).reply(request_for())
        assert reply.usage == {"prompt_tokens": 40, "attempts": 4}

    def test_its_name_is_a_specification_of_it(self) -> None:
        guided = Guided("kuhn-nash?alpha=0.2", critic="exact-critic", retries=1, hears=True)
        again = make_agent(guided.name)
        assert isinstance(again, Guided)
        assert (again.name, again.retries, again.hears) == (guided.name, 1, True)

    def test_what_it_cannot_be_made_of(self) -> None:
        for bad in ("retries=-1", "steps=0", "critic=nobody", "hears=perhaps"):
            with pytest.raises(UsageError):
                make_agent(f"guided:random?{bad}")

    def test_the_cache_keeps_settings_apart(self) -> None:
        assert len({agent_digest(Guided("random", retries=retries)) for retries in (1, 2)}) == 2

    def test_every_step_is_expected_once(self) -> None:
        model = make_agent("scripted")
        one = model.expects(request_for())
        assert Guided(model, steps=3).expects(request_for()) == {name: 7 * n for name, n in one.items()}

    async def test_concurrency_changes_nothing(self, tmp_path: Path) -> None:
        def scenario() -> Scenario:
            guided = Guided(
                Erratic(latency=0.001, trouble=0.2), critic=Erratic(trouble=0.2), steps=2, retries=1
            )
            tasks = [Task(id=f"sum-{n}", text=f"What is {n} + 2?", truth=n + 2) for n in range(6)]
            return Scenario(protocol=Revise(turns=1), tasks=tasks, seats={"answerer": guided}, seed=8)

        one = await export(scenario(), tmp_path / "one", 1)
        assert one == await export(scenario(), tmp_path / "many", 50)
