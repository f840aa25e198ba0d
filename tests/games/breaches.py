"""What a game breaks of the contract, for tests to compare with nothing."""

from __future__ import annotations

from games import ConformanceError, Game, check_game


def breach(game: Game, *, playouts: int, seed: int = 0) -> str | None:
    """Return what the conformance kit says that `game` breaks, or None."""
    try:
        check_game(game, playouts=playouts, seed=seed)
    except ConformanceError as error:
        return str(error)
    return None
