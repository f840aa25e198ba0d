"""What the map of the house shows, measured from the code: ``python -m tests.packaging.house`` prints it."""

from __future__ import annotations

import ast
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median, quantiles
from typing import Any, NamedTuple

import grimp
import networkx as nx

ROOT = Path(__file__).parents[2]
PACKAGES = ("arena", "protocols", "agents", "games", "scenarios")
LONGEST_FUNCTION = 60
LONGEST_MODULE = 300
MOST_PARAMETERS = 6
WHOLLY_PRIVATE = {"arena", "arena.cli", "arena.cli.commands"}
"""Packages whose modules need no underscore: the command line is imported by nobody."""
LOADED_BY_NAME = {"arena.episode.owned", "arena.training.environments.verifiers"}
"""What other programs import by its name."""


class Function(NamedTuple):
    """A function: its file and name, its lines, and its parameters beside self."""

    place: str
    lines: int
    parameters: int


@cache
def modules() -> dict[str, ast.Module]:
    """Return the syntax trees of all modules, by their paths from the root."""
    files = (file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py")))
    return {file.relative_to(ROOT).as_posix(): ast.parse(file.read_text(encoding="utf-8")) for file in files}


def directly_in_arena() -> list[str]:
    """Return the modules that stand in no room."""
    return sorted(file.name for file in (ROOT / "arena").glob("*.py"))


@cache
def imports() -> grimp.ImportGraph:
    """Return who imports whom, imports inside functions and for type checkers included."""
    return grimp.build_graph(*PACKAGES, cache_dir=None)


def cycles() -> list[set[str]]:
    """Return the groups of modules that import each other in a circle."""
    graph = nx.DiGraph(
        (module, imported)
        for module in imports().modules
        for imported in imports().find_modules_directly_imported_by(module)
    )
    return [found for found in nx.strongly_connected_components(graph) if len(found) > 1]


def contracts() -> list[dict[str, Any]]:
    """Return the contracts that import-linter holds us to."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return list(settings["tool"]["importlinter"]["contracts"])


def layers() -> dict[str, int]:
    """Return the layer of each package of arena, counted from the lowest."""
    (stacked,) = (each["layers"] for each in contracts() if each["id"] == "arena")
    return {name: place for place, layer in enumerate(reversed(stacked)) for name in layer.split(" | ")}


def upward() -> list[str]:
    """Return the imports inside arena that lead from a layer to one above it, or beside it."""
    ranks = layers()
    found = []
    for module in sorted(imports().modules):
        for imported in sorted(imports().find_modules_directly_imported_by(module)):
            (one, own), (two, other) = _room(module), _room(imported)
            if one == two == "arena" and own and own != other and ranks.get(other, 99) >= ranks.get(own, -1):
                found.append(f"{module} imports {imported}")
    return found


def named_above() -> list[str]:
    """Return where a string, but in the registry, names the place of something above: ``agents.x:Y``."""
    ranks = layers()
    found = []
    for path, tree in modules().items():
        module = path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        root, room = _room(module)
        if root != "arena" or room in ("", "registry"):
            continue
        for node, text in _strings(tree):
            other_root, other = _room(text.partition(":")[0])
            above = other_root in ("agents", "protocols", "scenarios") and bool(other)
            if above or (other_root == "arena" and ranks.get(other, -1) > ranks[room]):
                found.append(f"{path}:{node.lineno}: {text}")
    return found


def misnamed_privacy() -> list[str]:
    """Return modules of arena that only their package imports and that have no underscore, or the reverse."""
    found = []
    for module in sorted(imports().modules):
        package, _, name = module.rpartition(".")
        if not module.startswith("arena.") or package in WHOLLY_PRIVATE or _is_package(module):
            continue
        importers = imports().find_modules_that_directly_import(module) - LOADED_BY_NAME
        inside = all(each == package or each.startswith(f"{package}.") for each in importers)
        if inside != name.startswith("_") and module not in LOADED_BY_NAME:
            where = "inside" if inside else "outside"
            found.append(f"{module} is imported from {where} {package}")
    return found


def _is_package(module: str) -> bool:
    return (ROOT / module.replace(".", "/")).is_dir()


def _room(module: str) -> tuple[str, str]:
    root, *rest = module.split(".")
    return root, rest[0] if rest else ""


def _strings(tree: ast.Module) -> Iterator[tuple[ast.Constant, str]]:
    """Yield the strings that are no docstrings and look like the place of a module."""
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            words = node.value.partition(":")[0].split(".")
            if words[0] in PACKAGES and all(word.isidentifier() for word in words):
                yield node, node.value


@cache
def functions() -> list[Function]:
    """Return all functions and methods."""
    found = []
    for path, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                given = node.args
                names = [each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
                own = [name for name in names if name not in ("self", "cls")]
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                found.append(Function(f"{path}:{node.name}", lines, len(own)))
    return found


def long_functions() -> list[Function]:
    """Return the functions that do not fit on a screen."""
    return [function for function in functions() if function.lines > LONGEST_FUNCTION]


def wide_functions() -> list[Function]:
    """Return the functions with more parameters than one remembers."""
    return [function for function in functions() if function.parameters > MOST_PARAMETERS]


def doubles() -> dict[str, list[str]]:
    """Return the names of public classes, functions, aliases and constants that stand twice, and where.

    Public is a name without an underscore at the level of a module. In a module whose own name has one, only
    classes are, and what the package lists in ``__all__``. Variables of types are no names of things.
    """
    found: dict[str, list[str]] = defaultdict(list)
    for path, tree in modules().items():
        package, _, file = path.rpartition("/")
        is_private = file.startswith("_") and file != "__init__.py"
        listed = _listed(f"{package}/__init__.py") if is_private else None
        classes = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
        for name in dict.fromkeys(_defined(tree)):
            if not name.startswith("_") and (listed is None or name in listed | classes):
                found[name].append(path)
    return {name: places for name, places in sorted(found.items()) if len(places) > 1}


def _defined(tree: ast.Module) -> Iterator[str]:
    """Yield what a module defines, beside what it imports and its variables of types."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign) and not _is_for_types(node.value):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                stored = (part for part in ast.walk(target) if isinstance(part, ast.Name))
                yield from (part.id for part in stored if part.id != "TYPE_CHECKING")


def _is_for_types(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Call) and ast.unparse(value.func) in ("TypeVar", "ParamSpec")


def _listed(package: str) -> set[str]:
    """Return the names in the ``__all__`` of a package."""
    for node in modules()[package].body if package in modules() else []:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return {str(text.value) for text in ast.walk(node.value) if isinstance(text, ast.Constant)}
    return set()


@cache
def lines() -> dict[str, int]:
    """Return how many lines each module has, by its path."""
    return {path: len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in modules()}


def sizes() -> list[int]:
    """Return how many lines each module has, but for faces that hold nothing of their own."""
    return sorted(count for path, count in lines().items() if not path.endswith("__init__.py"))


def long_modules() -> list[str]:
    """Return the modules with more lines than one room should have, faces included."""
    return sorted(path for path, count in lines().items() if count > LONGEST_MODULE)


def percentile_90() -> float:
    """Return the size under which nine modules in ten are."""
    return quantiles(sizes(), n=10)[-1]


def main() -> None:
    """Print the map."""
    print(f"modules directly in arena/: {', '.join(directly_in_arena())}")
    for package in PACKAGES:
        rooms = Counter(path.split("/")[1] for path in modules() if path.startswith(f"{package}/"))
        told = ", ".join(f"{name} {count}" for name, count in rooms.items() if not name.endswith(".py"))
        flat = sum(count for name, count in rooms.items() if name.endswith(".py"))
        print(f"  {package}/: {flat} flat{f'; {told}' if told else ''}")
    for title, found in (
        ("cycles", [", ".join(sorted(cycle)) for cycle in cycles()]),
        ("upward imports", upward()),
        ("names of things above, in strings", named_above()),
        (
            f"functions over {LONGEST_FUNCTION} lines",
            [f"{one.place} {one.lines}" for one in long_functions()],
        ),
        (f"modules over {LONGEST_MODULE} lines", [f"{path} {lines()[path]}" for path in long_modules()]),
        (
            f"functions over {MOST_PARAMETERS} parameters",
            [f"{one.place} {one.parameters}" for one in wide_functions()],
        ),
        (
            "public names that stand twice",
            [f"{name}: {', '.join(places)}" for name, places in doubles().items()],
        ),
    ):
        print(f"{title}: {len(found)}")
        for each in found:
            print(f"  {each}")
    middle, nine_in_ten, most = median(sizes()), percentile_90(), sizes()[-1]
    print(f"lines of a module: median {middle:.0f}, 90th percentile {nine_in_ten:.0f}, most {most}")


if __name__ == "__main__":
    main()
