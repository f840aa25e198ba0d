"""The command line: which commands there are, in the order in which they are listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyclopts import App

from arena.cli.options import USUALLY
from arena.core.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = {
    "list": "arena.cli.commands.list_:list_",
    "run": "arena.cli.commands.run:run",
    "tournament": "arena.cli.commands.tournament:tournament",
    "resume": "arena.cli.commands.resume:resume",
    "fork": "arena.cli.commands.fork:fork",
    "judge": "arena.cli.commands.judge:judge",
    "show": "arena.cli.commands.show:show",
    "runs": "arena.cli.commands.runs:runs",
    "check": "arena.cli.commands.check:check",
    "export": "arena.cli.commands.export:export",
    "import": "arena.cli.commands.import_:import_",
    "report": "arena.cli.commands.report:report",
    "exploitability": "arena.cli.commands.exploitability:exploitability",
    "model": "arena.cli.commands.model:model",
}
"""Where each command is, by its name; it is imported when it is typed, or its help is asked for."""

app = App(
    name="arena",
    help="Play protocols between agents, record every turn, and rank who you can believe.",
    version=__version__,
    **USUALLY,
)
for _place, (_name, _command) in enumerate(COMMANDS.items()):
    app.command(_command, name=_name, sort_key=_place)


def call(arguments: Sequence[str]) -> None:
    """Do what is typed.

    Raises:
        UsageError: if there is no such command or option, or a value does not fit.
        SystemExit: with a command's exit code, or with 2 after the help if no command is named.
    """
    from cyclopts import CycloptsError

    from arena.cli.interrupting import begun

    if not arguments or arguments[0].startswith("-"):
        app.resolved_commands()  # each is shown with what it does
    try:
        command, bound, _ = app.parse_args(list(arguments), print_error=False, exit_on_error=False)
    except CycloptsError as error:
        from arena.cli.complaints import complaint
        from arena.core.errors import UsageError

        raise UsageError(complaint(error)) from None
    begun(lambda: command(*bound.args, **bound.kwargs))
    if list(arguments) in ([], ["model"]):
        raise SystemExit(2)
