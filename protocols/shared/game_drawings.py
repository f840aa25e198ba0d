"""Drawing the states of a game that was played, from its transcript and its seed of chance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from arena.episode.episode import Episode
from arena.seat.transcript import Event, EventKind
from games import CHANCE, SIMULTANEOUS, Game, State
from games.history import step


def drawn_states(
    game: Game, seats: Sequence[str], events: Sequence[Event], chance: int
) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield the place of the last event before each decision and the end, and what each seat may see there.

    The game is played again: chance is drawn from its seed, and moves are read from the events. It ends where
    the events end, or where they are not those of this game, as after its rules have changed.

    Args:
        game: the game.
        seats: the seats of its players, in order.
        events: the events of the episode.
        chance: the seed of the episode's chance.
    """
    dealer, state, place = Episode({}, chance=chance), game.new_initial_state(), 0
    while True:
        while state.current_player == CHANCE:
            state = state.child(dealer.draw(state.chance_outcomes()))
        place = _next_question(events, place)
        if place:
            drawings = {seat: state.drawing(player) for player, seat in enumerate(seats)}
            yield place - 1, {seat: drawing for seat, drawing in drawings.items() if drawing}
        if state.is_terminal:
            return
        players = range(len(seats)) if state.current_player == SIMULTANEOUS else (state.current_player,)
        actions = []
        for player in players:
            place, action = _answer(events, place, state, player, seats[player])
            if action is None:
                return
            actions.append(action)
        state = step(state, actions)


def _next_question(events: Sequence[Event], place: int) -> int:
    """Return the place of the next question, or the end."""
    later = range(place, len(events))
    return next((at for at in later if events[at].kind is EventKind.ASKED), len(events))


def _answer(
    events: Sequence[Event], place: int, state: State, player: int, seat: str
) -> tuple[int, int | None]:
    """Return the place after the seat's next answer, and its action; None if there is no legal one."""
    known = state.stage.information_state(state.stage_player(player))
    for at in range(place, len(events)):
        event = events[at]
        if event.kind is EventKind.ASKED and (
            event.seat == seat and event.data.get("information_state", known) != known
        ):
            break
        if event.kind is EventKind.SAID and event.seat == seat:
            return at + 1, state.action_named(player, str(event.data.get("move", "")))
    return len(events), None
