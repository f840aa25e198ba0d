"""Forms: what a reply must be, how it is requested, how it is read, and how it is published."""

from arena.forms._choice import Choice, Move
from arena.forms._status import Status, Unusable
from arena.forms._structured import Structured
from arena.forms.base import Form
from arena.forms.number import Number, Probability
from arena.forms.speech import Speech
from arena.forms.verdict import Decision, Verdict

__all__ = [
    "Choice",
    "Decision",
    "Form",
    "Move",
    "Number",
    "Probability",
    "Speech",
    "Status",
    "Structured",
    "Unusable",
    "Verdict",
]
