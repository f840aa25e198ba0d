"""The base of models that users make in Python from plain values.

A value that does not fit raises an error of one sentence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from arena.core.complaints import first_problem
from arena.core.errors import UsageError


class Checked(BaseModel):
    """A pydantic model that raises a `UsageError` when it is made from values that do not fit.

    If it is validated as part of another model or by ``model_validate``, it raises pydantic's error as usual,
    because that error names the whole path.
    """

    if not TYPE_CHECKING:  # type checkers make up an ``__init__`` from the fields

        def __init__(self, /, **values: Any) -> None:
            try:
                super().__init__(**values)
            except ValidationError as invalid:
                raise UsageError(f"{invalid.title}: {first_problem(invalid)}.") from None

        __init__.__pydantic_base_init__ = True  # pydantic's own mark: validating need not go through this
