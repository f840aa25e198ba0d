"""Parts of an episode on a page of their own: a long text, an exact request, a drawing, a picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from arena.core.errors import UsageError
from arena.episode.record import Call
from arena.seat.additions import SENT
from arena.seat.messages import Message
from arena.seat.transcript import Event
from arena.training.export import sent_messages
from arena.view._episode_answers import EpisodePlace, look
from arena.view._episode_page import Viewed
from arena.view._keys import KEYS
from arena.view._rendering import html
from arena.view._runs import ShownRuns
from arena.web.links import Links, Tab
from arena.web.words import marked_words, visible


class ExactRequest(NamedTuple):
    """One request as it was sent, and what came back."""

    title: str
    messages: Sequence[tuple[str, Markup]]
    reply: Markup | None
    reasoning: Markup | None
    status: str
    facts: str


class File(NamedTuple):
    """A file that a page shows: its bytes and its media type."""

    content: bytes
    media_type: str


def text_page(runs: ShownRuns, place: EpisodePlace, at: int, links: Links) -> str:
    """Return the page of all words of one event.

    Raises:
        UsageError: if there is no such event, or the seat does not see it.
    """
    shown = _looked(runs, place)
    event = _event(shown, at)
    who = event.seat or "told"
    return _page(
        runs,
        shown,
        links,
        f"All that {who} wrote" if event.seat else "All that was told",
        marked_words(event, shown.cited, None),
    )


def brief_page(runs: ShownRuns, place: EpisodePlace, seat: int, links: Links) -> str:
    """Return the page of a seat's brief.

    Raises:
        UsageError: if there is no such seat, or it is another than the one whose view is shown.
    """
    shown = _looked(runs, place)
    if not 0 <= seat < len(shown.seats) or (shown.seat and shown.seats[seat] != shown.seat):
        raise UsageError("There is no such brief here.")
    name = shown.seats[seat]
    return _page(runs, shown, links, f"The brief of {name}", visible(shown.episode.briefs.get(name, "")))


def requests_page(runs: ShownRuns, place: EpisodePlace, step: int, seat: int, links: Links) -> str:
    """Return the page of the exact requests to a seat in a step, and of what came back.

    Raises:
        UsageError: if the seat was not asked in that step, or this is the page of a seat.
    """
    shown = _looked(runs, place)
    if shown.seat or not 0 <= seat < len(shown.seats):
        raise UsageError("The exact requests are shown to the owner alone.")
    name = shown.seats[seat]
    made = zip(shown.episode.calls, sent_messages(shown.episode), strict=True)
    sent = [_sent(call, said) for call, said in made if (call.step, call.seat) == (step, name)]
    if not sent:
        raise UsageError(f"{name} was not asked in step {step}.")
    return html("requests.html", sent=sent, **_frame(runs, shown, links, f"Step {step}: {name} is asked"))


def _sent(call: Call, messages: Sequence[Message]) -> ExactRequest:
    """Return a request as it was sent, and what came back."""
    reply, usage = call.reply, call.spent
    sample = "" if call.sample is None else f", sample {call.sample}"
    facts = [
        f"model {usage.model}" if usage.model else "",
        f"{call.seconds:.2f} s",
        *(f"{quantity} {count:,}" for quantity, count in usage.usage.items()),
        "" if usage.cost is None else f"${usage.cost:.6f}",
        *(f"note: {note}" for note in usage.notes if not note.startswith(SENT)),
        *(f"failed attempt: {fault}" for fault in usage.faults),
    ]
    return ExactRequest(
        f"Request {call.count + 1} to {call.seat}{sample}",
        [(one.role, visible(one.content)) for one in messages],
        None if reply is None else visible(reply.text),
        visible(reply.reasoning) if reply is not None and reply.reasoning else None,
        ": ".join(filter(None, (call.status.value, call.reason))),
        ", ".join(filter(None, facts)),
    )


def drawing_file(runs: ShownRuns, place: EpisodePlace, at: int, seat: int) -> File:
    """Return a drawing of what a seat can see.

    Raises:
        UsageError: if there is none, or it is not to be seen here.
    """
    shown = _looked(runs, place)
    drawing = shown.drawings.get(at, {}).get(shown.seats[seat] if 0 <= seat < len(shown.seats) else "")
    if drawing is None:
        raise UsageError("There is no such drawing.")
    return File(drawing.encode(), "image/svg+xml")


def picture_file(runs: ShownRuns, place: EpisodePlace, at: int, number: int) -> File:
    """Return a picture that an event shows.

    Raises:
        UsageError: if there is none, or it is not to be seen here.
    """
    pictures = _event(_looked(runs, place), at).pictures
    if not 0 <= number < len(pictures) or pictures[number].address:
        raise UsageError("There is no such picture.")
    return File(pictures[number].content, pictures[number].media_type)


def _looked(runs: ShownRuns, place: EpisodePlace) -> Viewed:
    with runs.open(place.run) as stored:
        return look(runs, stored, place)


def _event(shown: Viewed, at: int) -> Event:
    for step in shown.steps:
        for one in step.events:
            if one.place == at:
                return one.event
    raise UsageError("There is no such text here.")


def _page(runs: ShownRuns, shown: Viewed, links: Links, title: str, words: Markup) -> str:
    return html("text.html", words=words, **_frame(runs, shown, links, title))


def _frame(runs: ShownRuns, shown: Viewed, links: Links, title: str) -> dict[str, object]:
    number = shown.episode.number
    return {
        "title": title,
        "crumbs": [
            Tab("runs", links.to()),
            Tab(runs.names[shown.run], links.run(shown.run)),
            Tab(f"episode {number}", links.episode(shown.run, number, shown.number)),
            Tab(title, "", current=True),
        ],
        "whose": f"what {shown.seat} can see" if shown.seat else "owner's page: shows everything",
        "keys": KEYS,
        "links": links,
    }
