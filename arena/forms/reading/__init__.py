"""The one reader of replies, which all forms share.

Forms ask strictly, and the reader accepts many spellings.
"""

from arena.forms.reading._dress import shortened, simpler, undressed
from arena.forms.reading._labels import (
    ANSWER,
    CANDIDATES,
    CONFIDENCE,
    MESSAGE,
    MOVE,
    NUMBER,
    PROBABILITY,
    VERDICT,
    LineLabel,
)
from arena.forms.reading._numbers import Numeral, read_number
from arena.forms.reading._options import Value, one_of
from arena.forms.reading._own import OwnText
from arena.forms.reading._reader import (
    Read,
    place_of_answer,
    read_announced,
    read_answer,
    read_labelled,
    without,
)
from arena.forms.reading._thoughts import said, thought_apart
from arena.forms.reading.objects import NotOneObject, one_object

__all__ = [
    "ANSWER",
    "CANDIDATES",
    "CONFIDENCE",
    "MESSAGE",
    "MOVE",
    "NUMBER",
    "PROBABILITY",
    "VERDICT",
    "LineLabel",
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
