"""Every protocol in any of its settings, for the properties that all of them must have."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from hypothesis import strategies as st

from arena.tasks.task import PublicTask
from protocols import (
    AnswerMatch,
    Coached,
    FirstError,
    GuessMyCity,
    LegalMoves,
    Mad,
    Play,
    Shop,
    SneakyCritic,
    Society,
    Strategised,
    TextArena,
    TwentyQuestions,
)
from protocols.shop import FeedbackMoment, PartialHindsight
from tests.protocols import test_first_error, test_guessing, test_shop, test_sneaky_critic
from tests.protocols.asking import TASK, THREE, consultancies, debates, directs
from tests.protocols.haggling import BUNDLE, LAMP, bargains
from tests.protocols.test_revise import revising

words = st.none() | st.integers(1, 40)


class Settings(NamedTuple):
    """A protocol's settings, and tasks that it can be played on.

    `confidants` are seats that by its rules read what another seat keeps to itself, and `options` those of
    its episodes.
    """

    protocols: st.SearchStrategy[Any]
    tasks: tuple[PublicTask, ...] = (TASK.public, THREE.public)
    confidants: tuple[str, ...] = ()
    options: Mapping[str, Any] = MappingProxyType({})


OPEN = PublicTask(text=TASK.text)
BARGAINS = (LAMP.public, BUNDLE.public)

SETTINGS: Mapping[str, Settings] = {
    "bargain": Settings(bargains, BARGAINS),
    "coached": Settings(
        st.builds(
            Coached, protocol=bargains, improving=st.sampled_from(["buyer", "seller"]), advised=st.booleans()
        ),
        BARGAINS,
        # The critic reads what the seat that it advises was told, saw and tried.
        confidants=("critic",),
    ),
    "consultancy": Settings(consultancies),
    "debate": Settings(debates),
    "direct": Settings(directs),
    "first-error": Settings(st.builds(FirstError), (test_first_error.TASK,)),
    "guess-my-city": Settings(
        st.builds(GuessMyCity, turns=st.integers(1, 4), cities=st.sampled_from([(), ("Kiev;Kyiv", "Lima")])),
        (test_guessing.KYIV.public,),
    ),
    "mad": Settings(
        st.builds(
            Mad,
            rounds=st.integers(1, 3),
            level=st.integers(0, 3),
            comparison=st.sampled_from(AnswerMatch),
            words=words,
        ),
        (OPEN, TASK.public),
    ),
    "play": Settings(
        st.builds(
            Play,
            game=st.sampled_from(["kuhn", "leduc", "rock-paper-scissors", "tictactoe", "repeated:kuhn?n=2"]),
            hands=st.integers(1, 2),
            legal_moves=st.sampled_from(LegalMoves),
            retries=st.integers(1, 2),
        )
    ),
    "revise": Settings(revising(), (OPEN,), options={"truth": "3"}),
    "shop": Settings(
        st.builds(
            Shop,
            chats=st.integers(1, 2),
            moments=st.sampled_from([tuple(FeedbackMoment), (), (FeedbackMoment.PARTIAL,)]),
            hindsight=st.sampled_from(PartialHindsight),
        ),
        (test_shop.scene(1, 0, -1).public,),
        # The customer is told in its questions what the assistant answered.
        confidants=("customer",),
    ),
    "sneaky-critic": Settings(
        st.builds(SneakyCritic, marks=st.booleans(), any_step=st.booleans(), rollouts=st.integers(0, 2)),
        (test_sneaky_critic.TASK,),
    ),
    "society": Settings(
        st.builds(
            Society,
            members=st.integers(2, 5),
            graph=st.sampled_from(["complete", "ring", "star", "empty_graph", "0-1"]),
            rounds=st.integers(1, 3),
            comparison=st.sampled_from(AnswerMatch),
            words=words,
        ),
        (OPEN, TASK.public),
    ),
    "strategised": Settings(
        st.builds(
            Strategised,
            protocol=bargains,
            advised=st.sampled_from([("buyer",), ("seller",), ("buyer", "seller")]),
            goal=st.sampled_from(["", "share of surplus"]),
            without=st.sampled_from([None, 0.0]),
            judged=st.booleans(),
        ),
        BARGAINS,
        # A strategist reads what its seat was told and hears, and the judge reads all of it.
        confidants=("buyer_strategist", "seller_strategist", "judge"),
    ),
    "textarena": Settings(
        st.builds(TextArena, env=st.sampled_from(["Nim-v0", "KuhnPoker-v0"])),
        (PublicTask(),),
    ),
    "twenty-questions": Settings(
        st.builds(TwentyQuestions, turns=st.integers(1, 4)), (test_guessing.TRUCK.public,)
    ),
}
"""By the names of `protocols.PROTOCOLS`; a protocol that is added there needs its settings here."""
