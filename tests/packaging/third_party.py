"""Write THIRD_PARTY.md anew from what is installed: ``python -m tests.packaging.third_party``.

Each package's licence is what its own metadata says. A package that is not installed here keeps its line.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata

from tests.packaging.environments import ROOT

FILE = ROOT / "THIRD_PARTY.md"
CORE = "every installation"
HEAD = """\
# Third-party packages

Arena holds no code of others. These packages, under licences of their own, are what it asks pip to install,
and they bring others that they need. The extras `dev`, `docs` and `bench` are for working on Arena; the rest
are for using it. The licences are what the packages' metadata say. `python -m tests.packaging.third_party`
writes this file, and a test checks it.

| package | licence | installed with |
|---|---|---|
"""
_ROW = re.compile(r"^\| ([\w.-]+) \| (.+) \| (.+) \|$", re.MULTILINE)
_NAME = re.compile(r"[\w.-]+")
_CLASSIFIER = "License :: OSI Approved :: "


def main() -> None:
    """Write the file, and say whose licence is not known."""
    known = {name: licence for name, licence, _ in rows()}
    lines = []
    for name, extras in sorted(required().items()):
        licence = licence_of(name) or known.get(name, "")
        if not licence:
            print(f"{name} is not installed here, and its licence not known; install it and try again.")
        lines.append(f"| {name} | {licence} | {', '.join(extras)} |\n")
    FILE.write_text(HEAD + "".join(lines), encoding="utf-8")


def rows() -> Iterator[tuple[str, str, str]]:
    """Yield the name, the licence and the extras of every line that the file has."""
    text = FILE.read_text(encoding="utf-8") if FILE.exists() else ""
    yield from _ROW.findall(text.partition("|---")[2])


def required() -> dict[str, list[str]]:
    """Return what pyproject.toml asks for, by name, with what it is installed with."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {CORE: project["dependencies"], **project["optional-dependencies"]}
    found = defaultdict(list)
    for group, requirements in groups.items():
        for requirement in requirements:
            (name,) = _NAME.findall(requirement)[:1]
            if name != project["name"]:
                found[name.replace("_", "-").lower()].append(group)
    return dict(found)


def licence_of(name: str) -> str:
    """Return a package's licence in its own words; "" if it is not installed, or does not say."""
    try:
        said = metadata(name)
    except PackageNotFoundError:
        return ""
    if "License-Expression" in said:
        return said["License-Expression"]
    classified = [
        line.removeprefix(_CLASSIFIER)
        for line in said.get_all("Classifier") or ()
        if line.startswith(_CLASSIFIER)
    ]
    written = said["License"].strip() if "License" in said else ""
    return ", ".join(classified) or (written if "\n" not in written else "")


if __name__ == "__main__":
    main()
