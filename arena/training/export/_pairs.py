"""Preference pairs: two replies to the same prompt, of which one earned more.

Replies are compared if their seat was sent exactly the same, which the digest of the call shows, by the same
protocol under the same condition. So siblings of a fork, samples of one prompt, and episodes that were alike
up to a turn form pairs at the turn where they begin to differ. Later turns have different prompts, so they
form no pairs with each other.

Replies that give the same answer are one candidate, and so are replies without an answer whose texts differ
in white space and case alone. Its reward is the mean over the times that it was given. A reply whose own
answer is known to be wrong is never chosen, whatever its episode returned to its seat.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from hashlib import blake2b
from itertools import combinations, groupby
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json

from arena.pictures import Picture
from arena.seat.messages import Message, PlacedPicture, messages_from_record
from arena.training.export._row import NO_RETURN, Row
from arena.training.export._sink import Closed, Sink
from arena.training.rewards.sources import NOT_KEPT


class PairingMode(StrEnum):
    """Which replies are paired."""

    INWARDS = "inwards"
    """The best with the worst reply to a prompt, the second best with the second worst, and so on."""
    ALL = "all"
    """Every reply to a prompt with every worse one."""
    TEXTS = "texts"
    """As all, and replies that give the same answer in other words stay apart: rationales of judgements."""
    FIRST_REFINED = "first-refined"
    """The first answer of a seat with its last one, under the prompt of the first."""
    SEATS = "seats"
    """The last answers of the seats of an episode with each other, such as those of a teacher and a student,
    under the prompt of the seat that answered first."""


class PairChoice(NamedTuple):
    """Which replies are paired, and by how much the chosen one must have earned more."""

    mode: PairingMode = PairingMode.INWARDS
    margin: float = 0.0


INWARDS = PairChoice()
NO_ANSWER = "neither a first nor a refined answer"
NO_LAST_ANSWER = "not the last answer of its seat"
SAME_AS_FIRST = "the same answer as the first"
ALONE = "no other reply to its prompt"
UNPAIRED = "no reply was left to pair it with that earned more or less"

_SCHEMA = """
    CREATE TABLE prompts (
        key TEXT PRIMARY KEY, prompt TEXT NOT NULL, facts TEXT NOT NULL, placed TEXT NOT NULL
    );
    CREATE TABLE pictures (digest TEXT PRIMARY KEY, content BLOB NOT NULL);
    CREATE TABLE samples (
        key TEXT NOT NULL, said BLOB NOT NULL, completion TEXT NOT NULL, run TEXT NOT NULL,
        episode INTEGER NOT NULL, times INTEGER NOT NULL, total REAL NOT NULL, correct REAL,
        PRIMARY KEY (key, said)
    );
"""
_ADD = """
    INSERT INTO samples VALUES (?, ?, ?, ?, ?, 1, ?, ?)
    ON CONFLICT DO UPDATE SET times = times + 1, total = total + excluded.total
"""
_FIND_PICTURE = "SELECT content FROM pictures WHERE digest = ?"
_FORGET = "DELETE FROM samples WHERE key = ? AND said = ?"
_READ = """
    SELECT prompts.rowid, prompt, facts, placed, completion, run, episode, times, total / times, correct
    FROM prompts JOIN samples USING (key) ORDER BY prompts.rowid, samples.rowid
"""


class Candidate(NamedTuple):
    """A reply to a prompt: where it was first given, the number of `times`, and its mean `reward`.

    `correct` says whether its answer is right, from 0 to 1; None if it has no answer, or that is not known.
    """

    completion: str
    reward: float
    run: str = ""
    episode: int = 0
    times: int = 1
    correct: float | None = None

    @property
    def is_wrong(self) -> bool:
        """Whether its answer is known to be wrong."""
        return self.correct == 0


class Pair(NamedTuple):
    """Two replies to the same prompt. `shared` holds the facts that are true of both."""

    prompt: Sequence[Message]
    chosen: Candidate
    rejected: Candidate
    shared: dict[str, Any]

    def facts(self) -> dict[str, Any]:
        """Return the runs and episodes of the replies, and their rewards."""
        found = dict(self.shared)
        for name, sample in (("chosen", self.chosen), ("rejected", self.rejected)):
            _, *values, _ = sample
            parts = dict(zip(("reward", "run", "episode", "times"), values, strict=True))
            found |= {f"{name}_{what}": value for what, value in parts.items()}
        return found


def pairs(
    groups: Iterable[Sequence[Candidate]], choice: PairChoice = INWARDS
) -> Iterator[tuple[Candidate, Candidate]]:
    """Yield pairs of replies to each prompt, the better reply first.

    The best reply is paired with the worst, the second best with the second worst, and so on, so no reply is
    in two pairs unless `choice` takes all pairs. Replies with the same reward or the same text are not paired
    with each other. Wrong answers are only rejected.
    """
    for group in groups:
        ranked = sorted(group, key=attrgetter("reward"), reverse=True)
        if choice.mode in (PairingMode.ALL, PairingMode.TEXTS):
            yield from (pair for pair in combinations(ranked, 2) if _is_pair(*pair, choice.margin))
            continue
        best, worst = 0, len(ranked) - 1
        while best < worst:
            better, worse = ranked[best], ranked[worst]
            if better.is_wrong:
                best += 1
                continue
            if _is_pair(better, worse, choice.margin):
                yield better, worse
            best, worst = best + 1, worst - 1


def _is_pair(better: Candidate, worse: Candidate, margin: float) -> bool:
    if better.is_wrong or better.completion == worse.completion:
        return False
    return better.reward > worse.reward and better.reward - worse.reward >= margin


class Pairs(Sink):
    """JSON lines of pairs. The function `record` makes a line of each pair.

    A temporary database on the disk holds the rows by their prompts, so memory does not grow with their
    number.
    """

    def __init__(
        self, file: Path, record: Callable[[Pair], dict[str, Any]], choice: PairChoice = INWARDS
    ) -> None:
        self._choice = choice
        self._firsts: dict[str, bytes] = {}
        self._between = Counter[str]()
        self.file = file
        self._record = record
        self._gathered = sqlite3.connect("", isolation_level=None)
        self._gathered.executescript(_SCHEMA)
        self._gathered.execute("BEGIN")

    def write(self, row: Row) -> str:
        """Add the row to the rows of its prompt."""
        if row.reward is None:
            return row.unearned or NO_RETURN
        shared = {
            name: getattr(row, name) for name in ("role", "protocol", "game", "condition", "task", "turn")
        }
        identity = _identity(row, by_text=self._choice.mode is PairingMode.TEXTS)
        key = "\x1f".join((row.condition, row.protocol, row.game, row.role, row.digest))
        if self._choice.mode is PairingMode.FIRST_REFINED:
            if row.key is None:
                return NO_ANSWER
            if not row.stands:
                return NOT_KEPT
            key = "\x1f".join((row.run, str(row.episode), row.role))
            is_first = key not in self._firsts
            is_same = self._firsts.setdefault(key, identity) == identity
            if not is_first:
                gone = self._gathered.execute(_FORGET, (key, b"refined")).rowcount
                self._between[NO_ANSWER] += gone
            if is_same and not is_first:
                return SAME_AS_FIRST
            identity = b"first" if is_first else b"refined"
        if self._choice.mode is PairingMode.SEATS:
            if row.key is None or not row.stands:
                return NO_LAST_ANSWER
            key, identity = "\x1f".join((row.run, str(row.episode))), row.role.encode()
            self._between[NO_LAST_ANSWER] += self._gathered.execute(_FORGET, (key, identity)).rowcount
        sent = to_json([one[:4] for one in row.prompt]).decode(), to_json(shared).decode()
        placed = self._put_away(row.prompt)
        self._gathered.execute("INSERT OR IGNORE INTO prompts VALUES (?, ?, ?, ?)", (key, *sent, placed))
        given = key, identity, row.completion, row.run, row.episode, row.reward, row.correct
        self._gathered.execute(_ADD, given)
        return ""

    def close(self) -> Closed:
        """Write the pairs, in the order in which their prompts first appeared."""
        lines = self.store(self._found())
        self.abandon()
        return Closed(lines, self._between)

    def store(self, found: Iterator[Pair]) -> int:
        """Write the pairs, and return how many there are."""
        lines = 0
        with self.file.open("wb") as stream:
            for pair in found:
                stream.write(to_json(self._record(pair)) + b"\n")
                lines += 1
        return lines

    def _found(self) -> Iterator[Pair]:
        """Yield the pairs, and count the replies that are in none."""
        for (*_, prompt, facts, placed), rows in groupby(
            self._gathered.execute(_READ), key=itemgetter(0, 1, 2, 3)
        ):
            group = [
                Candidate(said, mean, run, episode, times, correct)
                for *_, said, run, episode, times, mean, correct in rows
            ]
            sent, shared = (
                self._with_pictures(messages_from_record(from_json(prompt)), placed),
                from_json(facts),
            )
            used: set[Candidate] = set()
            for pair in pairs([group], self._choice):
                yield Pair(sent, *pair, shared)
                used.update(pair)
            unpaired = sum(sample.times for sample in group if sample not in used)
            if unpaired:
                self._between[UNPAIRED if len(group) > 1 else ALONE] += unpaired

    def _put_away(self, prompt: Sequence[Message]) -> str:
        """Store the pictures of a prompt, and return their places as JSON; empty if there are none."""
        shown = [picture for message in prompt for _, picture in message.pictures]
        if not shown:
            return ""
        contents = [(picture.digest, picture.content) for picture in shown]
        self._gathered.executemany("INSERT OR IGNORE INTO pictures VALUES (?, ?)", contents)
        placed = [[(at, one.digest, one.address) for at, one in message.pictures] for message in prompt]
        return to_json(placed).decode()

    def _with_pictures(self, sent: list[Message], placed: str) -> list[Message]:
        """Return messages with the pictures that were put away."""
        if not placed:
            return sent
        places = [
            tuple(PlacedPicture(at, self._picture(digest, address)) for at, digest, address in one)
            for one in from_json(placed)
        ]
        return [one._replace(pictures=shown) for one, shown in zip(sent, places, strict=True)]

    def _picture(self, digest: str, address: str) -> Picture:
        if address:
            return Picture.at(address)
        ((content,),) = self._gathered.execute(_FIND_PICTURE, (digest,))
        return Picture.from_bytes(content)

    def abandon(self) -> None:
        """Delete the database."""
        self._gathered.close()


def _identity(row: Row, *, by_text: bool = False) -> bytes:
    """Return what is the same for replies that are one candidate: the answer if there is one, or the text."""
    by_text = by_text or row.key is None
    same = str(row.key) if not by_text else "said " + " ".join(row.completion.casefold().split())
    return blake2b(same.encode(), digest_size=16).digest()
