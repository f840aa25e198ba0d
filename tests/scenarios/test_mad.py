"""MAD ends when the moderator rules, or the judge is asked twice. Each spelling of an answer is right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from arena import Request, Scenario
from arena.core.errors import UsageError
from arena.designs.building import Source, build
from arena.journal import StoredRun
from arena.running import run
from arena.seat.function import Function
from arena.tasks import Task, read
from protocols import Mad
from scenarios.courses import SUMS
from scenarios.mad import Arbiter, levels, scenario
from tests.arena.results.figures.lines import Found, sections_in


async def played(folder: Path, affirmative: str, negative: str, ruled: str, tasks: int = 1) -> list[Any]:
    """Return the details of debates whose sides answer and whose moderator rules by these courses."""
    seats = {
        "affirmative": f"scenarios.courses:Recited?of={affirmative}",
        "negative": f"scenarios.courses:Recited?of={negative}",
        **dict.fromkeys(("moderator", "judge"), Arbiter(ruled)),
    }
    settings = {f"seats.{seat}": agent for seat, agent in seats.items()}
    await run(build(Source(name="mad", settings={**settings, "first": tasks})), folder)
    with StoredRun(folder) as stored:
        return [one.outcome.details for one in stored.finished()]


async def test_a_debate_that_the_moderator_ends_in_round_two_has_no_judge(tmp_path: Path) -> None:
    (details,) = await played(tmp_path / "run", "10", "22", "ca")
    assert details["broken"] == {"round": 2, "for": "affirmative"}
    assert (len(details["answers"]), details["judged"]) == (2, False)
    assert details["answer"] == str(SUMS[0].truth)


async def test_if_no_round_is_ended_the_judge_is_asked_twice(tmp_path: Path) -> None:
    (details,) = await played(tmp_path / "run", "111", "220", "c")
    assert (len(details["answers"]), details["judged"]) == (3, True)
    with StoredRun(tmp_path / "run") as stored:
        asked = sum(call.seat == "judge" for call in stored.calls(0))
    assert asked == 2


async def test_disagreement_by_round_and_whose_answer_is_final(tmp_path: Path) -> None:
    """The first debate agrees in round 2 and ends so. The second never agrees, and the negative side wins."""
    await played(tmp_path / "run", "10,11", "00,22", "ca,cn", tasks=2)
    found = Found(sections_in(tmp_path / "run"))
    assert found.shown("Disagreement", "mad") == (0.75, 4, 4)
    assert found.shown("Disagreement", "mad: round 2") == (0.5, 2, 2)
    assert found.shown("Final answer", "mad: both") == (0.5, 2, 2)
    assert found.shown("Final answer", "mad: negative alone") == (0.5, 2, 2)
    assert found.shown("Final answer", "mad: affirmative alone") == (0.0, 2, 2)


def test_a_file_may_have_several_spellings_of_an_answer(tmp_path: Path) -> None:
    file = tmp_path / "CIAR.json"
    rows = [
        {"question": "How likely is heads?", "answer": ["1/2", ".5", "50%"], "explanation": "It is even."}
    ]
    file.write_text(json.dumps(rows))
    (task,) = read(file)
    assert task.truth == ["1/2", ".5", "50%"]
    file.write_text(json.dumps([{"question": "How many?", "answer": [1, 2]}]))
    with pytest.raises(UsageError, match="list of texts that are all right"):
        read(file)


async def test_an_answer_in_any_spelling_is_right(tmp_path: Path) -> None:
    def half(request: Request) -> str:
        return "It is even.\nAnswer: 50%" if request.prompt.data["asks"] == "answer" else "Verdict: negative"

    task = Task(id="heads", text="How likely is heads?", truth=["1/2", ".5", "50%"])
    seats = dict.fromkeys(Mad().seats, Function(half))
    await run(Scenario(protocol=Mad(), tasks=[task], seats=seats, name="mad"), tmp_path / "run")
    found = Found(sections_in(tmp_path / "run"))
    assert found.shown("Accuracy", "mad: decision") == (1.0, 1, 1)


def test_levels_are_numbered_as_in_the_paper() -> None:
    protocols = [condition.protocol for condition in levels.conditions.values()]
    assert [protocol.model_dump()["tit_for_tat"] for protocol in protocols] == [0, 1, 2, 3]
    assert scenario.protocol.model_dump()["tit_for_tat"] == 2
