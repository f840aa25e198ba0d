"""PersonaEval: verbalised probabilities of who speaks, and the figures computed by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena import check_protocol
from arena.designs.building import Source, build
from arena.forms import Status, Unusable
from arena.running import run
from scenarios.persona_eval import Distribution, WhoSpeaks, scenario
from tests.arena.cli.typing_in import Typist
from tests.arena.results.figures.lines import Found, sections_in

FORM = Distribution(options=("Ada", "Ben", "Cleo"))


async def test_the_three_distributions_of_the_sheet(tmp_path: Path) -> None:
    """The right one has .5 of .5 .3 .1 .1, .25 of .2 .2 .35 .25, and .1 of .05 .7 .15 .1."""
    judge = "scenarios.persona_eval:Guesser?of=50/30/10/10,25/20/20/35,10/5/70/15"
    source = Source(name="persona-eval", settings={"seats.judge": judge, "first": 3})
    await run(build(source), tmp_path / "run")
    found = Found(sections_in(tmp_path / "run"))
    for name, value in (
        ("Accuracy", 1 / 3),
        ("Right option likeliest", 1 / 3),
        ("Right option among the two likeliest", 2 / 3),
        ("Rank of the right option", 2.0),
        ("Brier score of all options", 2.45 / 12),
        ("Expected calibration error of the likeliest", 1.55 / 3),
    ):
        assert found.shown(name, "who-speaks: judge, speaker") == (round(value, 9), 3, 3)


async def test_equally_likely_options_share_their_ranks(tmp_path: Path) -> None:
    judge = "scenarios.persona_eval:Guesser?of=25/25/25/25"
    source = Source(name="persona-eval", settings={"seats.judge": judge, "first": 1})
    await run(build(source), tmp_path / "run")
    found = Found(sections_in(tmp_path / "run"))
    for name, value in (
        ("Right option likeliest", 0.25),
        ("Right option among the two likeliest", 0.5),
        ("Rank of the right option", 2.5),
    ):
        assert found.shown(name, "who-speaks: judge, speaker") == (value, 1, 1)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Ada, I think.", Status.UNPARSEABLE),
        ('{"Ada": 0.5, "Ben": 0.5}', Status.UNPARSEABLE),
        ('{"Ada": 0.5, "Ben": 0.4, "Cleo": 0.2}', Status.ILLEGAL),
        ('{"Ada": 1.5, "Ben": -0.5, "Cleo": 0}', Status.ILLEGAL),
        ('{"Ada": true, "Ben": "no", "Cleo": 0}', Status.ILLEGAL),
    ],
)
def test_what_is_no_distribution_is_not_used(text: str, status: Status) -> None:
    with pytest.raises(Unusable) as unusable:
        FORM.parse(text)
    assert unusable.value.status is status


def test_the_first_of_equally_likely_options_is_predicted() -> None:
    value = FORM.parse('I think so.\n```json\n{"Cleo": 0.4, "Ben": 0.4, "Ada": 0.2}\n```')
    found = FORM.finding(value, "speaker")
    assert (found.text, found.confidence) == ("Ben", 0.4)


def test_a_file_of_the_paper_is_read_by_columns(arena: Typist) -> None:
    row = 'prompt,option1,option2,option3,option4,gt\n"Who is it? Ann: no. X: oh.",Ann,Bob,Eve,Dan,Bob\n'
    (arena.folder / "Drama.csv").write_text(row)
    columns = "question=prompt", "answers=option1+option2+option3+option4", "truth=gt"
    told = [word for column in columns for word in ("--columns", column)]
    said = arena("run", "persona-eval", "--tasks", "Drama.csv", *told, "--agents", "random", "--out", "run")
    assert said.code == 0, said.err


def test_it_finds_what_it_lists() -> None:
    check_protocol(WhoSpeaks(), scenario.tasks[0])
