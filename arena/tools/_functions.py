"""Tools that are Python functions: their names, descriptions and schemas are those of the functions."""

from __future__ import annotations

import asyncio
import inspect
import threading
import warnings
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model
from pydantic.fields import FieldInfo
from pydantic_core import to_json

from arena.core.complaints import first_problem
from arena.core.errors import UsageError
from arena.seat.calls import ToolSpec
from arena.tools._source import ToolContext, ToolFailed, ToolSession, ToolSource

_KINDS = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


@dataclass(eq=False)
class FunctionTool(ToolSource, ToolSession):
    """A tool that is a Python function.

    Its name is the function's, its description the function's docstring, and the schema of its arguments
    comes from the types of the parameters. A parameter whose type is `ToolContext` is filled in by the
    engine, and no agent is told of it. A function that is not async runs in a thread of its own, off the
    event loop.

    The function returns a text, or a value that is sent as JSON. It may raise `ToolFailed` to tell the agent
    why it returns nothing. Of any other error, the agent is told only the type.

    Args:
        function: The function, with types and a docstring.
    """

    function: Callable[..., Any]
    place: str = ""
    _contexts: list[str] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self._arguments, schema = self._model()
        self.place = self.place or f"{self.function.__module__}:{self.function.__qualname__}"
        schema.pop("title", None)
        for part in schema.get("properties", {}).values():
            part.pop("title", None)
        described = inspect.getdoc(self.function) or ""
        self._spec = ToolSpec(self.function.__name__, described.strip(), schema)

    async def open(self) -> tuple[ToolSpec, ...]:
        """Return the tool."""
        return (self._spec,)

    def session(self) -> ToolSession:
        """Return the tool itself, because a function holds nothing for a seat."""
        return self

    def described(self) -> dict[str, Any]:
        """Return the function's place, and the digest of the file that defines it."""
        code = inspect.unwrap(self.function)
        try:
            file = inspect.getsourcefile(code)
            digest = blake2b(Path(file or "").read_bytes(), digest_size=16).hexdigest()
        except (TypeError, OSError):
            digest = ""
        return {"function": self.place, "digest": digest}

    async def call(self, name: str, arguments: Mapping[str, Any], context: ToolContext) -> str:
        """Call the function. Raises `ToolFailed` or any error of the function's own."""
        read = self.read(arguments)
        given = {name: getattr(read, name) for name in type(read).model_fields}
        given |= dict.fromkeys(self._contexts, context)
        if inspect.iscoroutinefunction(self.function):
            found = await self.function(**given)
        else:
            found = await _in_a_thread(lambda: self.function(**given))
            if inspect.isawaitable(found):
                found = await found
        return found if isinstance(found, str) else await _in_a_thread(lambda: _as_text(found))

    def read(self, arguments: Mapping[str, Any]) -> BaseModel:
        """Return the arguments, checked.

        Raises:
            BadArguments: if they are not those that the function takes.
        """
        try:
            return self._arguments.model_validate(dict(arguments))
        except ValidationError as invalid:
            raise BadArguments(f"{first_problem(invalid)}") from None

    def _model(self) -> tuple[type[BaseModel], dict[str, Any]]:
        """Return the model of the function's arguments, and its JSON schema.

        Raises:
            UsageError: if a parameter has no type, or cannot be given by its name as JSON.
        """
        name = getattr(self.function, "__name__", "")
        if not name.isidentifier():
            raise UsageError(f"{self.function!r} cannot be a tool, because it has no name; give a function.")
        try:
            hints = get_type_hints(self.function, include_extras=True)
            parameters = inspect.signature(self.function).parameters.values()
        except Exception as error:
            raise UsageError(f"{name} cannot be a tool, because its types cannot be read: {error}.") from None
        fields: dict[str, Any] = {}
        for parameter in parameters:
            kind = hints.get(parameter.name)
            if kind is ToolContext or ToolContext in get_args(kind):
                self._contexts.append(parameter.name)
                continue
            if kind is None or parameter.kind not in _KINDS:
                raise UsageError(
                    f"{name} cannot be a tool: its parameter {parameter.name!r} needs a type, and must be "
                    "one that can be given by its name."
                )
            default = ... if parameter.default is inspect.Parameter.empty else parameter.default
            fields[parameter.name] = (kind, default if isinstance(default, FieldInfo) else Field(default))
        config = ConfigDict(extra="forbid", arbitrary_types_allowed=False)
        try:
            with warnings.catch_warnings(action="ignore"):  # a parameter may be called as a method of models
                model = create_model(name, __config__=config, **fields)
                return model, model.model_json_schema()
        except Exception as error:
            raise UsageError(f"{name} cannot be a tool: {str(error).splitlines()[0]}") from None


class BadArguments(ToolFailed):
    """The arguments of a call are not those that the tool takes. It says what is wrong with them."""


def tool(function: Callable[..., Any]) -> FunctionTool:
    """Return a Python function as a tool.

    Raises:
        UsageError: if a parameter has no type.
    """
    return function if isinstance(function, FunctionTool) else FunctionTool(function)


def _as_text(found: Any) -> str:
    """Return what a function returned as JSON.

    Raises:
        TypeError: if it has no end that is known, such as a generator.
    """
    if isinstance(found, Iterator | AsyncIterator):
        raise TypeError("a tool returns a value, and no generator")
    return to_json(found, fallback=_words).decode()


def _words(value: Any) -> str:
    kind: Any = type(value)
    is_plain = (kind.__str__, kind.__repr__) == (object.__str__, object.__repr__)
    if isinstance(value, type) or is_plain:
        raise TypeError(f"{kind.__name__} says nothing of its value")
    return str(value)


async def _in_a_thread(work: Callable[[], Any]) -> Any:
    """Return what `work` returns in a thread of its own.

    The thread ends with the process, because nothing can stop a function that hangs. The threads in which the
    engine works are not used, so a tool that hangs takes none of them away.
    """
    loop = asyncio.get_running_loop()
    came: asyncio.Future[Any] = loop.create_future()

    def settle(found: Any, error: BaseException | None) -> None:
        if came.done():
            return
        if error is None:
            came.set_result(found)
        else:
            came.set_exception(error)

    def run() -> None:
        found, error = None, None
        try:
            found = work()
        except BaseException as raised:
            fits = isinstance(raised, Exception) and not isinstance(raised, StopIteration)
            error = raised if fits else RuntimeError("the tool stopped")
        try:
            loop.call_soon_threadsafe(settle, found, error)
        except RuntimeError:
            return  # The loop is closed, so nobody waits any more.

    threading.Thread(target=run, daemon=True, name="tool").start()
    return await came
