"""One prompt's template: checked when it is made, and rendered from texts, numbers and lists of these."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from arena.core.errors import PromptError
from arena.core.text import one_line
from arena.prompts._checking import FILTERS, Value, faults

if TYPE_CHECKING:
    import jinja2

LONGEST = 1_000_000
"""The largest number of bytes, in UTF-8, of a rendered prompt and of a template."""
_REMEMBERED = 512
_SHORT = 2_000


class Template:
    """A prompt's template.

    Args:
        source: its text.
        fields: the names of the fields that it may use.
        lists: those of them that are lists.
        required: those that it must use.
        where: the prompt and its file, for error messages.
        line: the number of the line at which its text begins, in the file.

    Raises:
        PromptError: if the text is too long or is no template, or says something that templates may not.
    """

    __slots__ = ("_compiled", "_done", "_fields", "_order", "_where", "source")

    def __init__(
        self,
        source: str,
        fields: Collection[str],
        *,
        lists: Collection[str] = (),
        required: Collection[str] = (),
        where: str = "the template",
        line: int = 1,
    ) -> None:
        self.source, self._fields, self._where = source, frozenset(fields), where
        self._order = tuple(self._fields)
        self._compiled: jinja2.Template | None = None
        self._done: dict[tuple[Any, ...], str] = {}
        if len(source.encode()) > LONGEST:
            raise PromptError(f"{where} is longer than {LONGEST:,} bytes; write a shorter one.")
        used = _used(source, self._fields, frozenset(lists), where, line)
        if missing := sorted(set(required) - used):
            raise PromptError(
                f"{where} must use {' and '.join(f'{{{{ {name} }}}}' for name in missing)}, "
                "without which nobody can answer it."
            )

    def render(self, values: Mapping[str, Value]) -> str:
        """Return the text with these values of the fields, of which none may be missing.

        Raises:
            PromptError: if the text is longer than `LONGEST`, or the values cannot be compared as the
                template compares them.
            TypeError: if a value is no text, number or list of these. Objects never reach a template.
        """
        if values.keys() != self._fields:
            raise TypeError(f"{self._where} takes {sorted(self._fields)}, not {sorted(values)}")
        # Values of two types may be equal, such as 1 and True, and are written otherwise.
        key: tuple[object, ...] | None
        key = tuple([(type(value := values[name]), value) for name in self._order])
        try:
            if (done := self._done.get(key)) is not None:
                return done
        except TypeError:  # A list cannot be looked up.
            key = None
        text = "".join(self._pieces({name: _plain(value) for name, value in values.items()}))
        if key is not None and len(text) < _SHORT:
            if len(self._done) >= _REMEMBERED:
                self._done.clear()
            self._done[key] = text
        return text

    def _pieces(self, plain: Mapping[str, Value]) -> Iterator[str]:
        from jinja2 import TemplateError

        if self._compiled is None:
            self._compiled = _environment().from_string(self.source)
        left = LONGEST
        try:
            for piece in self._compiled.root_render_func(self._compiled.new_context(dict(plain))):
                left -= len(piece) if piece.isascii() else len(piece.encode("utf-8", "surrogatepass"))
                if left < 0:
                    raise PromptError(f"{self._where} says more than {LONGEST:,} bytes, which is too much.")
                yield piece
        except (TypeError, LookupError, ValueError, TemplateError) as error:
            raise PromptError(f"{self._where} cannot be said: {one_line(str(error))}.") from error


def _plain(value: object) -> Value:
    """Return a value without anything that its class adds to it.

    >>> _plain(True), _plain(("a", 1))
    (True, ['a', 1])
    """
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        items = [_plain(item) for item in value]
        if not any(isinstance(item, list) for item in items):
            return items  # type: ignore[return-value]  # lists of lists are excluded
    raise TypeError(f"a template takes texts, numbers and lists of these, not {type(value).__name__}")


def _used(
    source: str, fields: frozenset[str], lists: frozenset[str], where: str, first: int
) -> frozenset[str]:
    """Return the fields that a template uses.

    Raises:
        PromptError: if it is no template, or says something that templates may not.
    """
    from jinja2 import TemplateError, TemplateSyntaxError, nodes

    try:
        tree = _environment().parse(source)
        for line, fault in faults(tree, fields - lists, lists):
            raise PromptError(f"{where}, line {first + line - 1}: {fault}.")
        return frozenset(name.name for name in tree.find_all(nodes.Name)) & fields
    except TemplateSyntaxError as error:
        raise PromptError(f"{where}, line {first + error.lineno - 1}: {one_line(str(error))}.") from None
    except (TemplateError, ValueError, RecursionError, MemoryError) as error:
        raise PromptError(f"{where} is no template: {one_line(str(error))}.") from None


@cache
def _environment() -> jinja2.Environment:
    from jinja2 import Environment, StrictUndefined

    made = Environment(
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        optimized=False,
        cache_size=0,
    )
    made.globals.clear()
    made.tests.clear()
    made.filters.clear()
    made.filters.update(FILTERS)
    return made
