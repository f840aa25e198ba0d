"""A person is shown what the seat may see, and no byte that depends on anything else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from arena.people import Terminal
from arena.seat.agent import Agent, Reply, Request
from arena.tasks.task import Task
from protocols import Debate, LegalMoves, Play
from protocols.shared.oversight import Oversight
from tests.properties.test_debate_leaks import SECRET, Secretive, reads_source
from tests.properties.test_nothing_leaks import Hidden, chooser, hidden
from tests.protocols.asking import SOURCE, TASK, protocols
from tests.shared.agents import Watched
from tests.shared.examples import few, some
from tests.shared.playing import Dealt, play
from tests.shared.protocols import seeds
from tests.shared.terminals import Typed, on_screen


class Person(Agent):
    """Is shown each request at a terminal, and then answers as another agent does."""

    def __init__(self, inner: Agent) -> None:
        self.inner, self.terminal = inner, Terminal(Typed(":all", ":brief", "?", ":decline"))

    async def reply(self, request: Request) -> Reply:
        self.terminal._keyboard.lines[:] = [":all", ":brief", "?", ":decline"]  # type: ignore[attr-defined]
        await self.terminal.ask(request, "ann")
        return await self.inner.reply(request)


def shown(playing: Callable[[], object]) -> str:
    with on_screen() as screen:
        playing()
    return screen.getvalue()


def debate_on_screen(observer: str, protocol: Oversight, seed: int, salt: str) -> str:
    """Return all that a person in a seat of a debate is shown, where the others have secrets."""
    data = dict(TASK.data)
    if not reads_source(protocol, observer):
        data["source"] = f"{SOURCE} {SECRET} {salt}"
    briefs = {seat: f"{SECRET} {salt}" for seat in protocol.seats if seat != observer}
    task = Task(text=TASK.text, data=data, briefs=briefs, truth=f"{SECRET} {salt}")
    agents: dict[str, Agent] = {seat: Secretive(protocol, salt) for seat in protocol.seats}
    agents[observer] = Person(Secretive(protocol))
    return shown(lambda: asyncio.run(play(protocol, agents, task=task.public, seed=seed)))


@some
@given(protocols, seeds, st.data())
def test_in_a_debate_nothing_that_others_keep_to_themselves_is_on_the_screen(
    protocol: Oversight, seed: int, data: st.DataObject
) -> None:
    observer = data.draw(st.sampled_from(protocol.seats))
    one, two = (debate_on_screen(observer, protocol, seed, salt) for salt in ("plugh", "plover"))
    assert one == two
    assert SECRET not in one


def test_what_is_public_is_on_the_screen() -> None:
    """Or the test above would hold of an empty screen."""
    assert "I say" in debate_on_screen("judge", Debate(rounds=1), 0, "plugh")


def kuhn_on_screen(cards: list[int], seed: int, how: Hidden, legal: LegalMoves) -> str:
    """Return all that a person in the first seat is shown before the showdown."""
    agents: dict[str, Watched | Person] = {"player_1": chooser(seed, "player_1", how=how)}
    agents = {"player_0": Person(chooser(seed, "player_0")), **agents}
    return shown(
        lambda: asyncio.run(
            play(Play(game="kuhn", legal_moves=legal), agents, seed=seed, deals=cards, episode_class=Dealt)
        )
    )


@few
@given(seeds, st.permutations(range(3)), hidden, hidden, st.sampled_from(LegalMoves))
def test_the_other_players_card_and_blunders_are_not_on_the_screen(
    seed: int, deck: list[int], one: Hidden, two: Hidden, legal: LegalMoves
) -> None:
    own, other, third = deck
    assert kuhn_on_screen([own, other], seed, one, legal) == kuhn_on_screen([own, third], seed, two, legal)


def test_the_own_card_is_on_the_screen() -> None:
    screens = {kuhn_on_screen([own, 1], 0, Hidden(), LegalMoves.SHOWN) for own in (0, 2)}
    assert len(screens) == 2
    assert all("Your card is the" in screen for screen in screens)
