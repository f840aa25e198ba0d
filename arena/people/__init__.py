"""People in seats: how a person fills in each form of a reply, and the terminal at which one is asked."""

from arena.people._asked import AskedPerson, people_asked
from arena.people._composing import composed
from arena.people._desk import Desk
from arena.people._desk_server import DeskServer, the_server
from arena.people._fields import AnswerField, FieldKind, NotFitting, answer_fields
from arena.people._keyboard import Keyboard
from arena.people._sitting import AskedTurn, Sitting
from arena.people._terminal import Terminal, the_terminal

__all__ = [
    "AnswerField",
    "AskedPerson",
    "AskedTurn",
    "Desk",
    "DeskServer",
    "FieldKind",
    "Keyboard",
    "NotFitting",
    "Sitting",
    "Terminal",
    "answer_fields",
    "composed",
    "people_asked",
    "the_server",
    "the_terminal",
]
