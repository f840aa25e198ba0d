from __future__ import annotations

from tests.arena.cli.typing_in import SHORT, Typist


def test_a_run_that_has_ended_is_not_paused(arena: Typist) -> None:
    arena("tournament", "kuhn", "--agents", "kuhn-nash", "random", *SHORT, "--out", "runs/one")
    result = arena("pause", "one")
    assert (result.code, result.err) == (
        2, "arena: The run in runs/one has ended, so there is nothing to pause.\n",
    )  # fmt: skip


def test_a_run_that_is_not_there_is_said(arena: Typist) -> None:
    result = arena("pause", "nothing")
    assert result.code == 2
    assert "There is no run called 'nothing'" in result.err
