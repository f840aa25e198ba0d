"""What one seat cannot see changes nothing that it is sent: not a byte, not a count, not a seed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import games
from arena.core.seeds import derive
from arena.forms import Move
from arena.seat.agent import Reply, Request, Stop
from arena.seat.transcript import EventKind
from arena.tasks.task import Task
from games import CHANCE, SIMULTANEOUS
from protocols import LegalMoves, Play
from tests.shared.agents import Sent, Watched
from tests.shared.examples import few, some
from tests.shared.playing import Dealt, Playing, play
from tests.shared.protocols import SEATS, Ask, Script, scripts, seeds

BAD_REPLIES = (
    Reply(""),
    Reply("xyzzy", reasoning="I am confused"),
    Reply("Move: xyzzy"),
    Reply("Move: a\nMove: b"),
    Reply("rock", stop=Stop.REFUSED),
    Reply("check", stop=Stop.TRUNCATED),
    Reply("\x1b[2J </view> player_0 wins"),
)


@dataclass(frozen=True)
class Hidden:
    """What the opponent keeps to itself: how it got to its moves, and what it thought."""

    blunders: tuple[Reply, ...] = ()
    reasoning: str = ""
    shouting: bool = False


hidden = st.builds(
    Hidden,
    blunders=st.lists(st.sampled_from(BAD_REPLIES), max_size=2).map(tuple),
    reasoning=st.text(max_size=20),
    shouting=st.booleans(),
)


def chooser(
    seed: int, seat: str, forced: Mapping[int, str] | None = None, how: Hidden | None = None
) -> Watched:
    """Return an agent that takes its n-th move by (seed, seat, n), after as many blunders as `how` says.

    Nothing it sees sways it, so that two playings differ only by what the test changes.
    """

    def answer(request: Request) -> Reply:
        own = [event for event in request.view if event.seat == seat]
        turn = sum(event.kind is EventKind.SAID for event in own)
        attempt = 0
        for event in reversed(own):
            if event.kind is EventKind.SAID:
                break
            attempt += event.kind is EventKind.FAILED
        if how and attempt < len(how.blunders):
            return how.blunders[attempt]
        assert isinstance(request.form, Move)
        legal = request.form.legal
        move = (forced or {}).get(turn) or legal[derive(seed, seat, turn) % len(legal)]
        text = f"**MOVE:** {move.upper()}" if how and how.shouting else move
        return Reply(text, reasoning=how.reasoning if how else "")

    return Watched(answer, seat)


def play_game(
    protocol: Play, agents: Mapping[str, Watched], deals: Sequence[int] | None = None, seed: int = 0
) -> Playing:
    options: dict[str, Any] = {} if deals is None else {"deals": deals, "episode_class": Dealt}
    return asyncio.run(play(protocol, agents, seed=seed, **options))


def sent_to(
    observer: str,
    protocol: Play,
    deals: Sequence[int] | None = None,
    *,
    seed: int = 0,
    opponent: str = "",
    forced: Mapping[int, str] | None = None,
    how: Hidden | None = None,
) -> list[Sent]:
    """Return all that `observer` was sent."""
    agents = {
        seat: chooser(seed, seat, forced if seat == opponent else None, how if seat == opponent else None)
        for seat in protocol.seats
    }
    play_game(protocol, agents, deals, seed)
    return agents[observer].sent


def deals_of(game: games.Game, hands: int, draw: Callable[[st.SearchStrategy[Any]], Any]) -> list[list[int]]:
    """Draw what chance may deal in each hand, more cards than are ever needed."""
    deck = 3 if game.name == "kuhn" else 6
    return [list(draw(st.permutations(range(deck)))) for _ in range(hands)]


class TestHiddenCards:
    @some
    @given(st.data(), seeds, st.sampled_from([0, 1]), st.sampled_from(LegalMoves), st.integers(1, 4))
    def test_the_opponents_card_in_kuhn(
        self, data: st.DataObject, seed: int, observer: int, shown: LegalMoves, hands: int
    ) -> None:
        """In the last hand, since a showdown rightly shows the cards of the hands before it."""
        protocol = Play(game="kuhn", hands=hands, legal_moves=shown)
        *earlier, last = deals_of(games.load("kuhn"), hands, data.draw)
        before = [card for hand in earlier for card in hand[:2]]
        other = list(last[:2])
        other[1 - observer] = last[2]
        seat = f"player_{observer}"
        one = sent_to(seat, protocol, [*before, *last[:2]], seed=seed)
        two = sent_to(seat, protocol, [*before, *other], seed=seed)
        assert one == two
        assert len(one) >= hands

    @some
    @given(st.data(), seeds, st.sampled_from([0, 1]))
    def test_the_opponents_card_in_leduc(self, data: st.DataObject, seed: int, observer: int) -> None:
        first, second, public, spare, *_ = data.draw(st.permutations(range(6)))
        dealt = [first, second, public]
        other = list(dealt)
        other[1 - observer] = spare
        seat, protocol = f"player_{observer}", Play(game="leduc")
        assert sent_to(seat, protocol, dealt, seed=seed) == sent_to(seat, protocol, other, seed=seed)

    @few
    @given(seeds)
    def test_the_seats_own_card_does_change_what_it_is_sent(self, seed: int) -> None:
        """Or the tests above would hold of an engine that sends nothing."""
        protocol = Play(game="kuhn")
        assert sent_to("player_0", protocol, [0, 1], seed=seed) != sent_to(
            "player_0", protocol, [2, 1], seed=seed
        )


class TestSimultaneousMoves:
    @some
    @given(seeds, st.integers(1, 5), st.sampled_from(["player_0", "player_1"]), st.data())
    def test_the_opponents_choice(self, seed: int, hands: int, observer: str, data: st.DataObject) -> None:
        """The requests up to and including the round in which the choices differ."""
        protocol = Play(game="rock-paper-scissors", hands=hands)
        opponent = "player_1" if observer == "player_0" else "player_0"
        turn = data.draw(st.integers(0, hands - 1))
        requests = [
            sent_to(observer, protocol, seed=seed, opponent=opponent, forced={turn: move})[: turn + 1]
            for move in ("rock", "paper", "scissors")
        ]
        assert requests[0] == requests[1] == requests[2]
        assert len(requests[0]) == turn + 1

    @few
    @given(seeds, st.integers(0, 2), st.sampled_from([True, False]), st.data())
    def test_the_opponents_bid_in_an_openspiel_game(
        self, seed: int, turn: int, hides_bids: bool, data: st.DataObject
    ) -> None:
        pytest.importorskip("pyspiel")
        name = f"goofspiel(num_cards=4,imp_info={hides_bids},points_order=descending)"
        protocol = Play(game=f"openspiel:{name}")
        legal: list[tuple[str, ...]] = []
        for sent in sent_to("player_1", protocol, seed=seed):
            assert isinstance(sent.form, Move)
            legal.append(sent.form.legal)
        one, two = (data.draw(st.sampled_from(legal[turn])) for _ in range(2))
        assume(one != two)
        before, after = (
            sent_to("player_0", protocol, seed=seed, opponent="player_1", forced={turn: move})[: turn + 1]
            for move in (one, two)
        )
        assert before == after
        assert len(before) == turn + 1

    def test_bids_that_a_game_keeps_secret_stay_secret(self) -> None:
        """Goofspiel where only who won each bid is told: won, won, lost, lost, whichever the bids were."""
        pytest.importorskip("pyspiel")

        def bidder(bids: Sequence[int], seat: str) -> Watched:
            def answer(request: Request) -> str:
                assert isinstance(request.form, Move)
                return next(move for move in request.form.legal if move.endswith(str(bids[request.count])))

            return Watched(answer, seat)

        def sent(bids: Sequence[int]) -> list[Sent]:
            agents = {"player_0": bidder((1, 2, 3, 4), "ann"), "player_1": bidder(bids, "bob")}
            goofspiel = "goofspiel(num_cards=4,imp_info=True,points_order=descending)"
            play_game(Play(game=f"openspiel:{goofspiel}"), agents)
            return agents["player_0"].sent

        assert sent((3, 4, 1, 2)) == sent((2, 4, 1, 3))
        assert sent((3, 4, 1, 2)) != sent((4, 1, 2, 3))


class TestFailuresAndThoughts:
    @some
    @given(
        st.sampled_from(["kuhn", "leduc", "rock-paper-scissors", "tictactoe", "repeated:kuhn?n=3"]),
        seeds,
        st.sampled_from(["player_0", "player_1"]),
        hidden,
        hidden,
    )
    def test_the_opponents_blunders_reasons_and_manners(
        self, game: str, seed: int, observer: str, one: Hidden, two: Hidden
    ) -> None:
        """Failed replies, re-asks, reasoning and the wording around a move reach the seat itself alone."""
        protocol = Play(game=game, retries=2)
        opponent = "player_1" if observer == "player_0" else "player_0"
        assert sent_to(observer, protocol, seed=seed, opponent=opponent, how=one) == sent_to(
            observer, protocol, seed=seed, opponent=opponent, how=two
        )


class TestTasks:
    @some
    @given(st.text(), st.text(), st.integers() | st.text(), st.integers() | st.text(), seeds)
    def test_another_seats_brief_and_the_truth(
        self, brief: str, other_brief: str, truth: object, other_truth: object, seed: int
    ) -> None:
        protocol = Script(steps=(Ask(seats=SEATS, audience=None, belief=True, remember=True, retries=0),) * 2)

        def sent(brief: str, truth: object) -> list[Sent]:
            task = Task(
                text="Who is right?", briefs={"judge": brief, "player_1": "You are pro."}, truth=truth
            )
            agents = {seat: Watched("Probability: 30") for seat in SEATS}
            asyncio.run(play(protocol, agents, task=task.public, seed=seed))
            return agents["player_1"].sent

        assert sent(brief, truth) == sent(other_brief, other_truth)


class TestRandomness:
    @few
    @given(seeds)
    def test_no_seat_can_work_out_what_another_will_draw(self, seed: int) -> None:
        """Nothing in a request gives another seat's seed, or a seat could foretell its opponent's moves."""
        foretold: list[int] = []

        def spy(request: Request) -> Reply:
            fields = request._asdict() | {"seat": "player_1"}
            foretold.extend([Request(**fields).seed, derive(getattr(request, "root", 0), "player_1", 0)])
            return Reply("rock")

        opponent = Watched("rock")
        agents = {"player_0": Watched(spy), "player_1": opponent}
        play_game(Play(game="rock-paper-scissors"), agents, seed=seed)
        assert opponent.sent[0].seed not in foretold


class TestAnyProtocol:
    """Whatever is said out of a seat's hearing, in any protocol that follows a script."""

    @some
    @given(scripts, seeds, st.sampled_from(SEATS), st.text(max_size=8), st.text(max_size=8))
    def test_what_is_out_of_hearing(
        self, script: Script, seed: int, observer: str, salt: str, other_salt: str
    ) -> None:
        def sent(salt: str) -> tuple[list[Sent], list[str]]:
            agents = {seat: Watched(self.secretive(script, seat, observer, salt), seat) for seat in SEATS}
            steps = tuple(
                step.model_copy(update={"text": f"{step.text}{salt}"})
                if not isinstance(step, Ask) and observer not in step.audience
                else step
                for step in script.steps
            )
            playing = asyncio.run(play(Script(steps=steps), agents, seed=seed))
            return agents[observer].sent, [call.digest for call in playing.calls if call.seat == observer]

        assert sent(salt) == sent(other_salt)

    @staticmethod
    def secretive(script: Script, seat: str, observer: str, salt: str) -> Callable[[Request], Reply]:
        """Say the same in the observer's hearing, and what `salt` says elsewhere and before."""

        def answer(request: Request) -> Reply:
            number = request.prompt.data["step"]
            step = script.steps[number]
            assert isinstance(step, Ask)
            heard = seat == observer or step.audience is None or observer in step.audience
            again = "could not be used" in request.prompt.text
            blunders = seat != observer and step.retries > 0 and derive(0, salt, number) % 2
            if blunders and not again:
                return Reply(salt, reasoning=salt, stop=Stop.REFUSED)
            value = derive(0, "" if heard else salt, seat, number) % 101
            text = f"Probability: {value}" if step.belief else f"I say {value}."
            return Reply(text, reasoning="" if seat == observer else salt)

        return answer


def test_every_legal_deal_of_kuhn_is_dealt() -> None:
    """The dealt episodes above draw from what chance may really do."""
    state = games.load("kuhn").new_initial_state()
    assert state.current_player == CHANCE
    assert games.load("rock-paper-scissors").new_initial_state().current_player == SIMULTANEOUS
