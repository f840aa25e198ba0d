"""Running a Python file that the user names, such as a scenario or an agent of their own.

Only what the user asks to be run is run. Reading, reporting and exporting a run never come here.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

from arena.core.complaints import first_problem
from arena.core.errors import UnknownName, UsageError
from arena.core.files import resolved


def load_file(path: Path) -> Any:
    """Run the Python file at `path` and return the module that it makes.

    Raises:
        UsageError: if the file does not exist or raises an error.
    """
    path = resolved(path)
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
