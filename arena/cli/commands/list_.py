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
            help="What to list: scenarios, protocols, agents, games, tools, formats, tasks, perturbations, "
            "rewards, figures, mappings of imports, or systems, which are published. "
            "By default, all of them are listed.",
        ),
    ] = None,
    name: Annotated[
        str | None,
        Parameter(
            name="NAME",
            help="The name of one of them, or file.py:Name. Its settings are shown, with their values and "
            "defaults, and what a protocol finds out.",
        ),
    ] = None,
    /,
    *,
    json: Json = False,
) -> None:
    """List what Arena has by name, or the settings of one name, as in: arena list protocols debate."""
    from arena.cli.listing import show_names

    show_names(kind, name, json)
