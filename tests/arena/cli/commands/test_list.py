"""``arena list``: what there is, and the settings of each with their values, defaults and what they do."""

from __future__ import annotations

import json
import re
from typing import Annotated

import pytest
from pydantic import Field

from arena.cli.listing import LISTED_KINDS, all_of
from arena.cli.settings import REQUIRED, settings_of, type_in_words
from arena.core.ranges import Rounds
from arena.registry import make_agent
from protocols import Debate, Order
from tests.arena.cli.typing_in import Typist

OWN = """
from arena import Outcome, Protocol, Verdict


class Vote(Protocol):
    \'\'\'Everybody votes.

    Args:
        voters: How many there are.
    \'\'\'

    voters: int = 3
    seats = ("ann",)

    @property
    def finds(self):
        return {"vote": Verdict}

    async def play(self, episode):
        return Outcome.completed({})
"""

NAMES = [(kind, one.name) for kind in LISTED_KINDS for one in all_of(kind)]


class TestNames:
    def test_all_are_listed_by_kind(self, arena: Typist) -> None:
        result = arena("list")
        assert result.code == 0
        lines = result.out.splitlines()
        assert [line.strip() for line in lines if not line.startswith(" ")] == list(LISTED_KINDS)
        assert {name for _, name in NAMES} == {line.split()[0] for line in lines if line.startswith("  ")}
        assert "not available" not in result.out

    def test_of_a_kind_are_listed_alone(self, arena: Typist) -> None:
        result = arena("list", "formats")
        assert "swiss" in result.out
        assert "debate" not in result.out

    def test_as_json_are_a_line_each(self, arena: Typist) -> None:
        lines = [json.loads(line) for line in arena("list", "games", "--json").out.splitlines()]
        assert [line["name"] for line in lines] == [name for kind, name in NAMES if kind == "games"]

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("list protocls", "Did you mean protocols?"),
            ("list protocols debat", "Did you mean debate?"),
            ("list agents \x1b[2J", r"\x1b[2J"),
        ],
    )
    def test_that_are_unknown_are_said_in_a_sentence(self, arena: Typist, typed: str, said: str) -> None:
        result = arena(*typed.split(" "))
        assert (result.code, result.out) == (2, "")
        assert said in result.err
        assert result.err.count("\n") == 1


class TestSettings:
    @pytest.mark.parametrize(("kind", "name"), NAMES)
    def test_have_values_a_default_and_what_they_do(self, arena: Typist, kind: str, name: str) -> None:
        shown = json.loads(arena("list", kind, name, "--json").out)
        assert shown["about"]
        lacking = [one["name"] for one in shown["settings"] if not all(one.values())]
        assert lacking == []
        assert [one for one in shown["settings"] if "<" in one["type"] + one["default"]] == []

    def test_of_a_protocol_are_those_of_its_class(self, arena: Typist) -> None:
        result = arena("list", "protocols", "debate")
        assert re.search("cross_examination +yes or no", result.out)
        assert "whole number from 2 to 26" in result.out
        assert "simultaneous, sequential" in result.out
        assert "beliefs.red_team" in result.out
        names = {one.name.partition(".")[0] for one in settings_of(Debate)}
        assert names == set(Debate.model_fields)

    def test_of_an_agent_are_what_stands_behind_its_name(self) -> None:
        found = {one.name: one for one in settings_of(type(make_agent("noisy:random")))}
        assert found["agent"].default == REQUIRED
        assert found["agent"].type == "agent"
        assert found["rate"].type == "number from 0 to 1"

    def test_of_a_scenario_are_its_own_values(self, arena: Typist) -> None:
        shown = json.loads(arena("list", "scenarios", "kuhn", "--json").out)
        defaults = {one["name"]: one["default"] for one in shown["settings"]}
        assert defaults["format"] == "round-robin?meetings=250"
        assert "limits.turns" in defaults

    def test_of_a_file_of_the_users_are_listed_too(self, arena: Typist) -> None:
        arena.write("mine.py", OWN)
        shown = arena("list", "protocols", "mine.py:Vote")
        assert shown.code == 0
        assert shown.out.startswith(
            "mine.py:Vote: Everybody votes.\nIt records the annotations vote (verdict)."
        )
        assert "voters" in shown.out
        missing = arena("list", "protocols", "mine.py:Votes")
        assert (missing.code, missing.err) == (2, "arena: mine.py has nothing called 'Votes'.\n")

    def test_of_what_has_none_are_said_to_be_none(self, arena: Typist) -> None:
        assert "It has no settings." in arena("list", "games", "leduc").out


class TestFindings:
    def test_of_a_protocol_are_listed_with_their_kinds(self, arena: Typist) -> None:
        said = "It records the annotations answer (answer), decision (answer)."
        assert said in arena("list", "protocols", "society").out
        shown = json.loads(arena("list", "protocols", "society", "--json").out)
        assert shown["finds"] == {"answer": "answer", "decision": "answer"}

    def test_of_one_that_plays_another_are_not_known_from_its_class(self, arena: Typist) -> None:
        assert json.loads(arena("list", "protocols", "coached", "--json").out)["finds"] == {}


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (int | None, "whole number or none"),
        (Order, "simultaneous, sequential"),
        (tuple[str, ...], "list of text"),
        (Annotated[float, Field(gt=0, le=1)], "number, above 0 and at most 1"),
        (Annotated[int, Field(ge=1)], "whole number, at least 1"),
        (Rounds | None, "whole number from 1 to 1,000 or none"),
    ],
)
def test_types_are_said_in_words(kind: object, words: str) -> None:
    assert type_in_words(kind) == words
