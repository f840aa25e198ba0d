"""The example of SRPO through the whole path: two answers in one reply, its reward and its parts."""

from __future__ import annotations

import pytest

from arena import Task
from scenarios.srpo import Reflection, accuracy_of_two, length_reward, read_reflected
from tests.arena.cli.typing_in import Typist
from tests.scenarios.exported import exported, played
from tests.shared.agents import Scripted
from tests.shared.playing import play

AGENT = "policy=scenarios.srpo:Reflecting?of="


def reply(first: str, last: str) -> str:
    return (
        f"<think>a</think><answer>{first}</answer><reflection>b</reflection>"
        f"<think>c</think><answer>{last}</answer>"
    )


async def rewarded(text: str, task: Task) -> float | None:
    """Return the reward of a reply."""
    playing = await play(Reflection(), {"policy": Scripted(text)}, task=task.public, truth=task.truth)
    rows = [row for row in playing.memory.found[0] if row.name == "reflection"]
    return rows[0].value if rows else None


@pytest.mark.parametrize(
    ("words", "tenth"),
    [(200, 0.1), (250, 0.1 * 0.36787944), (300, 0.1 * 0.01831564), (150, 0.1 * 0.36787944)],
)
def test_length_is_best_at_twice_the_first_part(words: int, tenth: float) -> None:
    assert 0.1 * length_reward(words, 100) == pytest.approx(tenth, abs=1e-9)


def test_accuracy_of_two_answers_or_one() -> None:
    pairs = {(False, True): 1.0, (True, True): 0.75, (True, False): 0.25, (False, False): 0.0}
    assert {pair: accuracy_of_two(pair) for pair in pairs} == pairs
    assert [accuracy_of_two(one) for one in ([True], [False], [])] == [0.5, 0.0, 0.0]


def test_words_and_tags_are_counted() -> None:
    read = read_reflected("<think>a b</think>\n<answer>7</answer> c")
    assert (read.first, read.words, read.is_whole) == (3, 8, False)


def test_rewards_of_the_sheet(arena: Typist) -> None:
    """W->R 1.6, R->R 1.35, R->W 0.85 and W->W 0.6, each well formed and of the best length."""
    found = played(
        arena, "srpo", 1, "--episodes", "4", "--agents", f"{AGENT}10/200,00/200,01/200,12/200&samples=4"
    )
    rows = exported(arena, "--reward", "reflection")
    assert [row["reward"] for row in rows] == pytest.approx([1.6, 1.35, 0.85, 0.6], abs=1e-12)
    assert found.shown("Accuracy after turn 1", "reflection: policy") == (0.5, 4, 4)
    assert found.shown("Accuracy after turn 2", "reflection: policy") == (0.5, 4, 4)
    assert found.shown("Wrong to correct", "reflection: policy") == (0.25, 4, 4)


def test_length_and_form_are_paid_beside_the_answers(arena: Typist) -> None:
    """250 and 300 words; and with a word behind the form 0.75 and the length alone."""
    played(arena, "srpo", 1, "--episodes", "3", "--agents", f"{AGENT}00/250,00/300,00x/200&samples=3")
    rows = exported(arena, "--reward", "reflection")
    paid = [1.25 + 0.1 * 0.36787944, 1.25 + 0.1 * 0.01831564, 0.85]
    assert [row["reward"] for row in rows] == pytest.approx(paid, abs=1e-8)


def test_siblings_are_compared_with_their_mean_and_spread(arena: Typist) -> None:
    played(arena, "srpo", 1, "--episodes", "2", "--agents", f"{AGENT}10/200,12/200&samples=2")
    rows = exported(arena, "--reward", "reflection", "--advantage", "group-mean?by=task&divide=sd")
    assert [row["advantage"] for row in rows] == pytest.approx([1, -1], abs=1e-3)


LETTERS = Task(text="How many?", data={"answers": ["3", "4", "5"]}, truth="4")
NUMBER = Task(text="How many?", truth="4")


@pytest.mark.parametrize(
    ("text", "task", "accuracy"),
    [
        (reply("A", "B"), LETTERS, 1.0),
        (reply("4", "(B)"), LETTERS, 0.75),
        (reply("A", "It is B."), LETTERS, 1.0),
        (reply("A", "A or B"), LETTERS, 0.0),
        (reply("B", "It is C"), LETTERS, 0.25),
        (reply("3", r"\boxed{4}"), NUMBER, 1.0),
        (reply("three", "4.0"), NUMBER, 1.0),
        (reply("3", "It is 4"), NUMBER, 0.0),
    ],
    ids=["letters", "text and letter", "named", "two named", "spoilt", "boxed", "no number", "in words"],
)
async def test_letters_and_numbers_are_read(text: str, task: Task, accuracy: float) -> None:
    """The length is 2 * 2 words and the reply has 15, so nothing to speak of is paid for it."""
    assert await rewarded(text, task) == pytest.approx(0.5 + accuracy, abs=1e-9)


async def test_a_reply_of_other_form_is_paid_for_its_answers_alone() -> None:
    assert await rewarded("<think>a</think><answer>4</answer>", NUMBER) == 0.5
    assert await rewarded("I do not know.", NUMBER) == 0.0


async def test_nothing_is_paid_if_the_truth_is_not_known() -> None:
    assert await rewarded(reply("3", "4"), Task(text="How many?")) is None
