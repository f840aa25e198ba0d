"""What the moves of a game show its players, told so that no audience says more than the words do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice, product

from arena.episode.episode import Episode
from games import CHANCE, SIMULTANEOUS, State

_MOST_MOVES = 64
"""Of how many moves it is looked at whether they show all players the same."""


def announce(episode: Episode, state: State, before: State | None = None) -> None:
    """Tell each seat what the last move showed its player: what is public to all at once, the rest apart.

    Args:
        episode: the episode.
        state: the state after the move.
        before: the state before it; None at the beginning of the game.
    """
    seats = episode.seats
    news = _news(state, len(seats))
    if _is_alike(news) and (not news[0] or before is None or _is_public(before, len(seats))):
        if news[0]:
            episode.tell(episode.everyone, news[0])
        return
    for seat, own in zip(seats, news, strict=True):
        if own:
            episode.tell((seat,), own)


def _news(state: State, players: int) -> list[str]:
    return list(map(state.observation, range(players)))


def _is_alike(news: Sequence[str]) -> bool:
    return news.count(news[0]) == len(news)


def _is_public(before: State, players: int) -> bool:
    """Return whether every move that could have been made here would have shown all players the same.

    Two players may be shown the same by chance, as two equal dice. If they were told it together, the
    audience would give away that they were. The move of one player is public if it showed all the same.
    """
    moves: Iterable[State]
    if before.current_player == CHANCE:
        moves = (before.child(action) for action, _ in before.chance_outcomes())
    elif before.current_player == SIMULTANEOUS:
        moves = map(before.joint_child, product(*map(before.legal_actions, range(players))))
    else:
        return True
    return all(_is_alike(_news(state, players)) for state in islice(moves, _MOST_MOVES))
