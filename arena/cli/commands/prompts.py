"""``arena prompts``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from arena.cli.options import option


def prompts(
    name: Annotated[
        str | None,
        Parameter(
            name="NAME",
            help="A protocol, a scenario, an agent or file.py:Name, whose prompts are printed; or a file of "
            "prompts, such as forms. By default, the files are listed.",
        ),
    ] = None,
    /,
    *,
    out: Annotated[
        Path | None,
        option("Write the files into this folder, to be changed and used with --prompts.", value="FOLDER"),
    ] = None,
) -> None:
    """Print or write the prompts: every sentence that is said to agents, as templates that you may change."""
    from arena.cli.prompting import show_prompts

    show_prompts(name, out)
