"""The command line: which commands there are, in the order in which they are listed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from arena.cli.commands import looking, playing
from arena.cli.commands.models import model_app
from arena.cli.interrupting import begun


class _Commands(TyperGroup):
    def invoke(self, ctx: Any) -> Any:
        """Call the command that was typed."""
        return begun(lambda: super(_Commands, self).invoke(ctx))


app = typer.Typer(
    cls=_Commands,
    help="Play protocols between agents, record every turn, and rank who you can believe.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(model_app, name="model", no_args_is_help=True)

COMMANDS: dict[str, Callable[..., None]] = {
    "list": looking.list_,
    "run": playing.run,
    "tournament": playing.tournament,
    "resume": playing.resume,
    "fork": playing.fork,
    "judge": playing.judge,
    "show": looking.show,
    "runs": looking.runs,
    "check": looking.check,
    "export": looking.export,
    "import": looking.import_,
    "report": looking.report,
    "exploitability": looking.exploitability,
}
for _name, _command in COMMANDS.items():
    app.command(_name)(_command)


def _show_version(asked: bool) -> None:
    if asked:
        from arena.core.version import __version__

        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and stop."),
    ] = False,
) -> None: ...
