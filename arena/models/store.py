"""The folder of model files, and the check that a file is one."""

from __future__ import annotations

import difflib
import hashlib
import os
from pathlib import Path

from arena.core.errors import UnknownName, UsageError
from arena.core.files import resolved
from arena.models._catalogue import MODELS, NamedModel

_BLOCK = 1 << 20


class Store:
    """The folder of pulled model files.

    It is ``models`` in the folder that the environment variable ``ARENA_HOME`` names. Without that variable
    it is ``arena/models`` in the user's cache (``XDG_CACHE_HOME`` or ``~/.cache``).
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or _home() / "models"

    def path(self, model: NamedModel) -> Path:
        """Return the path of a model's file, whether or not it exists."""
        return self.folder / model.file

    def notice(self, model: NamedModel) -> Path:
        """Return the path of the model's licence notice."""
        return self.folder / f"{model.file}.NOTICE.txt"

    def partial(self, model: NamedModel) -> Path:
        """Return the folder in which a pull keeps the parts that it has downloaded."""
        return self.folder / f"{model.file}.partial"

    def has(self, model: NamedModel) -> bool:
        """Whether the model has been pulled. Its content was verified before the file got its name."""
        path = self.path(model)
        return path.is_file() and path.stat().st_size == model.size

    def accept(self, model: NamedModel, file: Path) -> None:
        """Give a verified file the model's name in one step, and write the licence notice beside it."""
        self.notice(model).write_text(model.notice, encoding="utf-8")
        with file.open("rb") as content:
            os.fsync(content.fileno())
        file.replace(self.path(model))


def is_official(model: NamedModel, file: Path) -> bool:
    """Whether a file is byte for byte the one that the model's makers published."""
    if file.stat().st_size != model.size:
        return False
    found = hashlib.sha256()
    with file.open("rb") as content:
        while block := content.read(_BLOCK):
            found.update(block)
    return found.hexdigest() == model.sha256


def named_model(name: str) -> NamedModel:
    """Return the model of that name.

    Raises:
        UnknownName: if no model has that name.
    """
    if name in MODELS:
        return MODELS[name]
    near = difflib.get_close_matches(name, MODELS, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    known = ", ".join(MODELS)
    raise UnknownName(
        f"There is no model called {name!r}.{hint} There are: {known}; or give the path of a .gguf file."
    )


def locate(name: str, store: Store | None = None) -> Path:
    """Return the path of a pulled model's file, by the model's name or by a path that ends in ``.gguf``.

    Raises:
        UnknownName: if it is neither a model's name nor such a path.
        UsageError: if the model has not been pulled, or the file is missing or is not a model file.
    """
    if name not in MODELS and (name.endswith(".gguf") or os.sep in name):
        return _own(resolved(Path(name).expanduser()))
    model, store = named_model(name), store or Store()
    if not store.has(model):
        raise UsageError(f"The model {name} is not on this machine yet; get it with: arena model pull {name}")
    return store.path(model)


def _own(path: Path) -> Path:
    try:
        with path.open("rb") as content:
            is_model = content.read(4) == b"GGUF"
    except OSError as error:
        raise UsageError(f"The model file {path} cannot be read: {error.strerror}.") from None
    if not is_model:
        raise UsageError(f"{path} is not a GGUF model file.")
    return path.resolve()


def _home() -> Path:
    if home := os.environ.get("ARENA_HOME"):
        return Path(home).expanduser()
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "arena"
