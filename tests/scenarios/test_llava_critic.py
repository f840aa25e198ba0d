"""The examples of LLaVA-Critic-R1 through the whole path: comparisons, rewards, the knockout and its rows."""

from __future__ import annotations

import pytest

from arena.tasks import PublicTask
from scenarios.llava_critic import SelfCritic, critic_reward
from scenarios.tagged import last_box
from tests.arena.cli.typing_in import Typist
from tests.scenarios.exported import exported, played
from tests.shared.agents import Scripted
from tests.shared.playing import play

PLACE = "scenarios.llava_critic"


def test_a_right_box_pays_nine_tenths_and_its_form_one() -> None:
    said = [r"\boxed{1}", r"<think>a</think> \boxed{2}", r"<think>a</think> \boxed{1}", "1"]
    assert [critic_reward(last_box(one), "1", one) for one in said] == [0.9, 0.1, 1.0, 0.0]


def test_the_critic_is_right_by_the_number_of_the_response(arena: Typist) -> None:
    """The right response is first and second by turns; two of four are chosen rightly."""
    found = played(arena, "llava-critic", 4, "--agents", f"critic={PLACE}:Comparer?of=R,r,W,w")
    assert found.shown("Accuracy", "pair-critic: critic, answer") == (0.5, 4, 4)
    assert [row["reward"] for row in exported(arena, "--reward", "annotation:critic")] == [1.0, 0.9, 0.1, 0.0]


def test_without_a_box_nothing_is_chosen_and_nothing_paid(arena: Typist) -> None:
    found = played(arena, "llava-critic", 2, "--agents", f"critic={PLACE}:Comparer?of=R,?")
    assert found.shown("Accuracy", "pair-critic: critic, answer") == (1.0, 1, 2)
    assert found.shown("Accuracy, undecided as wrong", "pair-critic: critic, answer") == (0.5, 2, 2)
    assert [row["reward"] for row in exported(arena, "--reward", "annotation:critic")] == [1.0, 0.0]


def knockout(arena: Typist, of: str, critic: str, tasks: int = 1) -> None:
    played(
        *(arena, "self-critic", tasks, "--set", f"protocol.samples={len(of.split(',')[0])}", "--agents"),
        *(f"policy={PLACE}:Sampler?of={of}", f"critic={PLACE}:Comparer?of={critic}"),
    )


def test_a_knockout_of_four_has_three_comparisons_and_the_right_one_wins(arena: Typist) -> None:
    """One of four samples is right, whose comparisons alone have a reward: it is in two of three."""
    knockout(arena, "1023", "R")
    rows = exported(arena, "--seat", "critic", "--reward", "annotation:critic")
    assert [row["reward"] for row in rows] == [1.0, 1.0]
    found = exported(arena, "--seat", "policy", "--reward", "correct", "--where", "kept=yes")
    assert [row["reward"] for row in found] == [1.0]


def test_the_figures_are_pass_at_one_majority_self_critic_and_pass_at_n(arena: Typist) -> None:
    """0111: 1/4 right, the majority wrong, and the critic finds the right one, which is there."""
    found = played(
        *(arena, "self-critic", 1, "--set", "protocol.samples=4", "--agents"),
        *(f"policy={PLACE}:Sampler?of=0111", f"critic={PLACE}:Comparer?of=R"),
    )
    group = "self-critic: policy, answer"
    assert found.shown("Accuracy", group) == (0.25, 4, 4)
    assert found.shown("Accuracy of the mode", group) == (0.0, 1, 1)
    assert found.shown("Accuracy", "self-critic: policy, decision") == (1.0, 1, 1)
    assert found.shown("Any sample right (Pass@K)", f"{group}, by reached") == (1.0, 1, 1)
    assert found.shown("Best sample right", f"{group}, by reached") == (1.0, 1, 1)


@pytest.mark.parametrize("samples", [2, 3, 5, 8])
async def test_one_comparison_less_than_samples_and_one_winner(samples: int) -> None:
    """Whoever is shown first wins, so each comparison removes one."""
    policy = Scripted(*[rf"<think>a</think> \boxed{{{number}}}" for number in range(samples)])
    critic = Scripted(*[r"\boxed{1}"] * samples)
    task = PublicTask(text="How many?")
    protocol = SelfCritic(samples=samples)
    playing = await play(protocol, {"policy": policy, "critic": critic}, task=task, truth="0")
    found = playing.memory.found[0]
    compared = [row for row in found if row.name == "better"]
    assert len(compared) == samples - 1
    assert sum(row.text == "yes" for row in found if row.name == "kept") == 1
    reached = sorted(row.value or 0 for row in found if row.name == "reached")
    assert reached[-1] > reached[-2], "the winner alone has reached the end"


async def test_the_order_of_the_knockout_follows_the_seed() -> None:
    async def winner(seed: int) -> str | None:
        policy = Scripted(*[rf"\boxed{{{number}}}" for number in range(8)])
        critic = Scripted(*[r"\boxed{1}"] * 8)
        seats = {"policy": policy, "critic": critic}
        playing = await play(SelfCritic(), seats, task=PublicTask(text="How many?"), truth="0", seed=seed)
        return next(row.text for row in playing.memory.found[0] if row.name == "decision")

    first = [await winner(seed) for seed in range(6)]
    assert first == [await winner(seed) for seed in range(6)]
    assert len(set(first)) > 1


async def test_a_choice_that_cannot_be_read_lets_the_first_go_on() -> None:
    policy, critic = Scripted(r"\boxed{1}", r"\boxed{2}"), Scripted("Both.")
    seats = {"policy": policy, "critic": critic}
    playing = await play(SelfCritic(samples=2), seats, task=PublicTask(text="How many?"), truth="1")
    (choice,) = (row for row in playing.memory.found[0] if row.name == "better")
    assert choice.text is None
    assert choice.status == "unparseable"
    (reward,) = (row for row in playing.memory.found[0] if row.name == "critic")
    assert reward.value == 0.0
