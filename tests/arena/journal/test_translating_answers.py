"""Old debates, MAD and societies are translated into what the protocols write today."""

from __future__ import annotations

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from protocols import AnswerMatch, Mad, Society
from protocols.shared.oversight import Oversight
from tests.arena.journal.test_translating import both
from tests.protocols.asking import TASK
from tests.protocols.asking import protocols as oversights
from tests.shared.examples import few
from tests.shared.protocols import seeds


@settings(deadline=None, max_examples=8)  # a debate plays for a second
@given(protocol=oversights, seed=seeds)
def test_debates_consultancies_and_direct_answers(protocol: Oversight, seed: int) -> None:
    """But for a policy's method, which details do not tell from token probabilities."""
    written, translated = asyncio.run(both(protocol, TASK.public, TASK.truth, seed))
    named = [row._replace(method="") if row.method == "policy" else row for row in written]
    told = [row._replace(method="") if row.method == "token-probability" else row for row in translated]
    assert [row._replace(method="") if row.method == "token-probability" else row for row in named] == told


@settings(deadline=None, max_examples=10)
@given(seed=seeds, comparison=st.sampled_from(AnswerMatch), rounds=st.integers(1, 3))
def test_mad_over_listed_answers(seed: int, comparison: AnswerMatch, rounds: int) -> None:
    mad = Mad(comparison=comparison, rounds=rounds)
    written, translated = asyncio.run(both(mad, TASK.public, TASK.truth, seed))
    assert written == translated


@few
@given(seed=seeds, comparison=st.sampled_from(AnswerMatch), rounds=st.integers(1, 3))
def test_societies(seed: int, comparison: AnswerMatch, rounds: int) -> None:
    society = Society(comparison=comparison, rounds=rounds)
    written, translated = asyncio.run(both(society, TASK.public, TASK.truth, seed))
    assert written == translated
