"""What the forms of a run's page ask of the run."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from arena.core.complaints import first_problem
from arena.core.errors import UsageError
from arena.steering import RunAct, answer, ask, replacement

_CAPS = ("dollars", "tokens", "calls", "minutes")
_SECONDS = 3.0
"""How long the page waits for the run's answer, so that it shows it already."""


def act_of(fields: Mapping[str, str]) -> RunAct:
    """Return the act that the fields of a form describe.

    Empty fields change nothing, and ``none`` lifts a cap.

    Raises:
        UsageError: if a field cannot be used.
    """
    given: dict[str, Any] = {"kind": fields.get("act", "")}
    if given["kind"] == "change":
        caps = {name: _number(name, fields[name]) for name in _CAPS if fields.get(name, "").strip()}
        if caps:
            given["caps"] = caps
        if concurrency := fields.get("concurrency", "").strip():
            given["concurrency"] = _number("concurrency", concurrency)
        if replace := fields.get("replace", "").strip():
            given["replace"] = dict([replacement(replace)])
        if fields.get("retry") == "yes":
            given["retry_failed"] = True
    try:
        return RunAct.model_validate(given)
    except ValidationError as error:
        raise UsageError(f"The run cannot be asked this: {first_problem(error)}.") from None


def ask_of(folder: Path, act: RunAct) -> None:
    """Ask something of a run, and wait a moment for its answer.

    Raises:
        UsageError: if nobody plays the run.
        JournalError: if the journal cannot be written.
    """
    number = ask(folder, act)
    with suppress(UsageError):  # the page shows whether it was heeded
        answer(folder, number, _SECONDS)


def _number(name: str, given: str) -> float | int | None:
    text = given.strip().replace(",", "")
    if text.lower() == "none":
        return None
    try:
        return int(text) if text.isdecimal() else float(text)
    except ValueError:
        raise UsageError(f"{name} is a number or none, not {given}.") from None
