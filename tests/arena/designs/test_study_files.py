"""Studies in TOML files: what is typed may stand in a file, and what is wrong with one is a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena.core.errors import UsageError
from arena.designs.building import build
from arena.designs.scenario import Scenario
from arena.designs.study_files import read_study
from arena.pictures import Picture
from protocols import Debate, Direct
from tests.arena.pictures.made import picture

STUDY = """
run = "direct"
perturb = ["authority"]
episodes = 2

[tasks]
file = "q.csv"
columns = { question = "Q", truth = "A" }

[seats]
judge = "random"

[protocol]
swap_verdict = false
beliefs.moments = ["after"]

[limits]
turns = 7
"""


def test_its_settings_are_those_that_would_be_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "q.csv").write_text("Q,A\nIt rains.,true\n")
    (tmp_path / "study.toml").write_text(STUDY)
    source = read_study(Path("study.toml"))
    assert source.settings["tasks"]["file"] == str(tmp_path / "q.csv")
    scenario = build(source)
    assert isinstance(scenario, Scenario)
    assert isinstance(scenario.protocol, Direct)
    assert (scenario.episodes, scenario.limits.turns, scenario.perturb) == (2, 7, ["authority"])
    assert scenario.protocol.swap_verdict is False
    assert [moment.value for moment in scenario.protocol.beliefs.moments] == ["after"]
    assert [(task.text, task.truth) for task in scenario.tasks] == [("It rains.", "true")]
    assert scenario.seats == {"judge": "random"}


def test_a_scenario_of_ours_keeps_what_the_file_does_not_say(tmp_path: Path) -> None:
    file = tmp_path / "study.toml"
    file.write_text('run = "debate"\nagents = ["random"]\nfirst = 3\nseats.judge = "random"\n')
    scenario = build(read_study(file))
    assert isinstance(scenario, Scenario)
    assert isinstance(scenario.protocol, Debate)
    assert (scenario.first, set(scenario.seats.values())) == (3, {"random"})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('agents = ["random"]', 'does not say what to run: begin it with a line such as run = "debate".'),
        ("run = debate", "is not TOML: Invalid value (at line 1, column 7)."),
        ('run = "debate"\nagents = "random"', "agents must be a list of texts"),
    ],
)
def test_what_is_wrong_with_it_is_said(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "study.toml"
    file.write_text(text)
    with pytest.raises(UsageError) as raised:
        read_study(file)
    assert str(raised.value).startswith(str(file))
    assert said in str(raised.value)


def test_a_setting_that_there_is_not_is_said_with_those_that_there_are(tmp_path: Path) -> None:
    file = tmp_path / "study.toml"
    file.write_text('run = "debate"\nepisode = 3\n')
    with pytest.raises(UsageError, match=r"has no setting 'episode'. Did you mean episodes\?"):
        build(read_study(file))


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(UsageError, match=r"nowhere\.toml cannot be read: No such file"):
        read_study(Path("nowhere.toml"))


def test_pictures_of_tasks_in_a_study_are_found_from_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "away").mkdir()
    for shade in (1, 2):
        (tmp_path / f"{shade}.png").write_bytes(picture(shade).content)
    (tmp_path / "study.toml").write_text(
        'run = "direct"\n'
        'tasks = [{ text = "Dark?", pictures = ["1.png", "https://a.org/b.png"], '
        'private_pictures = { judge = ["2.png"] } }]\n'
        '[seats]\njudge = "random"\n'
    )
    monkeypatch.chdir(tmp_path / "away")
    source = read_study(Path("../study.toml"))
    monkeypatch.chdir(tmp_path)
    (task,) = build(source).tasks
    assert task.pictures == (picture(1), Picture.at("https://a.org/b.png"))
    assert task.private_pictures == {"judge": (picture(2),)}
