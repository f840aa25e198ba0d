"""Writing the annotations of episodes that ended before there were annotations, when a journal migrates."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from pydantic_core import from_json

from arena.annotations import COLUMNS, Annotation, Answer, AuthorKind
from arena.core.errors import UsageError
from arena.episode import annotation_rows
from arena.journal._old_episodes import OldEpisode, OldQuestion
from arena.journal._translating import TRANSLATIONS, annotations_of_details
from arena.tasks.grading import known_truth

_COLUMNS = ", ".join(f'"{column}"' for column in COLUMNS)
_INSERT = f"INSERT INTO annotations ({_COLUMNS}) VALUES (?{', ?' * (len(COLUMNS) - 1)})"
_ENDED = """
    SELECT number, seats, branch, details, returns, tasks.task
    FROM outcomes JOIN episodes ON number = episode LEFT JOIN tasks ON id = episodes.task
    WHERE details <> '{}' ORDER BY number
"""
_ASKED = """
    SELECT step, seat, payload FROM events WHERE episode = ? AND kind = 'asked' ORDER BY position DESC
"""
_REPLIES = "SELECT step, seat, status, reason, parsed FROM calls WHERE episode = ? ORDER BY count"


def annotate_old_episodes(connection: sqlite3.Connection) -> None:
    """Write the annotations of all episodes that have ended, within the transaction of the connection.

    They have no checksums, and the outcomes do not count them. What is damaged or has another shape than
    expected is left out.
    """
    text_factory, connection.text_factory = connection.text_factory, _readable
    try:
        settings = _settings(connection)
        for number, seats, branch, details, returns, task in connection.execute(_ENDED):
            try:
                found = _translated(connection, number, details, returns, task, settings)
                if branch:
                    found = _from(from_json(branch)["step"], found)
                known = from_json(task) if task else {"truth": None, "data": {}}
                truth = known_truth(known["truth"], known["data"].get("answers"))
                if truth is None:
                    found = [replace(one, correct=None) if isinstance(one, Answer) else one for one in found]
                rows = annotation_rows(number, truth, from_json(seats), found)
            except (sqlite3.DatabaseError, UsageError, AttributeError, KeyError, TypeError, ValueError):
                continue
            connection.executemany(_INSERT, rows)
    finally:
        connection.text_factory = text_factory


def _readable(raw: bytes) -> str:
    return raw.decode(errors="replace")


def _settings(connection: sqlite3.Connection) -> Mapping[str, Any]:
    """Return the settings of the run's protocol by name, with those of a protocol that it plays itself.

    If they are not recorded, or if the run has several protocols, there are none.
    """
    row = connection.execute("SELECT value FROM header WHERE name = 'config'").fetchone()
    settings: dict[str, Any] = {}
    try:
        part = from_json(row[0]) if row else {}
        settings |= {"improving": part["improving"]} if "improving" in part else {}
        while isinstance(part := part.get("protocol"), dict):
            settings = {**part, **settings}
    except (AttributeError, TypeError, ValueError):
        return {}
    return settings


def _translated(
    connection: sqlite3.Connection,
    number: int,
    details: str,
    returns: str,
    task: str | None,
    settings: Mapping[str, Any],
) -> list[Annotation]:
    said = from_json(details)
    if TRANSLATIONS.keys().isdisjoint(said):
        return []
    data = from_json(task)["data"] if task else {}
    questions = tuple(_questions(connection, number))
    return annotations_of_details(
        OldEpisode(
            details=said, returns=from_json(returns), questions=questions, task=data, settings=settings
        )
    )


def _questions(connection: sqlite3.Connection, number: int) -> Iterator[OldQuestion]:
    """Yield the questions of an episode with their last replies, by step and in the order of asking."""
    replies = {(step, seat): row for step, seat, *row in connection.execute(_REPLIES, (number,))}
    first = {(step, seat): payload for step, seat, payload in connection.execute(_ASKED, (number,))}
    for (step, seat), payload in reversed(first.items()):
        status, reason, parsed = replies.get((step, seat), ("error", "its reply is not recorded", None))
        fields = from_json(payload)
        yield OldQuestion(
            seat=seat,
            step=step,
            fields=fields if isinstance(fields, dict) else {},
            status=status,
            reason=reason,
            parsed=None if parsed is None else from_json(parsed),
        )


def _from(step: int, found: Iterable[Annotation]) -> list[Annotation]:
    """Return what a branch found out itself: what was said before it stands in the run it branches off."""
    return [
        one for one in found if one.by is not AuthorKind.SEAT or (one.said is not None and one.said >= step)
    ]
