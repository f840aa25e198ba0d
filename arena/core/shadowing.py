"""Checks at import time that no other package hides one of Arena's.

Arena installs packages with everyday names. openai-agents also installs ``agents``, and many scripts stand
beside a folder ``scenarios`` or a file ``games.py``. The check reports such a conflict at the first import,
before anything fails in a confusing way. Each of our packages names Arena in its first line.
"""

from __future__ import annotations

import io
import sys

TYPE_CHECKING = False  # type checkers take it for True; importing typing would double what this import costs
if TYPE_CHECKING:
    from pathlib import Path

    from arena.core.errors import ShadowedPackage

PACKAGES = ("agents", "games", "protocols", "scenarios")
"""The packages that our distribution installs beside arena. They stand here because the check runs before
anything is imported. `arena.registry`, which also knows them, imports pydantic."""
DISTRIBUTION = "arena-protocols"
_MARK = f"Part of Arena ({DISTRIBUTION})".encode()


def check_shadowing() -> None:
    """Check that an import finds each of our packages.

    Raises:
        ShadowedPackage: if an import finds another package, or none. The message names both places.
    """
    for name in PACKAGES:
        found = _found(name)
        if found is None or not _is_ours(found):
            raise _shadowed(name, found)


def _found(name: str) -> str | None:
    """Return the file that ``import name`` runs. It is None for a folder without an ``__init__.py``."""
    if name in sys.modules:
        return getattr(sys.modules[name], "__file__", None)
    # As importlib.util.find_spec does, which takes 4 ms to import.
    specs = (finder.find_spec(name, None) for finder in sys.meta_path)
    return next((spec.origin for spec in specs if spec), None)


def _is_ours(file: str) -> bool:
    try:
        with io.open_code(file) as source:
            return _MARK in source.read()
    except OSError:  # inside an archive or a frozen program
        return True


def _shadowed(name: str, found: str | None) -> ShadowedPackage:
    from pathlib import Path

    from arena.core.errors import ShadowedPackage

    ours = Path(__file__).parents[2] / name
    if found is None:
        return ShadowedPackage(
            f"Arena's package {name!r} is missing from {ours}, as when a distribution that overwrote it "
            f"has been uninstalled: install {DISTRIBUTION} again."
        )
    file = Path(found).absolute()
    theirs = file.parent if file.name.startswith("__init__.") else file
    distribution = _distribution(name, file)
    whose = f"of the distribution {distribution}" if distribution else "that is not Arena's"
    if theirs == ours:
        return ShadowedPackage(
            f"A package {name!r} {whose} was installed over Arena's own at {ours}: install the two in "
            f"separate environments, and {DISTRIBUTION} again in this one."
        )
    remedy = "install the two separately" if distribution else "rename it or run from another folder"
    return ShadowedPackage(f"A package {name!r} {whose}, {theirs}, hides Arena's own at {ours}: {remedy}.")


def _distribution(name: str, file: Path) -> str | None:
    """Return the name of the other distribution that installed the file, if one did."""
    from importlib.metadata import distribution, packages_distributions
    from pathlib import Path

    for other in packages_distributions().get(name, ()):
        installed = distribution(other)
        files = (Path(str(installed.locate_file(path))).absolute() for path in installed.files or ())
        if other != DISTRIBUTION and file in files:
            return other
    return None
