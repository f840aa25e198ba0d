"""The tables of the journal: how each schema is made from the one before it."""

from __future__ import annotations

from collections.abc import Sequence

MIGRATIONS: Sequence[str] = (
    """
    -- What the run is: its configuration, seed, code version and source, as JSON by name.
    CREATE TABLE header (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE tasks (id TEXT PRIMARY KEY, task TEXT NOT NULL) WITHOUT ROWID;
    -- Long texts that many episodes share, such as briefs, by their digest.
    CREATE TABLE texts (digest TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE episodes (
        number INTEGER PRIMARY KEY, task TEXT NOT NULL, seats TEXT NOT NULL, chance INTEGER NOT NULL,
        match INTEGER NOT NULL, match_size INTEGER NOT NULL, round INTEGER NOT NULL, briefs TEXT NOT NULL
    );
    CREATE TABLE outcomes (
        episode INTEGER PRIMARY KEY, ending TEXT NOT NULL, returns TEXT NOT NULL, offenders TEXT NOT NULL,
        reason TEXT NOT NULL, details TEXT NOT NULL, turns INTEGER NOT NULL, seconds REAL NOT NULL
    );
    -- The tape. A request is made of the seat's brief, the first `seen` events of its view, and the event
    -- with the number `count` among those in which the seat is asked.
    CREATE TABLE calls (
        episode INTEGER NOT NULL, seat TEXT NOT NULL, count INTEGER NOT NULL, step INTEGER NOT NULL,
        digest TEXT NOT NULL, seen INTEGER NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL,
        parsed TEXT, seconds REAL NOT NULL, text TEXT, reasoning TEXT, stop TEXT, usage TEXT,
        structured INTEGER,
        PRIMARY KEY (episode, seat, count)
    ) WITHOUT ROWID;
    CREATE TABLE events (
        episode INTEGER NOT NULL, position INTEGER NOT NULL, step INTEGER NOT NULL, kind TEXT NOT NULL,
        seat TEXT, audience TEXT NOT NULL, text TEXT NOT NULL, payload TEXT NOT NULL,
        PRIMARY KEY (episode, position)
    ) WITHOUT ROWID;
    """,
    """
    -- `cost` is in dollars, and null if it is unknown. `faults` are the attempts that failed.
    ALTER TABLE calls ADD COLUMN model TEXT;
    ALTER TABLE calls ADD COLUMN cost REAL;
    ALTER TABLE calls ADD COLUMN faults TEXT;
    ALTER TABLE calls ADD COLUMN tokens TEXT;
    -- What calls cost whose replies are no longer on the tape, because their episode was played again.
    CREATE TABLE forgotten (
        episode INTEGER NOT NULL, seat TEXT NOT NULL, usage TEXT NOT NULL, model TEXT, cost REAL,
        seconds REAL NOT NULL
    );
    """,
    "ALTER TABLE forgotten ADD COLUMN faults TEXT;",
    """
    -- What judges said afterwards about an episode or about one seat in it. `ordering` is the order of sides.
    CREATE TABLE verdicts (
        judge TEXT NOT NULL, criterion TEXT NOT NULL, episode INTEGER NOT NULL, subject TEXT NOT NULL,
        ordering INTEGER NOT NULL, sample INTEGER NOT NULL, speakers TEXT NOT NULL, status TEXT NOT NULL,
        reason TEXT NOT NULL, found TEXT NOT NULL,
        PRIMARY KEY (judge, criterion, episode, subject, ordering, sample)
    ) WITHOUT ROWID;
    -- What the judges were asked. `messages` names each text by its digest. Calls that are not `kept` belong
    -- to no verdict any more, and only their cost counts.
    CREATE TABLE judge_calls (
        judge TEXT NOT NULL, criterion TEXT NOT NULL, episode INTEGER NOT NULL, subject TEXT NOT NULL,
        ordering INTEGER NOT NULL, sample INTEGER NOT NULL, kept INTEGER NOT NULL DEFAULT 1,
        seat TEXT NOT NULL, count INTEGER NOT NULL, step INTEGER NOT NULL, digest TEXT NOT NULL,
        seen INTEGER NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL, parsed TEXT, seconds REAL NOT NULL,
        text TEXT, reasoning TEXT, stop TEXT, usage TEXT, structured INTEGER, model TEXT, cost REAL,
        faults TEXT, tokens TEXT, messages TEXT NOT NULL
    );
    CREATE INDEX judge_calls_by_verdict
        ON judge_calls (judge, criterion, episode, subject, ordering, sample, count);
    CREATE TABLE criteria (name TEXT PRIMARY KEY, criterion TEXT NOT NULL) WITHOUT ROWID;
    """,
    # Under which condition an episode is played, in a run that compares several.
    "ALTER TABLE episodes ADD COLUMN condition TEXT NOT NULL DEFAULT '';",
    # The branching point of an episode, as JSON, if this run was forked from another one. Else it is null.
    "ALTER TABLE episodes ADD COLUMN branch TEXT;",
    """
    -- How the verdicts by a criterion are combined. A quorum that is null is more than half of the judges.
    ALTER TABLE criteria ADD COLUMN combine TEXT NOT NULL DEFAULT 'two-game';
    ALTER TABLE criteria ADD COLUMN quorum INTEGER;
    CREATE UNIQUE INDEX verdicts_by_episode
        ON verdicts (episode, judge, criterion, subject, ordering, sample);
    """,
    """
    -- What the scenario measured after each round.
    CREATE TABLE measures (
        name TEXT NOT NULL, condition TEXT NOT NULL, round INTEGER NOT NULL, value REAL NOT NULL,
        PRIMARY KEY (name, condition, round)
    ) WITHOUT ROWID;
    """,
    """
    -- The model and the fingerprint that the server reports, and an estimate of what a call cost that counts
    -- as spent if the server does not say it.
    ALTER TABLE calls ADD COLUMN reported_model TEXT;
    ALTER TABLE calls ADD COLUMN fingerprint TEXT;
    ALTER TABLE calls ADD COLUMN estimated_tokens INTEGER;
    ALTER TABLE calls ADD COLUMN estimated_dollars REAL;
    ALTER TABLE judge_calls ADD COLUMN reported_model TEXT;
    ALTER TABLE judge_calls ADD COLUMN fingerprint TEXT;
    ALTER TABLE judge_calls ADD COLUMN estimated_tokens INTEGER;
    ALTER TABLE judge_calls ADD COLUMN estimated_dollars REAL;
    ALTER TABLE forgotten ADD COLUMN estimated_tokens INTEGER;
    ALTER TABLE forgotten ADD COLUMN estimated_dollars REAL;
    """,
    """
    -- How the request was changed to suit the server, and how the reply was mended, as a JSON list or null.
    ALTER TABLE calls ADD COLUMN notes TEXT;
    ALTER TABLE judge_calls ADD COLUMN notes TEXT;
    """,
    """
    -- Checksums (see `arena.journal._checksums`). Rows of older versions have none. The checksum in the last
    -- event of a step covers the whole step. An outcome or a verdict says how many rows belong to it.
    ALTER TABLE header ADD COLUMN checksum INTEGER;
    ALTER TABLE tasks ADD COLUMN checksum INTEGER;
    ALTER TABLE episodes ADD COLUMN checksum INTEGER;
    ALTER TABLE calls ADD COLUMN checksum INTEGER;
    ALTER TABLE events ADD COLUMN checksum INTEGER;
    ALTER TABLE forgotten ADD COLUMN checksum INTEGER;
    ALTER TABLE judge_calls ADD COLUMN checksum INTEGER;
    ALTER TABLE criteria ADD COLUMN checksum INTEGER;
    ALTER TABLE measures ADD COLUMN checksum INTEGER;
    ALTER TABLE outcomes ADD COLUMN events INTEGER;
    ALTER TABLE outcomes ADD COLUMN calls INTEGER;
    ALTER TABLE outcomes ADD COLUMN events_checksum INTEGER;
    ALTER TABLE outcomes ADD COLUMN calls_checksum INTEGER;
    ALTER TABLE outcomes ADD COLUMN checksum INTEGER;
    ALTER TABLE verdicts ADD COLUMN calls INTEGER;
    ALTER TABLE verdicts ADD COLUMN calls_checksum INTEGER;
    ALTER TABLE verdicts ADD COLUMN checksum INTEGER;
    -- The episodes that had begun before there were checksums.
    CREATE TABLE unchecked (episode INTEGER PRIMARY KEY);
    INSERT INTO unchecked SELECT number FROM episodes;
    -- How many rows were written to each table, which shows whether one is missing. 'journal' is this
    -- journal's own number, with which its checksums begin. 'unchecked' counts header rows without checksum.
    CREATE TABLE written (name TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
    INSERT INTO written SELECT 'journal', abs(random() % 4294967296);
    INSERT INTO written SELECT 'unchecked', count(*) FROM header;
    INSERT INTO written SELECT 'header', count(*) FROM header;
    INSERT INTO written SELECT 'episodes', count(*) FROM episodes;
    INSERT INTO written SELECT 'outcomes', count(*) FROM outcomes;
    INSERT INTO written SELECT 'forgotten', count(*) FROM forgotten;
    INSERT INTO written SELECT 'verdicts', count(*) FROM verdicts;
    INSERT INTO written SELECT 'judge_calls', count(*) FROM judge_calls;
    INSERT INTO written SELECT 'criteria', count(*) FROM criteria;
    INSERT INTO written SELECT 'measures', count(*) FROM measures;
    """,
    """
    -- The annotations (see `arena.annotations.AnnotationRow`). Those that were written while the episode was
    -- played have the judgement 0.
    CREATE TABLE annotations (
        episode INTEGER NOT NULL, judgement INTEGER NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL,
        name TEXT NOT NULL, author TEXT NOT NULL, "by" TEXT NOT NULL, said INTEGER, seat TEXT NOT NULL,
        step INTEGER, sample INTEGER, unit INTEGER, part TEXT NOT NULL, "start" INTEGER, "end" INTEGER,
        turn INTEGER, moment TEXT NOT NULL, grp TEXT NOT NULL, ordering INTEGER, repeat INTEGER,
        status TEXT NOT NULL, reason TEXT NOT NULL, revises INTEGER, value REAL, low REAL, high REAL,
        correct REAL, confidence REAL, text TEXT, key INTEGER, truth TEXT, method TEXT NOT NULL,
        more TEXT NOT NULL, checksum INTEGER,
        PRIMARY KEY (episode, judgement, number)
    ) WITHOUT ROWID;
    ALTER TABLE outcomes ADD COLUMN annotations INTEGER;
    ALTER TABLE outcomes ADD COLUMN annotations_checksum INTEGER;
    -- Which of several drafts of a turn a call is for, from 0, or null.
    ALTER TABLE calls ADD COLUMN draft INTEGER;
    ALTER TABLE judge_calls ADD COLUMN draft INTEGER;
    """,
    """
    -- Who wrote which part of a reply, as a JSON list (`arena.seat.parts.parts_record`), or null if one did.
    ALTER TABLE calls ADD COLUMN parts TEXT;
    ALTER TABLE judge_calls ADD COLUMN parts TEXT;
    """,
    """
    -- The tools that a reply calls, as a JSON list (`arena.seat.calls.calls_record`), or null.
    ALTER TABLE calls ADD COLUMN tools TEXT;
    ALTER TABLE judge_calls ADD COLUMN tools TEXT;
    -- The tools that seats are offered, by seat, as digests of texts, or null if no seat is offered any.
    ALTER TABLE episodes ADD COLUMN tools TEXT;
    -- What tools returned, as it came. In an episode that has ended, its events hold it too. `count` is the
    -- number of the request whose reply made the call, and `number` counts the calls of that reply.
    CREATE TABLE returned (
        episode INTEGER NOT NULL, seat TEXT NOT NULL, count INTEGER NOT NULL, number INTEGER NOT NULL,
        id TEXT NOT NULL, name TEXT NOT NULL, arguments TEXT NOT NULL, status TEXT NOT NULL,
        text TEXT NOT NULL, bytes INTEGER NOT NULL, seconds REAL NOT NULL, checksum INTEGER,
        PRIMARY KEY (episode, seat, count, number)
    ) WITHOUT ROWID;
    -- The pictures that tasks, events and judges' messages name, each once. The digest is the SHA-256 of the
    -- content, which is therefore its own checksum. `media_type` is only for people who look into the file.
    CREATE TABLE pictures (digest TEXT PRIMARY KEY, media_type TEXT NOT NULL, content BLOB NOT NULL);
    -- The pictures of an event, as a JSON list of their records (`arena.pictures.Picture.record`), or null.
    ALTER TABLE events ADD COLUMN pictures TEXT;
    """,
    """
    -- What people asked of the run while it was played (see `arena.steering`), numbered from 1. Times are in
    -- seconds since 1970, and `asked` is JSON.
    CREATE TABLE acts (
        number INTEGER PRIMARY KEY, at REAL NOT NULL, author TEXT NOT NULL, kind TEXT NOT NULL,
        asked TEXT NOT NULL, checksum INTEGER
    );
    -- The state that the run was in from a time on, numbered from 1. `act` is the act that this answers, or
    -- null, and `more` is JSON that says why.
    CREATE TABLE states (
        number INTEGER PRIMARY KEY, at REAL NOT NULL, state TEXT NOT NULL, act INTEGER, more TEXT NOT NULL,
        checksum INTEGER
    );
    -- The last act that had changed the settings when the episode began, or null if it began with those of
    -- the run.
    ALTER TABLE episodes ADD COLUMN act INTEGER;
    """,
)
"""One script per schema version. The journal's ``user_version`` counts those that have run.

A column that is added to a table with checksums is null in existing rows. It must come last: a checksum
ignores nulls at the end of a row, so the old checksums still hold.
"""

ANNOTATED_SINCE = 12
"""The first schema that has annotations. Those of earlier episodes are made of the details of outcomes."""

COUNTED = (
    "header", "episodes", "outcomes", "forgotten", "verdicts", "judge_calls", "criteria", "measures",
)  # fmt: skip
"""The tables whose numbers of rows are kept in `written`."""
