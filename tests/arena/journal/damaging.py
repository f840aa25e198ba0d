"""Small journals of several kinds, damage to them, and whether what is read of one is what was written."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from arena.core.errors import ArenaError
from arena.designs.fork import Fork
from arena.designs.scenario import Scenario
from arena.journal import Damage, StoredRun
from arena.journal.schema import JOURNAL_FILE
from arena.judging import judge_run
from arena.results._summary import summarise
from arena.results.report import report_record
from arena.results.usage import spending
from arena.running.running import run
from arena.training.export import episode_record
from arena.training.export.exporting import ExportOptions, export_episodes, export_rows
from protocols import Play
from tests.arena.judging.debating import always, prefers, stored_debate
from tests.arena.training.test_self_play import self_play
from tests.shared.agents import Paid

KUHN = Scenario(
    protocol=Play(game="kuhn"), seats=dict.fromkeys(("player_0", "player_1"), "random"), episodes=6, seed=2
)
TABLES = (
    "header", "tasks", "texts", "episodes", "outcomes", "calls", "events", "forgotten", "verdicts",
    "judge_calls", "criteria", "measures", "unchecked", "written", "annotations", "acts", "states",
)  # fmt: skip

Record = Mapping[str, Any]


async def make_journals(root: Path) -> list[Path]:
    """Play small runs of several kinds, and return their folders; the fork's parent stands beside them."""
    await run(KUHN, root / "kuhn")
    await run(KUHN, root / "unfinished")
    with closing(sqlite3.connect(root / "unfinished" / JOURNAL_FILE)) as journal, journal:
        # As a kill leaves it: two episodes have not ended.
        journal.execute("DELETE FROM outcomes WHERE episode IN (3, 5)")
        journal.execute("UPDATE written SET number = 4 WHERE name = 'outcomes'")
    debate = await stored_debate(root / "debate", episodes=3)
    await judge_run(debate, [prefers("swim"), always("Verdict: 1", name="another")])
    paid = Scenario(
        protocol=Play(game="kuhn"), seats=dict.fromkeys(KUHN.seats, Paid(trouble=0.3)), episodes=6, seed=4
    )
    await run(paid, root / "paid")
    await run(paid, root / "paid", resume=True, retry_failed=True)
    await run(Fork(parent=root / "kuhn", original=KUHN, at={0: 1, 2: 1}), root / "fork")
    await run(self_play(iterations=2, episodes=3), root / "learner")
    return [root / name for name in ("kuhn", "unfinished", "debate", "paid", "fork", "learner")]


@dataclass(frozen=True, slots=True)
class Read:
    """All that is read of a run: exports by episode, and the records of what is made of them."""

    episodes: dict[int, str]
    rows: dict[int, list[str]]
    shown: Record
    damage: Damage


def read_all(folder: Path, work: Path, *, figures: bool = True) -> Read:
    """Read a run as the commands do.

    Raises:
        ArenaError: if it cannot be read.
    """
    with StoredRun(folder) as stored:
        damage = stored.leave_out_damaged()
        shown = {
            "summary": asdict(summarise(stored)),
            "usage": spending(stored).record(),
            "measures": stored.measures(),
            "answered": stored.answered_by(),
            "noted": stored.noted(),
        }
        for number in sorted(stored.numbers(finished=True))[:2]:
            shown[f"episode {number}"] = episode_record(stored.episode(number))
    if figures:
        (report,) = report_record([folder], samples=2)["runs"]
        shown["report"] = {name: value for name, value in report.items() if name != "damaged"}
    card = export_episodes(folder, work / "episodes.jsonl")
    lines = (work / "episodes.jsonl").read_text(encoding="utf-8").splitlines()
    episodes = {json.loads(line)["episode"]: line for line in lines}
    assert len(episodes) == len(lines) == card.lines
    assert tuple(card.sources[0].damaged) == damage.sentences
    export_rows([folder], work / "rows.jsonl", ExportOptions(to="trl-sft", advantage="none"))
    rows: dict[int, list[str]] = {}
    for line in (work / "rows.jsonl").read_text(encoding="utf-8").splitlines():
        rows.setdefault(json.loads(line)["episode"], []).append(line)
    return Read(episodes, rows, shown, damage)


def silent_differences(whole: Read, found: Read) -> list[str]:
    """Return how what was found differs from what was whole although nothing says so."""
    said = set(found.damage.episodes)
    differences = [
        f"episode {number} of {what} is another"
        for what, before, after in (
            ("the episodes", whole.episodes, found.episodes),
            ("the rows", whole.rows, found.rows),
        )
        for number in after
        if after[number] != before.get(number) and not _is_cut(before.get(number), after[number])
    ]
    if not found.damage.run:
        gone = whole.episodes.keys() - found.episodes.keys() - said
        gone |= whole.rows.keys() - found.rows.keys() - said
        differences += [f"episode {number} is not there" for number in sorted(gone)]
    if not found.damage.sentences:
        differences += [
            f"the {name} is another"
            for name, told in found.shown.items()
            if repr(told) != repr(whole.shown[name])
        ]
    return differences


def _is_cut(before: Any, after: Any) -> bool:
    """Return whether an unfinished episode is what it was up to its last events, calls or annotations."""
    if not isinstance(before, str) or json.loads(before)["outcome"] is not None:
        return False
    one, two = json.loads(before), json.loads(after)
    events, calls = one.pop("events"), one.pop("calls")
    left = two.pop("events"), two.pop("calls")
    found = one.pop("annotations", [])
    begins = events[: len(left[0])] == left[0] and all(call in calls for call in left[1])
    begins = begins and all(row in found for row in two.pop("annotations", []))
    return begins and one == two


def damage(file: Path, rng: random.Random, other: Path) -> str:
    """Damage a journal in one way or another, and return how; rows of the `other` may be pasted in."""
    ways: list[Callable[[Path, random.Random], str]] = [_flipped, _flipped, _cut]
    ways += [_changed] * 5 + [_deleted, _deleted, _duplicated, _swapped, _swapped, _moved]
    ways.append(lambda file, rng: _pasted(file, rng, other))
    return rng.choice(ways)(file, rng)


def _flipped(file: Path, rng: random.Random) -> str:
    content = bytearray(file.read_bytes())
    places = [rng.randrange(len(content)) for _ in range(rng.choice((1, 1, 1, 4, 40)))]
    for place in places:
        content[place] ^= 1 << rng.randrange(8)
    file.write_bytes(content)
    return f"bits flipped at {places}"


def _cut(file: Path, rng: random.Random) -> str:
    content = file.read_bytes()
    size = rng.randrange(len(content))
    zeros = rng.random() < 0.5
    file.write_bytes(content[:size] + bytes(len(content) - size if zeros else 0))
    return f"{'zeros from' if zeros else 'cut at'} {size}"


@contextmanager
def _editing(file: Path) -> Any:
    """Edit a journal as somebody does with a tool; what the tool refuses is not done."""
    with closing(sqlite3.connect(file)) as journal, suppress(sqlite3.IntegrityError), journal:
        yield journal


def _pick(journal: sqlite3.Connection, rng: random.Random) -> tuple[str, list[str], list[tuple[Any, ...]]]:
    """Return a table with rows in it, its columns, and its rows."""
    while True:
        table = rng.choice(TABLES)
        columns = [name for _, name, *_ in journal.execute(f"PRAGMA table_info({table})")]
        if rows := journal.execute(f"SELECT * FROM {table}").fetchall():
            return table, columns, rows


def _this(columns: list[str]) -> str:
    return " AND ".join(f'"{column}" IS ?' for column in columns)


def _value(value: Any, rng: random.Random) -> Any:
    """Return another value for one that is there: near it, or strange."""
    near = [None, b"\xff\x00", "", "null", "[]", "{}", "{", 0, -1, 7, 0.5, 2**62, float("inf"), "x" * 1000]
    if isinstance(value, str) and value:
        place = rng.randrange(len(value))
        near += [value[:place], value + " ", value[:place] + "Z" + value[place + 1 :], value.encode()] * 3
    if isinstance(value, int | float):
        near += [value + 1, value - 1, str(value), -value] * 3
    return rng.choice(near)


def _changed(file: Path, rng: random.Random) -> str:
    with _editing(file) as journal:
        table, columns, rows = _pick(journal, rng)
        row, place = rng.choice(rows), rng.randrange(len(columns))
        value = _value(row[place], rng)
        change = f'UPDATE {table} SET "{columns[place]}" = ? WHERE {_this(columns)}'
        journal.execute(change, (value, *row))
        return f"{table}.{columns[place]} of {row[:3]} set to {value!r}"
    return "refused"


def _deleted(file: Path, rng: random.Random) -> str:
    with _editing(file) as journal:
        table, columns, rows = _pick(journal, rng)
        some = rng.sample(rows, min(len(rows), rng.choice((1, 1, 1, 3))))
        journal.executemany(f"DELETE FROM {table} WHERE {_this(columns)}", some)
        return f"deleted from {table}: {[row[:3] for row in some]}"
    return "refused"


def _duplicated(file: Path, rng: random.Random) -> str:
    with _editing(file) as journal:
        table, columns, rows = _pick(journal, rng)
        row, place = list(rng.choice(rows)), rng.randrange(len(columns))
        if rng.random() < 0.8:
            row[place] = _value(row[place], rng)
        journal.execute(f"INSERT OR REPLACE INTO {table} VALUES (?{', ?' * (len(row) - 1)})", row)
        return f"duplicated in {table}: {row[:3]} with another {columns[place]}"
    return "refused"


def _swapped(file: Path, rng: random.Random) -> str:
    """Swap the values of two rows: all but the key's first column, or one of them."""
    with _editing(file) as journal:
        table, columns, rows = _pick(journal, rng)
        one, two = rng.choice(rows), rng.choice(rows)
        first = rng.randrange(len(columns))
        last = rng.choice((first + 1, len(columns)))
        mark = ", ?" * (len(columns) - 1)
        journal.executemany(f"DELETE FROM {table} WHERE {_this(columns)}", {one, two})
        journal.executemany(
            f"INSERT OR REPLACE INTO {table} VALUES (?{mark})",
            [
                one[:first] + two[first:last] + one[last:],
                two[:first] + one[first:last] + two[last:],
            ],
        )
        return f"swapped in {table}: columns {first} to {last} of {one[:3]} and {two[:3]}"
    return "refused"


def _moved(file: Path, rng: random.Random) -> str:
    with _editing(file) as journal:
        table, columns, rows = _pick(journal, rng)
        row = rng.choice(rows)
        column = next((name for name in ("episode", "number", "name", "id") if name in columns), columns[0])
        target = rng.choice(rows)[columns.index(column)]
        journal.execute(
            f'UPDATE OR REPLACE {table} SET "{column}" = ? WHERE {_this(columns)}', (target, *row)
        )
        return f"moved in {table}: {row[:3]} to {target!r}"
    return "refused"


def _pasted(file: Path, rng: random.Random, other: Path) -> str:
    with _editing(file) as journal:
        journal.execute("ATTACH ? AS other", (str(other),))
        table, columns, _ = _pick(journal, rng)
        rows = journal.execute(f"SELECT * FROM other.{table}").fetchall()
        if table in ("written", "unchecked") or not rows:
            return "nothing to paste"
        row = rng.choice(rows)
        journal.execute(f"INSERT OR REPLACE INTO {table} VALUES (?{', ?' * (len(columns) - 1)})", row)
        return f"pasted into {table}: {row[:3]}"
    return "refused"


def tried(folder: Path, whole: Read, work: Path, *, figures: bool) -> tuple[str, list[str]]:
    """Read a damaged run, and return how that went, and the silent differences.

    What is raised on purpose is one sentence; anything else is raised on.
    """
    try:
        found = read_all(folder, work, figures=figures)
    except ArenaError as error:
        return "refused", ["the sentence has lines"] if "\n" in str(error) else []
    came = "left out" if found.damage.sentences else "whole"
    return came, silent_differences(whole, found)
