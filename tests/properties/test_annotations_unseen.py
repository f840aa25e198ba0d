"""Annotations are in no request: the truth is found nowhere, and more annotations change nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.annotations import Answer, Label, Place, Reward
from arena.episode.episode import Episode
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
    settings = SETTINGS[name]
    protocol, task = data.draw(settings.protocols), data.draw(st.sampled_from(settings.tasks))
    plain = sent(protocol, task, word, seed)
    assert word not in repr(plain)
    assert sent(protocol, task, word, seed, Noisy) == plain
