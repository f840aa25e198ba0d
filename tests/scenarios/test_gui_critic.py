"""The examples of GUI-Critic-R1 through the whole path: scores, suggestions, rewards, and a critic in use."""

from __future__ import annotations

from collections import Counter

import pytest

from scenarios.gui_app import BACK, HOME_SCREEN, MENU_OF, MENUS, AppState, targets_named
from scenarios.gui_critic import ActionScore, proposed_actions, read_screening, screening_reward
from tests.arena.cli.typing_in import Typist
from tests.arena.results.figures.lines import Found
from tests.scenarios.exported import exported, played

JUDGED = "critic=scenarios.gui_critic:Diagnosing?of="
USED = ("gui-agent", "agent=scenarios.gui_agent:Operator?of=", "critic=scenarios.gui_agent:AdvisingCritic")


def test_the_reward_is_weighted_eight_one_one() -> None:
    def paid(is_right: bool, is_like: bool, is_formed: bool) -> float:
        return screening_reward(is_right=is_right, is_like=is_like, is_formed=is_formed)

    assert paid(True, False, True) == 0.9
    assert paid(False, True, True) == 0.2
    assert paid(True, True, True) == 1.0
    assert paid(False, False, False) == 0.0


@pytest.mark.parametrize(
    ("text", "score", "formed"),
    [
        ("<think>a</think><score>Correct</score><suggestion>b</suggestion>", "Correct", True),
        ("<score>Incorrect</score><suggestion>b</suggestion>", "Incorrect", False),
        ("<think>a</think><score>Perhaps</score><suggestion>b</suggestion>", None, False),
        ("<think>Correct</think>", None, False),
        ("<score>Correct</score><score>Incorrect</score>", None, False),
        ("<think>a</think><score>Incorrect</score> <suggestion>b</suggestion> c", "Incorrect", False),
    ],
)
def test_a_screening_is_read_from_its_tags(text: str, score: str | None, formed: bool) -> None:
    read = read_screening(text)
    assert (read.score, read.is_formed) == (score, formed)


def test_the_rewards_of_the_sheet(arena: Typist) -> None:
    """Right with a wrong suggestion .9, wrong with a right one .2, both right 1, without form .8."""
    played(arena, "gui-critic", 5, "--agents", f"{JUDGED}rw,wr,rr,rwx,?w")
    found = [row["reward"] for row in exported(arena, "--reward", "annotation:critic")]
    assert found == pytest.approx([0.9, 0.2, 1.0, 0.8, 0.0], abs=1e-12)


def test_a_critic_who_calls_everything_correct_is_right_half_the_time(arena: Typist) -> None:
    found = played(arena, "gui-critic", 114, "--agents", f"{JUDGED}cw")
    assert found.shown("Accuracy, undecided as wrong", "action-critic: critic, action") == (0.5, 114, 114)
    assert found.shown("Precision of a critic", "action-critic: critic, Correct") == (0.5, 114, 114)
    assert found.shown("Recall of a critic", "action-critic: critic, Correct") == (1.0, 57, 57)
    assert found.shown("Recall of a critic", "action-critic: critic, Incorrect") == (0.0, 57, 57)
    assert found.shown("F1 of a critic", "action-critic: critic, Correct") == (0.666666667, 114, 114)


def test_what_cannot_be_read_is_wrong_and_counts_in_the_errors_of_form(arena: Typist) -> None:
    """Actions are right, wrong, right, wrong: right, right, unreadable and wrong are said."""
    found = played(arena, "gui-critic", 4, "--agents", f"{JUDGED}rr,rw,?w,ww")
    assert found.shown("Accuracy, undecided as wrong", "action-critic: critic, action") == (0.5, 4, 4)
    assert found.shown("Mean score", "action-critic: format, of critic") == (0.75, 4, 4)
    assert found.shown("Mean score", "action-critic: suggestion, of critic") == (0.25, 4, 4)
    assert found.shown("Recall of a critic", "action-critic: critic, Correct") == (0.5, 2, 2)
    assert found.shown("Precision of a critic", "action-critic: critic, Correct") == (0.5, 2, 2)


def test_half_of_the_actions_are_right_and_all_can_be_tapped() -> None:
    tasks = proposed_actions(200, seed=3)
    assert Counter(task.truth for task in tasks)[ActionScore.CORRECT] == 100
    for task in tasks:
        state = AppState(task.data["screen"], frozenset(task.data["on"]))
        assert task.data["target"] in state.targets
        assert task.data["goal"] not in state.on
        is_right = task.data["target"] == state.right_target(task.data["goal"])
        assert is_right == (task.truth == ActionScore.CORRECT)
    assert {task.data["screen"] for task in tasks} == {HOME_SCREEN, *MENUS}


@pytest.mark.parametrize("goal", MENU_OF)
def test_what_is_right_leads_to_the_goal_from_every_screen(goal: str) -> None:
    for screen in (HOME_SCREEN, *MENUS):
        state, taps = AppState(screen), 0
        while goal not in state.on:
            state, taps = state.tapped(state.right_target(goal)), taps + 1
        assert taps == (2 if screen == HOME_SCREEN else 1 if screen == MENU_OF[goal] else 3)


def test_only_whole_names_of_targets_are_found_in_a_suggestion() -> None:
    screen = AppState("Clock").widgets()
    assert targets_named("Tap the TIMER switch.", screen) == {"Timer"}
    assert targets_named("Tap timers, or go backwards", screen) == set()
    assert targets_named(f"Timer, then {BACK}", screen) == {"Timer", BACK}


def used(arena: Typist, courses: str, critic: str = "") -> Found:
    scenario, agent, adviser = USED
    return played(arena, scenario, len(courses), "--agents", f"{agent}{courses}", f"{adviser}{critic}")


def test_an_advantage_is_fewer_steps_to_the_same_end(arena: Typist) -> None:
    """It strays and is led back, errs nowhere, does not listen, and finds it with the critic alone."""
    found = used(arena, "mrsn")
    assert found.shown("Share of a class", "operated-app: advantage is yes") == (0.333333333, 3, 4)
    assert found.shown("Accuracy", "operated-app: agent, alone") == (0.75, 4, 4)
    assert found.shown("Accuracy", "operated-app: agent, criticised") == (1.0, 4, 4)


def test_a_lenient_critic_saves_nothing(arena: Typist) -> None:
    found = used(arena, "mrms", "?lenient=true")
    assert found.shown("Share of a class", "operated-app: advantage is no") == (1.0, 4, 4)


def test_what_both_passes_fail_is_the_same_result(arena: Typist) -> None:
    found = used(arena, "xr")
    assert found.shown("Share of a class", "operated-app: advantage is no") == (1.0, 2, 2)
    assert found.shown("Accuracy", "operated-app: agent, criticised") == (0.5, 2, 2)


def test_steps_of_each_pass_are_counted(arena: Typist) -> None:
    """Alone a wrong menu, back, the right menu and the switch; with the critic the last two."""
    found = used(arena, "m")
    assert found.shown("Mean score", "operated-app: steps alone, of agent") == (4.0, 1, 1)
    assert found.shown("Mean score", "operated-app: steps criticised, of agent") == (2.0, 1, 1)


def test_the_critic_alone_sees_the_touch_point(arena: Typist) -> None:
    """Both see the screen; of the pictures that the critic sees, none is sent to the agent."""
    used(arena, "m")
    shown = {seat: exported(arena, "--seat", seat) for seat in ("agent", "critic")}
    pictures = {
        seat: {picture["bytes"] for row in rows for picture in row["images"]} for seat, rows in shown.items()
    }
    assert pictures["agent"]
    assert pictures["critic"]
    assert not pictures["agent"] & pictures["critic"]
