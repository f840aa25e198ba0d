"""``arena view``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from arena.cli.options import Count, RunArguments, Whole, option, record, whole


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
    bundle: Annotated[
        Path | None,
        option(
            "Write the pages as plain files into this new folder, to share, and serve nothing.", value="SITE"
        ),
    ] = None
    episodes: Annotated[Count, option("With --bundle: write up to N episodes of each run.")] = 50
    with_people: Annotated[
        bool, option("With --bundle: write what people said, too. It is left out by default.")
    ] = False


_DEFAULTS = ViewOptions()


def view(*runs: RunArguments, options: ViewOptions = _DEFAULTS) -> None:
    """Show runs in a browser, live while they go on. Several runs are compared, and forks are tabs."""
    from arena.core.console import err, out, run_folder
    from arena.core.errors import UsageError
    from arena.view import bundle, serve

    folders = [run_folder(run) for run in runs]
    if options.bundle is not None:
        count = bundle(folders, options.bundle, episodes=options.episodes, with_people=options.with_people)
        err.print(f"Wrote {count:,} files. Open {options.bundle / 'index.html'} in a browser.", markup=False)
        return

    if options.with_people or options.episodes != _DEFAULTS.episodes:
        raise UsageError("--episodes and --with-people are for a site; name one by --bundle SITE.")

    def ready(address: str) -> None:
        out.print(address, markup=False)
        err.print("Whoever has this address can read the runs. Ctrl+C ends the server.", markup=False)

    serve(folders, host=options.host, port=options.port, ready=ready)
