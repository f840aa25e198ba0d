"""Studies at the command line: files are found from the study's folder, and a run resumes from any folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena.journal import StoredRun
from arena.running import _changing
from tests.arena.cli.typing_in import Typist

JUDGED = ("--set", "seats.judge=random")
STUDY = """
run = "direct"
out = "played"
concurrency = 2

[tasks]
file = "data/q.csv"

[seats]
judge = "mine.py:first"

[protocol]
swap_verdict = false
"""
MINE = """
def first(request):
    label = next(iter(request.prompt.data["answers"]))
    return f"Because. Verdict: {label}\\nConfidence: 80"
"""

NIM = """
from games.tictactoe import TicTacToe

class Nim(TicTacToe):
    def __init__(self, matches: int = 9):
        super().__init__()
"""


@pytest.fixture
def study(arena: Typist) -> Path:
    """A study with its data and its agent in a folder of its own."""
    folder = arena.folder / "studies"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "q.csv").write_text(
        "question,answers,answer\n" + "".join(f'Q{n}?,"[""yes"", ""no""]",yes\n' for n in range(3))
    )
    (folder / "mine.py").write_text(MINE)
    (folder / "study.toml").write_text(STUDY)
    return folder / "study.toml"


def test_its_files_are_found_from_its_folder_and_the_run_is_put_there(arena: Typist, study: Path) -> None:
    said = arena("run", "studies/study.toml")
    assert (said.code, "Episodes: 3 completed" in said.out) == (0, True)
    assert (study.parent / "played" / "journal.sqlite").is_file()


def test_an_option_that_is_typed_wins(arena: Typist, study: Path) -> None:
    said = arena("run", "studies/study.toml", "--out", "here", "--set", "episodes=2", "--tasks", "1")
    assert (said.code, "Episodes: 2 completed. Journal: here/journal" in said.out) == (0, True)


def test_a_run_is_resumed_from_any_folder(
    arena: Typist, study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert arena("run", "studies/study.toml").code == 0
    place = str(study.parent / "played")
    (arena.folder / "elsewhere").mkdir()
    monkeypatch.chdir(arena.folder / "elsewhere")
    said = arena("resume", place)
    assert (said.code, "Episodes: 3 completed" in said.out) == (0, True), said.err
    said = arena("fork", place, "--episode", "0", "--turn", "0", "--out", "forked")
    assert (said.code, "completed" in said.out) == (0, True), said.err


def test_so_is_one_whose_files_were_typed_relative(
    arena: Typist, study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(study.parent)
    typed = ("run", "direct", "--tasks", "data/q.csv", "--judge", "mine.py:first", "--out", "typed")
    assert arena(*typed).code == 0
    monkeypatch.chdir("/")
    assert arena("resume", str(study.parent / "typed")).code == 0


def test_a_game_of_ones_own_is_found_there_too(arena: Typist, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = arena.folder / "games"
    folder.mkdir()
    (folder / "mine.py").write_text("from games.tictactoe import TicTacToe as Mine\n")
    (folder / "league.yaml").write_text(
        "run: mine.py:Mine\nagents: [ann=random, bob=random]\nformat: round-robin?meetings=1\nout: run\n"
    )
    assert arena("tournament", "games/league.yaml").code == 0
    monkeypatch.chdir("/")
    assert arena("resume", str(folder / "run")).code == 0


def test_settings_that_need_each_other_may_be_typed_in_any_order(arena: Typist) -> None:
    needing = ("protocol.interactive=true", "protocol.judged=true")
    for order in (needing, needing[::-1]):
        typed = [word for setting in order for word in ("--set", setting)]
        said = arena("run", "debate", "--agents", "random", "--judge", "random", "--tasks", "1", *typed)
        assert said.code == 0, said.err


def test_an_error_names_the_line(arena: Typist, study: Path) -> None:
    study.write_text(STUDY.replace("swap_verdict = false", "swap_verdict = 7"))
    said = arena("run", "studies/study.toml")
    assert said.code == 2
    assert said.err == (
        "arena: studies/study.toml, line 13: protocol.swap_verdict cannot be 7: swap_verdict: it must be "
        "true or false, not 7.\n"
    )
    assert said.out == ""


class TestSaveConfig:
    @pytest.mark.parametrize(
        "typed",
        [
            ("run", "direct", "--tasks", "data/q.csv", "--judge", "mine.py:first", "--episodes", "2"),
            ("run", "debate", "--agents", "ann=random", "bob=random", "--judge", "random", "--tasks", "2"),
            ("run", "debate", "--agents", "random", "--judge", "random", "--set", "protocol.words=null"),
            (
                "run",
                "oversight",
                "--agents",
                "random",
                "--judge",
                "random",
                "--tasks",
                "1",
                "--max-calls",
                "9",
            ),
            ("run", "study.toml", "--seed", "4", "--concurrency", "7"),
            ("tournament", "leduc", "--agents", "a=random", "b=random", "--format", "round-robin?meetings=1"),
            ("tournament", "debate", "--agents", "a=random", "b=random", "--tasks", "1", *JUDGED),
            ("run", "direct", "--each", "a=random", "b=random", "--tasks", "data/q.csv"),
        ],
        ids=lambda typed: " ".join(typed[:2]),
    )
    def test_what_is_saved_is_run_as_it_was_typed(
        self, arena: Typist, study: Path, monkeypatch: pytest.MonkeyPatch, typed: tuple[str, ...]
    ) -> None:
        monkeypatch.chdir(study.parent)
        first = arena(*typed, "--save-config", "../saved.toml", "--out", "first")
        assert first.code == 0, first.err
        assert "Wrote the study to ../saved.toml" in first.err
        monkeypatch.chdir("/")
        second = arena("run", str(arena.folder / "saved.toml"), "--out", str(arena.folder / "second"))
        assert second.code == 0, second.err
        one, two = (StoredRun(path) for path in (study.parent / "first", arena.folder / "second"))
        with one, two:
            assert one.header()["config"] == two.header()["config"]
            assert one.header()["caps"] == two.header()["caps"]
            assert [episode.events for episode in one.episodes()] == [
                episode.events for episode in two.episodes()
            ]

    def test_nothing_is_saved_of_what_cannot_be_run(self, arena: Typist) -> None:
        said = arena("run", "debate", "--set", "protocol.rounds=0", "--save-config", "saved.toml")
        assert said.code == 2
        assert not (arena.folder / "saved.toml").exists()


def test_it_is_said_whose_code_is_run_before_it_runs(arena: Typist, study: Path) -> None:
    (study.parent / "mine.py").write_text(MINE + "\nimport sys\nsys.stderr.write('running')\n")
    said = arena("run", "studies/study.toml")
    assert said.code == 0
    assert said.err.count("Running the code of studies/mine.py.") == 1
    assert said.err.index("Running the code of studies/mine.py.") < said.err.index("running")


def test_a_changed_file_is_refused_before_it_runs_unless_it_is_trusted(arena: Typist, study: Path) -> None:
    assert arena("run", "studies/study.toml").code == 0
    (study.parent / "mine.py").write_text(MINE + "\nopen('ran', 'w').close()\n")
    for again in (("resume",), ("fork", "--turn", "0", "--out", "forked")):
        said = arena(again[0], "studies/played", *again[1:])
        assert said.code == 2
        assert "mine.py has changed since the run in studies/played ran it." in said.err
        assert not Path("ran").exists()
        assert arena(again[0], "studies/played", *again[1:], "--trust").code == 0
        assert Path("ran").exists()
        played = "forked" if "forked" in again else "studies/played"
        assert arena("resume", played).code == 0  # What was trusted is known from now on.
        Path("ran").unlink()
        (study.parent / "mine.py").write_text(MINE + "\nopen('ran', 'w').close()\n# changed\n")
    (study.parent / "mine.py").write_text(MINE)  # as it was when the run began
    assert arena("resume", "studies/played").code == 0


def test_the_code_of_a_changed_game_is_refused_where_agents_are_added(arena: Typist) -> None:
    arena.write("nim.py", NIM)
    assert arena("tournament", "nim.py:Nim", "--agents", "a=random", "b=random", "--out", "t").code == 0
    arena.write("nim.py", NIM + "# changed")
    said = arena("tournament", "t", "--add", "c=random")
    assert (said.code, "nim.py has changed since" in said.err) == (2, True)
    assert arena("tournament", "t", "--add", "c=random", "--trust").code == 0


def test_a_run_whose_header_names_no_code_resumes(
    arena: Typist, study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr(_changing, "code_run", dict)
        assert arena("run", "studies/study.toml").code == 0
    with StoredRun(study.parent / "played") as stored:
        assert "code" not in stored.header()
    (study.parent / "mine.py").write_text(MINE + "# changed")
    assert arena("resume", "studies/played").code == 0


def test_a_changed_tool_may_be_trusted(arena: Typist) -> None:
    tool = 'def search(words: str) -> str:\n    """Search."""\n    return words\n'
    arena.write("tools.py", tool)
    typed = ("--agents", "random", *JUDGED, "--tools", "judge=tools.py:search", "--tasks", "1")
    assert arena("run", "debate", *typed, "--out", "d").code == 0
    arena.write("tools.py", tool + "# changed")
    assert "tools.py has changed since" in arena("resume", "d").err
    assert arena("resume", "d", "--trust").code == 0


def test_a_study_may_run_a_game_of_ones_own(arena: Typist) -> None:
    arena.write("nim.py", NIM)
    for place in ("nim.py:Nim", "nim.py:Nim?matches=4"):
        arena.write("s.toml", f'run = "{place}"\nagents = ["a=random", "b=random"]')
        said = arena("run", "s.toml")
        assert (said.code, "Episodes: 2 completed" in said.out) == (0, True)


def test_a_dry_run_finds_the_files_of_a_study_elsewhere(arena: Typist, study: Path) -> None:
    assert "Dry run of 3 episodes" in arena("run", "studies/study.toml", "--dry-run").out


def test_what_cannot_be_played_is_said_before_the_run_begins(arena: Typist) -> None:
    arena.write("nim.py", NIM)
    both = ("--agents", "a=random", "b=random")
    for typed, told in (
        (("nim.py:Nim?matches=x", *both), "matches must be a whole number, not 'x'"),
        (("repeated:kuhn?n=2.5", *both), "n must be a whole number from 1 to 10,000"),
        (("leduc", "--agents", "kuhn-nash", "random"), "'kuhn-nash' cannot sit here"),
        (("leduc", "--agents", "noisy:kuhn-nash", "random"), "'noisy:kuhn-nash' cannot sit here"),
        (("kuhn", "leduc", "--agents", "a=kuhn-nash", "b=random"), "'a' cannot sit here"),
        (("kuhn", "--agents", "minimax", "random"), "'games of perfect information'"),
        (("leduc", "--agents", "aggressive", "random"), "'limit-holdem'"),
        (("leduc", "--agents", "level-k", "random"), "'number-guessing'"),
    ):
        said = arena("tournament", *typed)
        assert (said.code, told in said.err) == (2, True), (typed, said.err)
        assert not Path("runs").exists()


def test_a_game_whose_code_fails_is_refused_in_a_sentence(arena: Typist) -> None:
    for text, told in (
        ("1 / 0", "broken.py cannot be run: ZeroDivisionError"),
        ("class It:\n    def __init__(self):\n        {}['x']", "cannot be made: KeyError"),
    ):
        arena.write("broken.py", text)
        said = arena("tournament", "broken.py:It", "--agents", "a=random", "b=random")
        assert (said.code, told in said.err) == (2, True), said.err


def test_lists_in_errors_are_short(arena: Typist) -> None:
    for typed in (
        ("run", "direct", "--agents", "nobody"),
        ("tournament", "nothing", "--agents", "random"),
        ("list", "agents", "nobody"),
    ):
        said = arena(*typed)
        assert said.code == 2
        assert "`arena list " in said.err
        assert len(said.err) < 300


def test_an_option_for_several_values_needs_one(arena: Typist) -> None:
    assert "--add needs a value" in arena("tournament", "runs/any", "--add").err
    assert "--agents needs a value" in arena("run", "direct", "--agents").err


@pytest.mark.parametrize("name", ["a b", "", "a:b", "a=b", "-x"])
def test_a_short_name_that_cannot_be_is_refused_with_its_line(arena: Typist, name: str) -> None:
    arena.write("s.toml", f'run = "kuhn"\n[agents]\n"{name}" = "random"\nb = "random"\n')
    said = arena("run", "s.toml")
    assert (said.code, f"s.toml, line 3: An agent cannot have the short name '{name}'" in said.err) == (
        2,
        True,
    )


def test_a_tournament_is_true_or_false(arena: Typist) -> None:
    arena.write("s.toml", 'run = "kuhn"\ntournament = "yes"\nagents = ["a=random", "b=random"]\n')
    assert "s.toml, line 2: tournament must be true or false, not 'yes'." in arena("run", "s.toml").err
