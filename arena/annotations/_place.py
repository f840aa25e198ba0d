"""What an annotation is about: an episode, a seat, a turn, a sample of a turn, or a span of its text."""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """What an annotation is about. A field that does not apply is empty.

    Without any field it is the episode. `seat` alone is that seat, and `seat` with `step` is one turn. The
    place of an answer is ``response.place``.

    Args:
        seat: the seat's name.
        step: the step of the episode in which the seat was asked, from 0.
        sample: which of several drafts of the turn, from 0.
        unit: which part of the text, from 0: a step of a solution, the horizon of a prediction, or the second
            answer of one reply.
        part: which text of the reply: ``text`` or ``reasoning``.
        start: where a span begins, in characters of that text, from 0.
        end: where it ends, in characters; the character there no longer belongs to it.
    """

    seat: str = ""
    step: int | None = None
    sample: int | None = None
    unit: int | None = None
    part: str = ""
    start: int | None = None
    end: int | None = None


WHOLE_EPISODE = Place()
"""The episode as a whole."""
