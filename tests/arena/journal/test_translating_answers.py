"""Old debates, MAD and societies are translated into what the protocols write today."""

from __future__ import annotations

import asyncio
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from arena.annotations import annotation_of
from arena.tasks import sums
from protocols import AnswerMatch, Direct, Mad, Society
from protocols.shared.oversight import Oversight
from tests.arena.journal.test_translating import both
from tests.protocols.asking import TASK
from tests.protocols.asking import protocols as oversights
from tests.shared.examples import fewest
from tests.shared.protocols import seeds


@fewest
@given(protocol=oversights, seed=seeds)
def test_debates_consultancies_and_direct_answers(protocol: Oversight, seed: int) -> None:
    """But for a policy's method, which details do not tell from token probabilities."""
    written, translated = asyncio.run(both(protocol, TASK.public, TASK.truth, seed))
    named = [row._replace(method="") if row.method == "policy" else row for row in written]
    told = [row._replace(method="") if row.method == "token-probability" else row for row in translated]
    assert [row._replace(method="") if row.method == "token-probability" else row for row in named] == told


@fewest
@given(seed=seeds, comparison=st.sampled_from(AnswerMatch), rounds=st.integers(1, 3))
def test_mad_over_listed_answers(seed: int, comparison: AnswerMatch, rounds: int) -> None:
    mad = Mad(comparison=comparison, rounds=rounds)
    written, translated = asyncio.run(both(mad, TASK.public, TASK.truth, seed))
    assert written == translated


@fewest
@given(seed=seeds, truth=st.sampled_from(["3", "7"]))
def test_the_verdict_of_mad_has_a_grade_only_where_one_of_its_options_is_right(seed: int, truth: str) -> None:
    """The members say whole numbers from 1 to 5, so nobody can be right if it is 7."""
    mad = Mad(comparison=AnswerMatch.NUMBER, rounds=1)
    written, translated = asyncio.run(both(mad, sums(1)[0].public, truth, seed))
    assert written == translated
    if truth == "7":
        assert {row.correct for row in translated if row.kind == "verdict"} <= {None}


@given(seed=seeds)
@settings(deadline=None, max_examples=3)
def test_verdicts_keep_the_answers_in_the_order_in_which_they_were_shown(seed: int) -> None:
    direct = Direct(swap_verdict=True)
    _, translated = asyncio.run(both(direct, TASK.public, TASK.truth, seed))
    found = map(annotation_of, translated)
    places = [[place.unit or 0 for _, place in one.among] for one in found if one.among]
    assert places
    assert {tuple(sorted(one)) for one in places} == {(0, 1)}
    assert all(first == second[::-1] for first, second in pairwise(places))


@fewest
@given(seed=seeds, comparison=st.sampled_from(AnswerMatch), rounds=st.integers(1, 3))
def test_societies(seed: int, comparison: AnswerMatch, rounds: int) -> None:
    society = Society(comparison=comparison, rounds=rounds)
    written, translated = asyncio.run(both(society, TASK.public, TASK.truth, seed))
    assert written == translated
