"""Write the pages of the reference that are made from the code: ``python docs/pages.py``.

A package is public if its ``__init__`` lists names in ``__all__``; so are our five at the top, some of which
have a table of names instead, such as ``agents.AGENTS``. Each has a page in docs/api that tells mkdocstrings
what to show. Git ignores these pages, since they follow from the code.
"""

from __future__ import annotations

import importlib
import pkgutil
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

TOP = ("arena", "protocols", "agents", "games", "scenarios")
FOLDER = Path(__file__).parent / "api"
INTRODUCTION = """\
# Packages

What each public package offers, from the docstrings of its code. `import arena` is enough for most scripts.

| package | what it holds |
|---|---|
"""


def main() -> None:
    """Write a page for each public package, and one that lists them."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    lines = []
    for package in public():
        name = package.__name__
        (FOLDER / f"{name}.md").write_text("\n".join(page(package)), encoding="utf-8")
        lines.append(f"| [`{name}`]({name}.md) | {summary(package)} |\n")
    (FOLDER / "index.md").write_text(INTRODUCTION + "".join(lines), encoding="utf-8")


def public() -> Iterator[ModuleType]:
    """Yield the public packages, ours in order and each before those inside it."""
    for top in TOP:
        package = importlib.import_module(top)
        yield package
        inside = pkgutil.walk_packages(package.__path__, f"{top}.")
        names = sorted(each.name for each in inside if each.ispkg and "._" not in each.name)
        yield from (found for found in map(importlib.import_module, names) if hasattr(found, "__all__"))


def page(package: ModuleType) -> Iterator[str]:
    """Yield the lines of a package's page: what it exports, then what its table names besides."""
    name = package.__name__
    exported = set(getattr(package, "__all__", ()))
    yield f"# {name}\n\n::: {name}\n"
    table: Mapping[str, str] = getattr(package, name.upper(), {})
    for entry, target in table.items():
        module, _, attribute = target.partition(":")
        if attribute not in exported:
            yield f"## `{entry}`\n"
            # A class is shown with its settings; of an object, such as a scenario, its module tells.
            shown = f"{module}.{attribute}" if attribute[0].isupper() else module
            yield f"::: {shown}\n    options:\n      heading_level: 3\n"


def summary(package: ModuleType) -> str:
    """Return the first sentence of a package's docstring."""
    first = (package.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ")
    said = first.partition("): ")[2] or first  # what follows "Part of Arena (arena-protocols): "
    return (said[0].upper() + said[1:]).replace("``", "`")


if __name__ == "__main__":
    main()
