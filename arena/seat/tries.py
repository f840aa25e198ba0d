"""The tries of steps that an agent keeps in a reply's reasoning, each with what a critic said of it.

The record is JSON with the ``tries`` in order (``step`` and ``number`` from 1, ``text``, ``status``,
``accepted``, ``kept``, ``asked``, any ``notes``, and the ``critique``) and the agent's own ``reasoning``.
Only an agent notes that its reply is made of tries, so that no model's own reasoning can pass for such a
record.
"""

from __future__ import annotations

import json
from typing import NamedTuple

MADE_OF_TRIES = "made of the tries in its reasoning"
"""The note by which an agent says that its reply's reasoning is such a record. No report shows it.

Notes before it say what was added to the request of the reply and of its tries.
"""


class StepTry(NamedTuple):
    """A try at a step, as it came.

    `asked` is the question to it, which stood below everything that the seat was sent. `accepted` is None if
    the critic gave no usable verdict. `kept` says whether the solution went on from it, and `structured`
    whether the text is JSON.
    """

    step: int
    number: int
    text: str
    accepted: bool | None
    kept: bool
    asked: str
    notes: tuple[str, ...] = ()
    structured: bool = False


def read_tries(reasoning: str) -> tuple[StepTry, ...]:
    """Return the usable tries in a record; none if the text is no such record."""
    try:
        return tuple(
            StepTry(
                int(one["step"]),
                int(one["number"]),
                str(one["text"]),
                None if one["accepted"] is None else bool(one["accepted"]),
                bool(one["kept"]),
                str(one["asked"]),
                tuple(map(str, one.get("notes", ()))),
                bool(one.get("structured", False)),
            )
            for one in json.loads(reasoning)["tries"]
            if one["status"] == "ok"
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return ()
