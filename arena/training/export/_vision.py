"""The Parquet formats whose rows hold the pictures of their requests, as the bytes that were sent.

TRL reads messages whose content is a list of parts, and a column ``images`` with the pictures in the order of
their parts. The file says which of its columns `datasets` is to read as pictures. verl reads the texts with
``<image>`` in the place of each picture, and a column ``images`` with their bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from arena.seat.messages import Message
from arena.training.export._pairs import INWARDS, Pair, PairChoice, Pairs
from arena.training.export._parquet import ParquetTable, Verl, pyarrow_module
from arena.training.export._pictures import (
    HAS_PLACEHOLDER,
    PLACEHOLDER,
    pictures_of,
    trl_content,
    why_not_held,
    with_placeholders,
)
from arena.training.export._row import Row

_PAIRS_AT_ONCE = 64
_IMAGES = "images"


class TrlVisionSft(ParquetTable):
    """The table that TRL's `SFTTrainer` reads for models that see: prompt, completion and images."""

    def schema(self) -> Any:
        """Return the columns, and what `datasets` is to read them as."""
        pa = self.pa
        said = _conversation(pa)
        fields = [pa.field(name, said) for name in ("prompt", "completion")]
        return _readable(pa.schema([*fields, _images(pa), *self.fact_fields()]))

    def write(self, row: Row) -> str:
        """Add the row, unless the bytes of a picture are not known."""
        return why_not_held(row.prompt) or super().write(row)

    def columns(self, rows: Sequence[Row]) -> list[Any]:
        """Return the columns."""
        pa, said = self.pa, _conversation(self.pa)
        return [
            pa.array([_said(row.prompt) for row in rows], said),
            pa.array([_reply(row.completion) for row in rows], said),
            pa.array([_bytes(row.prompt) for row in rows], _images(pa).type),
            *self.facts(rows),
        ]


class TrlVisionPairs(Pairs):
    """The table that TRL's `DPOTrainer` reads for models that see: prompt, chosen, rejected and images."""

    def __init__(self, file: Path, choice: PairChoice = INWARDS) -> None:
        super().__init__(file, _pair_record, choice)
        self._pa = pyarrow_module("pyarrow")

    def write(self, row: Row) -> str:
        """Add the row, unless the bytes of a picture are not known."""
        return why_not_held(row.prompt) or super().write(row)

    def store(self, found: Iterator[Pair]) -> int:
        """Write the pairs in batches."""
        pa, lines = self._pa, 0
        said = _conversation(pa)
        fields = [pa.field(name, said) for name in ("prompt", "chosen", "rejected")]
        facts = [pa.field(name, pa.type_for_alias(kind)) for name, kind in _PAIR_FACTS.items()]
        schema = _readable(pa.schema([*fields, _images(pa), *facts]))
        with pyarrow_module("pyarrow.parquet").ParquetWriter(
            str(self.file), schema, compression="zstd"
        ) as writer:
            while batch := [_pair_record(pair) for pair in islice(found, _PAIRS_AT_ONCE)]:
                writer.write_batch(pa.RecordBatch.from_pylist(batch, schema=schema))
                lines += len(batch)
        return lines


class VerlVision(Verl):
    """verl's table with the pictures in a column of their own, and ``<image>`` in their places."""

    def schema(self) -> Any:
        """Return verl's columns."""
        return (
            super()
            .schema()
            .append(self.pa.field(_IMAGES, self.pa.list_(self.pa.struct([("bytes", self.pa.binary())]))))
        )

    def write(self, row: Row) -> str:
        """Add the row, unless a picture's bytes are not known, or a text would be taken for its place."""
        if any(PLACEHOLDER in message.content for message in row.prompt):
            return HAS_PLACEHOLDER
        return why_not_held(row.prompt) or super().write(row)

    def columns(self, rows: Sequence[Row]) -> list[Any]:
        """Return the columns."""
        shown = [[{"bytes": one.content} for one in pictures_of(row.prompt)] for row in rows]
        images = self.pa.array(shown, self.schema().field(_IMAGES).type)
        placed = [row._replace(prompt=_placed(row.prompt)) for row in rows]
        return [*super().columns(placed), images]


_PAIR_FACTS: Mapping[str, str] = {
    **dict.fromkeys(("role", "protocol", "game", "condition", "task"), "string"),
    "turn": "int64",
    **{
        f"{side}_{name}": kind
        for side in ("chosen", "rejected")
        for name, kind in (("reward", "float64"), ("run", "string"), ("episode", "int64"), ("times", "int64"))
    },
}


def _pair_record(pair: Pair) -> dict[str, Any]:
    return {
        "prompt": _said(pair.prompt),
        "chosen": _reply(pair.chosen.completion),
        "rejected": _reply(pair.rejected.completion),
        _IMAGES: _bytes(pair.prompt),
        **pair.facts(),
    }


def _said(messages: Iterable[Message]) -> list[dict[str, Any]]:
    return [{"role": message.role, "content": trl_content(message)} for message in messages]


def _reply(text: str) -> list[dict[str, Any]]:
    return _said([Message("assistant", text)])


def _bytes(messages: Iterable[Message]) -> list[dict[str, Any]]:
    return [{"bytes": picture.content, "path": None} for picture in pictures_of(messages)]


def _placed(messages: Iterable[Message]) -> list[Message]:
    return [message._replace(content=with_placeholders(message), pictures=()) for message in messages]


def _conversation(pa: Any) -> Any:
    part = pa.struct([("type", pa.string()), ("text", pa.string())])
    return pa.list_(pa.struct([("role", pa.string()), ("content", pa.list_(part))]))


def _images(pa: Any) -> Any:
    return pa.field(_IMAGES, pa.list_(pa.struct([("bytes", pa.binary()), ("path", pa.string())])))


def _readable(schema: Any) -> Any:
    """Return a schema with the note by which `datasets` reads the column of pictures as pictures."""
    features = {field.name: _feature(field.type) for field in schema}
    features[_IMAGES] = {"feature": {"_type": "Image"}, "_type": "Sequence"}
    return schema.with_metadata({"huggingface": json.dumps({"info": {"features": features}})})


def _feature(kind: Any) -> Any:
    """Return a type of Arrow as `datasets` names it."""
    if str(kind).startswith("list"):
        return [_feature(kind.value_type)]
    if str(kind).startswith("struct"):
        return {kind.field(place).name: _feature(kind.field(place).type) for place in range(kind.num_fields)}
    return {"dtype": {"double": "float64"}.get(str(kind), str(kind)), "_type": "Value"}
