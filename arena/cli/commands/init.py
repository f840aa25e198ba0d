"""``arena init``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from arena.cli.options import option


def init(
    name: Annotated[
        str,
        Parameter(
            name="NAME",
            help="A scenario, a protocol or a game, such as debate, or your own protocol, written as "
            "file.py:Name.",
        ),
    ],
    /,
    *,
    out: Annotated[
        Path | None,
        option("The file that is written. By default, it is called after NAME.", value="FILE"),
    ] = None,
    yaml: Annotated[bool, option("Write YAML instead of TOML.")] = False,
    overwrite: Annotated[bool, option("Replace the file if it is there.")] = False,
) -> None:
    """Write a commented study with all settings of a scenario, to be changed and run."""
    from arena.cli.initialising import write_study

    write_study(name, out, yaml=yaml, overwrite=overwrite)
