"""Communication graphs: who hears whom, given by name, by edges, or by any generator of networkx.

Members are numbered from 0, and two members who are joined hear each other. A graph is written as

- ``complete``, ``ring`` or ``star`` (member 0 is the centre of the star);
- edges, such as ``0-1 1-2``;
- the path of a file with an edge on each line, such as ``0 1``; text after a ``#`` is ignored;
- a generator of networkx with its parameters, such as ``watts_strogatz_graph?k=4&p=0.1&seed=7``. The default
  of ``n`` is the number of members. A generator that draws needs a ``seed``.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from arena.core.errors import UsageError, did_you_mean
from arena.core.files import read_text, resolved, why

if TYPE_CHECKING:
    import networkx as nx

COMPLETE, RING, STAR = NAMED = ("complete", "ring", "star")

_EDGE = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")
_EDGES = re.compile(rf"\s*{_EDGE.pattern}(?:[\s,]+{_EDGE.pattern})*\s*")
_LINE = re.compile(r"\s*([0-9]{1,9})[\s,-]+([0-9]{1,9})\s*")
_NO_PARAMETERS = ("create_using", "backend", "backend_kwargs", "default")


def written_out(graph: object) -> object:
    """Return a graph as text. A file, or a sequence of pairs of members, is replaced by its edges.

    Raises:
        ValueError: if the file cannot be read, has no edges, or has a line that is not an edge.
    """
    if isinstance(graph, list | tuple) and all(isinstance(edge, list | tuple) for edge in graph):
        return " ".join("-".join(map(str, edge)) for edge in graph)
    if isinstance(graph, str | Path) and str(graph) not in NAMED and resolved(graph).is_file():
        return _from_file(resolved(graph))
    return graph


def _from_file(path: Path) -> str:
    edges = []
    try:
        lines = read_text(path).splitlines()
    except OSError as error:
        raise ValueError(f"the file {path} cannot be read: {why(error)}") from None
    except UsageError as error:
        raise ValueError(str(error)) from None
    for number, line in enumerate(lines, start=1):
        if not (edge := line.partition("#")[0]).strip():
            continue
        if not (found := _LINE.fullmatch(edge)):
            raise ValueError(f"line {number} of {path} is {line[:40]!r}, and not two members such as 0 1")
        edges.append("-".join(found.groups()))
    if not edges:
        raise ValueError(f"the file {path} holds no edges")
    return " ".join(edges)


@lru_cache(maxsize=64)
def neighbours(graph: str, members: int) -> Mapping[int, frozenset[int]]:
    """Return the set of members that each member hears, from member 0 to ``members - 1``.

    Raises:
        ValueError: if `graph` is not a graph of so many members, or joins a member to itself.
    """
    made = _graph(graph, members)
    if loops := sorted(one for one, other in made.edges if one == other):
        raise ValueError(f"the graph joins member {loops[0]} to itself")
    return MappingProxyType({member: frozenset(made[member]) for member in range(members)})


def _graph(graph: str, members: int) -> nx.Graph[int]:
    import networkx as nx

    if graph in NAMED:
        make = {COMPLETE: nx.complete_graph, RING: nx.cycle_graph, STAR: nx.star_graph}[graph]
        count = members - 1 if graph == STAR else members  # networkx does not count a star's centre
        named: nx.Graph[int] = make(count)
        return named
    if not _EDGES.fullmatch(graph):
        return _generated(graph, members)
    edges = [(int(one), int(other)) for one, other in _EDGE.findall(graph)]
    if unknown := sorted({member for edge in edges for member in edge if member >= members}):
        raise ValueError(f"the graph joins member {unknown[0]}, and the members are 0 to {members - 1}")
    made: nx.Graph[int] = nx.empty_graph(members)
    made.add_edges_from(edges)
    return made


def _generated(graph: str, members: int) -> nx.Graph[int]:
    import networkx as nx

    name, _, query = graph.partition("?")
    generator = getattr(nx, name, None) or getattr(nx, f"{name}_graph", None)
    if not getattr(generator, "__module__", "").startswith("networkx.generators.") or not callable(generator):
        raise ValueError(
            f"{graph!r} is not one of {', '.join(NAMED)}, not edges such as 0-1 1-2, not a file that holds "
            f"edges, and not a generator of networkx.{did_you_mean(name, NAMED)}"
        )
    parameters = _parameters(name, generator, query, members)
    try:
        made = generator(**parameters)
    except Exception as error:
        raise ValueError(f"networkx cannot make {graph!r} of {members} members: {error}") from None
    if not isinstance(made, nx.Graph) or made.is_directed():
        raise ValueError(f"{graph!r} makes no graph in which two who are joined hear each other")
    if len(made) != members:
        raise ValueError(f"{graph!r} has {len(made)} nodes, and there are {members} members")
    return nx.convert_node_labels_to_integers(nx.Graph(made))


def _parameters(name: str, generator: Callable[..., Any], query: str, members: int) -> dict[str, Any]:
    known = [one for one in inspect.signature(generator).parameters if one not in _NO_PARAMETERS]
    given = {one: _value(text) for one, text in parse_qsl(query, keep_blank_values=True)}
    for one in given:
        if one not in known:
            raise ValueError(f"{name} has no parameter {one!r}; it takes {', '.join(known) or 'none'}")
    if "seed" in known and not isinstance(given.get("seed"), int):
        raise ValueError(f"{name} draws its graph: give it a seed, such as {name}?seed=1")
    return {"n": members, **given} if "n" in known else given


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
