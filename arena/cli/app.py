"""The application: its commands, in the order in which the help lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyclopts import App

from arena.cli.options import USUALLY
from arena.core.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = {
    "list": "arena.cli.commands.list_:list_",
    "init": "arena.cli.commands.init:init",
    "run": "arena.cli.commands.run:run",
    "play": "arena.cli.commands.play:play",
    "tournament": "arena.cli.commands.tournament:tournament",
    "resume": "arena.cli.commands.resume:resume",
    "pause": "arena.cli.commands.pause:pause",
    "stop": "arena.cli.commands.stop:stop",
    "fork": "arena.cli.commands.fork:fork",
    "tasks": "arena.cli.commands.tasks:tasks",
    "prompts": "arena.cli.commands.prompts:prompts",
    "judge": "arena.cli.commands.judge:judge",
    "show": "arena.cli.commands.show:show",
    "view": "arena.cli.commands.view:view",
    "runs": "arena.cli.commands.runs:runs",
    "forget": "arena.cli.commands.forget:forget",
    "check": "arena.cli.commands.check:check",
    "export": "arena.cli.commands.export:export",
    "import": "arena.cli.commands.import_:import_",
    "rank": "arena.cli.commands.rank:rank",
    "ratings": "arena.cli.commands.ratings:ratings",
    "report": "arena.cli.commands.report:report",
    "exploitability": "arena.cli.commands.exploitability:exploitability",
    "model": "arena.cli.commands.model:model",
}
"""The place of each command, by its name. A command is imported only when it runs or its help is printed."""

app = App(
    name="arena",
    help="Play protocols between agents, record every turn, and measure which agents to believe.",
    version=__version__,
    **USUALLY,
)
for _place, (_name, _command) in enumerate(COMMANDS.items()):
    app.command(_command, name=_name, sort_key=_place)


def call(arguments: Sequence[str]) -> None:
    """Run the command that the arguments name.

    Raises:
        UsageError: if a command or an option does not exist, or a value is not valid.
        SystemExit: with the command's exit code. If the arguments name no command, the help is printed and
            the code is 2.
    """
    from cyclopts import CycloptsError

    from arena.cli.interrupting import begun

    if not arguments or arguments[0].startswith("-"):
        app.resolved_commands()  # the list of commands shows what each of them does
    try:
        command, bound, _ = app.parse_args(list(arguments), print_error=False, exit_on_error=False)
    except CycloptsError as error:
        from arena.cli.complaints import complaint
        from arena.core.errors import UsageError

        raise UsageError(complaint(error)) from None
    begun(lambda: command(*bound.args, **bound.kwargs))
    if list(arguments) in ([], ["model"]):
        raise SystemExit(2)
