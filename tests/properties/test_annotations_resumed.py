"""Annotations are the same after a kill at any commit and in a fork, and a name has one kind."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena import Scenario
from arena.annotations import AnnotationRow
from arena.designs.fork import Fork
from arena.episode.protocol import Protocol
from arena.journal import StoredRun
from arena.running import run
from protocols import Debate, Mad, Revise, Society
from tests.properties.settings import SETTINGS
from tests.protocols.asking import TASK
from tests.shared.agents import Watched
from tests.shared.examples import few
from tests.shared.playing import play
from tests.shared.protocols import seeds

PLAYED: tuple[Protocol, ...] = (Debate(rounds=1), Mad(rounds=2), Society(rounds=2), Revise(turns=3))


def found(folder: Path, episode: int = 0) -> tuple[AnnotationRow, ...]:
    with StoredRun(folder) as stored:
        return stored.episode(episode).annotations


def cut(folder: Path, done: int) -> None:
    """Leave the journal as it was when so many calls had been committed."""
    connection = sqlite3.connect(folder / "journal.sqlite")
    with connection:
        connection.execute("DELETE FROM outcomes")
        (step,) = connection.execute(
            "SELECT coalesce(max(step), 0) FROM calls WHERE step < ?", (done,)
        ).fetchone()
        connection.execute("DELETE FROM calls WHERE step > ?", (step,))
        connection.execute("DELETE FROM events WHERE step > ?", (step,))
        connection.execute("DELETE FROM annotations WHERE said > ? OR said IS NULL", (step,))
        connection.execute("UPDATE written SET number = 0 WHERE name = 'outcomes'")
    connection.close()


def steady() -> Watched:
    return Watched(lambda request: request.form.sample(request.random()), name="steady")


def alike() -> Watched:
    """Return an agent whose answer to the same question is the same, whatever the seed."""
    return Watched(lambda request: request.form.sample(Random(request.prompt.text)), name="alike")


def scenario_of(protocol: Protocol, agent: Watched) -> Scenario:
    return Scenario(protocol=protocol, tasks=[TASK], seats=dict.fromkeys(protocol.seats, agent))


@few
@given(st.sampled_from(PLAYED), st.integers(0, 8))
def test_a_killed_run_comes_to_the_same_annotations(
    tmp_path_factory: pytest.TempPathFactory, protocol: Protocol, done: int
) -> None:
    folder, scenario = tmp_path_factory.mktemp("killed"), scenario_of(protocol, steady())
    asyncio.run(run(scenario, folder / "run"))
    before = found(folder / "run")
    assert before
    cut(folder / "run", done)
    asyncio.run(run(scenario, folder / "run", resume=True))
    assert found(folder / "run") == before


@pytest.mark.parametrize("protocol", PLAYED, ids=lambda one: type(one).__name__)
def test_a_fork_that_answers_alike_finds_the_rest_alike(tmp_path: Path, protocol: Protocol) -> None:
    scenario = scenario_of(protocol, alike())
    asyncio.run(run(scenario, tmp_path / "run"))
    before = found(tmp_path / "run")
    siblings = Fork(parent=tmp_path / "run", original=scenario, at={0: 1}, siblings=1)
    asyncio.run(run(siblings, tmp_path / "fork"))
    with StoredRun(tmp_path / "fork") as stored:
        branch = stored.episode(0).plan.branch
    assert branch is not None
    later = [row for row in before if row.said is None or row.said >= branch.step]
    again = [row._replace(episode=0) for row in found(tmp_path / "fork")]
    own = [row for row in again if row.said is None or row.said >= branch.step]
    assert own == again
    assert [row for row in own if row.by == "seat"] == [row for row in later if row.by == "seat"]


@pytest.mark.parametrize("name", SETTINGS)
@few
@given(data=st.data(), seed=seeds)
def test_a_name_has_one_kind_in_each_protocol(name: str, data: st.DataObject, seed: int) -> None:
    settings = SETTINGS[name]
    protocol, task = data.draw(settings.protocols), data.draw(st.sampled_from(settings.tasks))
    playing = asyncio.run(play(protocol, steady(), task=task, seed=seed, **settings.options))
    kinds: dict[str, set[str]] = {}
    for row in playing.memory.found.get(playing.episode.number, []):
        kinds.setdefault(row.name, set()).add(row.kind)
    assert all(len(several) == 1 for several in kinds.values()), kinds
