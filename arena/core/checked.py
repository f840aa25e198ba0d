"""The base of what people make in Python from plain values: what does not fit is said in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from arena.core.complaints import first_problem
from arena.core.errors import UsageError


class Checked(BaseModel):
    """A pydantic model that raises a `UsageError` when it is made from values that do not fit.

    Where it is validated as a part of another model, or by ``model_validate``, pydantic's error is raised as
    usual, which names the whole place.
    """

    if not TYPE_CHECKING:  # type checkers make up an ``__init__`` from the fields

        def __init__(self, /, **values: Any) -> None:
            try:
                super().__init__(**values)
            except ValidationError as invalid:
                raise UsageError(f"{invalid.title}: {first_problem(invalid)}.") from None

        __init__.__pydantic_base_init__ = True  # pydantic's own mark: validating need not go through this
