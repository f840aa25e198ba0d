"""The formats of exports, by name, and how the file of each is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from pydantic_core import from_json, to_json

from arena.core.errors import UnknownName, UsageError, did_you_mean
from arena.core.files import write_whole
from arena.training.export import _lines as lines
from arena.training.export._pairs import Pairs
from arena.training.export._row import TYPES
from arena.training.export._sink import Lines, Sink
from arena.training.export._transitions import COLUMNS, TransitionLines

LOSSLESS = "jsonl"
ANNOTATIONS = "annotations"
_INFO = "dataset_info.json"


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """How rows become a file.

    `open` opens the file for writing. If `pairs` is true, it also takes a `PairChoice` as `choice`. If
    `calls` is true, the file can hold calls of tools. If
    `masks` is true, the file holds masked rows too, because it marks them, or leaves them out by itself.
    `columns` are the types of the columns that say where a row is from. If `parts` is true, the same holds of
    replies of which nobody is to learn from some parts. If `returns` is true, it holds discounted returns,
    and `open` also takes a `gamma`. If `pictures` is true, it holds the pictures of requests, and rows with
    pictures are left out of the others. `finish` writes further files beside the finished one.
    """

    suffix: str
    about: str
    open: Callable[..., Sink]
    masks: bool = False
    pairs: bool = False
    parts: bool = False
    returns: bool = False
    pictures: bool = False
    calls: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)
    finish: Callable[[Path], None] = lambda file: None
    note: str = ""


def _table(name: str) -> Callable[[Path], Sink]:
    def open_table(file: Path) -> Sink:
        from arena.training.export._parquet import TABLES

        return TABLES[name](file)

    return open_table


def _vision(name: str) -> Callable[..., Sink]:
    def open_table(file: Path, **choice: Any) -> Sink:
        from arena.training.export import _vision

        opened: Sink = getattr(_vision, name)(file, **choice)
        return opened

    return open_table


def _lines(record: Any) -> Callable[[Path], Sink]:
    return partial(Lines, record=record)


def add_dataset_info(file: Path, kind: str = "sharegpt") -> None:
    """Describe a file of rows of a `kind` in the ``dataset_info.json`` beside it, under the file's name.

    Raises:
        UsageError: if that file exists and is not a JSON object.
    """
    info = file.with_name(_INFO)
    try:
        known = from_json(info.read_bytes()) if info.exists() else {}
    except ValueError:
        known = None
    if not isinstance(known, dict):
        raise UsageError(f"{info} is not a JSON object, so {file.name} cannot be added to it.")
    known[file.stem] = lines.sharegpt_info(file.name, kind)
    write_whole(info, to_json(known, indent=2).decode() + "\n")


FORMATS: Mapping[str, ExportFormat] = {
    "trl-sft": ExportFormat(
        ".jsonl", "TRL SFTTrainer: prompt and completion", _lines(lines.trl_sft), columns=TYPES, calls=True
    ),
    "trl-dpo": ExportFormat(
        ".jsonl",
        "TRL DPOTrainer: prompt, chosen and rejected",
        partial(Pairs, record=lines.trl_dpo),
        pairs=True,
    ),
    "trl-kto": ExportFormat(
        ".jsonl",
        "TRL KTOTrainer: prompt, completion and label",
        _lines(lines.trl_kto),
        columns=TYPES,
        calls=True,
    ),
    "trl-vision-sft": ExportFormat(
        ".parquet",
        "TRL SFTTrainer for models that see: prompt, completion and images",
        _vision("TrlVisionSft"),
        pictures=True,
    ),
    "trl-vision-dpo": ExportFormat(
        ".parquet",
        "TRL DPOTrainer for models that see: prompt, chosen, rejected and images",
        _vision("TrlVisionPairs"),
        pairs=True,
        pictures=True,
    ),
    "tokens": ExportFormat(
        ".parquet", "token ids, logprobs, masks and advantages", _table("tokens"), masks=True, parts=True
    ),
    "spans": ExportFormat(
        ".jsonl",
        "prompt, completion, and who wrote which characters of it",
        _lines(lines.spans),
        parts=True,
        columns=TYPES,
        note="Learn only from the characters of spans whose `trains` is true.",
    ),
    "verl": ExportFormat(".parquet", "verl: prompts, and what a reward function is told", _table("verl")),
    "verl-vision": ExportFormat(
        ".parquet",
        "verl for models that see: its table with a column of images",
        _vision("VerlVision"),
        pictures=True,
    ),
    "sharegpt": ExportFormat(
        ".jsonl",
        "LLaMA-Factory, with its dataset_info.json",
        _lines(lines.sharegpt),
        columns=TYPES,
        finish=add_dataset_info,
        note="Train with `mask_history: true`: each turn has a row of its own, and is context in later ones.",
    ),
    "sharegpt-dpo": ExportFormat(
        ".jsonl",
        "LLaMA-Factory's DPO, with its dataset_info.json",
        partial(Pairs, record=lines.sharegpt_dpo),
        pairs=True,
        finish=partial(add_dataset_info, kind="sharegpt-dpo"),
    ),
    "sharegpt-kto": ExportFormat(
        ".jsonl",
        "LLaMA-Factory's KTO, with its dataset_info.json",
        _lines(lines.sharegpt_kto),
        columns=TYPES,
        finish=partial(add_dataset_info, kind="sharegpt-kto"),
    ),
    "openai-sft": ExportFormat(
        ".jsonl",
        "OpenAI supervised fine-tuning",
        _lines(lines.openai_sft),
        pictures=True,
        calls=True,
        note="This format allows of no fields that say where a row is from.",
    ),
    "openai-dpo": ExportFormat(
        ".jsonl",
        "OpenAI preference fine-tuning",
        partial(Pairs, record=lines.openai_dpo),
        pairs=True,
        pictures=True,
        note="This format allows of no fields that say where a pair is from.",
    ),
    "transitions": ExportFormat(
        ".jsonl",
        "critics of utterances: observation, action, reward, next observation and returns",
        TransitionLines,
        masks=True,
        parts=True,
        pictures=True,
        returns=True,
        columns=COLUMNS,
    ),
}
"""The formats of rows.

Two formats are not among them, because they hold no rows to train on: `LOSSLESS`, of whole episodes, and
`ANNOTATIONS`.
"""


def format_of(name: str) -> ExportFormat:
    """Return the format that is called `name`.

    Raises:
        UnknownName: if no format has that name. The error lists all formats.
    """
    if name not in FORMATS:
        known = (LOSSLESS, ANNOTATIONS, *FORMATS)
        hint = did_you_mean(name, known)
        raise UnknownName(f"There is no export format {name!r}.{hint} There are: {', '.join(known)}.")
    return FORMATS[name]
