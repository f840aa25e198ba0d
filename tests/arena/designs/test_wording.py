"""Prompts of the user's own: read from a folder, checked before the run, and compared by a resume."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from arena import Coaching, Comparison, Condition, Rewritten, Scenario
from arena.core.errors import ConfigurationChanged, PromptError, UsageError
from arena.core.python_files import load_file
from arena.designs.wording import check_wording, overlaid, prompt_files, prompts_of, read_wording
from arena.journal import StoredRun
from arena.judging import label_run
from arena.registry import find, table
from arena.running import fork, run
from arena.tasks import haggling
from protocols import Bargain, Debate, Direct, Mad
from tests.arena.judging.labelling import stored_solving
from tests.protocols.asking import TASK
from tests.shared.agents import Watched

ASKED = "{{ question }} {{ answers }}?"
JUDGE = "=== judge\nYou judge.\n"


def folder(where: Path, **files: str) -> Path:
    for name, text in files.items():
        (where / f"{name}.jinja").write_text(text)
    return where


def direct(**settings: Any) -> Scenario:
    return Scenario(**{"protocol": Direct(), "seats": {"judge": "random"}, "tasks": [TASK], **settings})


class TestReading:
    def test_what_differs_from_the_standard_is_kept(self, tmp_path: Path) -> None:
        standard = prompt_files()["direct"].read_text()
        assert read_wording(folder(tmp_path, direct=standard)) == {}
        own = standard.replace("You are the judge.", "You judge.")
        assert read_wording(folder(tmp_path, direct=own)) == {
            "direct": {"judge": "You judge. Decide which answer is right."}
        }

    def test_one_file_and_a_part_of_a_file_are_enough(self, tmp_path: Path) -> None:
        file = folder(tmp_path, direct=JUDGE) / "direct.jinja"
        assert read_wording(file) == {"direct": {"judge": "You judge."}}
        scenario = direct(prompts=str(file))
        assert scenario.prompts == {"direct": {"judge": "You judge."}}
        assert direct(prompts="standard").prompts == {}

    @pytest.mark.parametrize(
        ("files", "why"),
        [
            (
                {"direct": "=== judge\nI am {{ seat }}."},
                "direct.jinja, the prompt 'judge', line 2: it may not",
            ),
            (
                {"direct": "=== judge: seat\nYou judge."},
                "line 1: the prompt 'judge' may not use the field 'seat'",
            ),
            ({"direct": "=== juge\nYou judge."}, "there is no prompt 'juge'. Did you mean judge?"),
            ({"direct": "You judge."}, "this text belongs to no prompt"),
            ({"sides": "=== choose\nChoose."}, "must use {{ answers }}"),
            ({"debate": "=== judge\n{{ seat }}"}, "may not use the field 'seat'. It may use: speakers"),
            ({}, "holds no file that ends with .jinja"),
        ],
    )
    def test_what_may_not_be_said_is_refused(self, tmp_path: Path, files: dict[str, str], why: str) -> None:
        with pytest.raises(PromptError) as refused:
            read_wording(folder(tmp_path, **files))
        assert why in str(refused.value)
        assert str(tmp_path) in str(refused.value)

    def test_a_place_that_is_not_there_is_a_sentence(self, tmp_path: Path) -> None:
        with pytest.raises(PromptError, match="does not exist"):
            read_wording(tmp_path / "nowhere")
        with pytest.raises(PromptError, match=r"cannot be read"):
            read_wording(tmp_path / "nowhere.jinja")


class TestChecking:
    def test_prompts_that_nobody_says_are_refused(self) -> None:
        with pytest.raises(PromptError, match=r"Nobody says the prompts of mad\.jinja here"):
            check_wording({"mad": {"decide": "{{ answers }}?"}}, [Debate()])
        with pytest.raises(PromptError, match=r"no prompts called 'debates'\. Did you mean debate\?"):
            direct(prompts={"debates": {"judge": "You judge."}})

    def test_texts_are_checked_wherever_they_come_from(self) -> None:
        with pytest.raises(PromptError, match="the attribute 'truth'"):
            direct(prompts={"direct": {"judge": "{{ task.truth }}"}})

    def test_every_protocol_says_its_prompts(self) -> None:
        for name in table("protocols"):
            said = [one.name for one in prompts_of(find("protocols", name))]
            assert len(said) > 3
            assert prompt_files().keys() >= set(said)
        names = [one.name for one in prompts_of(Debate)]
        assert names[:2] == ["debate", "oversight"]
        assert {"beliefs", "verdicts", "forms", "exchange"} <= set(names)
        assert "mad" not in names
        assert next(one.name for one in prompts_of(Mad)) == "mad"

    def test_a_protocol_inside_another_says_its_prompts(self) -> None:
        check_wording({"direct": {"judge": "You judge."}}, [Rewritten(protocol=Direct(), rate=0.5, turns=3)])


class TestPlaying:
    async def test_it_is_said_and_recorded_and_nothing_else_changes(self, tmp_path: Path) -> None:
        plain, own = Watched("Verdict: 1\nConfidence: 80"), Watched("Verdict: 1\nConfidence: 80")
        await run(direct(seats={"judge": plain}), tmp_path / "plain")
        prompts = {
            "direct": {"judge": "You judge."},
            "verdicts": {"verdict": "{{ question }} {{ answers }}?"},
        }
        await run(direct(seats={"judge": own}, prompts=prompts), tmp_path / "own")
        assert all("You judge." in request.brief for request in own.sent)
        assert all("Which answer is right?" in request.prompt.text for request in plain.sent)
        assert not any("Which answer is right?" in request.prompt.text for request in own.sent)
        with StoredRun(tmp_path / "own") as stored:
            assert stored.header()["config"]["prompts"] == prompts
            assert "You judge." in stored.episode(0).briefs["judge"]
        with StoredRun(tmp_path / "plain") as stored:
            assert "prompts" not in stored.header()["config"]

    async def test_a_resume_with_another_wording_is_refused(self, tmp_path: Path) -> None:
        await run(direct(prompts={"direct": {"judge": "You judge."}}), tmp_path / "run")
        with pytest.raises(ConfigurationChanged, match="prompts"):
            await run(direct(prompts={"direct": {"judge": "Judge."}}), tmp_path / "run", resume=True)
        await run(direct(prompts={"direct": {"judge": "You judge."}}), tmp_path / "run", resume=True)

    async def test_a_condition_has_a_wording_of_its_own(self, tmp_path: Path) -> None:
        judge = Watched("Verdict: 1\nConfidence: 80")
        made = Comparison(
            conditions={
                "standard": Direct(),
                "short": Condition(protocol=Direct(), prompts={"direct": {"judge": "You judge."}}),
            },
            seats={"judge": judge},
            tasks=[TASK],
            prompts={"verdicts": {"verdict": "{{ question }} {{ answers }}?"}},
        )
        await run(made, tmp_path / "run")
        assert len({request.brief for request in judge.sent}) == 2
        assert not any("Which answer is right?" in request.prompt.text for request in judge.sent)
        with StoredRun(tmp_path / "run") as stored:
            conditions = stored.header()["config"]["protocol"]["conditions"]
        assert conditions["short"]["prompts"] == {"direct": {"judge": "You judge."}}
        assert "prompts" not in conditions["standard"]

    async def test_a_protocol_of_ones_own_has_prompts_of_its_own(self, tmp_path: Path) -> None:
        (tmp_path / "mine.py").write_text(
            "from arena import Outcome, Protocol\n"
            "from arena.forms import Speech\n"
            "from arena.prompts import Prompts\n"
            "SAYS = Prompts(__file__)\n"
            "class Mine(Protocol):\n"
            "    seats = ('ann',)\n"
            "    async def play(self, episode):\n"
            "        await episode.ask('ann', Speech(), SAYS.text('hello', seat='ann'))\n"
            "        return Outcome.completed({})\n"
        )
        (tmp_path / "mine.jinja").write_text("{# seat: who #}\n=== hello: seat\nHello {{ seat }}.\n")
        mine = load_file(tmp_path / "mine.py").Mine
        said: list[str] = []
        for prompts in ({}, {"mine": {"hello": "Bye {{ seat }}."}}):
            ann = Watched("Hi.")
            scenario = Scenario(protocol=mine(), seats={"ann": ann}, prompts=prompts)
            await run(scenario, tmp_path / f"run {len(said)}")
            said.append(ann.sent[0].prompt.text.partition("\n")[0])
        assert said == ["Hello ann.", "Bye ann."]
        with pytest.raises(PromptError, match=r"mine\.jinja, the prompt 'hello', line 1: it may not use"):
            Scenario(protocol=mine(), seats={"ann": "random"}, prompts={"mine": {"hello": "{{ x }}"}})
        await run(Scenario(protocol=mine(), seats={"ann": "random"}), tmp_path / "run")
        (tmp_path / "mine.jinja").write_text("{# seat: who #}\n=== hello: seat\nHey {{ seat }}.\n")
        changed = load_file(tmp_path / "mine.py").Mine
        with pytest.raises(ConfigurationChanged, match="says"):
            await run(Scenario(protocol=changed(), seats={"ann": "random"}), tmp_path / "run", resume=True)
        (tmp_path / "mine.jinja").write_text("{# seat: who #}\n=== hello: seat\nHey {{ seet }}.\n")
        with pytest.raises(PromptError, match="Did you mean seat"):
            Scenario(protocol=load_file(tmp_path / "mine.py").Mine(), seats={"ann": "random"})


def test_the_second_wording_stands_in_place_of_the_first() -> None:
    first = {"a": {"x": "1", "y": "2"}, "b": {"z": "3"}}
    assert overlaid(first, {"a": {"x": "9"}}) == {"a": {"x": "9", "y": "2"}, "b": {"z": "3"}}


class TestEverybodySaysIt:
    async def test_a_fork_speaks_as_its_parent_did(self, tmp_path: Path) -> None:
        own = {"verdicts": {"verdict": "{{ question }} {{ answers }}?"}}
        scenario = direct(prompts=own)
        await run(scenario, tmp_path / "run")
        judge = Watched("Verdict: 1\nConfidence: 80")
        await fork(tmp_path / "run", scenario, 0, 0, override={"judge": judge}, folder=tmp_path / "fork")
        assert judge.sent
        assert not any("Which answer is right?" in request.prompt.text for request in judge.sent)

    async def test_a_coached_side_is_told_of_its_games_in_these_words(self, tmp_path: Path) -> None:
        made = Coaching(
            protocol=Bargain(turns=2),
            improving="buyer",
            games=2,
            seats={"buyer": "random", "seller": "random", "critic": "random"},
            tasks=haggling(1, seed=5),
            prompts={"coaching": {"before": "Once more."}},
        )
        await run(made, tmp_path / "run")
        with StoredRun(tmp_path / "run") as stored:
            briefs = [stored.episode(number).briefs["buyer"] for number in stored.numbers(finished=True)]
        assert [("Once more." in brief) for brief in briefs] == [False, True, True, False]

    async def test_a_wrapping_agent_says_it(self, tmp_path: Path) -> None:
        judge = Watched(lambda request: request.form.sample(request.random()))
        agent = find("agents", "strategist")(judge)
        prompts = {"strategist": {"ask": "Advise. {{ instructions }}", "advised": "Heed: {{ advice }}"}}
        await run(direct(seats={"judge": agent}, prompts=prompts), tmp_path / "run")
        asked = [request.prompt.text for request in judge.sent]
        assert sum(text.startswith("Advise. ") for text in asked) == 2
        assert sum(text.startswith("Heed: > ") for text in asked) == 2

    async def test_a_judge_of_labels_says_it(self, tmp_path: Path) -> None:
        folder = await stored_solving(tmp_path / "run", ["I check it twice."])
        judge = Watched("Answer: 1")
        settings = {"prompts": {"labelling": {"judge": "You count."}}}
        await label_run(folder, ["verification"], [judge], settings=settings)
        assert {request.brief for request in judge.sent} == {"You count."}
        other = {"prompts": {"debate": {"judge": "x"}}}
        with pytest.raises(UsageError, match=r"do not use debate\.jinja"):
            await label_run(folder, ["verification"], [judge], settings=other)

    async def test_conditions_that_are_played_at_once_do_not_mix(self, tmp_path: Path) -> None:
        judge = Watched("Verdict: 1\nConfidence: 80")
        conditions = {
            str(number): Condition(
                protocol=Direct(swap_verdict=False),
                prompts={"direct": {"judge": f"J{number}."}, "verdicts": {"verdict": f"V{number}. {ASKED}"}},
            )
            for number in range(8)
        }
        made = Comparison(conditions=conditions, seats={"judge": judge}, tasks=[TASK], episodes=5)
        await run(made, tmp_path / "run")
        assert len(judge.sent) == 40
        for request in judge.sent:
            number = request.brief.partition("J")[2][0]
            assert request.prompt.text.startswith(f"V{number}.")
