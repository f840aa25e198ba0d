"""No protocol leaks, whatever its settings: what a seat keeps to itself changes nothing others are sent.

What all other seats keep to themselves (their briefs, their reasoning, what they believe and why, the reasons
of verdicts, the replies of theirs that failed) is changed, and a seat must be sent the same bytes; and it is
searched for, in case all playings leak alike. `tests.properties.test_debate_leaks` and `test_nothing_leaks`
have what only some protocols keep: sources, words that are cut off, cards.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.best_of import BestOf
from agents.guided import Guided
from agents.lookahead import Lookahead
from agents.panel import Panel
from agents.persona import Persona
from arena.core.seeds import derive
from arena.episode.episode import BySeat, Episode
from arena.episode.protocol import Protocol
from arena.forms import Choice, Verdict
from arena.seat.agent import Agent, Reply, Request, Stop, Tokens
from arena.seat.transcript import Audience
from arena.tasks.task import PublicTask
from protocols import PROTOCOLS, Beliefs, Debate
from protocols.shared.reasoned import ReasonedProbability
from tests.properties.settings import SETTINGS
from tests.protocols.asking import TASK
from tests.shared.agents import Sent
from tests.shared.examples import few, some
from tests.shared.playing import play
from tests.shared.protocols import seeds

SECRET = "xyzzy"

protocol_names = pytest.mark.parametrize("name", SETTINGS)


@dataclass
class Stage:
    """What is going on: the number of the step, and who hears what each seat is asked for in it.

    `steps` holds who was asked in each step.
    """

    steps: list[tuple[str, ...]] = field(default_factory=list)
    hearers: Mapping[str, Audience] = field(default_factory=dict)

    @property
    def step(self) -> int:
        return len(self.steps)


class Staged(Episode):
    """An episode that keeps its stage up to date."""

    def __init__(self, *arguments: Any, stage: Stage, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.stage = stage

    async def ask(self, seat: str, *arguments: Any, **options: Any) -> Any:
        self._enter((seat,), options.get("audience"))
        return await super().ask(seat, *arguments, **options)

    async def together(self, seats: Collection[str], *arguments: Any, **options: Any) -> Any:
        self._enter(seats, options.get("audience"))
        return await super().together(seats, *arguments, **options)

    def _enter(self, seats: Collection[str], audience: Any) -> None:
        by_seat = audience if isinstance(audience, BySeat) else dict.fromkeys(seats, audience)
        self.stage.steps.append(tuple(seats))
        self.stage.hearers = {
            seat: self.everyone if heard is None else frozenset([heard] if isinstance(heard, str) else heard)
            for seat, heard in by_seat.items()
        }


@dataclass
class Keeper(Agent):
    """Says what its seat and the step make it say, and keeps from `observer` what `salt` makes it keep.

    At the step `otherwise` it says something else. It keeps its requests, each with the step it came in.
    """

    stage: Stage
    observer: str = ""
    salt: str = ""
    otherwise: int = -1
    name: str = "keeper"

    def __post_init__(self) -> None:
        self.sent: list[tuple[int, Sent]] = []

    async def reply(self, request: Request) -> Reply:
        step = self.stage.step
        self.sent.append((step, Sent.of(request)))
        secret = f"{SECRET} {self.salt}" if self.salt else ""
        again = "could not be used" in request.prompt.text
        can_retry = request.form.retries > 0 and not again
        if self.salt and can_retry and derive(0, self.salt, request.seat, step) % 3 == 0:
            return Reply(secret, reasoning=secret, stop=Stop.REFUSED)
        is_heard = self.observer in self.stage.hearers[request.seat]
        is_private = (request.prompt.data or {}).get("asks") == "belief" and not is_heard
        rng = random.Random(
            derive(0, request.seat, step, self.salt if is_private else "", step == self.otherwise)
        )
        text = request.form.sample(rng)
        if isinstance(request.form, ReasonedProbability):
            text = f"{secret}\nProbability: {text}"
        if isinstance(request.form, Verdict) and not (is_heard and "reasons" in request.form.public):
            text = f"{secret}\n{text if text.startswith('Verdict') else f'Verdict: {text}'}"
        tokens = None
        if isinstance(request.form, Choice):
            weights = {option: rng.random() for option in request.form.options}
            tokens = Tokens(answers={one: weight / sum(weights.values()) for one, weight in weights.items()})
        return Reply(text, reasoning=secret, tokens=tokens)


class Drawn(NamedTuple):
    """A protocol with settings, a task for it, and a seat from which the others keep something."""

    protocol: Protocol
    task: PublicTask
    observer: str = ""
    options: Mapping[str, Any] = MappingProxyType({})

    @property
    def seats(self) -> tuple[str, ...]:
        return self.protocol.seats

    @property
    def others(self) -> tuple[str, ...]:
        return tuple(seat for seat in self.seats if seat != self.observer)


@st.composite
def draws(draw: st.DrawFn, name: str) -> Drawn:
    settings = SETTINGS[name]
    protocol = draw(settings.protocols)
    observers = [seat for seat in protocol.seats if seat not in settings.confidants]
    task, observer = draw(st.sampled_from(settings.tasks)), draw(st.sampled_from(observers))
    return Drawn(protocol, task, observer, settings.options)


def played(drawn: Drawn, agents: Mapping[str, Agent], stage: Stage, seed: int) -> None:
    options = {"episode_class": Staged, "stage": stage, **drawn.options}
    asyncio.run(play(drawn.protocol, agents, task=drawn.task, seed=seed, **options))


def sent(drawn: Drawn, salt: str, seed: int) -> list[tuple[int, Sent]]:
    """Return what the observer is sent when all that others keep to themselves is what `salt` makes it."""
    stage, others = Stage(), drawn.others
    agents = {seat: Keeper(stage, drawn.observer, salt if seat in others else "") for seat in drawn.seats}
    briefs = {seat: f"{SECRET} {salt}" for seat in others if salt}
    played(drawn._replace(task=drawn.task.model_copy(update={"briefs": briefs})), agents, stage, seed)
    return agents[drawn.observer].sent


def test_every_protocol_is_tested() -> None:
    """One that is added has to be given settings, or nobody would know whether it leaks."""
    assert SETTINGS.keys() == PROTOCOLS.keys()


class TestEveryProtocol:
    @protocol_names
    @some
    @given(data=st.data(), seed=seeds)
    def test_no_belief_brief_or_reasoning_is_in_another_seats_request(
        self, name: str, data: st.DataObject, seed: int
    ) -> None:
        drawn = data.draw(draws(name))
        one, two, none = (sent(drawn, salt, seed) for salt in ("plugh", "plover", ""))
        assert one == two == none
        assert SECRET not in repr(one)

    @protocol_names
    @few
    @given(data=st.data(), seed=seeds)
    def test_requests_of_seats_asked_together_do_not_depend_on_each_others_replies(
        self, name: str, data: st.DataObject, seed: int
    ) -> None:
        """Not in the step in which they are asked, whichever of several it is."""
        drawn = data.draw(draws(name))
        usual = Stage()
        before = {seat: Keeper(usual) for seat in drawn.seats}
        played(drawn, before, usual, seed)
        together = [number for number, seats in enumerate(usual.steps, start=1) if len(seats) > 1]
        if not together:
            return
        step = data.draw(st.sampled_from(together))
        observer, other = data.draw(st.permutations(usual.steps[step - 1]))[:2]
        changed = Stage()
        after = {seat: Keeper(changed, otherwise=step if seat == other else -1) for seat in drawn.seats}
        played(drawn, after, changed, seed)
        one, two = ([sent for at, sent in agents[observer].sent if at <= step] for agents in (before, after))
        assert one == two
        assert one

    @protocol_names
    @few
    @given(data=st.data(), seed=seeds)
    def test_drafts_picks_and_personas_are_seen_by_nobody_else(
        self, name: str, data: st.DataObject, seed: int
    ) -> None:
        """Of the drafts the one that was picked is heard, and not what was thought about it."""
        drawn = data.draw(draws(name))
        if not drawn.others:
            return
        stage = Stage()
        watching = Keeper(stage)
        agents: dict[str, Agent] = {drawn.observer: watching}
        agents |= {seat: Keeper(stage) for seat in drawn.others}
        writer, judge = (Keeper(stage, drawn.observer, salt) for salt in ("drafts", "picks"))
        own, helper = Persona(writer, f"You are {SECRET}."), Persona(judge, f"You like {SECRET}.")
        helped = (
            BestOf(own, n=3, judge=helper),
            Panel(own, members=(helper, own)),
            Guided(own, critic=helper, steps=2, retries=1),
            Lookahead(own, model=helper),
        )
        agents[data.draw(st.sampled_from(drawn.others))] = data.draw(st.sampled_from(helped))
        played(drawn, {seat: agents[seat] for seat in drawn.seats}, stage, seed)
        assert SECRET not in repr(watching.sent)

    def test_what_is_said_is_heard_afterwards(self) -> None:
        """Or the tests above would hold of an engine that sends nothing."""
        debate = Drawn(Debate(rounds=2, beliefs=Beliefs(holders=())), TASK.public)
        heard = []
        for otherwise in (-1, 1):
            stage = Stage()
            agents = {seat: Keeper(stage, otherwise=otherwise) for seat in debate.seats}
            played(debate, agents, stage, 0)
            heard.append(agents["debater_a"].sent)
        assert heard[0][0] == heard[1][0]
        assert heard[0][1] != heard[1][1]
