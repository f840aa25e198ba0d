"""The language of mappings: how a field of a mapping says where its value is.

Nothing in it is evaluated: a value is looked up, cut, translated and scaled, in this order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self
from typing import Literal as OneOf

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

Scalar = str | int | float | bool


class Spec(BaseModel):
    """A part of a mapping. It has no field but its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Literal(Spec):
    """A value that stands in the mapping itself."""

    value: str | int | float | bool | list[str] = Field(alias="is")


class TextTemplate(Spec):
    """A text with paths between braces, each of which is replaced by the value found there.

    If one of them is missing, so is the text. Two braces stand for one.
    """

    text: str
    optional: bool = False


class Lookup(Spec):
    """The value at a path, cut, translated and scaled.

    Args:
        path: names, and places in lists, with dots between them.
        split: cuts a text into a list at each of these texts.
        place: the place in the list that was found or cut, from 0, or from -1 backwards.
        before: what of a text is before the first of these texts.
        after: what of a text is after the first of these texts.
        part: of a message's content that is a list of parts, the texts of the parts of this type. A content
            that is a text is one part of the type ``text``.
        join: makes a list of texts one text, with this between them.
        none: values that stand for nothing.
        translated: the value's translation. The word for a null is ``null``.
        others: what becomes of values that have no translation: they are kept (``keep``, or ``numbers`` if
            only those that say a number are), stand for nothing (``none``), or all become one value. Without
            it, they are errors.
        of: divides the number found.
        scale: the lowest and the highest number of a scale, which become 0 and 1; the lowest may be larger.
        default: the value where there is none.
        optional: whether it may be missing in all episodes.
    """

    path: str
    split: str | None = Field(None, min_length=1)
    place: int | None = None
    before: str | None = Field(None, min_length=1)
    after: str | None = Field(None, min_length=1)
    part: str | None = None
    join: str | None = None
    none: list[Scalar] = Field(default_factory=list)
    translated: dict[str, Scalar] | None = Field(None, alias="as")
    others: OneOf["keep", "none", "numbers"] | Literal | None = None
    of: float | None = Field(None, gt=0)
    scale: tuple[float, float] | None = None
    default: Scalar | list[str] | None = None
    optional: bool = False

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.scale is not None and (self.of is not None or self.scale[0] == self.scale[1]):
            raise ValueError("scale takes two numbers that differ, and no of beside it")
        if self.others is not None and self.translated is None:
            raise ValueError("others says what becomes of values without a translation, so it needs as")
        return self


Conditions = dict[str, Scalar | list[Scalar]]
"""Which values the values at some paths must have: one, or one of several. ``null`` stands for none."""


def _kind(value: Any) -> str:
    """Return which kind of place a value of a TOML file is."""
    if isinstance(value, str | Spec):
        return _TEXT if isinstance(value, str) else _KINDS.get(type(value).__name__, _TABLE)
    if not isinstance(value, dict):
        return _TEXT
    return next((kind for name, kind in _NAMES.items() if name in value), _TABLE)


# The names of these kinds look like pydantic's own, so that no error shows them.
_TEXT, _LITERAL, _TEMPLATE, _LOOKUP, _TABLE = (
    f"tagged-union[{kind}]" for kind in ("path", "literal", "template", "lookup", "table")
)
_NAMES = {"is": _LITERAL, "path": _LOOKUP, "text": _TEMPLATE}
_KINDS = {"Literal": _LITERAL, "Lookup": _LOOKUP, "TextTemplate": _TEMPLATE}

Place = Annotated[
    Annotated[str, Tag(_TEXT)]
    | Annotated[Literal, Tag(_LITERAL)]
    | Annotated[TextTemplate, Tag(_TEMPLATE)]
    | Annotated[Lookup, Tag(_LOOKUP)],
    Discriminator(_kind),
]


class PartTable(BaseModel):
    """A table of places: it makes one part, or one for each entry of the list or table at `each`.

    Only entries for which all conditions in `when` hold, and none in `unless`, are taken. All other names are
    the part's fields, of which some are tables themselves.
    """

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, Value] = Field(init=False)

    each: str | Lookup | None = None
    when: Conditions = Field(default_factory=dict)
    unless: Conditions = Field(default_factory=dict)

    @property
    def fields(self) -> Mapping[str, Place | PartTable]:
        """The places of the part's fields, by name."""
        return self.__pydantic_extra__ or {}


class Moves(Spec):
    """Where the moves of a game are: a list at `each`, whose first `skip` entries are none.

    `move` is the path of an entry's move, or one path for each player. Without it, the entries are the moves.
    """

    each: str
    skip: int = Field(0, ge=0)
    move: str | list[str] | None = None


Value = Annotated[
    Annotated[str, Tag(_TEXT)]
    | Annotated[Literal, Tag(_LITERAL)]
    | Annotated[TextTemplate, Tag(_TEMPLATE)]
    | Annotated[Lookup, Tag(_LOOKUP)]
    | Annotated[PartTable, Tag(_TABLE)],
    Discriminator(_kind),
]
PartTable.model_rebuild()
