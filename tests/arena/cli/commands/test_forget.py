"""``arena forget``: a person's words are blanked."""

from __future__ import annotations

import arena as engine
from agents.random import Random
from protocols import Debate
from tests.arena.cli.typing_in import Typist
from tests.arena.journal.test_forgetting import TASKS, answer, quoting
from tests.shared.agents import Watched


def test_it_blanks_the_words_and_says_what_it_left(arena: Typist) -> None:
    person = Watched(answer, "heron")
    person.desk = "terminal"
    agents = {"debater_a": person, "debater_b": Watched(quoting, "bob"), "judge": Random()}
    engine.run(Debate(rounds=1), "runs/x", tasks=TASKS, agents=agents, quiet=True)
    arena("report", "x", "--out", "runs/x/report.html")
    refused = arena("forget", "x", "--person", "bob")
    assert refused.code == 2
    assert "No person called 'bob' is in the run" in refused.err
    done = arena("forget", "x", "--person", "heron")
    assert done.code == 0
    assert "in 2 episodes that they played" in done.out
    assert "may hold their words: runs/x/report.html" in done.out
    checked = arena("check", "x")
    assert checked.code == 0
    assert "Xyzzyville" not in arena("show", "x", "0").out


def test_the_person_must_be_named(arena: Typist) -> None:
    assert arena("forget", "x").code == 2
