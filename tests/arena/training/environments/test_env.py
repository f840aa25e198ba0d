"""`arena.Env`: episodes in a loop of one's own."""

from __future__ import annotations

import asyncio
import gc
import random
import subprocess
import sys
import time
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import arena
from arena import Ending, Env, Observation, Reply, Task, UsageError
from arena.core.errors import ConfigurationChanged, JournalBusy, UnknownName
from arena.journal import StoredRun, recording
from arena.seat.agent import Tokens
from games import load
from games.theory import exploitability, information_states, uniform
from protocols import Debate, Play
from tests.arena.pictures.made import picture

KUHN_MOVES = {"check", "bet", "call", "fold"}


def play_through(env: Env, seed: int | None = None) -> tuple[list[tuple[str, str]], dict[str, float | None]]:
    """Always play the first legal move. Return what each seat knew, and the returns."""
    observation, seen = env.reset(seed=seed), []
    while observation is not None:
        seen.append((observation.seat, observation.state))
        observation = env.step(observation.moves[0])
    return seen, env.returns


def test_a_seed_gives_the_same_cards_on_every_reset_and_other_seeds_give_others() -> None:
    env, other = Env("kuhn"), Env("kuhn")
    first = [play_through(env, seed) for seed in range(40)]
    assert [play_through(env, seed) for seed in range(40)] == first
    assert [play_through(other, seed) for seed in reversed(range(40))] == first[::-1]
    assert len({seen[0] for seen, _ in first}) == 3  # the first player's card


def test_seats_are_in_the_order_of_the_protocol() -> None:
    env = Env("kuhn", seats=["player_0"], agents={"player_1": "random"})
    assert list(env.returns) == ["player_0", "player_1"]
    assert Env("kuhn", seats=["player_1", "player_0"]).seats == ("player_0", "player_1")


def test_a_seed_is_any_kind_of_whole_number() -> None:
    numpy = pytest.importorskip("numpy")
    env = Env("kuhn")
    assert play_through(env, numpy.int64(11)) == play_through(env, 11)
    with pytest.raises(UsageError, match="A seed is a whole number, not 'eleven'"):
        env.reset(seed="eleven")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=r"A task is a whole number, not 1\.5"):
        env.reset(task=1.5)  # type: ignore[arg-type]


def test_what_the_other_agent_draws_depends_on_the_seed_alone_too() -> None:
    env = Env("kuhn", seats=["player_0"], agents={"player_1": "random"})
    first = [play_through(env, seed) for seed in range(40)]
    play_through(env)
    assert [play_through(env, seed) for seed in range(40)] == first


def test_resets_without_a_seed_differ_from_each_other_and_are_the_same_in_another_env() -> None:
    env, other, third = Env("kuhn"), Env("kuhn"), Env("kuhn", seed=1)
    first = [play_through(env) for _ in range(20)]
    assert [play_through(other) for _ in range(20)] == first
    assert [play_through(third) for _ in range(20)] != first
    assert len({str(one) for one in first}) == 6  # every deal of three cards to two players


def test_the_returns_are_those_of_the_rules_and_none_before_there_are_any() -> None:
    env = Env("kuhn")
    observation = env.reset(seed=3)
    assert env.returns == {"player_0": None, "player_1": None}
    assert list(env.returns) == ["player_0", "player_1"]
    assert env.outcome is None
    assert observation is not None
    cards = {}
    while observation is not None:
        assert set(observation.moves) <= KUHN_MOVES
        cards[observation.seat] = observation.state[0]
        observation = env.step("check")
    high = max(cards, key=lambda seat: "JQK".index(cards[seat]))
    assert env.done
    assert env.returns == {seat: 1.0 if seat == high else -1.0 for seat in cards}
    assert env.outcome is not None
    assert env.outcome.ending is Ending.COMPLETED


def test_an_episode_without_a_result_has_no_returns() -> None:
    env = Env("kuhn", settings={"limits.turns": 1})
    env.reset()
    assert env.step("check") is None
    assert env.done
    assert env.returns == {"player_0": None, "player_1": None}


def test_an_illegal_move_is_refused_and_asked_for_again() -> None:
    env = Env("kuhn")
    first = env.reset()
    assert first is not None
    assert first.refused == ""
    again = env.step("nonsense")
    assert again is not None
    assert again.seat == first.seat
    assert "'nonsense' is not a legal move" in again.refused
    after = env.step("check")
    assert after is not None
    assert after.refused == ""


def test_seats_that_are_asked_at_once_observe_and_act_by_their_names() -> None:
    env = Env("rock-paper-scissors")
    env.reset()
    assert env.waiting == ("player_0", "player_1")
    one, two = env.observe("player_0"), env.observe("player_1")
    assert one is not None
    assert two is not None
    assert one.moves == two.moves == ("rock", "paper", "scissors")
    env.act("rock", "player_1")
    env.act("paper", "player_0")
    assert env.observe() is None
    assert env.returns == {"player_0": 1.0, "player_1": -1.0}


def test_observing_again_gives_the_same_and_acting_is_seen_by_the_next_observation() -> None:
    env = Env("kuhn")
    first = env.reset(seed=1)
    assert env.observe() == first
    env.act("bet")
    second = env.observe()
    assert second is not None
    assert second.moves == ("fold", "call")
    assert "bets" in str(second.messages) or "bet" in str(second.messages)


def test_an_env_over_a_protocol_takes_tasks_and_free_text() -> None:
    question = Task(id="pi", text="Is pi above 3?", truth="yes", data={"answers": ["yes", "no"]})
    agents = {"debater_b": "scripted:no", "judge": "random"}
    env = Env(Debate(rounds=1), seats=["debater_a"], agents=agents)
    observation = env.reset(task=question)
    assert observation is not None
    assert observation.moves == ()
    assert "Is pi above 3?" in str(observation.messages)
    while observation is not None:
        observation = env.step("Because 3.14 is above 3.")
    assert env.done


def test_seeds_and_resets_go_through_the_tasks() -> None:
    tasks = [Task(id=name, text=f"This is {name}.") for name in ("one", "two", "three")]
    env = Env(
        arena.Scenario(protocol=Play(game="kuhn"), tasks=tasks, seats=dict.fromkeys(Play().seats, "random"))
    )

    def asked(**which: int) -> str:
        observation = env.reset(**which)
        assert observation is not None
        return next(task.id for task in tasks if task.text in observation.request.brief)

    assert [asked(seed=seed) for seed in (0, 1, 2, 3)] == ["one", "two", "three", "one"]
    assert asked(seed=0, task=2) == "three"
    with pytest.raises(UsageError, match="There is no task 3; there are 3, counted from 0"):
        env.reset(task=3)


OWN = """
import arena
from arena.forms import Choice


class Duel(arena.Protocol):
    rounds: int = 1

    @property
    def seats(self):
        return ("a", "b", "referee")

    @property
    def players(self):
        return ("a", "b")

    async def play(self, episode):
        for _ in range(self.rounds):
            await episode.together(self.players, Choice(options=("x", "y")), "x or y?")
        judged = await episode.ask("referee", Choice(options=("a", "b")), "Who won?")
        return arena.Outcome.completed({judged.value: 1.0})
"""


def test_a_protocol_of_ones_own_is_named_by_its_file(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(OWN)
    place = f"{tmp_path / 'mine.py'}:Duel"
    env = Env(place, agents={"referee": "random"}, settings={"protocol.rounds": 3, "seed": 5})
    assert env.seats == ("a", "b")
    observation, asked = env.reset(), 0
    while observation is not None:
        assert observation.moves == ("x", "y")
        assert (observation.state, observation.data, observation.text[:7]) == ("", {}, "x or y?")
        asked += 1
        observation = env.step("x")
    assert asked == 6
    assert sorted(map(str, env.returns.values())) == ["1.0", "None", "None"]


BROKEN = OWN.replace('"Who won?")', '"Who won?")\n        print(1 / (self.rounds - 2))')


def test_an_error_of_a_protocol_is_raised_as_it_is_and_the_env_goes_on(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text(BROKEN)
    env = Env(f"{tmp_path / 'broken.py'}:Duel", agents={"referee": "random"}, settings={"protocol.rounds": 2})
    for _ in range(2):
        env.reset()
        for _ in range(3):
            env.step("x")
        with pytest.raises(ZeroDivisionError) as raised:
            env.step("x")
        assert "broken.py" in str(raised.traceback[-1].path)
        assert env.done
        assert env.outcome is not None
        assert env.outcome.ending is Ending.FAILED
        assert env.observe() is None


def test_an_agent_that_fails_raises_nothing() -> None:
    env = Env("kuhn", seats=["player_1"], agents={"player_0": "failing:random?rate=1"})
    assert env.reset() is None
    assert env.outcome is not None
    assert env.outcome.offenders == ("player_0",)
    assert env.returns == {"player_0": None, "player_1": None}


def test_a_study_is_named_by_its_file(tmp_path: Path) -> None:
    study = tmp_path / "mine.toml"
    study.write_text('run = "kuhn"\nseed = 3\n[protocol]\nhands = 2\n')
    env = Env(str(study), seats="player_0", agents={"player_1": "random"})
    assert env.seats == ("player_0",)
    observation = env.reset()
    assert observation is not None
    assert "Hand 1 of 2" in str(observation.messages)


def test_misuse_is_refused_in_a_sentence() -> None:
    env = Env("kuhn", seats=["player_0"], agents={"player_1": "random"})
    with pytest.raises(UsageError, match="call reset first"):
        env.step("bet")
    env.reset()
    with pytest.raises(UsageError, match="'player_1' is no seat of yours"):
        env.act("bet", "player_1")
    with pytest.raises(UsageError, match="'player_1' is not asked now; asked: player_0"):
        env.observe("player_1")
    with pytest.raises(UnknownName, match="chesss"):
        Env("chesss")
    with pytest.raises(UsageError, match="one protocol"):
        Env("spiral-kuhn")
    with pytest.raises(UsageError, match="There is no seat player_9; the seats are player_0, player_1"):
        Env("kuhn", seats=["player_9"])
    with pytest.raises(UnknownName, match=r"There is no agent called 'randm'\. Did you mean random"):
        Env("kuhn", agents={"player_1": "randm"})
    with pytest.raises(UsageError, match="Env takes a name, a protocol or a scenario, not int"):
        Env(3)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="no seat is yours"):
        Env("kuhn", agents={"player_0": "random", "player_1": "random"})
    with pytest.raises(UsageError, match="judge"):
        Env(Debate(), agents={"debater_b": "random"})


def test_the_record_is_a_run_that_holds_abandoned_episodes_as_not_ended(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    spoken = Tokens(texts=("check",), ids=(7,), logprobs=(-0.5,), ids_read=(1, 2))
    with Env("kuhn", record=folder) as env:
        for number in range(4):
            env.reset()
            while not env.done:
                env.step(Reply("check", tokens=spoken))
                if number == 2:
                    break
    with StoredRun(folder) as stored:
        episodes = list(stored.episodes())
        assert [episode.plan.number for episode in episodes] == [0, 1, 2, 3]
        assert [episode.played is None for episode in episodes] == [False, False, True, False]
        assert episodes[0].calls[0].reply == Reply("check", tokens=spoken)
        damage = stored.leave_out_damaged()
        assert (damage.count, len(damage.episodes), list(stored.structure())) == (4, 0, [])
    card = arena.export(folder, tmp_path / "rows.jsonl", to="trl-sft")
    assert card is not None
    assert len((tmp_path / "rows.jsonl").read_text().splitlines()) == 6
    with pytest.raises(UsageError, match="already; add again"):
        Env("kuhn", record=folder).reset()


def numbers(folder: Path, *, finished: bool) -> set[int]:
    with StoredRun(folder) as stored:
        damage = stored.leave_out_damaged()
        assert (len(damage.episodes), list(stored.structure())) == (0, [])
        return stored.numbers(finished=finished)


def test_a_record_goes_on_after_its_last_episode_or_begins_beside_it_as_named(tmp_path: Path) -> None:
    seen = []
    for _ in range(3):
        with Env("kuhn", record=tmp_path / "mine", again="resume") as env:
            seen += [play_through(env) for _ in range(2)]
            env.reset()
            assert env.folder == tmp_path / "mine"
    assert numbers(tmp_path / "mine", finished=True) == {0, 1, 3, 4, 6, 7}
    assert numbers(tmp_path / "mine", finished=False) == {2, 5, 8}
    whole = Env("kuhn")
    at_once = [play_through(whole) for _ in range(8)]
    assert seen == [at_once[place] for place in (0, 1, 3, 4, 6, 7)]
    with pytest.raises(ConfigurationChanged, match=r"protocol\.hands was 1 and is now 2"):
        Env("kuhn", settings={"protocol.hands": 2}, record=tmp_path / "mine", again="resume").reset()
    with Env("kuhn", record=tmp_path / "mine", again="new") as env:
        env.reset()
        assert env.folder == tmp_path / "mine-2"


RECORDED = """
import arena, sys
env = arena.Env("kuhn", record=sys.argv[1])
env.reset()
while not env.done:
    env.step("check")
env.reset()
"""


@pytest.mark.slow
def test_a_record_that_nobody_closes_is_whole_when_the_interpreter_has_ended(tmp_path: Path) -> None:
    command = [sys.executable, "-X", "dev", "-c", RECORDED, str(tmp_path / "run")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    # On a busy machine asyncio's debugging also says that a step was slow.
    assert [line for line in done.stderr.splitlines() if not line.startswith("Executing <")] == []
    with StoredRun(tmp_path / "run") as stored:
        assert [episode.played is None for episode in stored.episodes()] == [False, True]


def test_a_record_that_is_forgotten_is_closed(tmp_path: Path) -> None:
    env = Env("kuhn", record=tmp_path / "run")
    play_through(env)
    del env
    gc.collect()
    for _ in range(200):
        with suppress(JournalBusy):
            asyncio.run(reopened(tmp_path / "run"))
            return
        time.sleep(0.01)
    pytest.fail("the journal is still held")


async def reopened(folder: Path) -> None:
    async with recording(folder):
        pass


async def test_it_works_where_an_event_loop_is_running() -> None:
    env = Env("kuhn")
    expected = play_through(env, 1)
    assert await asyncio.to_thread(play_through, env, 1) == expected


def test_a_question_may_have_pictures() -> None:
    task = Task(id="seen", text="What is it?", truth="a", data={"answers": ["a", "b"]}, pictures=[picture()])
    env = Env(Debate(rounds=1), seats=["debater_a"], agents={"debater_b": "scripted:b", "judge": "random"})
    observation = env.reset(task=task)
    assert observation is not None
    assert observation.request.view[0].pictures or observation.pictures


class Regrets:
    """Learns by regret matching: each seat's counterfactual regrets by outcome sampling of whole hands.

    See Lanctot et al. 2009, "Monte Carlo sampling for regret minimization in extensive games".
    """

    def __init__(self) -> None:
        self.regrets: defaultdict[str, dict[str, float]] = defaultdict(dict)
        self.average: defaultdict[str, dict[str, float]] = defaultdict(dict)

    def policy(self, observation: Observation) -> dict[str, float]:
        known = self.regrets[observation.state]
        positive = {move: max(known.get(move, 0.0), 0.0) for move in observation.moves}
        total = sum(positive.values())
        if total == 0:
            return dict.fromkeys(positive, 1 / len(positive))
        return {move: regret / total for move, regret in positive.items()}


def learn(env: Env, hands: int) -> Regrets:
    learner, rng = Regrets(), random.Random(1)
    for _ in range(hands):
        observation, taken = env.reset(), []
        while observation is not None:
            policy = learner.policy(observation)
            explored = {move: 0.4 / len(policy) + 0.6 * share for move, share in policy.items()}
            move = rng.choices(list(explored), list(explored.values()))[0]
            taken.append((observation, policy, explored[move], move))
            observation = env.step(move)
        sampled = 1.0
        for _, _, share, _ in taken:
            sampled *= share
        after = 1.0
        for place in range(len(taken) - 1, -1, -1):
            seen, policy, _, move = taken[place]
            earned = env.returns[seen.seat]
            assert earned is not None
            others = own = 1.0
            for earlier, shares, _, made in taken[:place]:
                if earlier.seat == seen.seat:
                    own *= shares[made]
                else:
                    others *= shares[made]
            weight = earned * others / sampled
            regrets, average = learner.regrets[seen.state], learner.average[seen.state]
            for each in policy:
                gain = after if each == move else 0.0
                regrets[each] = regrets.get(each, 0.0) + weight * (gain - after * policy[move])
                average[each] = average.get(each, 0.0) + own * policy[each] / sampled
            after *= policy[move]
    return learner


@pytest.mark.slow
def test_a_learner_in_a_loop_of_its_own_becomes_hard_to_exploit() -> None:
    learner = learn(Env("kuhn"), 10_000)
    game = load("kuhn")
    profile: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
    for (player, state), point in information_states(game).items():
        weights = learner.average[state]
        total = sum(weights.values())
        moves = {one: point.state.action_to_string(player, one) for one in point.legal_actions}
        profile[player][state] = {action: weights[move] / total for action, move in moves.items()}
    assert exploitability(game, uniform(game)) == pytest.approx(11 / 24)
    assert exploitability(game, profile) < 0.1
