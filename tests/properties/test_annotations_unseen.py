"""Annotations are in no request: the truth is found nowhere, and more annotations change nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.annotations import Answer, Label, Place, Reward
from arena.designs.scenario import Scenario
from arena.episode.episode import Episode
from arena.running import run
from arena.tasks.task import Task
from arena.training.export.exporting import ExportOptions, export_rows
from tests.properties.settings import SETTINGS
from tests.shared.agents import Sent, Watched
from tests.shared.examples import few
from tests.shared.playing import play
from tests.shared.protocols import seeds

protocol_names = pytest.mark.parametrize("name", SETTINGS)


class Noisy(Episode):
    """An episode in which others annotate before every question."""

    async def together(self, seats: Collection[str], *arguments: Any, **options: Any) -> Any:
        seat = next(iter(seats))
        self.annotate(
            Answer("noise", "xyzzy"), Label("noise", count=3), Reward("noise", 1, about=Place(seat))
        )
        return await super().together(seats, *arguments, **options)


def sent(protocol: Any, task: Any, truth: Any, seed: int, episode: type[Episode] = Episode) -> list[Sent]:
    agent = Watched(lambda request: request.form.sample(request.random()))
    asyncio.run(play(protocol, agent, task=task, truth=truth, seed=seed, episode_class=episode))
    return agent.sent


@protocol_names
@few
@given(data=st.data(), seed=seeds, word=st.integers(2**127, 2**128 - 1).map(str))
def test_the_truth_and_more_annotations_are_in_no_request(
    name: str, data: st.DataObject, seed: int, word: str
) -> None:
    """It is a number of 39 digits, so that every comparison can grade by it."""
    known = SETTINGS[name]
    protocol, task = data.draw(known.protocols), data.draw(st.sampled_from(known.tasks))
    plain = sent(protocol, task, word, seed)
    assert word not in repr(plain)
    assert sent(protocol, task, word, seed, Noisy) == plain


@protocol_names
@settings(deadline=None, max_examples=2)
@given(data=st.data(), seed=seeds, word=st.integers(2**127, 2**128 - 1).map(str))
def test_the_truth_is_in_no_row_to_train_on(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject, seed: int, word: str
) -> None:
    """Not in its prompt, its completion or the facts beside them, in any format of lines."""
    known = SETTINGS[name]
    protocol, public = data.draw(known.protocols), data.draw(st.sampled_from(known.tasks))
    open_data = {key: value for key, value in public.data.items() if key != "answers"}
    task = Task(**{**public.model_dump(), "data": open_data}, truth=word)
    folder = tmp_path_factory.mktemp("canary")
    agent = Watched(lambda request: request.form.sample(request.random()), "sampler")
    scenario = Scenario(
        protocol=protocol, tasks=[task], seats=dict.fromkeys(protocol.seats, agent), seed=seed
    )
    asyncio.run(run(scenario, folder / "run"))
    for to in ("trl-sft", "trl-dpo", "sharegpt", "openai-sft"):
        export_rows([folder / "run"], folder / to, ExportOptions(to=to, advantage="none"))
        assert word not in (folder / to).read_text()
