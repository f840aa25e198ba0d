"""What cannot be used as it was typed: exit code 2 and one sentence, before anything is played."""

from __future__ import annotations

import pytest

from tests.arena.cli.typing_in import SHORT, Typist

TWO = ("--agents", "random", "cfr")

WRONG: list[tuple[str, list[str]]] = [
    ("run khun", ["khun", "Did you mean kuhn?"]),
    ("tournament khun", ["khun", "Did you mean kuhn?"]),
    ("tournament leduk --agents random cfr", ["leduk", "Did you mean leduc?"]),
    ("tournament leduc", ["--agents"]),
    ("tournament leduc --agents random", ["2 entrants"]),
    ("tournament kuhn --agents kuhn-nahs random", ["kuhn-nahs", "Did you mean kuhn-nash?"]),
    ("tournament kuhn --agents kuhn-nash?alfa=1 random", ["alfa", "takes alpha"]),
    ("tournament kuhn --agents kuhn-nash?alpha=1 random", ["alpha", "at most 0.33"]),
    ("tournament kuhn --agents kuhn-nash?alpha=x random", ["alpha", "number"]),
    ("tournament kuhn --agents noisy random", ["noisy", "agent"]),
    ("tournament kuhn --agents noisy:nosuch random", ["nosuch"]),
    ("tournament kuhn --agents kuhn-nash kuhn-nash", ["Several agents are called kuhn-nash"]),
    ("tournament kuhn --agents mine.py:Bold random", ["There is no file mine.py"]),
    ("tournament kuhn --agents no.such:Bold random", ["no.such:Bold"]),
    ("tournament kuhn --format swis", ["swis", "swiss"]),
    ("tournament kuhn --format round-robin?meting=3", ["meting", "meetings"]),
    ("tournament kuhn --format round-robin?meetings=0", ["meetings", "at least 1"]),
    ("tournament kuhn --format round-robin?meetings=x", ["meetings", "whole number"]),
    ("tournament kuhn --set protocol.hand=3", ["hand", "Did you mean hands?"]),
    ("tournament kuhn --set protocol.hands=0", ["hands", "at least 1"]),
    ("tournament kuhn --set protocol.hands=many", ["hands", "whole number"]),
    ("tournament kuhn --set protocol.game=khun", ["khun"]),
    ("tournament kuhn --set protocol", ["path=value", "protocol"]),
    ("tournament kuhn --set =3", ["path=value"]),
    ("tournament kuhn --set seed.x=3", ["'x'"]),
    ("tournament kuhn --set sed=3", ["sed", "Did you mean seed?"]),
    ("tournament kuhn --set limits.turns=0", ["turns", "at least 1"]),
    ("tournament openspiel:nosuch --agents random cfr", ["nosuch"]),
    ("tournament blackjack --agents random cfr", ["only one seat plays", "arena run"]),
    ("run kuhn.py", ["There is no file", "kuhn.py"]),
    ("show nosuch", ["nosuch", "arena runs"]),
    ("resume nosuch", ["nosuch", "arena runs"]),
    ("export nosuch", ["nosuch", "arena runs"]),
    ("exploitability kuhn", ["--agents"]),
    ("exploitability kuhn --agents nosuch", ["nosuch"]),
    ("exploitability khun --agents random", ["khun"]),
    ("exploitability kuhn --agents minimax", ["minimax"]),
    ("tournament kuhn --agents function random", ["function"]),
    ("tournament kuhn --agents table:nosuch.json random", ["nosuch.json"]),
]


class TestWhatCannotBeUsed:
    @pytest.mark.parametrize(("typed", "said"), WRONG, ids=[typed for typed, _ in WRONG])
    def test_is_refused_in_one_sentence(self, arena: Typist, typed: str, said: list[str]) -> None:
        result = arena(*typed.split())
        assert result.code == 2
        *_, sentence = result.err.strip().splitlines()
        assert sentence.startswith("arena: ")
        assert sentence.endswith((".", "..."))
        assert [part for part in said if part not in sentence] == []
        assert "Traceback" not in result.err
        assert result.out == ""

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("nosuch", "nosuch"),
            ("run", "scenario"),
            ("tournament kuhn --episodes 0", "--episodes"),
            ("tournament kuhn --concurrency 0", "--concurrency"),
            ("tournament kuhn --seed x", "--seed"),
            ("tournament kuhn --nosuch", "--nosuch"),
            ("show kuhn first", "EPISODE"),
        ],
    )
    def test_options_that_do_not_parse_are_named(self, arena: Typist, typed: str, said: str) -> None:
        result = arena(*typed.split())
        assert result.code == 2
        assert said.lower() in result.err.lower()
        assert "Traceback" not in result.err

    def test_leaves_no_run_behind(self, arena: Typist) -> None:
        arena("tournament", "kuhn", "--agents", "kuhn-nahs", "random")
        assert arena("runs").out.strip() == "There are no runs in runs."
        assert not list(arena.folder.glob("runs/*"))

    def test_setting_is_named_by_its_whole_path(self, arena: Typist) -> None:
        assert "protocol.hands" in arena("tournament", "kuhn", "--set", "protocol.hands=0").err


class TestScenarioFile:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("raise ValueError('it is broken')", "ValueError: it is broken"),
            ("scenario = (", "SyntaxError"),
            ("import nosuchmodule", "nosuchmodule"),
            ("x = 1", "defines no `scenario`"),
            ("scenario = 3", "not a Scenario"),
            (
                "from arena import Scenario\nfrom protocols import Play\n"
                "scenario = Scenario(protocol=Play(game='kuhn'), seats={'player_0': 'random'})",
                "These seats have no agent: player_1.",
            ),
        ],
    )
    def test_that_cannot_be_used_is_refused_in_one_sentence(
        self, arena: Typist, text: str, said: str
    ) -> None:
        result = arena("run", arena.write("mine.py", text))
        assert result.code == 2
        assert said in result.err
        assert "mine.py" in result.err
        assert len(result.err.strip().removeprefix("Running the code of mine.py.\n").splitlines()) == 1

    def test_that_is_no_tournament_is_not_run_as_one(self, arena: Typist) -> None:
        text = """
from arena import Scenario
from protocols import Play
scenario = Scenario(protocol=Play(game="kuhn"), seats={"player_0": "random", "player_1": "random"})
"""
        result = arena("tournament", arena.write("mine.py", text))
        assert result.code == 2
        assert "arena run" in result.err

    def test_that_is_no_tournament_seats_its_agents_in_order_or_by_name(self, arena: Typist) -> None:
        text = """
from arena import Scenario
from protocols import Play
scenario = Scenario(protocol=Play(game="kuhn"), seats={"player_0": "random", "player_1": "random"})
"""
        name = arena.write("mine.py", text)
        assert arena("run", name, *TWO, "--out", "both").code == 0
        assert "player_0: random, player_1: cfr" in arena("show", "both", "0").out
        assert arena("run", name, "--set", "seats.player_1=cfr?iterations=5", "--out", "one").code == 0
        assert "player_1: cfr?iterations=5" in arena("show", "one", "0").out


class TestExisting:
    """What depends on a run that is there."""

    @pytest.fixture
    def run(self, arena: Typist) -> str:
        assert arena("tournament", "kuhn", *TWO, *SHORT, "--out", "runs/here").code == 0
        return "here"

    def test_folder_is_not_written_over(self, arena: Typist, run: str) -> None:
        result = arena("tournament", "kuhn", *TWO, *SHORT, "--out", f"runs/{run}")
        assert result.code == 2
        assert "arena resume" in result.err

    def test_episode_that_is_not_there(self, arena: Typist, run: str) -> None:
        result = arena("show", run, "99")
        assert result.code == 2
        assert "no episode 99" in result.err

    def test_seat_that_is_not_there(self, arena: Typist, run: str) -> None:
        result = arena("show", run, "0", "--seat", "judge")
        assert result.code == 2
        assert "judge" in result.err
        assert "player_0, player_1" in result.err

    def test_export_format_that_is_not_there(self, arena: Typist, run: str) -> None:
        result = arena("export", run, "--to", "csv")
        assert result.code == 2
        assert "csv" in result.err
        assert "jsonl" in result.err

    def test_export_to_a_folder_that_is_not_there(self, arena: Typist, run: str) -> None:
        result = arena("export", run, "--out", "no/such.jsonl")
        assert result.code == 2
        assert "There is no folder no" in result.err

    @pytest.mark.parametrize(
        ("setting", "field"),
        [("seed=3", "seed was 0 and is now 3"), ("protocol.hands=2", "protocol.hands was 1 and is now 2")],
    )
    def test_run_is_not_resumed_under_another_configuration(
        self, arena: Typist, run: str, setting: str, field: str
    ) -> None:
        before = arena("show", run).out
        result = arena("resume", run, "--set", setting)
        assert result.code == 2
        assert field in result.err
        assert arena("show", run).out == before

    def test_folder_without_a_run(self, arena: Typist, run: str) -> None:
        (arena.folder / "runs" / "empty").mkdir()
        result = arena("show", "empty")
        assert result.code == 2
        assert "There is no run in" in result.err
