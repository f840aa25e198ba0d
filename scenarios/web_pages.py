"""A small web of pages about a library that does not exist, and its exact simulator.

A `Browser` is a state: a page, how far it is scrolled, and the pages before it. `page_text` returns what is
seen as an accessibility tree, a line for each element, with its number, role and name. `act` returns the
state after an action, which `read_action` reads from text:

    click [3]        type [2] [salt]        scroll [down]        wait        goback        restart
    stop [answer]

What cannot be done on the page leaves everything as it is. Typing into the search box searches at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from arena.core.errors import UsageError

WINDOW = 8
"""How many elements of a page are seen at once."""
FIRST_PAGE = "home"
ACTION_PATTERN = (
    r"^\s*(click \[\d{1,4}\]|type \[\d{1,4}\] \[[^\[\]\n\r]+\]|scroll \[(up|down)\]|wait|goback|restart|"
    r"stop \[[^\n\r]*\])\s*$"
)
"""A regular expression of what is an action, which stands on one line."""
_PARTS = re.compile(r"(\w+)(?: \[(.*?)\])?(?: \[([^\[\]]*)\])?$", re.DOTALL)


class Book(NamedTuple):
    """A book of the library."""

    title: str
    author: str
    year: int
    pages: int
    shelf: str


BOOKS = (
    Book("A Ladder of Rain", "Imre Halloway", 1988, 214, "C4"),
    Book("Bread for the Ferryman", "Odile Marchetti", 2003, 342, "A1"),
    Book("Copper Winter", "Imre Halloway", 1994, 167, "C4"),
    Book("Five Quiet Engines", "Sunniva Brekk", 2011, 398, "D2"),
    Book("Gardens under Glass", "Tobias Renko", 1976, 121, "B7"),
    Book("Letters to a Lighthouse", "Odile Marchetti", 2009, 276, "A1"),
    Book("Moss and Marble", "Tobias Renko", 1981, 305, "B7"),
    Book("The Cartographer's Aunt", "Sunniva Brekk", 2018, 451, "D2"),
    Book("The Salt Road", "Odile Marchetti", 1999, 412, "A1"),
    Book("Twelve Small Bridges", "Imre Halloway", 2001, 189, "C4"),
)


class Element(NamedTuple):
    """An element of a page. A click on it leads to the page at an address, or nowhere if that is empty."""

    role: str
    name: str
    leads: str = ""


class WebPage(NamedTuple):
    """A page: its title, and its elements in order, which are numbered from 1."""

    title: str
    elements: tuple[Element, ...]


class WebAction(NamedTuple):
    """An action: its kind, the number of an element or None, and a text, which may be empty."""

    kind: str
    element: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Browser:
    """What is open: the address of a page, how far it is scrolled in windows, and the earlier addresses."""

    address: str = FIRST_PAGE
    scrolled: int = 0
    past: tuple[str, ...] = ()


def read_action(text: str) -> WebAction:
    """Return the action that a text names.

    >>> read_action("type [2] [salt road]")
    WebAction(kind='type', element=2, text='salt road')

    Raises:
        UsageError: if it names none.
    """
    if not re.match(ACTION_PATTERN, text):
        raise UsageError(f"There is no action {text[:60]!r} on the web of pages.")
    kind = text.split()[0]
    if kind == "stop":
        return WebAction(kind, None, text.strip()[len("stop [") : -1].strip())
    found = _PARTS.match(text.strip())
    first, second = (found[2], found[3]) if found else (None, None)
    if kind == "scroll":
        return WebAction(kind, None, first or "")
    return WebAction(kind, int(first) if first else None, second or "")


def act(browser: Browser, action: WebAction) -> Browser:
    """Return the state after an action. ``wait`` and ``stop`` change nothing."""
    elements = page_at(browser.address).elements
    match action.kind:
        case "click" | "type":
            element = _element(browser, action.element)
            if element is None:
                return browser
            if action.kind == "type":
                leads = f"search/{action.text.strip().lower()}" if element.role == "textbox" else ""
            else:
                leads = element.leads
            return Browser(leads, 0, (*browser.past, browser.address)) if leads else browser
        case "scroll":
            last = max(0, (len(elements) - 1) // WINDOW)
            step = 1 if action.text == "down" else -1
            return replace(browser, scrolled=min(last, max(0, browser.scrolled + step)))
        case "goback":
            return Browser(browser.past[-1], 0, browser.past[:-1]) if browser.past else browser
        case "restart":
            return Browser()
    return browser


def after(actions: Iterable[str], start: Browser | None = None) -> Browser:
    """Return the state after some actions, from the first page on or from `start`.

    >>> after(["type [2] [salt]", "click [2]"]).address
    'book/8'
    """
    browser = start or Browser()
    for action in actions:
        browser = act(browser, read_action(action))
    return browser


def page_text(browser: Browser) -> str:
    """Return what is seen: a line for the page, and one for each element in the window."""
    page = page_at(browser.address)
    first = browser.scrolled * WINDOW
    seen = page.elements[first : first + WINDOW]
    lines = [f"[0] RootWebArea '{page.title}'"]
    lines += [f"  [{number}] {one.role} '{one.name}'" for number, one in enumerate(seen, start=first + 1)]
    if first:
        lines.append("  (more above)")
    if first + WINDOW < len(page.elements):
        lines.append("  (more below)")
    return "\n".join(lines)


def _element(browser: Browser, number: int | None) -> Element | None:
    """Return an element by its number, if it is in the window."""
    first = browser.scrolled * WINDOW
    seen = page_at(browser.address).elements[first : first + WINDOW]
    place = (number or 0) - 1 - first
    return seen[place] if 0 <= place < len(seen) else None


@lru_cache(maxsize=4096)
def page_at(address: str) -> WebPage:
    """Return the page at an address.

    Raises:
        UsageError: if there is none.
    """
    kind, _, rest = address.partition("/")
    if kind == "book" and rest.isdecimal() and int(rest) < len(BOOKS):
        return _of_book(BOOKS[int(rest)])
    if kind == "author" and rest in {book.author for book in BOOKS}:
        own = [(place, book) for place, book in enumerate(BOOKS) if book.author == rest]
        return WebPage(rest, (_HOME_LINK, _text(f"Books by {rest}: {len(own)}"), *_links(own)))
    if kind == "search":
        found = [
            (place, book) for place, book in enumerate(BOOKS) if rest in f"{book.title} {book.author}".lower()
        ]
        return WebPage("Search", (_HOME_LINK, *_links(found), _text(f"Books found: {len(found)}")))
    if address in _PAGES:
        return _PAGES[address]
    raise UsageError(f"There is no page at {address!r} in the web of pages.")


def _text(name: str) -> Element:
    return Element("StaticText", name)


def _links(books: Iterable[tuple[int, Book]]) -> tuple[Element, ...]:
    return tuple(Element("link", book.title, f"book/{place}") for place, book in books)


def _of_book(book: Book) -> WebPage:
    elements = (
        _HOME_LINK,
        Element("heading", book.title),
        Element("link", book.author, f"author/{book.author}"),
        _text(f"Printed in {book.year}"),
        _text(f"{book.pages} pages"),
        _text(f"Shelf {book.shelf}"),
    )
    return WebPage(book.title, elements)


_HOME_LINK = Element("link", "Home", FIRST_PAGE)
_PAGES = {
    FIRST_PAGE: WebPage(
        "Harbour Library",
        (
            Element("heading", "Harbour Library"),
            Element("textbox", "Search the catalogue"),
            Element("link", "Catalogue", "catalogue"),
            Element("link", "Opening hours", "hours"),
            Element("link", "Books of the month", "month"),
            _text("Welcome. Ask us anything."),
        ),
    ),
    "catalogue": WebPage("Catalogue", (_HOME_LINK, *_links(enumerate(BOOKS)))),
    "hours": WebPage(
        "Opening hours",
        (
            _HOME_LINK,
            _text("Tuesday to Friday: 10 to 18"),
            _text("Saturday: 9 to 13"),
            _text("Sunday and Monday: closed"),
            Element("link", "The reading room", "room"),
        ),
    ),
    "room": WebPage("The reading room", (_HOME_LINK, _text("It has 34 seats and a view of the harbour."))),
    "month": WebPage(
        "Books of the month", (_HOME_LINK, *_links((place, BOOKS[place]) for place in (3, 6, 9)))
    ),
}
