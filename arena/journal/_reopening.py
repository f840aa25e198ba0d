"""Letting failed episodes count as not ended, so that they are played again from where they failed."""

from __future__ import annotations

from collections.abc import Collection

from pydantic_core import to_json

from arena.journal._bulk import FORGOTTEN
from arena.journal._opening import Statement

_FAILED = "SELECT episode FROM outcomes WHERE ending = 'failed'"
FAILED_LAST = f"""
    {_FAILED}
    AND episode NOT IN (SELECT number FROM episodes WHERE round < (SELECT max(round) FROM episodes))
"""
"""The episodes that failed in the last round."""
FORGET_UNFINISHED = (
    "DELETE FROM events WHERE episode NOT IN (SELECT episode FROM outcomes)",
    "DELETE FROM annotations WHERE judgement = 0 AND episode NOT IN (SELECT episode FROM outcomes)",
)

# A failed episode's tape is cut at the first step in which an agent broke or, if none did, at the last one
# that a seat left without a usable reply. Of that step the exchanges that ended well are kept. What the calls
# took that are cut off still counts.
_CUT_OFF = """
    calls WHERE episode IN (SELECT episode FROM again) AND EXISTS (
        SELECT 1 FROM cut LEFT JOIN ended USING (episode, step) WHERE cut.episode = calls.episode
        AND (calls.step > cut.step OR (calls.step = cut.step AND calls.seat = ended.seat AND ended.badly))
    )
"""
_REOPEN = (
    """
    CREATE TEMP TABLE ended AS
    SELECT episode, seat, step, status <> 'ok' AS badly, text IS NULL AS broke, max(count)
    FROM calls WHERE episode IN (SELECT episode FROM again)
    GROUP BY episode, seat, step
    """,
    "CREATE INDEX temp.ended_in ON ended (episode, step)",
    """
    CREATE TEMP TABLE cut AS
    SELECT episode, coalesce(min(CASE WHEN broke THEN step END), max(CASE WHEN badly THEN step END)) AS step
    FROM ended GROUP BY episode
    """,
    "CREATE INDEX temp.cut_in ON cut (episode)",
    f"""
    INSERT INTO forgotten ({FORGOTTEN}, checksum) SELECT {FORGOTTEN}, checksum({FORGOTTEN})
    FROM {_CUT_OFF} AND usage IS NOT NULL AND usage <> '{{}}'
    """,
    f"""
    DELETE FROM returned WHERE (episode, seat, count) IN (SELECT episode, seat, count FROM {_CUT_OFF})
    """,
    f"DELETE FROM {_CUT_OFF}",
    "DELETE FROM outcomes WHERE episode IN (SELECT episode FROM again)",
    "DELETE FROM events WHERE episode IN (SELECT episode FROM again)",
    "DELETE FROM annotations WHERE judgement = 0 AND episode IN (SELECT episode FROM again)",
    "DROP TABLE ended",
    "DROP TABLE cut",
    "DROP TABLE again",
)
_CHOOSE = "CREATE TEMP TABLE again (episode INTEGER PRIMARY KEY)"


def reopening(numbers: Collection[int] | None = None, *, last_round: bool = False) -> list[Statement]:
    """Return statements after which failed episodes have not ended, and their tapes are cut.

    Args:
        numbers: their numbers; by default all that have failed.
        last_round: whether only those of the last round are meant.
    """
    chosen: Statement = f"INSERT INTO again {FAILED_LAST if last_round else _FAILED}", ()
    if numbers is not None:
        chosen = "INSERT INTO again SELECT value FROM json_each(?)", (to_json(sorted(numbers)).decode(),)
    return [(_CHOOSE, ()), chosen, *((statement, ()) for statement in _REOPEN)]
