"""What commands take: kinds of values, and the options that several commands have, each said here once.

A command has one record of options, a frozen dataclass that `record` makes cyclopts read. What several
commands take stands in it as a record of its own, such as `PlayOptions`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from cyclopts import Parameter

if TYPE_CHECKING:
    from cyclopts import Token

    from arena.spending.limits import Caps
    from arena.spending.prices import Prices

T = TypeVar("T")


def record(options: type[T]) -> type[T]:
    """Make cyclopts read a dataclass as options of a command, each called as its field is."""
    return Parameter(name="*")(options)


def option(text: str, *names: str, value: str | None = None, **more: Any) -> Parameter:
    """Return what an option is: what its help says, its names if they are not the field's, and its value's.

    Args:
        text: what it does, in a sentence or two.
        names: what is typed for it, such as ``--verbose`` and ``-v``; made from the field's name if none.
        value: what stands for its value in the help, such as FILE.
        more: further keywords of `cyclopts.Parameter`.
    """
    if names:
        more["name"] = names
    if value:
        more["metavar"] = value
    return Parameter(help=text, **more)


def whole(least: int | None = None) -> Parameter:
    """Return that an option takes a whole number, not below `least` if that is given."""
    wanted = "a whole number" if least is None else f"a whole number of at least {least}"

    def convert(kind: object, tokens: Sequence[Token]) -> int:
        try:
            number = int(tokens[0].value)
        except ValueError:
            number = None
        if number is None or (least is not None and number < least):
            raise ValueError(f"it must be {wanted}")
        return number

    return Parameter(converter=convert, metavar="N")


def _number(kind: object, tokens: Sequence[Token]) -> float:
    try:
        return float(tokens[0].value)
    except ValueError:
        raise ValueError("it must be a number") from None


def _default(value: object) -> str | None:
    """Return a default as the help shows it; one that is nothing is not shown."""
    return None if value in (None, False, "", ()) else "yes" if value is True else str(value)


USUALLY: dict[str, Any] = {
    "default_parameter": Parameter(negative=(), allow_repeating=True, show_default=_default),
    "group_parameters": "Options",
    "help_format": "plaintext",
    "result_action": "return_value",
    "suppress_keyboard_interrupt": False,
}
"""How a line is read: of an option typed twice the last counts, and flags have no other side of their own."""

Whole = Annotated[int, whole()]
Count = Annotated[int, whole(1)]
Number = Annotated[float, Parameter(converter=_number, metavar="X")]
Texts = tuple[str, ...]

RunArgument = Annotated[str, Parameter(name="RUN", help="The folder of a run, or its name under runs/.")]
RunArguments = Annotated[
    str, Parameter(name="RUN", required=True, help="The folders of runs, or their names under runs/.")
]
Agents = Annotated[
    Texts,
    option(
        "Who plays, such as kuhn-nash?alpha=0.2. With a short name before it, as in fast=openai:gpt-5-mini, "
        "an agent is called by that name in tables, journals and reports.",
        value="[NAME=]AGENT",
        consume_multiple=True,
    ),
]
Settings = Annotated[
    Texts,
    option("Change a setting, such as protocol.hands=5. Repeatable.", "--set", value="PATH=VALUE"),
]
Seed = Annotated[Whole | None, option("The seed of the run.")]
Out = Annotated[
    Path | None, option("The folder of the run. Without it, a new one under runs/.", value="FOLDER")
]
FirstTasks = Annotated[Count | None, option("How many of the tasks are played. Without it, all.")]
EpisodesEach = Annotated[Count | None, option("How often each task is played (in each match).")]
DryRun = Annotated[bool, option("Ask no model; print the tokens and the cost to expect.")]
Verbose = Annotated[bool, option("Show the log.", "--verbose", "-v")]
Json = Annotated[bool, option("Print JSON lines, for machines.")]


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class SpendingOptions:
    """What a command may spend before it ends, to be resumed, and what models cost."""

    max_dollars: Annotated[
        Number | None, option("End when so many dollars are spent; the run can be resumed.")
    ] = None
    max_tokens: Annotated[Whole | None, option("End when so many tokens are spent.")] = None
    max_calls: Annotated[Whole | None, option("End when models have been called so often.")] = None
    max_minutes: Annotated[Number | None, option("End after so many minutes.")] = None
    prices: Annotated[
        Path | None,
        option("A TOML file of models' prices, in dollars per million tokens.", value="FILE"),
    ] = None

    def caps_and_prices(self) -> tuple[Caps, Prices | None]:
        """Return what may be spent, and what models cost if it is said.

        Raises:
            UsageError: if a cap is none, or the file of prices cannot be read.
        """
        from pydantic import ValidationError

        from arena.core.complaints import first_problem
        from arena.core.errors import UsageError
        from arena.spending.limits import Caps
        from arena.spending.prices import Prices

        caps = given(
            dollars=self.max_dollars,
            tokens=self.max_tokens,
            calls=self.max_calls,
            minutes=self.max_minutes,
        )
        try:
            read = Caps.model_validate(caps)
        except ValidationError as invalid:
            raise UsageError(f"A cap cannot be kept: --max-{first_problem(invalid)}.") from None
        return read, Prices.from_file(self.prices) if self.prices else None


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class PlayOptions:
    """What every command that plays takes: how many episodes at once, what they may spend, what is shown."""

    concurrency: Annotated[Count, option("How many episodes are played at once.")] = 100
    cache: Annotated[
        Path | None,
        option("A file of models' replies. What is in it is not asked for again.", value="FILE"),
    ] = None
    spending: SpendingOptions = field(default_factory=SpendingOptions)
    json: Json = False
    verbose: Verbose = False

    def for_run(self) -> dict[str, Any]:
        """Return them as `arena.run` takes them."""
        caps, prices = self.spending.caps_and_prices()
        return {
            "concurrency": self.concurrency,
            "cache": self.cache,
            "verbose": self.verbose,
            "caps": caps,
            "prices": prices,
        }


def given(**settings: object) -> dict[str, object]:
    """Return the settings that are given."""
    return {name: value for name, value in settings.items() if value is not None}
