"""What a template may say: it repeats, chooses and joins what it is given, and does nothing else.

jinja's sandbox is no wall here: an attribute of an object can show what a seat may not see, and one ``%`` or
``*`` can take seconds and all memory. So every part of a template that is not listed below is refused before
it is compiled.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from arena.core.errors import did_you_mean

if TYPE_CHECKING:
    from jinja2 import nodes

Value = str | int | float | Sequence[str | int | float]
"""What a template is given: texts, numbers, and lists of these."""

DEEPEST = 30
"""How deep the parts of a template may stand in each other."""
LONGEST_JOINT = 100
"""The largest number of characters that may stand between the items of a joined list."""
_LOOP = ("index", "index0", "first", "last", "length")
_SAYABLE = (
    "Template", "Output", "TemplateData", "Name", "Const", "If", "For", "CondExpr", "Compare", "Operand",
    "And", "Or", "Not", "Filter", "Getattr", "Getitem",
)  # fmt: skip
_IN_WORDS = {
    **dict.fromkeys(("Add", "Sub", "Mul", "Div", "FloorDiv", "Mod", "Pow", "Neg", "Pos"), "arithmetic"),
    **dict.fromkeys(("Call", "CallBlock", "Macro"), "calls"),
    **dict.fromkeys(("Assign", "AssignBlock"), "new variables"),
    **dict.fromkeys(("Include", "Import", "FromImport", "Extends", "Block"), "other templates"),
    "Concat": "'~' (write one field after the other)",
    "Test": "tests with 'is'",
    "FilterBlock": "filters over blocks",
}


def _join(items: Sequence[object], joint: str = "") -> str:
    return joint.join(map(str, items))


FILTERS: dict[str, Callable[..., object]] = {
    "capitalize": lambda text: str(text).capitalize(),
    "first": lambda items: next(iter(items), ""),
    "join": _join,
    "last": lambda items: items[-1] if items else "",
    "length": len,
    "lower": lambda text: str(text).lower(),
    "trim": lambda text: str(text).strip(),
    "upper": lambda text: str(text).upper(),
}
"""The filters, by name."""
_OF_LISTS = ("first", "join", "last", "length")


@dataclass(frozen=True, slots=True)
class _Known:
    """The names that a part of a template may use, and the name of the item of the loop around it."""

    values: frozenset[str]
    lists: frozenset[str]
    item: str = ""

    @property
    def looping(self) -> bool:
        """Whether it stands in a loop."""
        return bool(self.item)


def faults(
    tree: nodes.Template, values: Collection[str], lists: Collection[str]
) -> Iterator[tuple[int, str]]:
    """Yield the line and a description of everything in a parsed template that it may not say.

    Args:
        tree: the template as jinja parsed it.
        values: the names of the fields that are texts or numbers.
        lists: the names of the fields that are lists.
    """
    yield from _faults(tree, _Known(frozenset(values), frozenset(lists)), depth=0)


def _faults(node: nodes.Node, known: _Known, depth: int) -> Iterator[tuple[int, str]]:
    kind = type(node).__name__
    if kind not in _SAYABLE:
        yield node.lineno or 1, f"it uses {_IN_WORDS.get(kind, kind.lower())}, which templates may not"
        return
    if depth > DEEPEST:
        yield node.lineno, f"its parts stand more than {DEEPEST} deep in each other"
        return
    check = _CHECKS.get(kind)
    if check is not None and (fault := check(node, known)):
        yield node.lineno, fault
        return
    if kind == "Getattr":
        return
    if kind == "For":
        target: str = node.target.name  # type: ignore[attr-defined]  # as its check has found
        known = _Known(known.values | {target}, known.lists - {target}, target)
    for child in node.iter_child_nodes():
        yield from _faults(child, known, depth + 1)


def _name(node: nodes.Name, known: _Known) -> str | None:
    names = known.values | known.lists
    if node.name in names:
        return None
    may = f"It may use: {', '.join(sorted(names))}" if names else "It is given no fields"
    return f"it may not use the field {node.name!r}.{did_you_mean(node.name, names)} {may}"


def _said(node: nodes.Output, known: _Known) -> str | None:
    for part in node.nodes:
        for name in _whole_lists(part, known):
            return f"{name} is a list; say it as {{{{ {name} | join(', ') }}}}"
    return None


def _whole_lists(node: nodes.Node, known: _Known) -> Iterator[str]:
    """Yield the lists that an expression may say as they are."""
    from jinja2 import nodes

    match node:
        case nodes.Name() if node.name in known.lists:
            yield node.name
        case nodes.CondExpr(expr1=one, expr2=other) if other is not None:
            yield from _whole_lists(one, known)
            yield from _whole_lists(other, known)
        case nodes.And(left=left, right=right) | nodes.Or(left=left, right=right):
            yield from _whole_lists(left, known)
            yield from _whole_lists(right, known)


def _for(node: nodes.For, known: _Known) -> str | None:
    from jinja2 import nodes

    if known.looping:
        return "it has a loop inside a loop, which templates may not"
    over = node.iter
    if not (isinstance(node.target, nodes.Name) and isinstance(over, nodes.Name)) or node.recursive:
        return "a loop goes over one field, as in {% for answer in answers %}"
    if node.else_ or node.test is not None:
        return "a loop has no 'else' and no 'if' of its own"
    if node.target.name in ("loop", "self"):
        return f"{node.target.name!r} is no name for the item of a loop"
    return None if over.name in known.lists else f"{over.name} is no list, and a loop goes over a list"


def _attribute(node: nodes.Getattr, known: _Known) -> str | None:
    from jinja2 import nodes

    if (
        isinstance(node.node, nodes.Name)
        and node.node.name == "loop"
        and node.attr in _LOOP
        and known.looping
    ):
        return None
    names = ", ".join(f"loop.{name}" for name in _LOOP)
    return f"it uses the attribute {node.attr!r}; the only ones are {names}, in a loop"


def _item(node: nodes.Getitem, known: _Known) -> str | None:
    from jinja2 import nodes

    of, at = node.node, node.arg
    in_loop = isinstance(at, nodes.Getattr) and at.attr == "index0"
    if isinstance(of, nodes.Name) and of.name in known.lists and in_loop:
        return None
    return "an item of a list is only taken in a loop, as in labels[loop.index0]"


def _filter(node: nodes.Filter, known: _Known) -> str | None:
    from jinja2 import nodes

    if node.name not in FILTERS:
        hint = did_you_mean(node.name, FILTERS)
        return f"there is no filter {node.name!r}.{hint} There are: {', '.join(FILTERS)}"
    if node.kwargs or node.dyn_args or node.dyn_kwargs or len(node.args) > (node.name == "join"):
        return f"the filter {node.name!r} is given too much"
    for joint in node.args:
        if not (isinstance(joint, nodes.Const) and isinstance(joint.value, str)):
            return 'join takes a text in quotes, as in join(", ")'
        if len(joint.value) > LONGEST_JOINT:
            return f"join takes a text of at most {LONGEST_JOINT} characters"
    of = node.node
    if node.name in _OF_LISTS:
        if not (isinstance(of, nodes.Name) and of.name in known.lists):
            return f"{node.name} stands behind a field that is a list"
    elif known.looping and isinstance(of, nodes.Name) and of.name != known.item:
        return f"in a loop, {node.name} stands behind the item of the loop"
    elif not isinstance(of, nodes.Name | nodes.Filter | nodes.Getitem):
        return f"the filter {node.name!r} stands behind a field, as in field | {node.name}"
    return None


def _choice(node: nodes.CondExpr, known: _Known) -> str | None:
    return "an 'if' between two texts needs its 'else'" if node.expr2 is None else None


_CHECKS: dict[str, Callable[..., str | None]] = {
    "Name": _name,
    "Output": _said,
    "CondExpr": _choice,
    "For": _for,
    "Getattr": _attribute,
    "Getitem": _item,
    "Filter": _filter,
}
