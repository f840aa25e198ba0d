"""The prompts of a module, and the wording that stands in their place while an episode is played."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType

from arena.core.errors import PromptError, did_you_mean
from arena.core.files import why
from arena.prompts._checking import Value
from arena.prompts._file import StandardPrompt, read_prompt_file, sections
from arena.prompts._template import Template

Wording = Mapping[str, Mapping[str, str]]
"""Prompts of the user's own: the text of each, by the name of its file and by its own name."""
SUFFIX = ".jinja"
"""The suffix of a file of prompts."""

_NONE: Wording = MappingProxyType({})
_IN_FORCE: ContextVar[Wording] = ContextVar("wording", default=_NONE)


class Prompts:
    """The prompts that stand in the file beside a module: ``Prompts(__file__)`` in ``debate.py``.

    Args:
        module: the file of the module. The prompts stand beside it, in a file with the suffix ``.jinja``.
    """

    def __init__(self, module: str | Path) -> None:
        self.file = Path(module).with_suffix(SUFFIX)
        self.name = self.file.stem
        self._templates: dict[str, Template] = {}

    @cached_property
    def sections(self) -> Mapping[str, StandardPrompt]:
        """The prompts by their names, as the file has them."""
        try:
            return sections(read_prompt_file(self.file), str(self.file.name))
        except OSError as error:
            raise PromptError(f"The prompts of {self.name} cannot be read: {why(error)}.") from error

    def text(self, prompt: str, /, **values: Value) -> str:
        """Return a prompt with these values, in the wording that is in force.

        Raises:
            PromptError: if it is longer than 1 MB.
            KeyError: if the file has no such prompt.
            TypeError: if the fields are not those of the prompt, or a value is no text, number or list.
        """
        own = _IN_FORCE.get().get(self.name)
        if own is not None and (changed := own.get(prompt)) is not None:
            return self.template(prompt, changed).render(values)
        template = self._templates.get(prompt)
        if template is None:
            template = self._templates[prompt] = self.template(prompt)
        return template.render(values)

    def template(self, prompt: str, text: str | None = None, *, where: str = "", line: int = 1) -> Template:
        """Return a prompt's template: the standard one, or that of another `text`.

        Args:
            prompt: the name of the prompt.
            text: the text in place of the standard one.
            where: the file and the prompt, for error messages.
            line: the number of the line at which the text begins.

        Raises:
            PromptError: if there is no such prompt, or the text may not be said.
        """
        section = self.sections.get(prompt)
        if section is None:
            raise PromptError(
                f"{where or self.file.name}: there is no prompt {prompt!r}."
                f"{did_you_mean(prompt, self.sections)} There are: {', '.join(self.sections)}."
            )
        where = where or f"the prompt {prompt!r} of {self.name}"
        if text is None:
            text, line = section.text, section.line
        return _made(text, section.fields or (), section.lists, section.required, where, line)


@lru_cache(maxsize=4096)
def _made(
    text: str, fields: tuple[str, ...], lists: frozenset[str], required: frozenset[str], where: str, line: int
) -> Template:
    return Template(text, fields, lists=lists, required=required, where=where, line=line)


@contextmanager
def wording(own: Wording) -> Iterator[None]:
    """Use prompts of the user's own in the block, in place of the standard ones of the same names."""
    before = _IN_FORCE.set(own)
    try:
        yield
    finally:
        _IN_FORCE.reset(before)
