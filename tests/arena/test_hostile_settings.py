"""Every setting of everything that has a name takes a hostile value, or refuses it in one sentence."""

from __future__ import annotations

import dataclasses
import inspect
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import ValidationError

from arena.core.complaints import first_problem
from arena.core.errors import UsageError
from arena.core.jsonl import read_jsonl
from arena.designs.comparison import Comparison, Condition
from arena.designs.overriding import override
from arena.designs.scenario import Scenario
from arena.designs.tournament import Tournament
from arena.episode.protocol import Protocol
from arena.importing._mapping import read_mapping
from arena.judging import Criterion, Rubric, read_rubric
from arena.registry import find, make_agent, table
from arena.running.running import run
from arena.spending.limits import Caps, Limits
from arena.spending.prices import ModelPrice, Prices
from arena.tasks.task import Task
from arena.training.rewards.shaping import REWARDS, shaping
from protocols import Bargain, Coached, Direct, Mad, Play, Revise, SneakyCritic
from protocols.shared.topology import written_out

HOSTILE: tuple[Any, ...] = (
    math.nan,
    math.inf,
    -math.inf,
    -1,
    10**9,
    10**30,
    1e23,
    "",
    [],
    None,
    "nan",
    "many",
)
ARGUMENTS = {
    "openai": "m",
    "anthropic": "m",
    "openai-compatible": "m",
    **dict.fromkeys(
        (
            "aggregate",
            "best-of",
            "coached",
            "failing",
            "guided",
            "illegal",
            "lookahead",
            "noisy",
            "panel",
            "persona",
            "slow",
            "strategist",
        ),
        "random",
    ),
}
OWN_GAME = """
import games
from arena.designs.scenario import Scenario
from protocols import Play

class Mine(games.Repeated):
    def __init__(self):
        super().__init__(games.load("kuhn"), 2)

seats = dict.fromkeys(("player_0", "player_1"), "random")
scenario = Scenario(protocol=Play(game="{file}:Mine"), seats=seats)
"""


def is_a_sentence(error: Exception) -> bool:
    said = str(error)
    return (
        bool(said)
        and "\n" not in said
        and not any(raw in said for raw in ("validation error", "Input should"))
    )


@pytest.mark.parametrize("name", sorted(table("agents")))
def test_every_setting_of_an_agent(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for key in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY"):
        monkeypatch.setenv(key, "planted")
    settings = [field.name for field in dataclasses.fields(find("agents", name)) if field.init]
    place = f"{name}:{ARGUMENTS[name]}" if name in ARGUMENTS else name
    for setting in settings:
        for value in HOSTILE:
            try:
                make_agent(f"{place}?{setting}={'' if value is None else value}")
            except UsageError as refused:
                assert is_a_sentence(refused), (setting, value)  # noqa: PT017


@pytest.mark.parametrize("name", sorted(table("scenarios")))
def test_every_setting_of_a_scenario_and_its_protocol(name: str) -> None:
    scenario = find("scenarios", name)
    paths = [[setting] for setting in type(scenario).model_fields if setting not in ("tasks", "protocol")]
    paths += [["limits", setting] for setting in Limits.model_fields]
    if hasattr(scenario, "protocol"):
        paths += [["protocol", setting] for setting in type(scenario.protocol).model_fields]
    for path in paths:
        for value in HOSTILE:
            try:
                override(scenario, path, value)
            except UsageError as refused:
                assert is_a_sentence(refused), (path, value)  # noqa: PT017


@pytest.mark.parametrize("name", sorted(table("games")))
def test_every_parameter_of_a_game(name: str) -> None:
    """What is taken can be played: the moves of either player are there at once."""
    made = find("games", name)
    parameters = [parameter for parameter in inspect.signature(made).parameters if name != "openspiel"]
    for parameter in parameters:
        for value in HOSTILE:
            rest = {"n": 2, "game": "kuhn"} if name == "repeated" else {}
            settings = "&".join(f"{key}={one}" for key, one in ({**rest, parameter: value}).items())
            try:
                play = Play(game=f"{name}?{settings}")
            except UsageError as refused:
                assert is_a_sentence(refused), (parameter, value)  # noqa: PT017
            else:
                assert play.rules.max_game_length is None or play.rules.max_game_length <= 100_000


@pytest.mark.parametrize(
    ("game", "said"),
    [
        ("ultimatum?coins=1001", "coins must be a whole number from 1 to 1,000, not 1001"),
        ("trade?most=31", "most must be a whole number from 1 to 30, not 31"),
        ("trade?turns=many", "turns must be a whole number from 1 to 1,000, not 'many'"),
        ("bargaining?discount=nan", "The discount must be above 0 and at most 1, not 'nan'"),
        ("bargaining?max_turns=1e3", "max_turns must be a whole number"),
        ("repeated:kuhn?n=10001", "from 1 to 10,000, not 10001"),
        ("kuhn?deck=5", "kuhn has no parameter 'deck'; its parameters are rules"),
    ],
)
def test_a_parameter_of_a_game_has_a_range(game: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        Play(game=game)


@pytest.mark.parametrize("value", [math.nan, math.inf, -1, 10**30, 1e23, "", [], "many"])
@pytest.mark.parametrize("cap", list(Caps.model_fields))
def test_a_cap_is_an_amount_or_none(cap: str, value: object) -> None:
    with pytest.raises(ValidationError) as invalid:
        Caps.model_validate({cap: value})
    assert first_problem(invalid.value).startswith(f"{cap}: it must be ")


@pytest.mark.parametrize("value", ["nan", "inf", "-1", "1e23", "", "[]"])
@pytest.mark.parametrize("name", [name for name in REWARDS if name not in ("terminal", "last")])
def test_a_reward_takes_no_hostile_number(name: str, value: str) -> None:
    parameter = "gamma" if name == "discounted" else "penalty"
    with pytest.raises(UsageError, match=parameter):
        shaping(f"{name}?{parameter}={value}")


def test_gamma_is_at_most_one() -> None:
    with pytest.raises(UsageError, match="the parameter gamma is at most 1, not 5"):
        shaping("discounted?gamma=5")


async def test_an_agent_that_answers_nothing_of_what_a_game_asks_is_refused_before_the_run(
    tmp_path: Path,
) -> None:
    for agent in ("exact-critic", "noisy:exact-critic", "greedy-haggler"):
        with pytest.raises(UsageError, match="cannot sit here"):
            await run(
                Scenario(protocol=Play(), seats={"player_0": agent, "player_1": "random"}), tmp_path / "run"
            )
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("scenario", "agent"),
    [
        ("sneaky-critic", "greedy-haggler"),
        ("bargain", "exact-critic"),
        ("bargain", "sneaky"),
        ("debate", "exact-critic"),
    ],
)
async def test_so_is_one_that_answers_nothing_of_what_another_protocol_asks(
    tmp_path: Path, scenario: str, agent: str
) -> None:
    made = find("scenarios", scenario)
    seats = {**made.seats, made.players[0]: agent}
    with pytest.raises(UsageError, match="cannot sit here"):
        await run(override(made, ["seats"], seats), tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("protocol", "seat", "agent"),
    [
        (SneakyCritic(), "generator", "exact-critic"),
        (SneakyCritic(), "critic", "sneaky"),
        (SneakyCritic(), "critic", "noisy:sneaky"),
        (Mad(), "moderator", "exact-critic"),
        (Revise(), "answerer", "greedy-haggler"),
        (Coached(protocol=Bargain(), improving="buyer"), "buyer", "exact-critic"),
    ],
)
async def test_so_is_one_that_answers_nothing_of_what_is_asked_in_its_seat(
    tmp_path: Path, protocol: Protocol, seat: str, agent: str
) -> None:
    seats = {**dict.fromkeys(protocol.seats, "scripted"), seat: agent}
    with pytest.raises(UsageError, match=f"'{agent}' cannot sit here as {seat}"):
        await run(Scenario(protocol=protocol, seats=seats), tmp_path / "run")
    assert not (tmp_path / "run").exists()


async def test_so_is_one_under_one_condition_of_a_comparison(tmp_path: Path) -> None:
    compared = Comparison(
        conditions={"revise": Revise(), "direct": Direct()},
        seats={"answerer": "exact-critic", "judge": "scripted"},
    )
    with pytest.raises(UsageError, match="'exact-critic' cannot sit here as answerer"):
        await run(compared, tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("specification", "why"),
    [
        ("..:x", "is not the name of a module"),
        (".:x", "is not the name of a module"),
        ("a b:x", "is not the name of a module"),
    ],
)
def test_an_agent_in_no_module(specification: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        make_agent(specification)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[]", "a list of at least 1"),
        ("[{}]", "none of them has an information state"),
        ("[{}, {}]", "none of them has an information state"),
        ('[{"J": {}}]', "0.J: it must be a table of at least 1"),
        ('[{"J": {"0": 2}}]', "0.J.0: it must be at most 1"),
    ],
)
def test_a_table_without_a_policy(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "t.json").write_text(text)
    with pytest.raises(UsageError, match=why) as refused:
        make_agent(f"table:{tmp_path / 't.json'}")
    assert is_a_sentence(refused.value)


class TestScenarioFiles:
    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("import sys; sys.exit(3)", r"with sys.exit\(3\)"),
            (
                "from arena.designs.scenario import Scenario\nfrom protocols import Play\n"
                "Scenario(protocol=Play(), seats={'player_0': 5, 'player_1': 'random'})",
                "seats.player_0: it must be text or an object of the class Agent, not 5",
            ),
            ("from protocols import Play\nPlay(game='khun')", "did you mean 'kuhn'"),
            ("from arena.tasks.task import Task\nTask(id=5)", "Task: id: it must be text, not 5"),
        ],
    )
    def test_that_cannot_be_used_are_said_in_a_sentence(self, tmp_path: Path, text: str, why: str) -> None:
        (tmp_path / "own.py").write_text(text)
        with pytest.raises(UsageError, match=why) as refused:
            find("scenarios", f"{tmp_path / 'own.py'}:scenario")
        assert is_a_sentence(refused.value)

    async def test_may_hold_their_own_game(self, tmp_path: Path) -> None:
        file = tmp_path / "own.py"
        file.write_text(OWN_GAME.format(file=file))
        result = await run(find("scenarios", f"{file}:scenario"), tmp_path / "run")
        assert sum(result.ended.values()) == 1
        again = await run(find("scenarios", f"{file}:scenario"), tmp_path / "run", resume=True)
        assert again.ended == result.ended


class TestFilesOfSettings:
    """Of prices, of what a mapping says, of a rubric's parts, of a graph's edges, of a table's policies."""

    READ: ClassVar[dict[str, tuple[Callable[[Path], object], str]]] = {
        "prices": (Prices.from_file, '["a:é"]\nprompt = 1\ncompletion = 2\n'),
        "mapping": (read_mapping, '[task]\nid = "é"\n[seats]\na = "b"\n'),
        "rubric": (read_rubric, '[[parts]]\nquestion = "Was {speaker} naïve?"\n'),
        "graph": (written_out, "0 1 # é\n"),
        "table": (lambda file: make_agent(f"table:{file}"), '[{"é": {"0": 1}}]'),
    }

    @pytest.mark.parametrize("kind", READ)
    def test_may_begin_with_a_byte_order_mark(self, tmp_path: Path, kind: str) -> None:
        read, text = self.READ[kind]
        (tmp_path / "plain").write_bytes(text.encode())
        (tmp_path / "marked").write_bytes(b"\xef\xbb\xbf" + text.encode())
        plain, marked = self.said(read, tmp_path / "plain"), self.said(read, tmp_path / "marked")
        assert plain.replace("plain", "marked") == marked

    def said(self, read: Callable[[Path], object], file: Path) -> str:
        made = read(file)
        return repr(made.described() if isinstance(made, Prices) else made)

    @pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
    @pytest.mark.parametrize("kind", READ)
    def test_in_another_encoding_are_refused_in_a_sentence(
        self, tmp_path: Path, kind: str, encoding: str
    ) -> None:
        read, text = self.READ[kind]
        (tmp_path / "file").write_bytes(text.encode(encoding))
        with pytest.raises((UsageError, ValueError), match="UTF-") as refused:
            read(tmp_path / "file")
        assert is_a_sentence(refused.value)
        assert "save it" in str(refused.value)


class TestFilesOfQuestions:
    def read(self, file: Path, content: bytes) -> list[Any]:
        file.write_bytes(content)
        return read_jsonl(file, lambda _, value: value)

    def test_may_begin_with_a_byte_order_mark(self, tmp_path: Path) -> None:
        assert self.read(tmp_path / "q.jsonl", b'\xef\xbb\xbf{"a": 1}\n') == [{"a": 1}]

    @pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
    def test_in_another_encoding_are_refused_in_a_sentence(self, tmp_path: Path, encoding: str) -> None:
        with pytest.raises(UsageError, match="UTF-8") as refused:
            self.read(tmp_path / "q.jsonl", '{"a": "é"}\n'.encode(encoding))
        assert is_a_sentence(refused.value)


class TestInPython:
    """What is made of values that do not fit is refused by one exception, in one sentence."""

    @pytest.mark.parametrize(
        ("make", "said"),
        [
            (lambda: Task(id=5), "Task: id: it must be text, not 5."),
            (lambda: Play(hands=0), "Play: hands: it must be at least 1, not 0."),
            (lambda: Play(**{"hand": 2}), "Play: hand: there is no such setting."),
            (lambda: Limits(seconds=-1), "Limits: seconds: it must be greater than 0, not -1."),
            (lambda: Caps(dollars=math.inf), "Caps: dollars: it must be a finite number, not inf."),
            (lambda: Criterion(asks="guess"), "Criterion: asks: it must be one of "),
            (lambda: Rubric(), "Rubric: "),
            (
                lambda: ModelPrice(prompt=-1, completion=1),
                "ModelPrice: prompt: it must be at least 0, not -1.",
            ),
            (lambda: Scenario(**{"seats": {}}), "Scenario: protocol: it is missing."),
            (
                lambda: Scenario(protocol=Play(), seats={"player_0": 5}),
                "Scenario: seats.player_0: it must be",
            ),
            (
                lambda: Tournament(protocol=Play(), agents=[]),
                "Tournament: ",
            ),
            (lambda: Comparison(conditions={}), "Comparison: conditions: it must be a table of at least 1"),
            (
                lambda: Condition(protocol=5),
                "Condition: protocol: it must be an object of the class Protocol",
            ),
        ],
    )
    def test_says_which_and_why(self, make: Callable[[], object], said: str) -> None:
        with pytest.raises(UsageError) as refused:
            make()
        assert str(refused.value).startswith(said)
        assert is_a_sentence(refused.value)

    def test_says_where_in_the_whole_when_it_is_validated(self) -> None:
        with pytest.raises(ValidationError) as invalid:
            Scenario.model_validate({"protocol": Play(), "limits": {"turns": 0}})
        assert first_problem(invalid.value) == "limits.turns: it must be at least 1, not 0"

    def test_does_not_cost_more_where_it_is_validated(self) -> None:
        """Pydantic makes its own models within other models without calling ``__init__``."""
        assert not Task.__pydantic_custom_init__
        assert not Scenario.__pydantic_custom_init__
