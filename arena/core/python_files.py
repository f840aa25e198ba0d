"""Running a Python file that the user names, such as a scenario or an agent of their own.

Only what the user asks to be run is run. Reading, reporting and exporting a run never come here. The commands
that play say which files they run, and the run's journal keeps the digests of the files.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

from arena.core.complaints import first_problem
from arena.core.errors import UnknownName, UsageError
from arena.core.files import resolved


@dataclass(frozen=True, slots=True)
class _Code:
    """The Python code that is run because it is named: whom to tell of it, and the digests of its files."""

    say: Callable[[str], None]
    digests: dict[str, str] = field(default_factory=dict)
    modules: set[str] = field(default_factory=set)


_CODE: ContextVar[_Code | None] = ContextVar("code", default=None)


@contextmanager
def saying_code(say: Callable[[str], None]) -> Iterator[None]:
    """Call `say` with the path of each Python file and the name of each module, once, before it is run.

    This holds while the block runs, and for the tasks and threads that it starts.
    """
    before = _CODE.set(_Code(say))
    try:
        yield
    finally:
        _CODE.reset(before)


def code_run() -> dict[str, str]:
    """Return the digests of the Python files that were run since `saying_code` began, as they were named."""
    code = _CODE.get()
    return {} if code is None else dict(code.digests)


def code_digest(file: Path) -> str:
    """Return the digest of a file: 32 hex digits, or nothing if it cannot be read."""
    try:
        return blake2b(file.read_bytes(), digest_size=16).hexdigest()
    except (OSError, ValueError):
        return ""


def code_file(named: Path | str) -> Path:
    """Return the path of a Python file that is about to be run, as `resolved` does, and note its digest.

    The name of a module may stand in place of a file.
    """
    path, code = resolved(named), _CODE.get()
    if path.suffix != ".py":
        say_module(str(named))
    elif code is not None and str(named) not in code.digests and (digest := code_digest(path)):
        code.digests[str(named)] = digest
        code.say(str(path))
    return path


def say_module(name: str) -> None:
    """Say that a module, which was named and is not Arena's, is about to be run."""
    code = _CODE.get()
    if code is not None and name.partition(".")[0] not in _OURS and name not in code.modules:
        code.modules.add(name)
        code.say(f"the module {name}")


_OURS = {"agents", "arena", "games", "protocols", "scenarios"}


def load_file(path: Path) -> Any:
    """Run the Python file at `path` and return the module that it makes.

    Raises:
        UsageError: if the file does not exist or raises an error.
    """
    path = code_file(path)
    if not path.is_file():
        raise UnknownName(f"There is no file {path}.")
    spec = importlib.util.spec_from_file_location(path.name, path)
    if spec is None or spec.loader is None:
        raise UsageError(f"{path} is not a Python file.")
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look up their module by its name. No import has ".py" in its name.
    sys.modules[path.name] = module
    from pydantic import ValidationError

    try:
        spec.loader.exec_module(module)
    except UsageError as error:
        raise UsageError(f"{path} cannot be used: {error}") from error
    except ValidationError as invalid:
        raise UsageError(f"{path} cannot be used: {invalid.title}: {first_problem(invalid)}.") from invalid
    except SystemExit as error:
        raise UsageError(
            f"{path} ends the program, with sys.exit({error.code!r}), instead of defining something to run."
        ) from error
    except Exception as error:
        raise UsageError(f"{path} cannot be run: {type(error).__name__}: {error}") from error
    return module
