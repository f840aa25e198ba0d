"""The conformance kit of protocols: what one finds out is listed, keeps its kind, and is never missing."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.random import Random
from arena import check_protocol
from arena.annotations import KINDS, Annotation, Answer, Score
from arena.episode.conformance import ProtocolFault
from arena.episode.episode import Episode
from arena.episode.outcome import Outcome
from arena.episode.protocol import Protocol
from arena.forms import Number, Speech
from arena.tasks.task import Task
from protocols import (
    PROTOCOLS,
    AnswerMatch,
    Bargain,
    Beliefs,
    Coached,
    Consultancy,
    Debate,
    Direct,
    FirstError,
    GuessMyCity,
    Holder,
    Mad,
    Moment,
    Play,
    Revise,
    Shop,
    SneakyCritic,
    Society,
    Strategised,
    TextArena,
    TwentyQuestions,
)
from protocols.shared.feedback import Feedback, StopCondition
from tests.properties.settings import SETTINGS
from tests.shared.examples import few
from tests.shared.playing import play

NUMBER = Number(0, 9, whole=True)


class Guess(Protocol):
    """A seat guesses a number; subclasses do it wrong."""

    @property
    def seats(self) -> tuple[str, ...]:
        return ("ann", "bob")

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        return {"guess": Answer}

    async def play(self, episode: Episode) -> Outcome:
        await self.guess(episode)
        return Outcome.completed({})

    async def guess(self, episode: Episode) -> None:
        await episode.together(self.seats, NUMBER, "Guess.", finds=Answer("guess"))


class Unlisted(Guess):
    async def guess(self, episode: Episode) -> None:
        await super().guess(episode)
        episode.annotate(Score("spread", 1.0))


class OfTwoKinds(Guess):
    async def guess(self, episode: Episode) -> None:
        await super().guess(episode)
        await episode.ask("ann", NUMBER, "How sure?", finds=Score("guess"))


class WithoutARow(Guess):
    """Annotates an answer itself, and only if there is one."""

    async def guess(self, episode: Episode) -> None:
        said = await episode.ask("ann", NUMBER, "Guess.")
        if said.ok:
            place = said.place
            episode.annotate(Answer("guess", str(said.value), about=place, said=place.step, author="ann"))


class Broken(Guess):
    async def guess(self, episode: Episode) -> None:
        raise KeyError("items")


class Silent(Guess):
    """Lists nothing, as a protocol may, and finds nothing."""

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        return {}

    async def guess(self, episode: Episode) -> None:
        await episode.ask("ann", Speech(), "Speak.")


@pytest.mark.parametrize("protocol", [Guess(), Silent()])
def test_a_protocol_that_keeps_its_contract_passes(protocol: Protocol) -> None:
    check_protocol(protocol, Task(text="Guess.", truth=3))


@pytest.mark.parametrize(
    ("protocol", "said"),
    [
        (Unlisted(), r"^Unlisted, episode 0: the score 'spread' is not in .* Add 'spread': Score\.$"),
        (OfTwoKinds(), r"finds lists 'guess' as Answer, but it is a Score\."),
        (WithoutARow(), r"no annotation 'guess' is recorded if ann refuses to answer in step 0\."),
        (Broken(), r"no seat is at fault: KeyError: 'items'\.$"),
    ],
)
def test_one_that_breaks_it_is_told_how(protocol: Protocol, said: str) -> None:
    with pytest.raises(ProtocolFault, match=said):
        check_protocol(protocol)


async def test_it_can_be_checked_where_a_loop_is_running() -> None:
    check_protocol(Guess(), playouts=1)


@pytest.mark.parametrize("name", PROTOCOLS)
@few
@given(data=st.data(), seed=st.integers(0, 2**32))
def test_every_shipped_protocol_lists_what_it_finds(name: str, data: st.DataObject, seed: int) -> None:
    settings = SETTINGS[name]
    protocol, task = data.draw(settings.protocols), data.draw(st.sampled_from(settings.tasks))
    check_protocol(protocol, Task(**dict(task), **settings.options), playouts=1, seed=seed)


PANEL = Beliefs(holders=tuple(Holder), moments=tuple(Moment))
FULL: Mapping[str, tuple[Protocol, ...]] = {
    "bargain": (Bargain(moderator=True),),
    "coached": (Coached(protocol=Bargain(moderator=True), improving="buyer"),),
    "consultancy": (Consultancy(rounds=1, beliefs=PANEL),),
    "debate": (Debate(rounds=1, beliefs=PANEL, ask_choice=True),),
    "direct": (Direct(beliefs=PANEL, onlookers=1), Consultancy(rounds=1, beliefs=PANEL)),
    "first-error": (FirstError(),),
    "guess-my-city": (GuessMyCity(turns=3),),
    "mad": (Mad(rounds=1),),
    "play": (Play(),),
    "revise": (
        Revise(samples=2, evaluation="agreement", abstain=True),
        Revise(feedback=Feedback.CRITIC, stop=(StopCondition.ACCEPTED,), comparison=AnswerMatch.CASEFOLD),
    ),
    "shop": (Shop(chats=2),),
    "sneaky-critic": (SneakyCritic(rollouts=1),),
    "society": (Society(),),
    "strategised": (
        Strategised(protocol=Bargain(moderator=True), advised=("buyer",), goal="share of surplus", without=0),
        Strategised(protocol=Bargain(moderator=True), advised=("buyer",)),
    ),
    "textarena": (TextArena(env="Nim-v0"),),
    "twenty-questions": (TwentyQuestions(turns=3),),
}
"""Settings by which each protocol finds all that it lists. Direct lists what debate and consultancy do."""


@pytest.mark.parametrize("name", PROTOCOLS)
async def test_every_shipped_protocol_finds_all_that_it_lists(name: str) -> None:
    """Or the list would hold names that nothing records."""
    found: dict[str, type[Annotation]] = {}
    for protocol in FULL[name]:
        for seed in range(12):
            agents = {seat: Random() for seat in protocol.seats}
            playing = await play(protocol, agents, task=SETTINGS[name].tasks[0], truth="3", seed=seed)
            found |= {row.name: KINDS[row.kind] for row in playing.memory.found.get(0, [])}
    assert found == dict(FULL[name][0].finds)
