"""The example of M-STaR through the whole path: ratings of samples, which are kept, and its two monitors."""

from __future__ import annotations

from tests.arena.cli.typing_in import Typist
from tests.arena.results.figures.lines import Found
from tests.scenarios.exported import exported, played

GROUP = "self-taught: policy, answer"


def sampled(arena: Typist, courses: str, tasks: int, samples: int = 4) -> Found:
    return played(
        *(arena, "mstar", tasks, "--set", f"protocol.samples={samples}"),
        *("--agents", f"policy=scenarios.mstar:Rated?of={courses}"),
        *("--set", "seats.reward=scenarios.mstar:rating_reward"),
    )


def test_the_monitors_of_the_sheet(arena: Typist) -> None:
    """q1 hits, the right one of q2 is third, and q3 has none: Pass@4 is 2/3 and Reward-Pass@2 is 1/3."""
    found = sampled(arena, "9w8r1r0w,9w8w7r1w,9w8w7w6w", 3)
    assert found.shown("Any sample right (Pass@K)", f"{GROUP}, by score") == (0.666666667, 3, 3)
    assert found.shown("One of the best two right", f"{GROUP}, by score") == (0.333333333, 3, 3)


def test_the_best_two_of_the_right_ones_are_kept_with_their_ratings(arena: Typist) -> None:
    sampled(arena, "9w8r1r6r", 1)
    words = ("--where", "kept=yes", "--seat", "policy", "--reward", "judge:score")
    assert sorted(row["reward"] for row in exported(arena, *words)) == [0.6, 0.8]


def test_of_equal_ratings_the_first_are_kept(arena: Typist) -> None:
    sampled(arena, "5r5r5r5r", 1)
    rows = exported(arena, "--where", "kept=yes", "--seat", "policy")
    assert [row["completion"][0]["content"][0]["text"][:5] for row in rows] == ["Way 0", "Way 1"]


def test_fewer_right_ones_than_two_are_all_that_is_kept(arena: Typist) -> None:
    sampled(arena, "9w8w1r0w", 1)
    assert len(exported(arena, "--where", "kept=yes", "--seat", "policy")) == 1
