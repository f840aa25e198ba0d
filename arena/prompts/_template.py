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
"""The largest number of bytes, in UTF-8, of a rendered prompt."""
LONGEST_SOURCE = 200_000
"""The largest number of bytes of a template."""
MOST_TAGS = 1_000
"""The largest number of ``{{`` and ``{%`` in a template."""
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
        self._done: dict[tuple[Any, ...], str] = {}
        if len(source.encode("utf-8", "surrogatepass")) > LONGEST_SOURCE:
            raise PromptError(f"{where} is longer than {LONGEST_SOURCE:,} bytes; write a shorter one.")
        if source.count("{{") + source.count("{%") > MOST_TAGS:
            raise PromptError(f"{where} has more than {MOST_TAGS:,} tags; write a simpler one.")
        self._compiled, used = _checked(source, self._fields, frozenset(lists), where, line)
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
        key = self._key(values)
        if key is not None and (done := self._done.get(key)) is not None:
            return done
        text = "".join(self._pieces({name: _plain(value) for name, value in values.items()}))
        if key is not None and len(text) < _SHORT:
            if len(self._done) >= _REMEMBERED:
                self._done.clear()
            self._done[key] = text
        return text

    def _key(self, values: Mapping[str, Value]) -> tuple[object, ...] | None:
        """Return what a rendered text is remembered by, or None if it is not to be remembered.

        Values of two types may be equal, such as 1 and True, and are written otherwise.
        """
        parts: list[object] = []
        for name in self._order:
            value = values[name]
            kind = type(value)
            if kind is tuple:
                if any(type(item) is not str for item in value):  # type: ignore[union-attr]  # it is a tuple
                    return None
            elif kind is not str and kind is not int and kind is not bool:
                return None
            parts += (kind, value)
        return tuple(parts)

    def _pieces(self, plain: Mapping[str, Value]) -> Iterator[str]:
        from jinja2 import TemplateError

        left = LONGEST
        try:
            for piece in self._compiled.root_render_func(self._compiled.new_context(dict(plain))):
                left -= len(piece) if piece.isascii() else len(piece.encode("utf-8", "surrogatepass"))
                if left < 0:
                    raise PromptError(f"{self._where} says more than {LONGEST:,} bytes, which is too much.")
                yield piece
        except (TypeError, LookupError, ValueError, TemplateError) as error:
            why = one_line(str(error)).rstrip(".")
            raise PromptError(f"{self._where} cannot be said: {why}.") from error


def _plain(value: object) -> Value:
    """Return a value without anything that its class adds to it.

    >>> _plain(True), _plain(("a", 1))
    (True, ['a', 1])
    """
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int.__int__(value)
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        items = [_plain(item) for item in value]
        if not any(isinstance(item, list) for item in items):
            return items  # type: ignore[return-value]  # lists of lists are excluded
    raise TypeError(f"a template takes texts, numbers and lists of these, not {type(value).__name__}")


def _checked(
    source: str, fields: frozenset[str], lists: frozenset[str], where: str, first: int
) -> tuple[jinja2.Template, frozenset[str]]:
    """Return the compiled template and the fields that it uses.

    Raises:
        PromptError: if it is no template, or says something that templates may not.
    """
    from jinja2 import TemplateError, TemplateSyntaxError, nodes

    try:
        tree = _environment().parse(source)
        for line, fault in faults(tree, fields - lists, lists):
            raise PromptError(f"{where}, line {first + line - 1}: {fault}.")
        used = frozenset(name.name for name in tree.find_all(nodes.Name)) & fields
        return _environment().from_string(source), used
    except TemplateSyntaxError as error:
        why = one_line(str(error)).rstrip(".")
        raise PromptError(f"{where}, line {first + error.lineno - 1}: {why}.") from None
    except (TemplateError, ValueError, RecursionError, MemoryError, SyntaxError) as error:
        raise PromptError(f"{where} is no template: {one_line(str(error)).rstrip('.')}.") from None


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
