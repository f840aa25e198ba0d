"""The card beside an export. It says what is in the file and what was left out, as JSON and as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
)

from arena.core.errors import UsageError
from arena.core.files import write_whole
from arena.core.text import printable
from arena.core.version import __version__


class ExportedRun(BaseModel):
    """An exported run: its name, the version of Arena that recorded it, and its episodes by their ending.

    `damaged` has a sentence for each damaged part of its journal. Damaged episodes are left out.
    """

    run: str
    recorded_by: str
    seed: int | None = None
    episodes: dict[str, int] = Field(default_factory=dict)
    damaged: list[str] = Field(default_factory=list)

    @model_serializer(mode="wrap")
    def _without_no_damage(self, fields: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in fields(self).items() if name != "damaged" or value}


class Card(BaseModel):
    """The result of an export.

    `rows` counts the replies that were read. Each was written, or `masked` in the file, or `left_out` of it.
    The last two are counted by reason. `lines` is the number of lines or rows in the file. `columns` are the
    types of the columns that say where a row is from. `notices` are sentences about the rows as a whole, such
    as how many have siblings. `baselines` is the state of the baselines of roles
    after the last episode, from which another export can continue.
    """

    model_config = ConfigDict(extra="ignore")

    file: str
    format: str
    arena: str = __version__
    settings: dict[str, Any] = Field(default_factory=dict)
    sources: list[ExportedRun] = Field(default_factory=list)
    rows: int = 0
    lines: int = 0
    masked: Counter[str] = Field(default_factory=Counter)
    left_out: Counter[str] = Field(default_factory=Counter)
    columns: dict[str, str] = Field(default_factory=dict)
    note: str = ""
    notices: list[str] = Field(default_factory=list)
    baselines: dict[str, Any] | None = None

    @model_serializer(mode="wrap")
    def _without_no_notices(self, fields: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in fields(self).items() if name != "notices" or value}

    def write(self, file: Path) -> None:
        """Write the card beside the file, as ``NAME.card.json`` and ``NAME.card.md``."""
        json, markdown = card_files(file)
        write_whole(json, self.model_dump_json(indent=2) + "\n")
        write_whole(markdown, self.markdown())

    def markdown(self) -> str:
        """Return the card as Markdown."""
        parts = [f"# {_cell(self.file)}", f"Format `{self.format}`, written by Arena {self.arena}."]
        if self.note:
            parts.append(self.note)
        counts = {"replies read": self.rows, "lines written": self.lines} if self.rows else {}
        counts |= (
            {"of them masked": self.masked.total(), "left out": self.left_out.total()} if self.rows else {}
        )
        parts.append(_table("what", "count", counts or {"lines written": self.lines}))
        parts += [_cell(notice) for notice in self.notices]
        if self.masked:
            parts += ["## Masked, and why", _table("why", "rows", self.masked)]
        if self.left_out:
            parts += ["## Left out, and why", _table("why", "rows", self.left_out)]
        for source in self.sources:
            if source.damaged:
                text = "\n".join(f"- {_cell(sentence)}" for sentence in source.damaged)
                parts += [f"## Damaged in `{_cell(source.run)}`, and left out", text]
        parts += ["## Settings", _table("setting", "value", self.settings)] if self.settings else []
        parts.append("## Runs")
        parts += [
            f"- `{_cell(source.run)}`, recorded by Arena {_cell(source.recorded_by)}, seed {source.seed}: "
            + (", ".join(f"{count:,} {ending}" for ending, count in source.episodes.items()) or "no episodes")
            for source in self.sources
        ]
        if self.baselines:
            means = {
                f"{game}, {role}": f"{mean:+.4f}"
                for game, roles in self.baselines["means"].items()
                for role, mean in roles.items()
            }
            parts += ["## Baselines after the last episode", _table("game and role", "baseline", means)]
        return "\n\n".join(parts) + "\n"


def card_files(file: Path) -> tuple[Path, Path]:
    """Return the paths of the card beside a file: as JSON and as Markdown."""
    return file.with_suffix(".card.json"), file.with_suffix(".card.md")


def read_baselines(file: Path) -> Any:
    """Return the state of the baselines in a card.

    Raises:
        UsageError: if the file cannot be read, is not a card, or has no baselines.
    """
    try:
        card = Card.model_validate_json(file.read_bytes())
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from error
    except ValidationError:
        raise UsageError(f"{file} is not the card of an export (NAME.card.json).") from None
    if card.baselines is None:
        raise UsageError(f"{file} has no baselines: its export had no role-conditioned advantages.")
    return card.baselines


def _table(what: str, value: str, rows: Mapping[str, Any]) -> str:
    body = [f"| {_cell(name)} | {_cell(_in_words(found))} |" for name, found in rows.items()]
    return "\n".join([f"| {what} | {value} |", "|---|---|", *body])


def _in_words(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _cell(text: str) -> str:
    return printable(text).replace("|", "\\|").replace("\n", " ")
