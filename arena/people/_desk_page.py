"""The page of a person in a browser, made from the state of the person's desk and from nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from arena.core.errors import UsageError
from arena.people._desk import DeskState, OpenQuestion
from arena.people._desk_form import form_values
from arena.pictures import Picture
from arena.seat.transcript import Event, EventKind
from arena.web.drawings import safe_svg
from arena.web.folding import Text, cut_text, event_text, with_quotes
from arena.web.links import Links, Tab
from arena.web.rendering import environment
from arena.web.words import marked_words, visible

KEYS = (
    ("1 to 9, or the first letter", "chooses an option; Enter sends it"),
    ("w", "to where you write"),
    ("Ctrl Enter", "sends the answer"),
    ("r", "to the rules"),
    ("Esc", "out of a field"),
    ("?", "this list"),
)
"""Each key of a person's page, and what it does."""
SHOWN = 60
"""How many of the last events the page shows. All of them have a page of their own."""
_LONGEST = 20_000
"""From how many characters on a text is folded. A person has to read what a seat is told, so it is many."""
_COLOURS = 6
_PROMPT = "asked"


class ShownPicture(NamedTuple):
    """A picture on the page: its address, and what it is."""

    source: str
    label: str


class ShownEvent(NamedTuple):
    """An event that the person's seat has seen.

    `at` is its place, and `kind` is ``told``, ``said``, ``asked`` or ``failed``. `only` says that nobody
    else sees it, and `fresh` that it came after the person's last answer. `colour` is the number of the
    speaker's colour.
    """

    at: int
    kind: str
    who: str
    colour: int
    only: bool
    fresh: bool
    text: Text
    pictures: Sequence[ShownPicture]


class DeskPart(NamedTuple):
    """A part of the page that is replaced when it changes. `name` is the id of its element."""

    name: str
    html: str


def desk_parts(state: DeskState, links: Links, csrf: str) -> list[DeskPart]:
    """Return the parts of the page. `csrf` is the value of the field that only our own forms have."""
    values = {"state": state, "links": links, "csrf": csrf}
    question = state.question
    drawn = "" if state.consent else safe_svg(state.draw())
    entries = [] if state.consent else shown_events(state, links, max(0, len(state.events) - SHOWN))
    asked = {} if question is None else _asked(question, links)
    return [
        DeskPart("head", _html("desk_head.html", pill=_pill(state), **values)),
        DeskPart("table", _html("desk_table.html", drawn=drawn, number=len(state.events), **values)),
        DeskPart("seen", _html("desk_seen.html", entries=entries, **values)),
        DeskPart("question", _html("desk_question.html", question=question, **asked, **values)),
        DeskPart("rules", _html("desk_rules.html", rules=_rules(state, links), **values)),
    ]


def desk_page(state: DeskState, links: Links, csrf: str, notice: str = "") -> str:
    """Return the whole page. `notice` says what came of a form that was sent."""
    parts = {part.name: part.html for part in desk_parts(state, links, csrf)}
    live = "" if state.is_over else links.to("events", state.version)
    return _html(
        "desk.html", parts=parts, notice=notice, live=live, state=state, **_frame(links, "Your seat")
    )


def all_events_page(state: DeskState, links: Links) -> str:
    """Return the page of all that the seat has seen."""
    entries = [] if state.consent else shown_events(state, links, 0)
    return _html("desk_all.html", entries=entries, state=state, **_frame(links, "All that you have seen"))


def text_page(state: DeskState, links: Links, which: str) -> str:
    """Return the page of all words of an event, of the question or of the brief.

    Raises:
        UsageError: if there is no such text here.
    """
    if which == "brief":
        words = visible("" if state.consent else state.brief)
    else:
        words = marked_words(_event(state, which), (), None)
    return _html("desk_text.html", words=words, **_frame(links, "The whole text"))


def picture(state: DeskState, which: str, number: int) -> Picture:
    """Return a picture of an event or of the question.

    Raises:
        UsageError: if there is none here.
    """
    pictures = _event(state, which).pictures
    if not 0 <= number < len(pictures) or pictures[number].address:
        raise UsageError("There is no such picture here.")
    return pictures[number]


def refusal_page(links: Links, sentence: str) -> str:
    """Return the page that says why a request is not answered."""
    return _html("desk_refusal.html", sentence=sentence, **_frame(links, "Not here"))


def _event(state: DeskState, which: str) -> Event:
    if not state.consent:
        if which == _PROMPT and state.question is not None:
            return state.question.turn.request.prompt
        if which.isascii() and which.isdigit() and len(which) < 9 and int(which) < len(state.events):
            return state.events[int(which)]
    raise UsageError("There is no such text here.")


def shown_events(state: DeskState, links: Links, first: int) -> list[ShownEvent]:
    """Return the events that the seat has seen, from a place on."""
    return list(_shown_events(state, links, first))


def _shown_events(state: DeskState, links: Links, first: int) -> Iterator[ShownEvent]:
    speakers = {state.seat: 0}
    for at, event in enumerate(state.events):
        colour = speakers.setdefault(event.seat, len(speakers)) if event.seat else 0
        if at < first:
            continue
        is_own = event.seat == state.seat
        match event.kind:
            case EventKind.ASKED | EventKind.RETURNED:
                kind, who = "asked", "you were asked" if is_own else f"{event.seat} was asked"
            case EventKind.TOLD:
                kind, who = "told", "told"
            case EventKind.FAILED:
                kind, who = "failed", "you wrote, and it was not accepted"
            case _:
                kind, who = "said", "you" if is_own else str(event.seat)
        text = event_text(event, links.to("text", at), most=_LONGEST)
        yield ShownEvent(
            at,
            kind,
            who,
            colour % _COLOURS,
            event.audience <= {state.seat},
            at >= state.fresh and not is_own,
            with_quotes(text) if kind == "told" else text,
            _pictures(event, links, str(at)),
        )


def _asked(question: OpenQuestion, links: Links) -> dict[str, Any]:
    """Return the values of the template of a question."""
    prompt = question.turn.request.prompt
    return {
        "prompt": with_quotes(event_text(prompt, links.to("text", _PROMPT), most=_LONGEST)),
        "pictures": _pictures(prompt, links, _PROMPT),
        **form_values(question),
    }


def _pictures(event: Event, links: Links, which: str) -> list[ShownPicture]:
    return [
        ShownPicture("" if one.address else links.to("picture", which, number), str(one))
        for number, one in enumerate(event.pictures)
    ]


def _rules(state: DeskState, links: Links) -> Text | None:
    if not state.brief or state.consent:
        return None
    return cut_text(state.brief, links.to("text", "brief"), most=_LONGEST)


def _pill(state: DeskState) -> tuple[str, str]:
    """Return the kind of the state that is shown beside the heading, and its words."""
    if state.is_over:
        return "done", "over"
    if state.consent or state.question is not None:
        return "person", "waiting for you"
    return "live", "the others go on"


def _frame(links: Links, title: str) -> dict[str, Any]:
    own = Tab("your seat", links.to(), title == "Your seat")
    return {
        "title": title,
        "crumbs": [own] if own.current else [own, Tab(title, "", current=True)],
        "whose": "private link for one seat: do not share it",
        "keys": KEYS,
        "links": links,
    }


def _html(template: str, **values: Any) -> str:
    return environment(__package__).get_template(template).render(values)
