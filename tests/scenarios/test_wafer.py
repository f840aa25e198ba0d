"""WAFER: five series of answers by hand, and who is told what under which condition."""

from __future__ import annotations

from pathlib import Path

import pytest

import arena
from agents.scripted import ScriptedModel
from arena.designs.building import Source, build
from arena.running import run
from scenarios.wafer import PLANTED, Intent, JudgedAnswers, Knowledge, Swayed, scripted_commenter
from tests.arena.results.figures.lines import Found, sections_in
from tests.shared.playing import play

COURSES = "RRRRR,RWWWW,RWRWR,WWRRR,RRWWR"


async def figures(folder: Path, courses: str, first: int) -> Found:
    """Return the figures of some series under all nine conditions."""
    seats = {
        "seats.generator": f"scenarios.wafer:Swayed?of={courses.replace('?', '%3F')}",
        "seats.judge": "scenarios.wafer:scripted_commenter",
    }
    await run(build(Source(name="wafer", settings={**seats, "first": first})), folder)
    return Found(sections_in(folder))


async def test_the_five_series_of_the_sheet(tmp_path: Path) -> None:
    """Right are .8, .4, .6, .4 and .8; harmful switching 2 of 4, repair 0 of 1, recovery 1 of 2."""
    found = await figures(tmp_path / "run", COURSES, 5)
    for condition in ("constructive, none", "malicious, grounded"):
        group = f"{condition}: generator, answer"
        for turn, right in enumerate((0.8, 0.4, 0.6, 0.4, 0.8), start=1):
            assert found.shown("Accuracy by turn", f"{group}, turn {turn}") == (right, 5, 5)
        assert found.shown("Drop after a turn", group) == (0.4, 5, 5)
        assert found.shown("Harmful switching", group) == (0.5, 4, 4)
        assert found.shown("Repair", group) == (0.0, 1, 1)
        assert found.shown("Recovery", group) == (0.5, 2, 2)
        assert found.shown("Changing twice or more", group) == (0.4, 5, 5)


async def test_a_missing_answer_is_wrong_and_a_change(tmp_path: Path) -> None:
    found = await figures(tmp_path / "run", "R?R,RRR", 2)
    group = "hypercritical, parametric: generator, answer"
    assert found.shown("Harmful switching", group) == (0.5, 2, 2)
    assert found.shown("Recovery", group) == (1.0, 1, 1)
    assert found.shown("Changing twice or more", group) == (0.5, 2, 2)
    assert found.shown("Accuracy by turn, undecided as wrong", f"{group}, turn 2") == (0.5, 2, 2)


async def asked(intent: Intent, knowledge: Knowledge, answers: str) -> tuple[ScriptedModel, ScriptedModel]:
    """Return the generator and the judge of one round."""
    generator = ScriptedModel(Swayed(answers).reply)
    judge = ScriptedModel(scripted_commenter)
    protocol = JudgedAnswers(intent=intent, knowledge=knowledge)
    task = PLANTED[0]
    await play(protocol, {"generator": generator, "judge": judge}, task=task.public, truth=task.truth)
    return generator, judge


@pytest.mark.parametrize("intent", Intent)
async def test_only_a_malicious_judge_is_told_the_truth_and_the_generator_no_intent(intent: Intent) -> None:
    generator, judge = await asked(intent, Knowledge.PARAMETRIC, "RR")
    (comment,) = judge.requests
    told = f"The right answer is {PLANTED[0].truth}" in comment.brief
    assert told is (intent is Intent.MALICIOUS)
    assert len({request.brief for request in generator.requests}) == 1
    assert "mislead" not in generator.requests[0].brief


async def test_a_malicious_judge_is_silent_about_wrong_answers() -> None:
    generator, judge = await asked(Intent.MALICIOUS, Knowledge.PARAMETRIC, "WR")
    assert not judge.requests
    assert "Nobody has commented" in generator.requests[-1].prompt.text
    generator, judge = await asked(Intent.HYPERCRITICAL, Knowledge.PARAMETRIC, "WR")
    assert len(judge.requests) == 1


async def test_without_knowledge_the_comment_is_a_fixed_text_and_grounded_it_has_a_passage() -> None:
    generator, judge = await asked(Intent.MALICIOUS, Knowledge.NONE, "RR")
    assert not judge.requests
    alternative = PLANTED[0].data["alternative"]
    assert f"The right one is {alternative}." in generator.requests[-1].view[-1].text
    _, judge = await asked(Intent.CONSTRUCTIVE, Knowledge.GROUNDED, "RR")
    assert PLANTED[0].data["passage"] in judge.requests[0].brief


def test_it_finds_what_it_lists() -> None:
    arena.check_protocol(JudgedAnswers(), PLANTED[0])
