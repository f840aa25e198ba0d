"""A judge of stored episodes sees the pictures that those saw in whose place it judges."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from arena.core.errors import UsageError
from arena.journal import StoredRun
from arena.judging import Criterion, JudgingOptions, judge_run, label_run
from arena.pictures import Picture
from arena.running import run
from arena.tasks.task import Task
from tests.arena.judging.debating import always, read_by, stored_debate
from tests.arena.judging.labelling import solving
from tests.arena.pictures.made import picture
from tests.shared.agents import Watched

TASK = Task(
    id="whales",
    text="Are whales fish?",
    pictures=(picture(1), picture(2)),
    private_pictures={"pro": (picture(3),)},
    truth="no",
)


def seen(judge: Watched) -> list[Picture]:
    request: Any = judge.sent[0]
    return [one for event in request.view for one in event.pictures]


async def test_it_sees_what_everyone_saw_with_numbers(tmp_path: Path) -> None:
    folder = await stored_debate(tmp_path / "run", task=TASK)
    judge = always("Verdict: 1")
    await judge_run(folder, [judge])
    assert seen(judge) == [picture(1), picture(2)]
    request: Any = judge.sent[0]
    read = read_by(request)
    assert "Picture 2 of what you are asked to judge." in read
    assert "Announced, with picture 1:\n> What is written" in read
    assert "Announced, with picture 2:\n> Picture 2:" in read
    assert "only you see" not in read


async def test_it_sees_what_the_seat_saw_whose_view_it_is_given(tmp_path: Path) -> None:
    folder = await stored_debate(tmp_path / "run", task=TASK)
    judge = always("Verdict: 1")
    await judge_run(folder, [judge], Criterion(view="pro"))
    assert seen(judge) == [picture(1), picture(2), picture(3)]


async def test_what_it_was_sent_is_recorded_with_its_pictures_and_asked_once(tmp_path: Path) -> None:
    folder = await stored_debate(tmp_path / "run", task=TASK)
    await judge_run(folder, [always("Verdict: 1")], options=JudgingOptions(swap=False))
    again = always("Verdict: 1")
    await judge_run(folder, [again], options=JudgingOptions(swap=False, append=True))
    assert again.sent == []
    with StoredRun(folder) as stored:
        (verdict, *_) = stored.verdicts()
        assert stored.leave_out_damaged().sentences == ()
    found = [placed.picture for message in verdict.messages for placed in message.pictures]
    assert found == [picture(1), picture(2)]


async def test_one_that_sees_none_is_refused(tmp_path: Path) -> None:
    folder = await stored_debate(tmp_path / "run", task=TASK)
    judge = always("Verdict: 1")
    judge.sees_pictures = False
    with pytest.raises(UsageError, match=r"sees no pictures, and episode 0 has some"):
        await judge_run(folder, [judge])
    assert judge.sent == []


async def test_a_judge_that_labels_turns_sees_them_too(tmp_path: Path) -> None:
    task = TASK.model_copy(update={"private_pictures": {}})
    scenario = solving(["First.", "Then."]).model_copy(update={"tasks": (task,)})
    folder = (await run(scenario, tmp_path / "run")).folder
    judge = always("0")
    await label_run(folder, ["verification"], [judge])
    assert seen(judge)[:2] == [picture(1), picture(2)]
