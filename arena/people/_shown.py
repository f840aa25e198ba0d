"""What a person at a terminal is shown: a seat's brief, its view, and how to answer.

What others wrote is marked at each line, and what cannot be seen is made visible, so that no text can pass
for ours.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from arena.core.console import err
from arena.core.text import one_line, printable
from arena.people._fields import AnswerField, FieldKind
from arena.seat.transcript import Event, EventKind

END_OF_TEXT = "."
"""The line that ends a text of several lines."""
KEYS = (
    (":brief", "shows what your seat was told first"),
    (":all", "shows all that your seat has seen"),
    (":edit", "writes a text in the editor that $EDITOR names"),
    (":decline", "gives no answer: it is recorded as a refusal"),
    (":quit", "leaves; the run can be resumed and then asks again (so do Ctrl-C and Ctrl-D)"),
)


def say(text: str, style: str = "", end: str = "\n") -> None:
    """Print a sentence of ours."""
    err.print(Text(text, style=style), end=end)
    err.file.flush()


def quote(text: str, style: str = "") -> None:
    """Print a text of several lines that is not ours, each with a bar before it."""
    for line in printable(text).split("\n"):
        err.print(Text(f"  | {line}", style=style))


def head(title: str) -> None:
    """Print where the person sits."""
    err.print()
    err.print(Text(one_line(title), style="bold reverse"))


def clear() -> None:
    """Clear the screen and what was on it before, so that nobody reads another seat's words."""
    err.file.write("\x1b[H\x1b[2J\x1b[3J")
    err.file.flush()


def show_events(events: Sequence[Event], reader: str, *, asked: bool = False) -> None:
    """Print what a seat has seen. What it was asked itself is left out unless `asked`."""
    for event in events:
        match event.kind:
            case EventKind.ASKED | EventKind.RETURNED if event.seat == reader:
                if asked:
                    say("you were asked:", "dim")
                    quote(event.text, "dim")
            case EventKind.TOLD:
                quote(event.text)
            case EventKind.FAILED if event.seat == reader:
                say("you (not accepted):", "dim")
                quote(event.text, "dim")
            case _ if event.seat == reader:
                say("you:", "dim")
                quote(event.text, "dim")
            case _:
                say(f"{one_line(event.seat or '')}:", "bold")
                quote(event.text)


def show_keys() -> None:
    """Print what can be typed in place of an answer."""
    for key, does in KEYS:
        say(f"  {key:10}{does}", "dim")


def show_field(field: AnswerField, *, alone: bool) -> None:
    """Print how a field is filled in. An answer that is `alone` needs no name."""
    name = f"{one_line(field.name).capitalize()}: " if field.name and not alone else "Your answer: "
    optional = "" if field.needed else " Leave it empty if there is none."
    match field.kind:
        case FieldKind.PICK | FieldKind.SEVERAL:
            several = field.kind is FieldKind.SEVERAL
            how = "choose as many as you like, with commas between them" if several else "choose one"
            say(f"{name}{how}.{optional}")
            for place, option in enumerate(field.options):
                key = f"{field.keys[place]:>3}  " if field.keys else "     "
                say(f"{key}{one_line(option)}")
        case FieldKind.NUMBER:
            say(f"{name}{field.range_in_words()}.{optional}")
        case FieldKind.TEXT:
            say(f"{name}as many lines as you like. A line with only a dot ({END_OF_TEXT}) ends it.{optional}")
        case FieldKind.JSON:
            say(f"{name}JSON on one line that follows this schema.{optional}")
            quote(field.schema)
        case FieldKind.LINE:
            say(f"{name}one line.{optional}")
