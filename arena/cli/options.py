"""The kinds of values that options take, and single options that several commands have in common.

Each command has one record of options: a frozen dataclass that cyclopts reads, because `record` marks it.
Options that several commands share are a record of their own inside it (see `arena.cli.option_records`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from cyclopts import Parameter

if TYPE_CHECKING:
    from cyclopts import Token

T = TypeVar("T")


def record(options: type[T]) -> type[T]:
    """Mark a dataclass so that cyclopts reads its fields as options of a command, with the fields' names."""
    return Parameter(name="*")(options)


def option(text: str, *names: str, value: str | None = None, **more: Any) -> Parameter:
    """Return the description of an option.

    Args:
        text: says in a sentence or two what the option does. The help prints it.
        names: the names of the option, such as ``--verbose`` and ``-v``. Without them, its name is made from
            the field's name.
        value: the word for its value in the help, such as FILE.
        more: other keyword arguments of `cyclopts.Parameter`.
    """
    if names:
        more["name"] = names
    if value:
        more["metavar"] = value
    return Parameter(help=text, **more)


def whole(least: int | None = None) -> Parameter:
    """Return the description of an option that takes a whole number, of at least `least` if given."""
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
    """Return a default as the help shows it, or None if the default is empty and is not shown."""
    return None if value in (None, False, "", ()) else "yes" if value is True else str(value)


USUALLY: dict[str, Any] = {
    "default_parameter": Parameter(negative=(), allow_repeating=True, show_default=_default),
    "group_parameters": "Options",
    "help_format": "plaintext",
    "result_action": "return_value",
    "suppress_keyboard_interrupt": False,
}
"""How cyclopts reads a line.

If an option is typed twice, the last one counts. A flag has no ``--no-`` form.
"""

Whole = Annotated[int, whole()]
Count = Annotated[int, whole(1)]
Decimal = Annotated[float, Parameter(converter=_number, metavar="X")]
Strings = tuple[str, ...]

RunArgument = Annotated[
    str, Parameter(name="RUN", help="The folder of a run, or the name of a run in the folder runs/.")
]
RunArguments = Annotated[
    str,
    Parameter(
        name="RUN",
        required=True,
        help="The folder of a run, or the name of a run in the folder runs/. Several are allowed.",
    ),
]
Agents = Annotated[
    Strings,
    option(
        "An agent that plays, such as kuhn-nash?alpha=0.2. Several are allowed. A short name may stand "
        "before "
        "it, as in fast=openai:gpt-5-mini; tables, journals and reports then use that name.",
        value="[NAME=]AGENT",
        consume_multiple=1,
    ),
]
SettingChanges = Annotated[
    Strings,
    option(
        "Change a setting, such as protocol.hands=5. `arena list` shows the settings. Repeatable.",
        "--set",
        value="PATH=VALUE",
    ),
]
Seed = Annotated[Whole | None, option("The seed from which all random choices of the run are derived.")]
Out = Annotated[
    Path | None,
    option("The folder that will hold the run. By default, a new folder in runs/.", value="FOLDER"),
]
Tasks = Annotated[
    str | None,
    option(
        "Play the first N tasks, those of a file (CSV, JSON Lines, JSON, Parquet), or made ones (sums?n=9).",
        value="N|FILE|NAME",
    ),
]
Columns = Annotated[
    Strings,
    option(
        "Say which column of the file of tasks holds what, such as question=Q,truth=A or answers=A+B+C. "
        "Repeatable.",
        value="PART=COLUMN",
    ),
]
Split = Annotated[str | None, option("Play only this split of the file of tasks, such as test.")]
PicturesFolder = Annotated[
    Path | None,
    option("The folder of the pictures that the file of tasks names; by default, it is that of the file."),
]
Perturb = Annotated[
    Strings,
    option(
        "Also play each task as this perturbation changes it, such as authority?on=right or mine.py:shout. "
        "`arena list perturbations` lists them. Repeatable.",
        value="PERTURBATION",
    ),
]
Tools = Annotated[
    Strings,
    option(
        "Let a seat call tools: judge=calculator, judge=mine.py:search or judge=mcp:COMMAND. Repeatable.",
        value="SEAT=TOOL",
    ),
]
EpisodesEach = Annotated[
    Count | None, option("Play each task N times. In a tournament, play it N times in each match.")
]
Probes = Annotated[
    Strings,
    option(
        "Put a question to seats aside, which no other seat hears of: confidence, p-true, p-ik or answer, as "
        "in confidence?seats=ann,bob&moments=round,after&remember=yes. Repeatable.",
        "--probe",
        value="PROBE",
    ),
]
Past = Annotated[
    Strings,
    option(
        "Write the first answers of the seats for them, with errors at this rate, such as 0.5?turns=99. Each "
        "rate is a condition. Repeatable.",
        value="RATE",
    ),
]
PromptFolders = Annotated[
    Strings,
    option(
        "Say what a folder of prompts says, in place of the standard wording (see `arena prompts`). Each of "
        "several folders is a condition of a comparison. The word standard is the standard wording.",
        "--prompts",
        value="[NAME=]FOLDER",
        consume_multiple=1,
    ),
]
Trust = Annotated[
    bool,
    option("Run the Python files that the run names as they are now, even if they have changed."),
]
DryRun = Annotated[bool, option("Ask no model. Print the expected number of tokens and the expected cost.")]
Watch = Annotated[
    bool,
    option(
        "Print each turn when it is finished, as the owner of the run sees it. A terminal also shows the "
        "words of one episode while they are written. With --concurrency 1, the episodes are printed one "
        "after the other."
    ),
]
Verbose = Annotated[bool, option("Print the log to standard error.", "--verbose", "-v")]
AskedBy = Annotated[
    str, option("Who asks, for the run's journal. By default, the user's name on this machine.", value="NAME")
]
Json = Annotated[bool, option("Print JSON lines instead of text, for other programs to read.")]


def given(**settings: object) -> dict[str, object]:
    """Return the settings that are not None."""
    return {name: value for name, value in settings.items() if value is not None}
