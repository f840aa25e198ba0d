"""The Parquet formats: tables of rows for reinforcement learning, written in batches."""

from __future__ import annotations

import importlib
from abc import abstractmethod
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, chain
from operator import attrgetter
from pathlib import Path
from typing import Any

from arena.core.errors import MissingExtra
from arena.seat.messages import Message
from arena.seat.parts import is_learnt_in_part, spans
from arena.training.export._row import FACTS, NO_RETURN, TYPES, Row
from arena.training.export._sink import Closed, Sink

ROWS_AT_ONCE = 4096
CHARACTERS_AT_ONCE = 2**24
"""A batch is written when it has this many rows or this many characters, whichever comes first."""

NO_TOKENS = "the backend told no tokens"
NO_PLACES = "the texts of the tokens do not make up the reply, so those of its parts are unknown"


class ParquetTable(Sink):
    """Writes rows into a Parquet file in batches."""

    def __init__(self, file: Path) -> None:
        self.pa = pyarrow_module("pyarrow")
        parquet = pyarrow_module("pyarrow.parquet")
        self._writer = parquet.ParquetWriter(str(file), self.schema(), compression="zstd")
        self._rows: list[Row] = []
        self._characters = 0
        self.lines = 0

    @abstractmethod
    def schema(self) -> Any:
        """Return the table's schema."""

    @abstractmethod
    def columns(self, rows: Sequence[Row]) -> list[Any]:
        """Return the columns of the rows, as arrays in the schema's order."""

    def write(self, row: Row) -> str:
        """Add the row to the batch, and write the batch when it is large enough."""
        self._rows.append(row)
        self._characters += row.length
        if len(self._rows) >= ROWS_AT_ONCE or self._characters >= CHARACTERS_AT_ONCE:
            self._flush()
        return ""

    def close(self) -> Closed:
        """Write the last batch and the end of the file."""
        self._flush()
        self._writer.close()
        return Closed(self.lines, Counter())

    def abandon(self) -> None:
        """Close the file."""
        self._writer.close()

    def _flush(self) -> None:
        if self._rows:
            batch = self.pa.RecordBatch.from_arrays(self.columns(self._rows), schema=self.schema())
            self._writer.write_batch(batch)
            self.lines += len(self._rows)
        self._rows, self._characters = [], 0

    def facts(self, rows: Sequence[Row]) -> list[Any]:
        """Return the columns of the rows' facts."""
        columns = zip(*map(attrgetter(*FACTS.values()), rows), strict=True)
        return [self.pa.array(column, self._type(name)) for name, column in zip(FACTS, columns, strict=True)]

    def fact_fields(self) -> list[Any]:
        """Return the fields of the columns of `facts`."""
        return [self.pa.field(name, self._type(name)) for name in FACTS]

    def prompts(self, prompts: Iterable[Sequence[Message]]) -> Any:
        """Return a column of messages: lists of role and content. A repeated message is built only once."""
        prompts = list(prompts)
        found = {id(prompt): prompt for prompt in prompts}
        column = self._lists(list(found.values()))
        if len(found) == len(prompts):
            return column
        places = {key: place for place, key in enumerate(found)}
        return column.take(self.pa.array([places[id(prompt)] for prompt in prompts], "int32"))

    def _lists(self, prompts: Sequence[Sequence[Message]]) -> Any:
        pa, messages = self.pa, list(chain.from_iterable(prompts))
        roles = [message.role for message in messages]
        contents = [message.content for message in messages]
        fields = list(self._messages().value_type)
        said = pa.StructArray.from_arrays(
            [pa.array(roles, "string"), pa.array(contents, "string")], fields=fields
        )
        return pa.ListArray.from_arrays(self._offsets(prompts), said, type=self._messages())

    def numbers(self, lists: Sequence[Sequence[float] | None], kind: str) -> Any:
        """Return a column of lists of numbers, with null for a missing list."""
        return self.pa.array(lists, self.pa.list_(self.pa.type_for_alias(kind)))

    def _offsets(self, lists: Iterable[Sequence[Any]]) -> Any:
        return self.pa.array(accumulate(map(len, lists), initial=0), "int32")

    def _messages(self) -> Any:
        pa = self.pa
        return pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))

    def _type(self, name: str) -> Any:
        return self.pa.type_for_alias(TYPES[name])


class TokensTable(ParquetTable):
    """Every row with its tokens and a mask: 1 for each completion token to learn from, and 0 otherwise.

    The mask is all 0 for masked rows and for rows whose advantage is unknown. The lists are null if the
    backend reported no tokens. ``prompt_ids`` and ``completion_ids`` are the backend's own and never computed
    from the text. ``advantages`` repeats the row's advantage for each token, with 0 where the mask is 0. If
    several authors wrote a reply (`arena.seat.parts`), the mask is 0 for tokens of parts that do not train.
    """

    def schema(self) -> Any:
        """Return the columns of facts, mask and its reason, prompt, completion and tokens."""
        pa = self.pa
        ids, floats = pa.list_(pa.int64()), pa.list_(pa.float32())
        return pa.schema(
            [
                *self.fact_fields(),
                pa.field("masked", pa.bool_()),
                pa.field("why_masked", pa.string()),
                pa.field("prompt", self._messages()),
                pa.field("completion", pa.string()),
                pa.field("prompt_ids", ids),
                pa.field("completion_ids", ids),
                pa.field("logprobs", floats),
                pa.field("mask", pa.list_(pa.int8())),
                pa.field("advantages", floats),
            ]
        )

    def write(self, row: Row) -> str:
        """Add the row to the batch. A row that cannot be learnt from is masked."""
        if not row.masked and row.advantage is None:
            row = row._replace(masked=row.unearned or NO_RETURN)
        elif not row.masked and not (row.tokens and row.tokens.ids):
            row = row._replace(masked=NO_TOKENS)
        elif not row.masked and not _knows_parts(row):
            row = row._replace(masked=NO_PLACES)
        super().write(row)
        return row.masked

    def columns(self, rows: Sequence[Row]) -> list[Any]:
        """Return the columns."""
        token_rows = [row.tokens for row in rows]
        ids = [tokens.ids if tokens and tokens.ids else None for tokens in token_rows]
        masks = [_mask(row) for row in rows]
        gains = [0.0 if row.masked else row.advantage or 0.0 for row in rows]
        advantages: list[list[float] | None] = [
            None if mask is None else [gain if bit else 0.0 for bit in mask]
            for gain, mask in zip(gains, masks, strict=True)
        ]
        return [
            *self.facts(rows),
            self.pa.array([bool(row.masked) for row in rows]),
            self.pa.array([row.masked for row in rows], "string"),
            self.prompts(row.prompt for row in rows),
            self.pa.array([row.completion for row in rows], "string"),
            self.numbers(
                [tokens.ids_read if tokens and tokens.ids_read else None for tokens in token_rows], "int64"
            ),
            self.numbers(ids, "int64"),
            self.numbers(
                [tokens.logprobs if tokens and tokens.logprobs else None for tokens in token_rows], "float32"
            ),
            self.numbers(masks, "int8"),
            self.numbers(advantages, "float32"),
        ]


class Verl(ParquetTable):
    """The table that verl's `RLHFDataset` reads: prompts, with the arguments of a reward function.

    ``data_source`` names the game, by which verl chooses the reward function. ``ground_truth`` is the JSON of
    the task's truth, or empty if it has none. ``extra_info`` holds the recorded reply, its reward, and all
    other facts.
    """

    def schema(self) -> Any:
        """Return verl's five columns."""
        pa = self.pa
        return pa.schema(
            [
                pa.field("data_source", pa.string()),
                pa.field("prompt", self._messages()),
                pa.field("ability", pa.string()),
                pa.field("reward_model", pa.struct([("style", pa.string()), ("ground_truth", pa.string())])),
                pa.field("extra_info", pa.struct(self._extra())),
            ]
        )

    def columns(self, rows: Sequence[Row]) -> list[Any]:
        """Return the columns."""
        pa, count, first = self.pa, len(rows), self.lines
        rule = [pa.array(["rule"] * count), pa.array([row.truth for row in rows], "string")]
        extra = [
            pa.array(["train"] * count),
            pa.array(range(first, first + count), "int64"),
            pa.array([row.completion for row in rows], "string"),
            *self.facts(rows),
        ]
        return [
            pa.array([row.game for row in rows], "string"),
            self.prompts(row.prompt for row in rows),
            pa.array([row.protocol for row in rows], "string"),
            pa.StructArray.from_arrays(rule, ["style", "ground_truth"]),
            pa.StructArray.from_arrays(extra, fields=self._extra()),
        ]

    def _extra(self) -> list[Any]:
        pa = self.pa
        own = [("split", pa.string()), ("index", pa.int64()), ("completion", pa.string())]
        return [*(pa.field(*one) for one in own), *self.fact_fields()]


def _knows_parts(row: Row) -> bool:
    """Return whether it is known which tokens make up the parts that nobody is to learn from, if any."""
    tokens = row.tokens
    return not is_learnt_in_part(row.parts) or (
        tokens is not None
        and len(tokens.texts) == len(tokens.ids)
        and "".join(tokens.texts) == row.completion
    )


def _mask(row: Row) -> list[int] | None:
    """Return 1 for each token to learn from and 0 for others, or None if there are no tokens.

    A token counts as of a part that nobody is to learn from if any of its characters is in it.
    """
    if not (row.tokens and row.tokens.ids):
        return None
    mask = [int(not row.masked)] * len(row.tokens.ids)
    if row.masked or not is_learnt_in_part(row.parts):
        return mask
    ends = list(accumulate(map(len, row.tokens.texts)))
    for start, end, part in spans(row.parts):
        if not part.trains and start < end:
            for place in range(bisect_right(ends, start), bisect_left(ends, end) + 1):
                mask[place] = 0
    return mask


def pyarrow_module(module: str) -> Any:
    """Return a module of pyarrow.

    Raises:
        MissingExtra: if it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError:
        raise MissingExtra("Parquet files need pyarrow", "parquet") from None


TABLES: dict[str, Callable[[Path], ParquetTable]] = {"tokens": TokensTable, "verl": Verl}
