"""The examples of ACT-JEPA and SPR through the whole path: scores by offset, and the loss of predictions."""

from __future__ import annotations

import pytest

from scenarios.grid_walk import rmse, spr_loss, step_loss, walked
from tests.arena.cli.typing_in import Typist
from tests.arena.results.figures.lines import Found, sections_in


def played(arena: Typist, scenario: str, says: str, *words: str) -> Found:
    agent = f"walker=scenarios.grid_walk:Walker?says={says}"
    said = arena("run", scenario, "--tasks", "1", "--agents", agent, "--out", "run", *words)
    assert said.code == 0, said.err
    return Found(sections_in(arena.folder / "run"))


def scores(found: Found, *names: str) -> list[float | None]:
    return [found.shown("Mean score", f"grid-walk: {name}, of walker")[0] for name in names]


def test_moves_and_places_are_compared_by_offset(arena: Typist) -> None:
    """The walk is R, R, D. R, D, D is predicted, with the places of that."""
    found = played(arena, "act-jepa", "R1/0,D1/1,D1/2")
    assert scores(found, *(f"move at offset {n}" for n in (1, 2, 3))) == [1, 0, 1]
    assert scores(found, *(f"place at offset {n}" for n in (1, 2, 3))) == [1, 0, 0]
    assert scores(found, "compounding", "rmse") == [-1, round((4 / 6) ** 0.5, 9)]


def test_asked_after_each_move_errors_do_not_compound(arena: Typist) -> None:
    found = played(arena, "act-jepa", "R1/0,D1/1,D1/2", "--set", "protocol.chunk=1")
    assert found.shown("Mean score", "grid-walk: move at offset 1, of walker") == (round(2 / 3, 9), 3, 3)
    assert scores(found, "compounding") == [0]


def test_steps_after_the_end_count_as_none_in_the_mean(arena: Typist) -> None:
    """Of five steps two are walked: (0, 1) for (1, 0) costs 2, and (3, 0) for (2, 0) nothing."""
    found = played(arena, "spr", "D0/1,R3/0")
    assert scores(found, "spr-loss") == [0.4]


def test_a_chunk_that_is_too_short_is_wrong_where_it_ends(arena: Typist) -> None:
    found = played(arena, "act-jepa", "R1/0")
    assert scores(found, *(f"place at offset {n}" for n in (1, 2, 3))) == [1, 0, 0]
    assert found.shown("Mean score", "grid-walk: rmse, of walker") == (None, 0, 1)


@pytest.mark.parametrize("unusable", ["hm", ""])
def test_a_chunk_that_cannot_be_used_is_unknown_and_lowers_the_coverage(arena: Typist, unusable: str) -> None:
    """The third of three chunks is none: the figures are of two of three, and the walk has no return."""
    (arena.folder / "third.py").write_text(
        "import json\n"
        "def walker(request):\n"
        "    start = request.prompt.data['start']\n"
        f"    return {unusable!r} if start == 2 else json.dumps("
        "{'moves': ['RRD'[start]], 'places': [[start + 1, 0]]})\n"
    )
    said = arena(
        *("run", "act-jepa", "--tasks", "1", "--agents", "walker=third.py:walker", "--out", "run"),
        *("--set", "protocol.chunk=1"),
    )
    found = Found(sections_in(arena.folder / "run"))
    for name in ("move at offset 1", "place at offset 1"):
        assert found.shown("Mean score", f"grid-walk: {name}, of walker") == (1.0, 2, 3)
    for name in ("compounding", "rmse", "spr-loss"):
        assert found.shown("Mean score", f"grid-walk: {name}, of walker") == (0.0, 2, 3)
    assert "unknown" in said.out + arena("report", "run").out


def test_losses_by_hand() -> None:
    assert step_loss((1, 0), (0, 1)) == 2
    assert step_loss((1, 0), (3, 0)) == 0
    assert round(step_loss((1, 0), (1, 1)), 4) == 0.5858
    assert spr_loss([(0, 1), (0, 1)], [(1, 0), (1, 0)], 4) == 1
    assert spr_loss([], [(1, 0)], 1) == 4
    assert rmse([(1, 0), (1, 1), (1, 2)], walked("RRD")) == pytest.approx(0.8165, abs=5e-5)
