"""Reading a TOML or YAML file that a person wrote, with the line on which each key stands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from arena.core.errors import UsageError
from arena.core.files import read_text, why
from arena.core.text import one_line

YAML_SUFFIXES = (".yaml", ".yml")
SUFFIXES = (".toml", *YAML_SUFFIXES)
"""The ends of the names of files that can be read."""
_LARGEST = 16 * 2**20
_MOST_VALUES = 1_000_000
_DEEPEST = 40
_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class Document:
    """What a file holds: tables within tables, and the line, from 1, of each key, by its path with dots."""

    tree: dict[str, Any]
    lines: Mapping[str, int]

    def line_of(self, path: str) -> int | None:
        """Return the line of a key, or of the nearest table around it; None if none of them stands here."""
        while path and path not in self.lines:
            path = path.rpartition(".")[0]
        return self.lines.get(path)


def read_document(file: Path) -> Document:
    """Return what a TOML or YAML file holds. YAML is read as version 1.2 has it, so that ``no`` is a text.

    Raises:
        UsageError: if the file cannot be read, is larger than 16 MB, or is not TOML or YAML. The sentence
            says the line. A YAML file may hold no tags, no key twice and no more than 1,000,000 values, those
            of its aliases included.
    """
    try:
        if file.exists() and not file.is_file() and not file.is_dir():
            raise UsageError(f"{file} cannot be read: it is a device or a pipe; name a file.")
        if file.stat().st_size > _LARGEST:
            raise UsageError(
                f"{file} is larger than {_LARGEST:,} bytes; put large data into a file of its own."
            )
        text = read_text(file)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {why(error)}.") from error
    if file.suffix in YAML_SUFFIXES:
        return _read_yaml(file, text)
    try:
        tree = tomllib.loads(text)
        _check_depth(tree, _DEEPEST)
        return Document(tree, toml_lines(text))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{file} is not TOML: {one_line(_twice(text) or str(error))}.") from None
    except RecursionError:
        raise UsageError(f"{file} is not TOML that can be read: its tables are too deep.") from None


def _check_depth(value: Any, most: int) -> None:
    """Raise `RecursionError` if tables and lists are within more than `most` others."""
    if most < 0:
        raise RecursionError
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            _check_depth(part, most - 1)


def _twice(text: str) -> str:
    """Return which key stands twice in a text that is not TOML, with its lines; nothing if none does."""
    first: dict[str, int] = {}
    table = ""
    with suppress(tomllib.TOMLDecodeError, RecursionError):
        for line, is_header, key in _statements(text):
            path = ".".join(key if is_header else [table, *key] if table else key)
            table = path if is_header else table
            if text.splitlines()[line - 1].lstrip().startswith("[["):
                first = {known: at for known, at in first.items() if not f"{known}.".startswith(f"{path}.")}
            elif first.setdefault(path, line) != line:
                return f"{path} stands there twice, in line {first[path]:,} and in line {line:,}"
    return ""


_TOKEN = re.compile(
    r"""
    (?P<comment> \#[^\n]* )
    | (?P<text> \"{3}(?:[^\\]|\\.)*?\"{3,5} | '{3}.*?'{3,5} | "(?:[^"\\\n]|\\.)*" | '[^'\n]*' )
    | (?P<mark> [\[\]{}=,\n] )
    | (?P<bare> [^\s\#"'\[\]{}=,]+ )
    """,
    re.VERBOSE | re.DOTALL,
)


def toml_lines(text: str) -> dict[str, int]:
    """Return the line of each key of a text that is TOML. Keys of inline tables are left out.

    >>> toml_lines('run = "debate"\\n\\n[protocol]\\nbeliefs.public = true\\n')
    {'run': 1, 'protocol': 3, 'protocol.beliefs': 4, 'protocol.beliefs.public': 4}
    """
    lines: dict[str, int] = {}
    table: list[str] = []
    for line, is_header, key in _statements(text):
        if is_header:
            table, whole = key, key
        else:
            whole = [*table, *key]
        for end in range(1, len(whole) + 1):
            lines.setdefault(".".join(whole[:end]), line)
    return lines


def _statements(text: str) -> Iterator[tuple[int, bool, list[str]]]:
    """Yield the line of each header or assignment, whether it is a header, and the parts of its key."""
    key: list[str] = []
    line, begun, depth, in_value, is_header = 1, 1, 0, False, False
    for token in _TOKEN.finditer(text + "\n"):
        kind, found = token.lastgroup, token.group()
        if found == "\n" and depth == 0:
            if key:
                yield begun, is_header, key
            key, in_value, is_header = [], False, False
        elif found == "=" and not in_value:
            in_value = True
        elif found in ("[", "{") and (in_value or found == "{"):
            depth += 1
        elif found in ("]", "}") and in_value:
            depth -= 1
        elif found == "[":
            is_header, begun = True, line
        elif not in_value and kind in ("bare", "text"):
            begun = begun if key else line
            key += [_plain(found)] if kind == "text" else filter(None, found.split("."))
        line += found.count("\n")


def _plain(quoted: str) -> str:
    return str(tomllib.loads(f"key = {quoted}")["key"])


def _read_yaml(file: Path, text: str) -> Document:
    loader = YAML(typ="safe", pure=True)
    try:
        node = loader.compose(text)
        reader = _YamlReader(file, loader)
        tree = {} if node is None else reader.value(node, "", 0)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        said = one_line(str(getattr(error, "problem", None) or error))
        where = f" (at line {mark.line + 1:,}, column {mark.column + 1:,})" if mark else ""
        raise UsageError(f"{file} is not YAML: {said}{where}.") from None
    except (RecursionError, ValueError) as error:
        raise UsageError(f"{file} is not YAML that can be read: {one_line(str(error))}.") from None
    if not isinstance(tree, dict):
        raise UsageError(f"{file} holds no table of names and values.")
    return Document(tree, reader.lines)


class _YamlReader:
    """Makes plain values of YAML's nodes, and notes the lines of keys."""

    def __init__(self, file: Path, loader: YAML) -> None:
        self.lines: dict[str, int] = {}
        self._file = file
        self._loader = loader
        self._values = 0

    def value(self, node: Node, path: str, depth: int) -> Any:
        """Return what a node holds. `path` is that of its key."""
        self._values += 1
        if depth > _DEEPEST or self._values > _MOST_VALUES:
            raise self._error(node, "it is too deep, or its aliases make too much of it")
        if isinstance(node, MappingNode):
            return self._table(node, path, depth)
        if isinstance(node, SequenceNode):
            return [self.value(one, path, depth + 1) for one in node.value]
        return self._scalar(node)

    def _table(self, node: MappingNode, path: str, depth: int) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, ScalarNode) else None
            if not isinstance(name, str) or str(key.tag) == f"{_TAG}merge":
                raise self._error(key, "a name must be a text")
            if name in made:
                raise self._error(key, f"the name {one_line(name)!r} stands there twice")
            where = f"{path}.{name}" if path else name
            self.lines.setdefault(where, key.start_mark.line + 1)
            made[name] = self.value(value, where, depth + 1)
        return made

    def _scalar(self, node: Node) -> Any:
        kind = str(node.tag).removeprefix(_TAG)
        if kind in ("str", "timestamp"):
            return str(node.value)
        if kind in ("int", "float", "bool", "null"):
            return self._loader.constructor.construct_object(node)
        raise self._error(node, f"there may be no tags, such as {one_line(kind)!r}")

    def _error(self, node: Node, said: str) -> UsageError:
        return UsageError(f"{self._file}, line {node.start_mark.line + 1:,}: {said}.")
