"""Prompts of the user's own: reading them from a folder, and checking them against what may be said.

A folder holds files such as ``debate.jinja`` with some or all prompts of the standard file of that name.
Scenarios keep the texts that differ from the standard, so a run can be resumed without the folder.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

from arena.core.errors import PromptError, did_you_mean
from arena.core.files import resolved, why
from arena.designs._prompt_files import prompt_files as prompt_files
from arena.episode.protocol import Protocol
from arena.prompts import SUFFIX, Prompts, Wording, read_prompt_file, sections

STANDARD = "standard"
"""The name of the standard wording, in place of a folder."""
_ENGINE = ("exchange", "forms", "pictures", "probes")
"""The files of prompts that any scenario may use."""


def read_wording(place: Path) -> dict[str, dict[str, str]]:
    """Return the prompts in a folder, or in one file, that differ from the standard ones.

    Raises:
        PromptError: if the place cannot be read, holds no prompts, or holds one that may not be said.
    """
    place = resolved(place)
    try:
        files = [place] if place.suffix == SUFFIX else sorted(place.glob(f"*{SUFFIX}"))
        if not files:
            lacks = f"holds no file that ends with {SUFFIX}" if place.is_dir() else "does not exist"
            raise PromptError(
                f"{place} {lacks}; write the standard prompts there with: arena prompts NAME --out {place}"
            )
        texts = {file: read_prompt_file(file) for file in files}
    except OSError as error:
        raise PromptError(f"{place} cannot be read: {why(error)}.") from error
    found = {file.stem: dict(_own(file, text)) for file, text in texts.items()}
    return {name: prompts for name, prompts in found.items() if prompts}


def _own(file: Path, text: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each prompt of a file that differs from the standard one."""
    standard = prompt_files().get(file.stem)
    prompts = Prompts(standard) if standard else None
    for name, own in sections(text, str(file)).items():
        if prompts is None:  # They may be those of a protocol of the user's own.
            yield name, own.text
            continue
        where = f"{file}, the prompt {name!r}"
        prompts.template(name, own.text, where=where, line=own.line)
        may = prompts.sections[name].fields or ()
        if unknown := [field for field in own.fields or () if field not in may]:
            raise PromptError(
                f"{file}, line {own.line - 1}: the prompt {name!r} may not use the field {unknown[0]!r}. "
                f"It may use: {', '.join(may) or 'no fields'}."
            )
        if own.text != prompts.sections[name].text:
            yield name, own.text


def as_wording(given: Any) -> Any:
    """Return the prompts in a folder or file, if the folder or file is given, and else what is given."""
    if str(given) == STANDARD:
        return {}
    return read_wording(Path(given)) if isinstance(given, str | Path) else given


def overlaid(first: Wording, over: Wording) -> Wording:
    """Return the prompts of both. Those of the second stand in place of the first's of the same names."""
    return {name: {**first.get(name, {}), **over.get(name, {})} for name in {**first, **over}}


def check_wording(wording: Wording, protocols: Iterable[Protocol]) -> None:
    """Check that prompts may be said, and that somebody says them.

    Args:
        wording: the prompts.
        protocols: the protocols that are played.

    Raises:
        PromptError: if there is no prompt of that name, if nobody says it, or if it may not be said. The
            standard prompts of a protocol of the user's own are checked, too.
    """
    speakers = tuple(protocols)
    for protocol in speakers:
        own_texts(protocol)
    if not wording:
        return
    kinds = (type(one) for protocol in speakers for one in _with_inner(protocol))
    used = {prompts.name: prompts for kind in kinds for prompts in prompts_of(kind)}
    ours = prompt_files()
    known = {name: Prompts(file) for name, file in ours.items()} | used
    for name, texts in wording.items():
        if name not in known:
            raise PromptError(
                f"There are no prompts called {name!r}.{did_you_mean(name, known)} There are: "
                f"{', '.join(sorted(used))}."
            )
        if name not in used and _is_of_protocol(known[name].file):
            raise PromptError(
                f"Nobody says the prompts of {name}{SUFFIX} here; what is played uses: "
                f"{', '.join(sorted(used))}."
            )
        for prompt, text in texts.items():
            known[name].template(prompt, text, where=f"{name}{SUFFIX}, the prompt {prompt!r}")


def _is_of_protocol(file: Path) -> bool:
    return "protocols" in file.parts[-3:-1]


def _with_inner(protocol: Protocol) -> Iterator[Protocol]:
    """Yield a protocol, and those that it plays itself."""
    yield protocol
    for name in type(protocol).model_fields:
        if isinstance(inner := getattr(protocol, name), Protocol):
            yield from _with_inner(inner)


def own_texts(protocol: Protocol) -> dict[str, dict[str, str]]:
    """Return the prompts of a protocol that is the user's own, which a resume compares. Ours have none here.

    Raises:
        PromptError: if a file of prompts cannot be read, or one of its prompts may not be said.
    """
    ours = set(prompt_files().values())
    found = {}
    for prompts in (one for inner in _with_inner(protocol) for one in prompts_of(type(inner))):
        if prompts.file not in ours:
            texts = {name: prompts.template(name).source for name in prompts.sections}
            found[prompts.name] = texts
    return found


@lru_cache(maxsize=256)
def prompts_of(kind: type) -> tuple[Prompts, ...]:
    """Return the files of prompts that a class of protocols or agents uses, its own first.

    They are those of the class's module, and of all modules beside it whose classes and functions it uses.
    Those that every scenario may use follow.
    """
    found: dict[str, Prompts] = {}
    left = [base.__module__ for base in kind.__mro__]
    seen: set[str] = set()
    root = kind.__module__.partition(".")[0]
    while left:
        name = left.pop(0)
        module = sys.modules.get(name)
        if name in seen or module is None:
            continue
        seen.add(name)
        for value in vars(module).values():
            if isinstance(value, Prompts):
                found.setdefault(value.name, value)
            of = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
            if isinstance(of, str) and of.partition(".")[0] in (root, "protocols"):
                left.append(of)
    ours = prompt_files()
    return (*found.values(), *(Prompts(ours[name]) for name in _ENGINE if name not in found))
