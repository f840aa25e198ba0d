"""Several critics and one who merges: what the merged list finds, and which critiques are preferred."""

from __future__ import annotations

import json

import pytest

from arena.journal import StoredRun
from scenarios.multi_critique import precision_and_recall
from tests.arena.cli.typing_in import Typist
from tests.arena.results.figures.lines import Found, sections_in
from tests.scenarios.test_self_correction import rows

ONE = "scenarios.multi_critique:critic_"
PANEL = f"panel:scenarios.multi_critique:meta_critic?members={ONE}one;{ONE}two;{ONE}three&classes=good;flawed"


def test_the_merged_list_finds_what_no_critic_finds_alone(arena: Typist) -> None:
    """Wrong are {1, 3}; critics {1}, {1, 2}, {3}; merged P = R = 1; alone P 1, 0.5, 1 and R 0.5 each."""
    said = arena("run", "multi-critique", "--tasks", "1", "--agents", PANEL, "--out", "run")
    assert said.code == 0, said.err
    found = Found(sections_in(arena.folder / "run"))
    assert found.shown("Mean score", "wrong-step-list: precision, of critic") == (1.0, 1, 1)
    assert found.shown("Mean score", "wrong-step-list: recall, of critic") == (1.0, 1, 1)
    with StoredRun(arena.folder / "run") as stored:
        alone = [
            [value for _, value in stored.annotation_columns(("episode", "value"), "score", name)]
            for name in ("precision, member", "recall, member")
        ]
    assert alone == [[1.0, 0.5, 1.0], [0.5, 0.5, 0.5]]


def test_nothing_named_where_nothing_is_wrong_is_right() -> None:
    assert precision_and_recall((), ()) == (1.0, 1.0)
    assert precision_and_recall((2,), ()) == (0.0, 0.0)
    assert precision_and_recall((), (2,)) == (0.0, 0.0)


@pytest.mark.parametrize(("second", "pairs"), [("11110011", 1), ("11110100", 0)])
def test_a_critique_is_preferred_if_more_of_its_revisions_are_right(
    arena: Typist, second: str, pairs: int
) -> None:
    """Of four revisions each, 0.75 and 0.5 are right: a pair; 0.75 and 0.75: none."""
    arena.write("critics.py", "def critic(request):\n    return f'Look again, as {request.root} says.'\n")
    actor = f"actor=scenarios.courses:Recited?of=11110010,{second}&samples=2"
    words = ("--set", "protocol.samples=4", "--tasks", "1", "--episodes", "2", "--concurrency", "1")
    said = arena("run", "critique", *words, "--agents", actor, "critics.py:critic", "--out", "run")
    assert said.code == 0, said.err
    reward = ("--reward", "revision-gain?samples=all", "--seat", "critic")
    assert [row["reward"] for row in rows(arena, *reward)] == [0.75, 0.5 if pairs else 0.75]
    made = rows(arena, *reward, "--pairs", "texts", to="trl-dpo")
    assert [(pair["chosen_reward"], pair["rejected_reward"]) for pair in made] == [(0.75, 0.5)] * pairs
    assert json.dumps(made).count("Look again") == 2 * pairs
