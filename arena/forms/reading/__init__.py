"""The one reader of replies, which all forms share.

Forms ask strictly, and the reader accepts many spellings.
"""

from arena.forms.reading.dress import shortened, simpler, undressed
from arena.forms.reading.labels import (
    ANSWER,
    CANDIDATES,
    CONFIDENCE,
    MESSAGE,
    MOVE,
    NUMBER,
    PROBABILITY,
    VERDICT,
    Label,
)
from arena.forms.reading.numbers import Numeral, read_number
from arena.forms.reading.objects import NotOneObject, one_object
from arena.forms.reading.options import Value, one_of
from arena.forms.reading.own import OwnText
from arena.forms.reading.reader import (
    Read,
    place_of_answer,
    read_announced,
    read_answer,
    read_labelled,
    without,
)
from arena.forms.reading.thoughts import said, thought_apart

__all__ = [
    "ANSWER",
    "CANDIDATES",
    "CONFIDENCE",
    "MESSAGE",
    "MOVE",
    "NUMBER",
    "PROBABILITY",
    "VERDICT",
    "Label",
    "NotOneObject",
    "Numeral",
    "OwnText",
    "Read",
    "Value",
    "one_object",
    "one_of",
    "place_of_answer",
    "read_announced",
    "read_answer",
    "read_labelled",
    "read_number",
    "said",
    "shortened",
    "simpler",
    "thought_apart",
    "undressed",
    "without",
]
