"""``arena list``."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from arena.cli.options import Json


def list_(
    kind: Annotated[
        str | None,
        Parameter(
            name="KIND",
            help="What to list: scenarios, protocols, agents, games, formats, tasks or rewards. "
            "Without it, all of them.",
        ),
    ] = None,
    name: Annotated[
        str | None,
        Parameter(
            name="NAME",
            help="One of them, whose settings are shown: their values, defaults and what they do.",
        ),
    ] = None,
    /,
    *,
    json: Json = False,
) -> None:
    """List what there is, or the settings of one of them, as in: arena list protocols debate."""
    from arena.cli.listing import show_names

    show_names(kind, name, json)
