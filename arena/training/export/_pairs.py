"""Preference pairs: two replies to the same prompt, of which one earned more.

Replies belong together if their seat was sent the same: the digest with which a call is recorded is that of
exactly what was sent, so that siblings of a fork, samples of one prompt, and episodes that went alike up to a
turn all meet at the turn at which they part. What follows after that has another prompt, and is in no pair
with it. A reply that was given several times earned the mean of what it earned each time.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import groupby
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json

from arena.seat.messages import Message
from arena.training.export._sink import Closed, Sink
from arena.training.export.rows import NO_RETURN, Row

ALONE = "no other reply to its prompt"
UNPAIRED = "no reply was left to pair it with that earned more or less"

_SCHEMA = """
    CREATE TABLE prompts (key TEXT PRIMARY KEY, prompt TEXT NOT NULL, facts TEXT NOT NULL);
    CREATE TABLE samples (
        key TEXT NOT NULL, said BLOB NOT NULL, completion TEXT NOT NULL, run TEXT NOT NULL,
        episode INTEGER NOT NULL, times INTEGER NOT NULL, total REAL NOT NULL, PRIMARY KEY (key, said)
    );
"""
_ADD = """
    INSERT INTO samples VALUES (?, ?, ?, ?, ?, 1, ?)
    ON CONFLICT DO UPDATE SET times = times + 1, total = total + excluded.total
"""
_READ = """
    SELECT prompts.rowid, prompt, facts, completion, run, episode, times, total / times
    FROM prompts JOIN samples USING (key) ORDER BY prompts.rowid, samples.rowid
"""


class Candidate(NamedTuple):
    """A reply to a prompt: where it was first given, how many `times`, and the mean `reward` it earned."""

    completion: str
    reward: float
    run: str = ""
    episode: int = 0
    times: int = 1


class Pair(NamedTuple):
    """Two replies to the same prompt; `shared` are the facts that hold for both."""

    prompt: Sequence[Message]
    chosen: Candidate
    rejected: Candidate
    shared: dict[str, Any]

    def facts(self) -> dict[str, Any]:
        """Return where the replies come from, and what they earned."""
        found = dict(self.shared)
        for name, sample in (("chosen", self.chosen), ("rejected", self.rejected)):
            _, *values = sample
            parts = dict(zip(("reward", "run", "episode", "times"), values, strict=True))
            found |= {f"{name}_{what}": value for what, value in parts.items()}
        return found


def pairs(groups: Iterable[Sequence[Candidate]]) -> Iterator[tuple[Candidate, Candidate]]:
    """Yield pairs, the better reply first, of the replies to each prompt.

    The best is paired with the worst, the second best with the second worst, and so on, so that no reply is
    in two pairs; those that earned the same, or say the same, are in none.
    """
    for group in groups:
        ranked = sorted(group, key=attrgetter("reward"), reverse=True)
        for better, worse in zip(ranked[: len(ranked) // 2], reversed(ranked), strict=False):
            if better.reward > worse.reward and better.completion != worse.completion:
                yield better, worse


class Pairs(Sink):
    """JSON lines of pairs, of which `record` makes each line.

    Rows are gathered by their prompts in a database of its own on the disk, which nobody sees and which is
    gone afterwards, so that memory does not grow with them.
    """

    def __init__(self, file: Path, record: Callable[[Pair], dict[str, Any]]) -> None:
        self._file = file
        self._record = record
        self._gathered = sqlite3.connect("", isolation_level=None)
        self._gathered.executescript(_SCHEMA)
        self._gathered.execute("BEGIN")

    def write(self, row: Row) -> str:
        """Gather the row with those of its prompt."""
        if row.reward is None:
            return NO_RETURN
        shared = {
            name: getattr(row, name) for name in ("role", "protocol", "game", "condition", "task", "turn")
        }
        key = f"{row.game} {row.role} {row.turn} {row.digest}"
        self._gathered.execute(
            "INSERT OR IGNORE INTO prompts VALUES (?, ?, ?)",
            (key, to_json(row.prompt).decode(), to_json(shared).decode()),
        )
        said = blake2b(row.completion.encode(), digest_size=16).digest()
        self._gathered.execute(_ADD, (key, said, row.completion, row.run, row.episode, row.reward))
        return ""

    def close(self) -> Closed:
        """Write the pairs, in the order in which their prompts first came."""
        lines, left_out = 0, Counter[str]()
        with self._file.open("wb") as stream:
            for (_, prompt, facts), rows in groupby(self._gathered.execute(_READ), key=itemgetter(0, 1, 2)):
                group = [
                    Candidate(said, mean, run, episode, times) for *_, said, run, episode, times, mean in rows
                ]
                sent, shared = [Message(*one) for one in from_json(prompt)], from_json(facts)
                paired = 0
                for chosen, rejected in pairs([group]):
                    stream.write(to_json(self._record(Pair(sent, chosen, rejected, shared))) + b"\n")
                    lines += 1
                    paired += chosen.times + rejected.times
                unpaired = sum(sample.times for sample in group) - paired
                if unpaired:
                    left_out[UNPAIRED if len(group) > 1 else ALONE] += unpaired
        self.abandon()
        return Closed(lines, left_out)

    def abandon(self) -> None:
        """Let go of the database."""
        self._gathered.close()
