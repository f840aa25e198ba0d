"""Playing games: what is shown, what an illegal move costs and whom, and what the returns add up to."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.policies import KuhnNash
from agents.random import Random
from arena.core.errors import UsageError
from arena.episode.context import EpisodeContext
from arena.episode.outcome import Ending
from arena.episode.plan import Played
from arena.episode.playing import play_episode
from arena.forms import Move
from arena.seat.agent import Agent, Reply, Request, Stop
from arena.seat.transcript import EventKind
from arena.spending.limits import Limits
from arena.tasks.task import PublicTask, Task
from games.repeated_settings import First, Payoff
from protocols import LegalMoves, Play
from tests.shared.agents import Scripted, Watched
from tests.shared.examples import few, some
from tests.shared.playing import Dealt, play
from tests.shared.protocols import seeds
from tests.shared.recording import plan_of

KUHN = Play()


async def conducted(protocol: Play, *agents: Agent, limits: Limits | None = None, number: int = 0) -> Played:
    seats = dict(zip(protocol.seats, agents, strict=True))
    seated = {seat: seat for seat in protocol.seats}
    plan = plan_of(number, None, **seated)
    return await play_episode(protocol, plan, seats, context=EpisodeContext(limits=limits or Limits()))


class TestShown:
    async def test_the_brief_holds_the_rules_and_who_the_seat_is(self) -> None:
        brief = KUHN.brief("player_1", PublicTask(text="Good luck.", briefs={"player_1": "Win."}))
        assert brief.startswith("Good luck.\n\nWin.\n\nKuhn poker")
        assert brief.endswith("You are player_1.")

    async def test_a_seat_sees_its_own_card_alone(self) -> None:
        agents = {seat: Watched("check") for seat in KUHN.seats}
        await play(KUHN, agents, episode_class=Dealt, deals=[0, 2])
        first, second = (repr(agents[seat].sent[0].view) for seat in KUHN.seats)
        assert "Jack" in first
        assert "King" not in first
        assert "King" in second
        assert "Jack" not in second

    @pytest.mark.parametrize("shown", LegalMoves)
    async def test_legal_moves_are_told_only_if_they_are_to_be_shown(self, shown: LegalMoves) -> None:
        agent = Watched("check")
        await play(Play(legal_moves=shown, game="kuhn"), agent)
        told = "Legal moves: check, bet." in agent.sent[0].prompt.text
        assert told is (shown is LegalMoves.SHOWN)
        assert ("check" in agent.sent[0].prompt.text) is (shown is LegalMoves.SHOWN)

    @pytest.mark.parametrize("game", ["trade", "number-guessing?rounds=1", "spiral-negotiation?turns=1"])
    async def test_moves_that_are_told_in_words_are_hidden_too(self, game: str) -> None:
        agent = Watched(lambda request: request.form.sample(request.random()))
        await play(Play(legal_moves=LegalMoves.HIDDEN, game=game), agent)
        assert {request.prompt.text.partition("\n")[0] for request in agent.sent} == {"It is your move."}

    async def test_programs_are_told_no_more_than_they_may_know(self) -> None:
        agents = {seat: Watched("check") for seat in KUHN.seats}
        await play(KUHN, agents, episode_class=Dealt, deals=[0, 2])
        assert agents["player_0"].sent[0].prompt.data == {
            "game": "kuhn",
            "player": 0,
            "information_state": "J",
            "moves": {"check": 0, "bet": 1},
        }
        board = Watched(lambda request: request.form.sample(request.random()))
        await play(Play(game="tictactoe"), board)
        assert [len(sent.prompt.data["history"]) for sent in board.sent] == list(range(len(board.sent)))

    async def test_a_move_is_told_by_what_the_game_lets_others_see(self) -> None:
        """Not by the exchange in which it was made."""
        agents = {"player_0": Scripted("I bluff.\nMove: bet"), "player_1": Watched("fold")}
        playing = await play(KUHN, agents)
        seen = list(playing.episode.view("player_1"))
        assert not any(event.seat == "player_0" for event in seen)
        assert "player_0 bets." in [event.text for event in seen]
        assert "bluff" not in repr([event for event in seen if event.seat != "player_0"])

    async def test_everyone_is_told_the_result(self) -> None:
        playing = await play(KUHN, Watched("check"), episode_class=Dealt, deals=[0, 2])
        for seat in KUHN.seats:
            assert "player_1 wins 1 chip." in playing.episode.view(seat)[-1].text


class TestIllegalMoves:
    @pytest.mark.parametrize("retries", [0, 2])
    async def test_the_seat_is_told_why_in_private_and_asked_again(self, retries: int) -> None:
        agents = {"player_0": Scripted(*["fold"] * retries, "bet"), "player_1": Watched("fold")}
        playing = await play(Play(retries=retries), agents)
        assert playing.outcome.returns == {"player_0": 1.0, "player_1": -1.0}
        assert len(agents["player_0"].sent) == retries + 1
        assert all("'fold' is not a legal move" in s.prompt.text for s in agents["player_0"].sent[1:])
        assert "not a legal move" not in repr(agents["player_1"].sent)

    @pytest.mark.parametrize("offender", [0, 1])
    @pytest.mark.parametrize(
        "bad", [Reply("raise"), Reply(""), Reply("check\nbet"), Reply("bet", stop=Stop.REFUSED)], ids=repr
    )
    async def test_then_it_forfeits_whosever_turn_is_next(self, offender: int, bad: Reply) -> None:
        agents: list[Agent] = [Watched("check"), Watched("check")]
        agents[offender] = Watched(lambda _: bad)
        played = await conducted(KUHN, *agents)
        seat, other = f"player_{offender}", f"player_{1 - offender}"
        assert played.outcome.ending is Ending.FORFEITED
        assert played.outcome.offenders == (seat,)
        assert played.outcome.reason
        assert played.outcome.returns == {seat: -2.0, other: 2.0}

    @pytest.mark.parametrize("game", ["kuhn", "leduc", "tictactoe", "rock-paper-scissors"])
    @pytest.mark.parametrize("hands", [1, 3])
    async def test_a_forfeit_costs_the_least_the_game_can_pay_and_sums_to_zero(
        self, game: str, hands: int
    ) -> None:
        protocol = Play(game=game, hands=hands)
        played = await conducted(protocol, Watched("xyzzy"), Random())
        assert played.outcome.returns["player_0"] == protocol.rules.min_utility
        assert sum(played.outcome.returns.values()) == 0

    async def test_with_more_players_the_others_share(self) -> None:
        pytest.importorskip("pyspiel")
        protocol = Play(game="openspiel:kuhn_poker(players=3)")
        played = await conducted(protocol, Random(), Random(), Watched("xyzzy"))
        assert played.outcome.offenders == ("player_2",)
        assert played.outcome.returns == {"player_0": 1.0, "player_1": 1.0, "player_2": -2.0}

    async def test_of_two_simultaneous_offenders_neither_gains(self) -> None:
        """Nobody wins by having the higher seat."""
        played = await conducted(Play(game="rock-paper-scissors"), Watched("lizard"), Watched("spock"))
        assert not any(amount > 0 for amount in played.outcome.returns.values())


class TestForfeits:
    @pytest.mark.parametrize(
        "protocol",
        [
            Play(game="kuhn", forfeit=-1.5, forfeit_others=0.5),
            Play(game="tictactoe", forfeit=-1.5, forfeit_others=0.5),
            Play(game="repeated:kuhn?n=5&payoff=sign&forfeit=-1.5&forfeit_others=0.5"),
            Play(game="repeated:kuhn?n=5&forfeit=-9&forfeit_others=2", forfeit=-1.5, forfeit_others=0.5),
        ],
        ids=lambda protocol: protocol.game,
    )
    async def test_a_forfeit_costs_what_is_set(self, protocol: Play) -> None:
        played = await conducted(protocol, Watched("xyzzy"), Random())
        assert played.outcome.ending is Ending.FORFEITED
        assert played.outcome.returns == {"player_0": -1.5, "player_1": 0.5}

    async def test_the_others_share_it_if_no_more_is_said(self) -> None:
        pytest.importorskip("pyspiel")
        protocol = Play(game="openspiel:kuhn_poker(players=3)", forfeit=-1)
        played = await conducted(protocol, Random(), Random(), Watched("xyzzy"))
        assert played.outcome.returns == {"player_0": 0.5, "player_1": 0.5, "player_2": -1.0}

    async def test_all_offenders_of_a_joint_move_pay_it(self) -> None:
        protocol = Play(game="rock-paper-scissors", forfeit=-1.5, forfeit_others=0.5)
        played = await conducted(protocol, Watched("lizard"), Watched("spock"))
        assert played.outcome.returns == {"player_0": -1.5, "player_1": -1.5}

    @pytest.mark.parametrize(
        "settings", [{"forfeit": 1}, {"forfeit_others": 1}, {"forfeit": -1, "forfeit_others": -2}]
    )
    def test_an_illegal_move_never_pays(self, settings: dict[str, float]) -> None:
        with pytest.raises(UsageError, match=r"worth making|needs a forfeit beside it"):
            Play(game="kuhn", **settings)


class TestRepeatedSettings:
    @pytest.mark.parametrize(
        "protocol",
        [
            Play(game="kuhn", hands=5, payoff=Payoff.SIGN, first=First.ALTERNATE, begins=1),
            Play(game="repeated:kuhn?n=5", payoff=Payoff.SIGN, first=First.ALTERNATE, begins=1),
            Play(game="repeated:kuhn?n=5&payoff=sign&first=alternate&begins=1"),
        ],
        ids=lambda protocol: protocol.game,
    )
    def test_they_are_set_by_the_games_name_or_the_protocol(self, protocol: Play) -> None:
        assert protocol.rules.name == "repeated:kuhn?n=5&payoff=sign&first=alternate&begins=1"

    def test_one_hand_may_be_paid_by_its_sign(self) -> None:
        assert Play(game="kuhn", payoff=Payoff.SIGN).rules.name == "repeated:kuhn?n=1&payoff=sign"

    def test_a_setting_that_makes_no_sense_is_refused(self) -> None:
        with pytest.raises(UsageError, match="the number of a player of kuhn, from 0 to 1, not 2"):
            Play(game="kuhn", hands=2, begins=2)

    async def test_programs_are_asked_by_their_seat_in_the_hand(self) -> None:
        agents = {"player_0": Watched("check"), "player_1": Watched("check")}
        protocol = Play(game="kuhn", hands=2, first=First.ALTERNATE)
        await play(protocol, agents, episode_class=Dealt, deals=[2, 0, 1, 2])
        asked = [sent.prompt.data for seat in protocol.seats for sent in agents[seat].sent]
        assert [(one["player"], one["information_state"]) for one in asked] == [
            (0, "K"),
            (1, "Kp"),
            (1, "Jp"),
            (0, "Q"),
        ]
        assert {one["game"] for one in asked} == {"kuhn"}
        told = agents["player_1"].sent[1].view[-2].text
        assert told.endswith("In this hand player_1 has seat_0, player_0 has seat_1.")

    async def test_programs_are_asked_about_all_hands_if_these_are_not_independent(self) -> None:
        agent = Watched("check")
        protocol = Play(game="kuhn", hands=2, payoff=Payoff.SIGN)
        await play(protocol, agent, episode_class=Dealt, deals=[2, 0, 1, 2])
        asked = [sent.prompt.data for sent in agent.sent]
        assert {one["game"] for one in asked} == {"repeated:kuhn?n=2&payoff=sign"}
        assert asked[2]["information_state"] == "'Kpp/J';'Q'"

    @pytest.mark.parametrize("hands", [1, 3])
    async def test_agents_that_know_a_hand_play_it_from_either_seat(self, hands: int) -> None:
        protocol = Play(game="kuhn", hands=hands, first=First.ALTERNATE, begins=1)
        played = await conducted(protocol, KuhnNash(), KuhnNash(), number=3)
        assert played.outcome.ending is Ending.COMPLETED

    async def test_a_users_own_game_is_found_by_its_place(self, tmp_path: Path) -> None:
        own = tmp_path / "mine.py"
        own.write_text("from games.kuhn import KuhnPoker as Mine\n", encoding="utf-8")
        agent = Watched("check")
        await play(Play(game=f"{own}:Mine", hands=2, first=First.ALTERNATE), agent)
        await play(Play(game=f"repeated:{own}%3AMine?n=2", first=First.ALTERNATE), agent)
        assert {sent.prompt.data["game"] for sent in agent.sent} == {f"{own}:Mine"}


class TestBreakage:
    @pytest.mark.parametrize("error", [RuntimeError("down"), TimeoutError("slow")], ids=repr)
    @pytest.mark.parametrize("seat", [0, 1])
    async def test_an_agent_that_breaks_has_failed_and_nobody_wins(self, error: Exception, seat: int) -> None:
        agents: list[Agent] = [Watched("check"), Watched("check")]
        agents[seat] = Scripted(error)
        played = await conducted(KUHN, *agents)
        assert played.outcome.ending is Ending.FAILED
        assert played.outcome.offenders == (f"player_{seat}",)
        assert played.outcome.returns == {}

    async def test_breaking_while_asked_again_is_breaking(self) -> None:
        played = await conducted(KUHN, Scripted("fold", RuntimeError("down")), Watched("check"))
        assert played.outcome.ending is Ending.FAILED


class TestHands:
    @some
    @given(st.sampled_from(["kuhn", "leduc"]), st.integers(1, 6), seeds)
    def test_exactly_so_many_deals_and_the_chips_of_all_of_them(
        self, game: str, hands: int, seed: int
    ) -> None:
        """No phantom hand at the end, and the last hand's winner is not the game's."""
        playing = asyncio.run(play(Play(game=game, hands=hands), Random(), seed=seed))
        texts = [event.text for event in playing.episode.view("player_0") if event.kind is EventKind.TOLD]
        cards = [text for text in texts if "Your card is" in text]
        assert len(cards) == hands
        assert sum(playing.outcome.returns.values()) == 0
        chips = 0.0
        for line in "\n".join(texts).splitlines():
            for seat, sign in (("player_0", 1), ("player_1", -1)):
                if f"{seat} wins " in line:
                    chips += sign * int(line.split(f"{seat} wins ")[1].split()[0])
        assert playing.outcome.returns["player_0"] == chips

    @few
    @given(seeds)
    def test_the_same_chance_deals_the_same_cards_whoever_plays(self, seed: int) -> None:
        def cards(agent: Agent) -> list[str]:
            playing = asyncio.run(play(Play(hands=4), agent, seed=seed))
            seen = [*playing.episode.view("player_0"), *playing.episode.view("player_1")]
            return [e.text.split("Your card")[1] for e in seen if "Your card" in e.text]

        def timid(request: Request) -> str:
            assert isinstance(request.form, Move)
            return request.form.legal[0]

        assert cards(Watched(timid)) == cards(Random())

    async def test_a_protocol_object_keeps_no_state(self) -> None:
        """The same object, the same seed, the same playing, however many stand in between."""
        protocol = Play(hands=3)
        first = await play(protocol, Random(), seed=5)
        await asyncio.gather(*(play(protocol, Random(), seed=n) for n in range(5)))
        second = await play(protocol, Random(), seed=5)
        assert first.steps == second.steps


class TestSimultaneous:
    async def test_both_are_asked_before_either_is_told(self) -> None:
        agents = {"player_0": Watched("rock"), "player_1": Watched("paper")}
        playing = await play(Play(game="rock-paper-scissors"), agents)
        assert playing.outcome.returns == {"player_0": -1.0, "player_1": 1.0}
        assert [list(agents[seat].sent[0].view) for seat in agents] == [[], []]

    async def test_the_offender_forfeits_and_not_the_other(self) -> None:
        played = await conducted(Play(game="rock-paper-scissors"), Watched("rock"), Watched("lizard"))
        assert played.outcome.offenders == ("player_1",)


class TestOpenSpiel:
    @pytest.mark.parametrize(
        ("game", "turns"),
        [
            ("connect_four", None),
            ("liars_dice(numdice=1)", None),
            ("goofspiel(num_cards=5,imp_info=True,points_order=descending)", None),
            ("goofspiel(num_cards=4,points_order=random,players=3)", None),
            ("chess", 9),
        ],
    )
    async def test_its_games_can_be_played_by_anyone(self, game: str, turns: int | None) -> None:
        pytest.importorskip("pyspiel")
        protocol = Play(game=f"openspiel:{game}")
        agents = [Random() for _ in protocol.seats]
        played = await conducted(protocol, *agents, limits=Limits(turns=turns))
        if turns is None:
            assert played.outcome.ending is Ending.COMPLETED
            assert set(played.outcome.returns) == set(protocol.seats)
        else:
            assert played.outcome.ending is Ending.TRUNCATED

    async def test_moves_with_brackets_can_be_wrapped_like_any_other(self) -> None:
        pytest.importorskip("pyspiel")

        def bold(request: Request) -> str:
            return f"**Move: {request.form.sample(request.random())}**"

        protocol = Play(game="openspiel:tic_tac_toe", retries=0)
        played = await conducted(protocol, Watched(bold), Watched(bold, "other"))
        assert played.outcome.ending is Ending.COMPLETED


class TestSettings:
    def test_an_unknown_game_is_refused_when_the_protocol_is_made(self) -> None:
        with pytest.raises(UsageError, match="did you mean 'kuhn'"):
            Play(game="khun")

    @pytest.mark.parametrize("game", ["kuhn?deck=5", "repeated:kuhn?n=0", "openspiel:no_such_game"])
    def test_so_is_one_that_cannot_be_made(self, game: str) -> None:
        with pytest.raises(UsageError):
            Play(game=game)

    @pytest.mark.parametrize(
        "settings", [{"hands": 0}, {"retries": -1}, {"legal_moves": "some"}, {"hand": 2}]
    )
    def test_settings_out_of_range_or_misspelt_are_refused(self, settings: dict[str, object]) -> None:
        with pytest.raises(UsageError):
            Play(**settings)

    def test_a_changed_copy_is_the_changed_game(self) -> None:
        """Whatever has been looked up in the original before."""
        protocol = Play(hands=3)
        assert protocol.rules.name == "repeated:kuhn?n=3"
        assert protocol.seats
        assert protocol.model_copy(update={"hands": 1}).rules.name == "kuhn"
        assert protocol.model_copy(update={"game": "leduc"}).rules.name == "repeated:leduc?n=3"

    async def test_the_task_stands_before_the_rules_and_its_truth_nowhere(self) -> None:
        agent = Watched(lambda request: request.form.sample(request.random()))
        task = Task(text="For the championship.", truth="player_0 shall win")
        seats = {"player_0": "a", "player_1": "a"}
        await play_episode(KUHN, plan_of(0, task, **seats), {"a": agent})
        assert all(sent.brief.startswith("For the championship.") for sent in agent.sent)
        assert "shall win" not in repr(agent.sent)
