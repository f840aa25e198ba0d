"""Studies in TOML files: what is typed may stand in a file, and what is wrong with one is a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena.core.errors import UsageError
from arena.designs.building import build
from arena.designs.comparison import Comparison
from arena.designs.league import League
from arena.designs.scenario import Scenario
from arena.designs.study_files import read_study
from arena.designs.tournament import Tournament
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
    source = read_study(Path("study.toml")).source
    monkeypatch.chdir("/")
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
    scenario = build(read_study(file).source)
    assert isinstance(scenario, Scenario)
    assert isinstance(scenario.protocol, Debate)
    assert (scenario.first, set(scenario.seats.values())) == (3, {"random"})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('agents = ["random"]', 'does not say what to run: begin it with a line such as run = "debate".'),
        ("run = debate", "is not TOML: Invalid value (at line 1, column 7)."),
        ('run = "debate"\nagents = 3', ", line 2: agents must be a list of texts"),
        ('run = "debate"\nkind = "scenario"', ", line 2: It has both run and kind"),
        ('kind = "debates"', ", line 1: There is no kind 'debates'. There are: scenario, "),
        (
            'run = "debate"\n[caps]\ndollars = -1\n',
            ", line 3: caps.dollars: it must be greater than 0, not -1.",
        ),
        ('run = "debate"\nconcurrency = 0', ", line 2: concurrency: it must be greater than 0, not 0."),
    ],
)
def test_what_is_wrong_with_it_is_said(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "study.toml"
    file.write_text(text)
    with pytest.raises(UsageError) as raised:
        build(read_study(file).source)
    assert str(raised.value).startswith(str(file))
    assert said in str(raised.value)


def test_a_setting_that_there_is_not_is_said_with_those_that_there_are(tmp_path: Path) -> None:
    file = tmp_path / "study.toml"
    file.write_text('run = "debate"\nepisode = 3\n')
    with pytest.raises(UsageError, match=r"has no setting 'episode'. Did you mean episodes\?"):
        build(read_study(file).source)


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
    source = read_study(Path("../study.toml")).source
    monkeypatch.chdir(tmp_path)
    (task,) = build(source).tasks
    assert task.pictures == (picture(1), Picture.at("https://a.org/b.png"))
    assert task.private_pictures == {"judge": (picture(2),)}


WRONG = """
run = "debate"
agents = ["random"]

[seats]
judge = "random"

[protocol]
beliefs.public = true
{line}
"""


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("rounds = 0", "line 10: protocol.rounds cannot be 0: rounds: it must be"),
        ("roundz = 2", "line 10: Debate has no setting 'roundz'. Did you mean rounds?"),
        ('beliefs.moments = ["never"]', "line 10: protocol.beliefs.moments cannot be ['never']: moments.0:"),
        ("[limits]\nturns = -1", "line 11: limits.turns cannot be -1"),
        ("[tool_limits.calls]\nmany = 1", "line 11: There is no setting 'many': int has no settings."),
    ],
)
def test_what_is_wrong_with_a_setting_is_said_with_its_line(tmp_path: Path, line: str, said: str) -> None:
    file = tmp_path / "study.toml"
    file.write_text(WRONG.format(line=line))
    with pytest.raises(UsageError) as raised:
        build(read_study(file).source)
    assert str(raised.value).startswith(f"{file}, {said}")


def test_settings_that_need_each_other_are_taken_together(tmp_path: Path) -> None:
    """Without a judge there is no question of the judge, and without the third debater no third answer."""
    file = tmp_path / "study.toml"
    file.write_text(
        'run = "debate"\nagents = ["random"]\n[seats]\njudge = "random"\n'
        "[protocol]\ninteractive = true\njudged = true\ndebaters = 3\n"
    )
    scenario = build(read_study(file).source)
    assert set(scenario.seats) == {"debater_a", "debater_b", "debater_c", "judge"}
    file.write_text(file.read_text().replace("judged = true", "judged = false"))
    with pytest.raises(UsageError, match="an interactive debate needs a judge to ask the questions"):
        build(read_study(file).source)


COMPARED = """
[tasks]
file = "q.csv"

[seats]
judge = "random"

[conditions]
direct = "direct"

[conditions.debate]
protocol = { name = "debate", rounds = 1, words = 30 }
seats = { debater_a = "ann=random", debater_b = "bob=random" }

[conditions.consultancy.protocol]
name = "consultancy"

[conditions.consultancy.seats]
consultant = "ann=random"
"""


def test_a_comparison_is_described_whole(tmp_path: Path) -> None:
    (tmp_path / "q.csv").write_text('question,answers,answer\nHot?,"[""yes"", ""no""]",yes\n')
    file = tmp_path / "study.toml"
    file.write_text(COMPARED)
    made = build(read_study(file).source)
    assert isinstance(made, Comparison)
    assert list(made.conditions) == ["direct", "debate", "consultancy"]
    assert made.conditions["debate"].protocol == Debate(rounds=1, words=30)
    assert made.conditions["consultancy"].seats == {"consultant": "ann=random"}
    file.write_text(COMPARED.replace('name = "consultancy"', 'name = "consultanzy"'))
    with pytest.raises(UsageError, match=r"line 15: .*Did you mean consultancy\?"):
        build(read_study(file).source)


def test_a_tournament_is_described_whole_with_agents_by_short_names(tmp_path: Path) -> None:
    file = tmp_path / "league.yaml"
    file.write_text(
        "format: round-robin?meetings=2\nprotocol: {name: play, game: kuhn}\n"
        "agents:\n  ann: random\n  bob: kuhn-nash\n"
    )
    made = build(read_study(file).source)
    assert isinstance(made, Tournament)
    assert made.agents == ["ann=random", "bob=kuhn-nash"]
    assert made.format == "round-robin?meetings=2"


def test_a_game_is_a_tournament(tmp_path: Path) -> None:
    file = tmp_path / "league.toml"
    file.write_text('run = "kuhn"\nagents = ["ann=random", "bob=kuhn-nash"]\nformat = "round-robin"\n')
    assert isinstance(build(read_study(file).source), Tournament)


def test_a_setting_without_a_value_is_unset(tmp_path: Path) -> None:
    file = tmp_path / "study.toml"
    file.write_text(
        'run = "debate"\nagents = ["random"]\nseats.judge = "random"\nunset = ["protocol.words"]\n'
    )
    made = build(read_study(file).source)
    assert isinstance(made, Scenario)
    assert isinstance(made.protocol, Debate)
    assert made.protocol.words is None


def test_how_it_is_played_stands_there_too(tmp_path: Path) -> None:
    file = tmp_path / "study.toml"
    file.write_text('run = "debate"\nconcurrency = 3\ncache = "replies.sqlite"\n[caps]\ndollars = 2.5\n')
    options = read_study(file).options
    assert (options.concurrency, options.caps.dollars) == (3, 2.5)
    assert options.cache == tmp_path / "replies.sqlite"


def test_a_table_with_nothing_in_it_is_there_with_its_defaults(tmp_path: Path) -> None:
    file = tmp_path / "league.toml"
    file.write_text('agents = ["a=random", "b=random"]\n[games.kuhn]\n[games.tictactoe]\n[limits]\n')
    made = build(read_study(file).source)
    assert isinstance(made, League)
    assert list(made.games) == ["kuhn", "tictactoe"]
    file.write_text('run = "debate"\nagents = ["random"]\nseats.judge = "random"\n[protocol]\n[limits]\n')
    assert isinstance(build(read_study(file).source), Scenario)
    file.write_text('seats.judge = "random"\n[conditions.direct]\n')
    with pytest.raises(UsageError, match=r"line 2: .*protocol: it is missing"):
        build(read_study(file).source)
