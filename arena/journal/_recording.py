"""Opening a journal for writing, by one process at a time, and the rows that are removed beforehand.

The rows of unfinished episodes are removed, because these are played again from their tapes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from arena.core.aio import to_its_end
from arena.core.errors import ArenaError
from arena.journal._acts import StateKind
from arena.journal._journal import COUNTED, Journal, as_json
from arena.journal._opening import Statement, open_journal
from arena.journal._reopening import FORGET_UNFINISHED, reopening
from arena.journal._verdicts import ADD_CRITERION, FORGET, FORGET_BROKEN, PanelRule

_HEADER = "INSERT OR REPLACE INTO header (name, value, checksum) VALUES (?1, ?2, checksum(?1, ?2))"
_ACT = """
    INSERT INTO acts SELECT next, ?1, ?2, ?3, ?4, checksum(next, ?1, ?2, ?3, ?4)
    FROM (SELECT coalesce(max(number), 0) + 1 AS next FROM acts)
"""
_ANSWER = """
    INSERT INTO states SELECT next, ?1, ?2, act, ?3, checksum(next, ?1, ?2, act, ?3)
    FROM (SELECT coalesce(max(number), 0) + 1 AS next FROM states), (SELECT max(number) AS act FROM acts)
"""
_PLAYED = ("episodes", "outcomes", "measures")
"""What is missing of these tables is played or measured again."""


@asynccontextmanager
async def recording(
    folder: Path,
    header: Mapping[str, Any] | None = None,
    *,
    changed: Mapping[str, Any] | None = None,
    retry_failed: bool = False,
    last_round: bool = False,
    act: tuple[str, str, Mapping[str, Any]] | None = None,
) -> AsyncIterator[Journal]:
    """Open the journal in `folder` for writing. A new one begins with `header`; without it, one must exist.

    The header of an existing journal is updated with `changed`. With `retry_failed`, its failed episodes
    count as not ended, and their tapes are cut at the point of failure; with `last_round`, only those of the
    last round. An `act` with which the run goes on (its author, kind and details) is recorded in the same
    transaction, as heeded.

    Raises:
        UsageError: if a new journal is requested and one exists, or an existing one and there is none.
        JournalBusy: if another process is writing it.
        Unwritable: if its folder cannot be made.
        JournalError: if it cannot be written.
    """
    facts = (changed or {}) if header is None else header
    statements: list[Statement] = [(_HEADER, (name, as_json(value))) for name, value in facts.items()]
    statements += reopening(last_round=last_round) if retry_failed else []
    statements += [(statement, ()) for statement in FORGET_UNFINISHED]
    if act is not None:
        (author, kind, asked), now = act, time.time()
        statements.append((_ACT, (now, author, kind, as_json(asked))))
        statements.append((_ANSWER, (now, StateKind.LIVE.value, as_json({"since": now}))))
    async with _writing(folder, statements, new=header is not None, recounted=_PLAYED) as journal:
        yield journal


@asynccontextmanager
async def judging(
    folder: Path,
    judges: Iterable[str],
    criterion: str,
    asked: Mapping[str, Any],
    rule: PanelRule,
    *,
    overwrite: bool,
) -> AsyncIterator[Journal]:
    """Open the journal in `folder` for the verdicts of some judges by one criterion.

    `asked` describes the criterion. From now on, all verdicts by it are
    combined by the `rule`.

    With `overwrite`, all earlier verdicts of these judges by the criterion are removed. Without it, only
    failed ones are removed, in which the judge raised an error or timed out. Episodes are unchanged. It
    raises the same errors as `recording`.
    """
    forgetting = FORGET if overwrite else FORGET_BROKEN
    preparing = _of_each(forgetting, ((judge, criterion) for judge in judges))
    preparing.append((ADD_CRITERION, (criterion, as_json(asked), *rule)))
    async with _writing(folder, preparing) as journal:
        yield journal


@asynccontextmanager
async def labelling(
    folder: Path,
    asked: Mapping[str, Mapping[str, Any]],
    continued: Iterable[tuple[str, str]],
    replaced: Iterable[tuple[str, str]] = (),
) -> AsyncIterator[Journal]:
    """Open the journal in `folder` for labels of turns, by several criteria.

    Args:
        folder: the run's folder.
        asked: describes each criterion, by its name.
        continued: the judges and criteria of which only failed judgements are removed.
        replaced: the judges and criteria of which everything is removed.

    It raises the same errors as `recording`.
    """
    preparing = _of_each(FORGET_BROKEN, continued) + _of_each(FORGET, replaced)
    preparing += [(ADD_CRITERION, (name, as_json(one), *PanelRule())) for name, one in asked.items()]
    async with _writing(folder, preparing) as journal:
        yield journal


async def record_judges(folder: Path, judges: Mapping[str, Any]) -> None:
    """Put into the run's header what its judges are, by their names. It raises the errors of `recording`."""
    async with _writing(folder, [(_HEADER, ("judges", as_json(judges)))]):
        pass


def _of_each(statements: Iterable[str], judged: Iterable[tuple[str, str]]) -> list[Statement]:
    """Return statements about each of some judges with a criterion."""
    return [(statement, pair) for pair in judged for statement in statements]


@asynccontextmanager
async def _writing(
    folder: Path, preparing: Sequence[Statement], *, new: bool = False, recounted: Sequence[str] = ()
) -> AsyncIterator[Journal]:
    opening = asyncio.ensure_future(
        asyncio.to_thread(open_journal, folder, preparing, COUNTED, new, recounted)
    )
    try:
        opened = await asyncio.shield(opening)
    except asyncio.CancelledError:
        # The thread goes on opening; what it opens must not stay open.
        with suppress(ArenaError):
            await to_its_end((await opening).close)
        raise
    try:
        journal = Journal(opened)
        yield journal
        await journal.flush()
    finally:
        await to_its_end(opened.close)
