"""What a person fills in to answer a form: one field for each part of the form's JSON schema.

So every form can be answered by a person, those of other distributions too. A schema holds no more than what
its seat is told: it lists the legal moves, for instance, only if the seat is shown them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from arena.forms import Form, Unusable
from arena.forms.reading import Value, read_number
from arena.forms.reading.folding import compared

Schema = Mapping[str, Any]

_LONGEST_LINE = 200
"""Up to how many characters a text is asked for on one line."""
_DEEPEST = 3
"""From which depth on objects are asked for as JSON."""


class FieldKind(StrEnum):
    """How a field is filled in."""

    PICK = "pick"
    """One of several options."""
    SEVERAL = "several"
    """Any of several options."""
    NUMBER = "number"
    LINE = "line"
    """Text on one line."""
    TEXT = "text"
    """Text over as many lines as the person likes."""
    JSON = "json"
    """A part that is too deep for fields, written as JSON."""


class NotFitting(Exception):
    """What a person wrote does not fit its field. The sentence says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerField:
    """One field of an answer.

    `path` names its place in the JSON object of the form's schema. `options` are those to pick from, and
    `values` what each of them stands for in JSON. A number is from `low` to `high`, and `whole` if so. A
    field that is not `needed` may be left empty; it is then null if it is `nullable`, and else left out. Text
    may be left empty, too: the form says where it must not be.
    """

    path: tuple[str, ...]
    kind: FieldKind
    needed: bool = True
    nullable: bool = False
    options: tuple[str, ...] = ()
    values: tuple[Any, ...] = ()
    low: float = -math.inf
    high: float = math.inf
    whole: bool = False
    schema: str = ""

    @property
    def name(self) -> str:
        """The field's name in words."""
        return " ".join(self.path).replace("_", " ")

    @property
    def is_given(self) -> bool:
        """Whether there is nothing to choose: one option, which must be taken."""
        return self.kind is FieldKind.PICK and self.needed and len(self.options) == 1

    @property
    def keys(self) -> tuple[str, ...]:
        """The digit that stands for each option; none if the options are numbers themselves, or many."""
        if any(option.strip().isdigit() for option in self.options):
            return ()
        return tuple(map(str, range(1, len(self.options) + 1)))

    def read(self, written: str) -> Any:
        """Return the value of what was written, for the JSON object; None if it is left empty.

        Raises:
            NotFitting: if it does not fit the field.
        """
        text = written.strip()
        if not text and (not self.needed or self.kind is FieldKind.SEVERAL):
            return self._picked(text) if self.kind is FieldKind.SEVERAL and self.needed else None
        match self.kind:
            case FieldKind.PICK:
                return self._option(text)
            case FieldKind.SEVERAL:
                return self._picked(text)
            case FieldKind.NUMBER:
                return self._number(text)
            case FieldKind.JSON:
                return _json(text)
        return text

    def _option(self, text: str) -> Any:
        """Return the option that a text names: by itself, by its digit, or by how it alone begins."""
        if text in self.options:
            return self.values[self.options.index(text)]
        if text in self.keys:
            return self.values[self.keys.index(text)]
        sought = compared(text)
        alike = [at for at, option in enumerate(self.options) if compared(option) == sought]
        alike = alike or [at for at, option in enumerate(self.options) if compared(option).startswith(sought)]
        if not sought or len(alike) != 1:
            raise NotFitting(f"choose one of: {', '.join(self.options)}")
        return self.values[alike[0]]

    def _picked(self, text: str) -> list[Any]:
        if text in self.options:
            return [self._option(text)]
        named = [part for part in text.replace(";", ",").split(",") if part.strip()]
        chosen = [self._option(part.strip()) for part in named]
        return [value for value in self.values if value in chosen]

    def _number(self, text: str) -> float:
        misfit = NotFitting(f"it must be {self.range_in_words()}")
        try:
            found = read_number(Value(text))
        except Unusable as unusable:
            raise NotFitting(unusable.reason) from None
        if found is None or found.out_of is not None or (found.percent and self.high not in (1, 100)):
            raise misfit
        number = found.value / 100 if found.percent and self.high == 1 else found.value
        is_off = not math.isfinite(number) or not self.low <= number <= self.high
        if is_off or (self.whole and not number.is_integer()):
            raise misfit
        return int(number) if number.is_integer() and abs(number) < 2**53 else number

    def range_in_words(self) -> str:
        """Return which numbers the field takes, in words."""
        kind = "a whole number" if self.whole else "a number"
        low = f"{self.low:g}" if self.low > -math.inf else ""
        high = f"{self.high:g}" if self.high < math.inf else ""
        if low and high:
            return f"{kind} from {low} to {high}"
        bounds = f" of at least {low}" if low else f" of at most {high}" if high else ""
        return f"{kind}{bounds}"


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotFitting(f"it is not JSON: {error}") from None


def answer_fields(form: Form[Any]) -> tuple[AnswerField, ...]:
    """Return the fields in which a person answers a form, in the order of its schema.

    >>> from arena.forms import Probability, Verdict
    >>> [(one.name, one.kind.value) for one in answer_fields(Verdict(("pro", "con")))]
    [('reasons', 'text'), ('choice', 'pick'), ('confidence', 'number')]
    >>> answer_fields(Probability("it rains"))[0].range_in_words()
    'a whole number from 0 to 100'
    """
    schema = form.schema()
    return tuple(_fields((), schema, schema.get("$defs", {}), needed=True))


def _fields(path: tuple[str, ...], schema: Schema, defs: Schema, *, needed: bool) -> Iterator[AnswerField]:
    schema, nullable = _simplest(schema, defs)
    needed = needed and not nullable
    parts = schema.get("properties")
    if not parts or len(path) >= _DEEPEST or (path and not needed):
        yield _field(schema, defs, path=path, needed=needed, nullable=nullable)
        return
    required = schema.get("required", ())
    for name, part in parts.items():
        yield from _fields((*path, name), part, defs, needed=name in required)


def _field(schema: Schema, defs: Schema, **place: Any) -> AnswerField:
    kind = schema.get("type")
    if options := _options(schema):
        return AnswerField(kind=FieldKind.PICK, **place, **options)
    if kind == "array" and (options := _options(_simplest(schema.get("items", {}), defs)[0])):
        return AnswerField(kind=FieldKind.SEVERAL, **place, **options)
    if kind in ("integer", "number"):
        low = schema.get("minimum", schema.get("exclusiveMinimum", -math.inf))
        high = schema.get("maximum", schema.get("exclusiveMaximum", math.inf))
        return AnswerField(kind=FieldKind.NUMBER, low=low, high=high, whole=kind == "integer", **place)
    if kind == "string":
        longest = schema.get("maxLength", math.inf if "minLength" in schema else 0)
        is_long = longest > _LONGEST_LINE and "pattern" not in schema
        return AnswerField(kind=FieldKind.TEXT if is_long else FieldKind.LINE, **place)
    return AnswerField(kind=FieldKind.JSON, schema=json.dumps(schema, ensure_ascii=False), **place)


def _options(schema: Schema) -> dict[str, Any]:
    """Return what a schema with a few values lets a person pick from; empty for other schemas."""
    if schema.get("type") == "boolean":
        return {"options": ("yes", "no"), "values": (True, False)}
    values = (schema["const"],) if "const" in schema else tuple(schema.get("enum", ()))
    simple = all(isinstance(value, str | int | float) for value in values)
    return {"options": tuple(map(str, values)), "values": values} if values and simple else {}


def _simplest(schema: Schema, defs: Schema) -> tuple[Schema, bool]:
    """Return the one schema that a reference or a choice with null stands for, and whether it may be null."""
    optional = False
    for _ in range(8):
        if "$ref" in schema:
            schema = defs.get(str(schema["$ref"]).rpartition("/")[2], {})
            continue
        among = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
        if not among:
            break
        real = [one for one in among if one.get("type") != "null"]
        optional = optional or len(real) < len(among)
        if len(real) != 1:
            return {}, optional
        schema = real[0]
    if isinstance(schema.get("type"), list):
        kinds = [kind for kind in schema["type"] if kind != "null"]
        optional = optional or len(kinds) < len(schema["type"])
        schema = {**schema, "type": kinds[0] if len(kinds) == 1 else None}
    return schema, optional
