"""Opening a journal for writing, by one process at a time, and the rows that are removed beforehand.

The rows of unfinished episodes are removed, because these are played again from their tapes.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from arena.core.aio import to_its_end
from arena.core.errors import ArenaError
from arena.journal._bulk import FORGOTTEN
from arena.journal._journal import COUNTED, Journal, as_json
from arena.journal._opening import Statement, open_journal, reopen
from arena.journal._verdicts import ADD_CRITERION, FORGET, FORGET_BROKEN, PanelRule

_HEADER = "INSERT OR REPLACE INTO header (name, value, checksum) VALUES (?1, ?2, checksum(?1, ?2))"
_FORGET_UNFINISHED = (
    "DELETE FROM events WHERE episode NOT IN (SELECT episode FROM outcomes)",
    "DELETE FROM annotations WHERE judgement = 0 AND episode NOT IN (SELECT episode FROM outcomes)",
)

# A failed episode's tape is cut at the first step in which an agent broke or, if none did, at the last one
# that a seat left without a usable reply. Of that step the exchanges that ended well are kept. What the calls
# took that are cut off still counts.
_CUT_OFF = """
    calls WHERE EXISTS (
        SELECT 1 FROM cut LEFT JOIN ended USING (episode, step) WHERE cut.episode = calls.episode
        AND (calls.step > cut.step OR (calls.step = cut.step AND calls.seat = ended.seat AND ended.badly))
    )
"""
_REOPEN_FAILED = (
    """
    CREATE TEMP TABLE ended AS
    SELECT episode, seat, step, status <> 'ok' AS badly, text IS NULL AS broke, max(count)
    FROM calls WHERE episode IN (SELECT episode FROM outcomes WHERE ending = 'failed')
    GROUP BY episode, seat, step
    """,
    """
    CREATE TEMP TABLE cut AS
    SELECT episode, coalesce(min(CASE WHEN broke THEN step END), max(CASE WHEN badly THEN step END)) AS step
    FROM ended GROUP BY episode
    """,
    f"""
    INSERT INTO forgotten ({FORGOTTEN}, checksum) SELECT {FORGOTTEN}, checksum({FORGOTTEN})
    FROM {_CUT_OFF} AND usage IS NOT NULL AND usage <> '{{}}'
    """,
    f"""
    DELETE FROM returned WHERE (episode, seat, count) IN (SELECT episode, seat, count FROM {_CUT_OFF})
    """,
    f"DELETE FROM {_CUT_OFF}",
    "DELETE FROM outcomes WHERE ending = 'failed'",
    "DROP TABLE ended",
    "DROP TABLE cut",
)


_AGAIN = tuple((statement, ()) for statement in (*_REOPEN_FAILED, *_FORGET_UNFINISHED))
_PLAYED = ("episodes", "outcomes", "measures")
"""What is missing of these tables is played or measured again."""


@asynccontextmanager
async def recording(
    folder: Path,
    header: Mapping[str, Any] | None = None,
    *,
    changed: Mapping[str, Any] | None = None,
    retry_failed: bool = False,
) -> AsyncIterator[Journal]:
    """Open the journal in `folder` for writing. A new one begins with `header`; without it, one must exist.

    The header of an existing journal is updated with `changed`. With `retry_failed`, its failed episodes
    count as not ended, and their tapes are cut at the point of failure.

    Raises:
        UsageError: if a new journal is requested and one exists, or an existing one and there is none.
        JournalBusy: if another process is writing it.
        Unwritable: if its folder cannot be made.
        JournalError: if it cannot be written.
    """
    preparing = [*(_REOPEN_FAILED if retry_failed else ()), *_FORGET_UNFINISHED]
    facts = (changed or {}) if header is None else header
    statements: list[Statement] = [(_HEADER, (name, as_json(value))) for name, value in facts.items()]
    statements += [(statement, ()) for statement in preparing]
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
        journal = Journal(opened, partial(reopen, folder, _AGAIN, _PLAYED))
        yield journal
        await journal.flush()
    finally:
        await to_its_end(opened.close)
