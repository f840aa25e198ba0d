"""``arena tasks``."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from arena.cli.options import Columns, Json, Split, Whole, option, whole


def tasks(
    what: Annotated[
        str,
        Parameter(
            name="WHAT",
            help="A study, a file of tasks, the name of made ones such as sums?n=9, or a scenario.",
        ),
    ],
    /,
    *,
    columns: Columns = (),
    split: Split = None,
    limit: Annotated[Whole, whole(0), option("Print up to N tasks.")] = 3,
    truth: Annotated[bool, option("Also print the right answers.")] = False,
    json: Json = False,
) -> None:
    """Show which tasks would be played: how many, of which categories, and the first of them."""
    from arena.cli.previewing import show_tasks

    show_tasks(what, columns, split, limit=limit, truth=truth, as_json=json)
