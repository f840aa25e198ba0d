"""Printing what happens in an episode: by ``arena show``, and while a run is played by ``--watch``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from arena.core.console import out, plain, whole_text
from arena.episode.plan import Plan, Played
from arena.pictures import picture_lines
from arena.seat.transcript import Event, EventKind


class TerminalWatcher:
    """Prints the turns of all episodes as they happen, with a heading where another episode goes on.

    Briefs and questions are left out, because they are long; ``arena show`` prints them.
    """

    def __init__(self) -> None:
        self._shown: Plan | None = None
        self._pictures: Counter[int] = Counter()

    def begin(self, plan: Plan) -> None:
        """Print the heading of an episode."""
        self._head(plan)

    def events(self, plan: Plan, events: Sequence[Event]) -> None:
        """Print the events of a step."""
        self._head(plan)
        everyone = frozenset(plan.seats)
        for event in events:
            if event.kind is not EventKind.ASKED:
                show_event(event, everyone, self._pictures[plan.number] + 1)
            self._pictures[plan.number] += len(event.pictures)

    def end(self, played: Played) -> None:
        """Print how an episode ended."""
        self._head(played.plan)
        del self._pictures[played.plan.number]
        out.print(plain(str(played.outcome), "bold"))

    def _head(self, plan: Plan) -> None:
        if self._shown is None or self._shown.number != plan.number:
            show_heading(plan)
        self._shown = plan


def show_heading(plan: Plan) -> None:
    """Print the number of an episode, its condition, and who sits where."""
    seats = ", ".join(f"{name}: {agent}" for name, agent in plan.seats.items())
    condition = f" Under {plan.condition}." if plan.condition else ""
    out.print(plain(f"Episode {plan.number}.{condition} {seats}", "bold"))


def show_event(event: Event, everyone: frozenset[str], first: int) -> None:
    """Print an event. Its pictures are numbered from `first` on."""
    marks = {
        EventKind.TOLD: "",
        EventKind.ASKED: f"{event.seat} is asked: ",
        EventKind.SAID: f"{event.seat}: ",
        EventKind.FAILED: f"{event.seat} gives an unusable reply: ",
        EventKind.CALLED: f"{event.seat} calls tools: ",
        EventKind.RETURNED: f"{event.seat} is told what its tools returned: ",
    }
    text = f"{marks[event.kind]}{event.text}"
    if event.kind is EventKind.FAILED:
        text += f" ({event.data['status']}: {event.data['reason']})"
    text = "\n".join((text, *picture_lines(event.pictures, first)))
    if event.audience >= everyone:
        out.print(whole_text(text))
    else:
        seen_by = f"only {', '.join(sorted(event.audience))}" if event.audience else "nobody"
        out.print(whole_text(f"  [{seen_by}] {text}", "dim"))
