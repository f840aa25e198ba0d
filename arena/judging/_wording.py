"""Prompts of the user's own for judges of stored episodes."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ValidationInfo

from arena.core.errors import PromptError
from arena.designs.wording import as_wording, check_wording
from arena.prompts import SUFFIX, Wording

_JUDGES = ("exchange", "forms", "judging", "labelling")
"""The files of prompts that judges of stored episodes are told and asked with."""


def _of_judges(given: Any, info: ValidationInfo) -> Any:
    """Read the prompts that judges use. A folder may hold others, too."""
    read = as_wording(given)
    if _as_asked_before(info):
        return read
    if isinstance(read, dict) and given is not read:
        return {name: texts for name, texts in read.items() if name in _JUDGES}
    return read


def _as_asked_before(info: ValidationInfo) -> bool:
    """Return whether judges are asked in the protocol's own words, which are checked when it is known."""
    return bool(info.data.get("asks") == "answer")


def _checked(wording: Wording, info: ValidationInfo) -> Wording:
    if _as_asked_before(info):
        return wording
    if unknown := [name for name in wording if name not in _JUDGES]:
        files = ", ".join(f"{name}{SUFFIX}" for name in _JUDGES)
        raise PromptError(f"Judges of stored episodes do not use {unknown[0]}{SUFFIX}; they use {files}.")
    check_wording(wording, ())
    return wording


JudgesWording = Annotated[Wording, BeforeValidator(_of_judges), AfterValidator(_checked)]
"""Prompts in place of the standard ones of judging and labelling."""
