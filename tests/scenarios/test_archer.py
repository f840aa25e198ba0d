"""ArCHer: the tables, the guesser that halves, and the paper's example from the game to the row."""

from __future__ import annotations

import json
from itertools import combinations
from typing import Any

import pytest

from arena import check_protocol
from scenarios.archer import guess_my_city, things, twenty_questions
from scenarios.cities import CITIES, CITY_FACTS
from scenarios.things import TEN, THING_FACTS, THINGS
from tests.arena.cli.typing_in import Typist
from tests.arena.results.figures.lines import Found, sections_in

AGENTS = ("--agents", "scenarios.archer:Halving", "--set", "seats.oracle=scenarios.archer:TableOracle")
QUESTIONS = ("Is it red?", "Is it big?", "Is it old?", "Is it a football?")


def exported(arena: Typist, *words: str) -> list[dict[str, Any]]:
    said = arena("export", "run", "--seat", "guesser", "--out", "rows.jsonl", *words)
    assert said.code == 0, said.err
    return [json.loads(line) for line in (arena.folder / "rows.jsonl").read_text().splitlines()]


@pytest.mark.parametrize(("words", "facts"), [(THINGS, THING_FACTS), (tuple(CITIES), CITY_FACTS)])
def test_any_two_words_of_a_table_differ(words: tuple[str, ...], facts: dict[str, frozenset[str]]) -> None:
    names = [word.split(";")[0] for word in words]
    assert len(set(names)) == len(names) > 50
    assert set().union(*facts.values()) <= set(names)
    for one, other in combinations(names, 2):
        assert any((one in yes) is not (other in yes) for yes in facts.values()), (one, other)


def test_halving_ten_things_takes_three_or_four_questions_and_one_more(arena: Typist) -> None:
    """A tree with ten leaves that halves has six at the depth 3 and four at 4: -3.4 on average."""
    assert arena("run", "twenty-questions", *AGENTS, "--out", "run").code == 0
    found = Found(sections_in(arena.folder / "run"))
    assert found.shown("Mean score", "twenty-questions: trajectory reward, of guesser") == (-3.4, 10, 10)
    assert found.shown("Share of a class", "twenty-questions: found is yes") == (1.0, 10, 10)
    sums = {
        row["trajectory_reward"] for row in exported(arena, "--to", "transitions", "--reward", "utterance")
    }
    assert sums == {-3.0, -4.0}


def test_the_table_of_cities_is_halved_in_six_questions_at_most(arena: Typist) -> None:
    said = arena("run", "guess-my-city", *AGENTS, "--tasks", "51", "--out", "run")
    assert said.code == 0, said.err
    rows = exported(arena, "--to", "transitions", "--reward", "utterance")
    assert {row["trajectory_reward"] for row in rows} == {-5.0, -6.0}
    assert sum(row["done"] for row in rows) == 51


def scripted(arena: Typist, *questions: str) -> None:
    replies = ",".join(questions)
    arena.write("guessers.py", f"def guesser(request):\n    return {list(questions)!r}[request.count]\n")
    answer = (
        "def oracle(request):\n    return 'Yes' if 'football' in request.prompt.data['question'] else 'No'\n"
    )
    arena.write("oracles.py", answer)
    said = arena(
        *(
            "run",
            "twenty-questions",
            "--agents",
            "guessers.py:guesser",
            "--set",
            "seats.oracle=oracles.py:oracle",
        ),
        *("--tasks", "1", "--out", "run"),
    )
    assert said.code == 0, (said.err, replies)


def test_found_at_the_fourth_question_as_in_the_sheet(arena: Typist) -> None:
    """Rewards -1, -1, -1, 0; returns -2.8525, -1.95, -1, 0 at gamma .95; their sum is -3."""
    scripted(arena, *QUESTIONS)
    rows = exported(arena, "--to", "transitions", "--reward", "utterance", "--gamma", "0.95")
    assert [row["reward"] for row in rows] == [-1, -1, -1, 0]
    assert [row["mc_return"] for row in rows] == pytest.approx([-2.8525, -1.95, -1, 0], abs=1e-12)
    assert [row["trajectory_reward"] for row in rows] == [-3] * 4
    assert [row["done"] for row in rows] == [False, False, False, True]
    assert [row["action"] for row in rows] == list(QUESTIONS)
    assert [row["next_observation"] for row in rows] == [row["observation"] for row in rows[1:]] + [[]]
    as_reward = exported(arena, "--to", "trl-sft", "--reward", "utterance?gamma=0.95")
    assert [row["reward"] for row in as_reward] == [row["mc_return"] for row in rows]


def test_never_found_as_in_the_sheet(arena: Typist) -> None:
    """Minus the sum of .95^k for k from 0 to 19: -12.830282."""
    scripted(arena, *["Is it red?"] * 20)
    rows = exported(arena, "--to", "transitions", "--reward", "utterance")
    assert rows[0]["mc_return"] == pytest.approx(-(1 - 0.95**20) / 0.05, abs=1e-12)
    assert f"{rows[0]['mc_return']:.6f}" == "-12.830282"
    assert {row["trajectory_reward"] for row in rows} == {-20}


def test_the_table_calls_what_it_does_not_know_invalid(arena: Typist) -> None:
    scripted(arena, "Is it nice to look at?", *QUESTIONS[3:])
    assert len(exported(arena, "--to", "transitions", "--reward", "utterance")) == 2


def test_the_protocols_find_what_they_say() -> None:
    for scenario in (twenty_questions, guess_my_city):
        check_protocol(scenario.protocol, scenario.tasks[0], playouts=2)


def test_the_subset_of_ten_is_told_and_the_whole_list_is_not() -> None:
    assert [task.truth for task in twenty_questions.tasks] == list(
        things(TEN, shown=True)[0].data["candidates"]
    )
    assert not things()[0].data["candidates"]
