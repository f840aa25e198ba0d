from __future__ import annotations

from tests.arena.cli.typing_in import SHORT, Typist


def test_a_run_that_has_ended_is_not_stopped(arena: Typist) -> None:
    arena("tournament", "kuhn", "--agents", "kuhn-nash", "random", *SHORT, "--out", "runs/one")
    result = arena("stop", "one", "--within", "0")
    assert (result.code, result.err) == (
        2, "arena: The run in runs/one has ended, so there is nothing to stop.\n",
    )  # fmt: skip
