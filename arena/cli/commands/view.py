"""``arena view``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from arena.cli.options import RunArguments, Whole, option, record, whole


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ViewOptions:
    """The options of ``arena view``."""

    port: Annotated[
        Whole, whole(0), option("The port to listen at. By default, any free one.", value="PORT")
    ] = 0
    host: Annotated[
        str,
        option(
            "The address to listen at. By default, only this machine reaches the pages. They are sent "
            "unencrypted, so another address is for a network that you trust.",
            value="ADDRESS",
        ),
    ] = "127.0.0.1"


_DEFAULTS = ViewOptions()


def view(*runs: RunArguments, options: ViewOptions = _DEFAULTS) -> None:
    """Show runs in a browser, live while they go on. Several runs are compared, and forks are tabs."""
    from arena.core.console import err, out, run_folder
    from arena.view import serve

    def ready(address: str) -> None:
        out.print(address, markup=False)
        err.print("Whoever has this address can read the runs. Ctrl+C ends the server.", markup=False)

    serve([run_folder(run) for run in runs], host=options.host, port=options.port, ready=ready)
