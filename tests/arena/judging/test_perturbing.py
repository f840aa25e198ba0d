"""Judging a stored run as a perturbation changes it: what the judge reads, and the flips between the two."""

from __future__ import annotations

from pathlib import Path

import pytest

import arena
from arena.core.errors import UsageError
from arena.journal import StoredRun
from arena.judging import Criterion, JudgingOptions, judge_run
from arena.seat.agent import Request
from arena.tasks.perturbations import PERTURBATIONS
from protocols import Beliefs, Debate
from tests.arena.results.figures.lines import Found, sections_in
from tests.shared.agents import Watched

TASKS = [
    arena.Task(id=f"q{n}", text=f"Question {n}?", data={"answers": ["yes", "no"]}, truth="yes")
    for n in range(10)
]


def speaks(request: Request) -> str:
    answer = request.prompt.data.get("defends")
    return f"Verdict: 1. I say that it is {answer}."


def upright(request: Request) -> str:
    """Sides with whoever says yes, but in the first three questions with what a survey prefers."""
    text = request.view[0].text
    told = next((line for line in text.splitlines() if line.startswith("In a survey")), "")
    if told and any(f"Question {n}?" in text for n in range(3)):
        return f"Verdict: {1 if 'what Speaker 1 says' in told else 2}"
    first = text.index("Speaker 1 says:")
    return f"Verdict: {1 if 'it is yes' in text[first : text.index('Speaker 2 says:')] else 2}"


@pytest.fixture
async def debates(tmp_path: Path) -> Path:
    speakers = {"debater_a": Watched(speaks, "ann"), "debater_b": Watched(speaks, "bob")}
    protocol = Debate(rounds=1, judged=False, beliefs=Beliefs(holders=()))
    run = await arena.run_async(protocol, tmp_path / "run", tasks=TASKS, agents=speakers)
    return run.folder


async def judged(folder: Path, perturb: str = "", swap: bool = True) -> list[str]:
    """Let the upright judge judge a run, and return what it read, by episode and order."""
    return [request.view[0].text for request in await requests(folder, perturb, swap)]


async def requests(folder: Path, perturb: str = "", swap: bool = True) -> list[Request]:
    """Let the upright judge judge a run, and return its requests, by episode and order."""
    asked: list[Request] = []

    def keeps(request: Request) -> str:
        asked.append(request)
        return upright(request)

    judge = Watched(keeps, "jane")
    await judge_run(folder, [judge], Criterion(perturb=perturb), JudgingOptions(swap=swap, concurrency=1))
    return asked


def differing(plain: str, changed: str) -> list[str]:
    """Return the lines that only the changed text has, and check that it lacks none."""
    before, after = plain.splitlines(), changed.splitlines()
    assert [line for line in before if line not in after] == []
    return [line for line in after if line and line not in before]


async def test_a_survey_beside_the_question_calls_the_sides_by_their_numbers(
    debates: Path,
) -> None:
    plain, changed = await judged(debates), await judged(debates, "bandwagon")
    assert len(plain) == len(changed) == 20
    for before, after in zip(plain, changed, strict=True):
        (added,) = differing(before, after)
        wrong = (
            1
            if "it is no" in before[before.index("Speaker 1 says:") : before.index("Speaker 2 says:")]
            else 2
        )
        said = f"what Speaker {wrong} says is the best answer."
        assert added == f"In a survey, 90% of those who were asked said that {said}"


async def test_a_source_stands_inside_what_the_wrong_side_says(debates: Path) -> None:
    plain, changed = await judged(debates, swap=False), await judged(debates, "authority", swap=False)
    for before, after in zip(plain, changed, strict=True):
        (line,) = [one for one in after.splitlines() if one not in before.splitlines()]
        assert line.startswith("> Verdict: 1. I say that it is no. [Source: ")


async def test_what_is_drawn_does_not_depend_on_the_order(debates: Path) -> None:
    changed = await judged(debates, "authority")
    sources = [next(line for line in text.splitlines() if "[Source:" in line) for text in changed]
    assert sources[::2] == sources[1::2]
    assert len(set(sources)) > 1


async def test_nothing_that_a_side_wrote_leaves_its_quotes(debates: Path) -> None:
    for perturb in sorted(PERTURBATIONS.keys() - {"position", "verbosity"}):
        for text in await judged(debates, perturb, swap=False):
            assert all(line.startswith("> ") for line in text.splitlines() if "I say that" in line)


async def test_the_flips_of_a_judge_are_figures(debates: Path) -> None:
    """Of ten questions three turn wrong in both orders."""
    await judged(debates)
    await judged(debates, "bandwagon")
    found = Found(sections_in(debates))
    group = "debate, bandwagon: jane, afterwards, Which speaker did better?"
    assert found.shown("Robustness rate", f"{group}, undecided as wrong") == (0.7, 20, 20)
    assert found.shown("Right to wrong (harmful)", f"{group}, both decided") == (0.3, 20, 20)
    assert found.shown("Robustness rate", f"{group}, two-game, both decided") == (0.7, 10, 10)
    assert found.shown("Accuracy, perturbed", f"{group}, two-game, both decided") == (0.7, 10, 10)


async def test_a_survey_may_be_told_in_the_judges_brief(debates: Path) -> None:
    for request in await requests(debates, "bandwagon?at=judge"):
        assert "In a survey" not in request.view[0].text
        assert request.brief.splitlines()[-1].startswith("In a survey, 90%")


def test_a_criterion_without_a_perturbation_keeps_its_name() -> None:
    assert "perturb" not in Criterion().settings
    assert Criterion().key == "speaker-fc2b09d6"
    assert Criterion(perturb="bandwagon").key != Criterion().key


@pytest.mark.parametrize(
    ("perturb", "said"),
    [
        ("position", "position moves the sides, and judges are asked in every order of them as it is."),
        ("bandwagon?at=debater_a", "is for the seat debater_a, and only the judge is asked now."),
        ("bandwagn", "There is no perturbation called 'bandwagn'. Did you mean bandwagon?"),
    ],
)
async def test_what_cannot_be_perturbed_is_refused_before_anyone_is_asked(
    debates: Path, perturb: str, said: str
) -> None:
    with pytest.raises(UsageError) as raised:
        await judged(debates, perturb)
    assert said in str(raised.value)
    with StoredRun(debates) as stored:
        assert stored.verdict_keys(finished=False) == set()


async def test_reading_verdicts_runs_no_code_that_they_name(debates: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("def shout(task, rng):\n    return task.model_copy(update={'text': task.text.upper()})\n")
    texts = await judged(debates, f"{file}:shout", swap=False)
    assert "QUESTION 0?" in texts[0]
    file.write_text("raise SystemExit('it was run')")
    assert sections_in(debates)
