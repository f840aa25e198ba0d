"""The work of ``arena prompts``."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from arena.core.console import err, out, plain
from arena.core.errors import UnknownName, UsageError
from arena.core.files import read_text, write_whole
from arena.core.text import printable
from arena.designs.coaching import Coaching
from arena.designs.comparison import Comparison
from arena.designs.scenario import AnyScenario
from arena.designs.wording import prompt_files, prompts_of
from arena.prompts import Prompts
from arena.registry import Kind, find, table


def show_prompts(name: str | None, folder: Path | None) -> None:
    """Print the files of prompts that a name stands for, or write them into a folder.

    Raises:
        UnknownName: if nothing has the name.
        UsageError: if the folder holds another file of one of the names already.
    """
    if name is None:
        if folder is not None:
            raise UsageError("Say whose prompts are written, as in: arena prompts debate --out mine/")
        _list()
        return
    found = _named(name)
    if folder is None:
        for prompts in found:
            out.print(f"{prompts.file.name}:", style="bold")
            out.print(Text(printable(read_text(prompts.file))))
        return
    texts = {folder / prompts.file.name: read_text(prompts.file) for prompts in found}
    if kept := [file for file, text in texts.items() if file.exists() and read_text(file) != text]:
        raise UsageError(f"{kept[0]} is there already, and is not overwritten; name another folder.")
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in texts.items():
        write_whole(file, text)
    err.print(
        f"Wrote {', '.join(file.name for file in texts)}. Change what you like, and use them with: "
        f"--prompts {folder}",
        markup=False,
    )


def _list() -> None:
    listed = Table("file", "prompts", box=None, pad_edge=False)
    for name, file in sorted(prompt_files().items()):
        listed.add_row(name, plain(", ".join(Prompts(file).sections)))
    out.print(listed)


def _named(name: str) -> list[Prompts]:
    """Return the files of prompts that a name stands for.

    Raises:
        UnknownName: if nothing has the name.
    """
    kinds: tuple[Kind, ...] = ("protocols", "scenarios", "agents")
    wrapper = re.split("[:?]", name)[0]
    if ".py" not in name and wrapper in table("agents"):
        name = wrapper
    for kind in kinds:
        if name in table(kind) or ".py:" in name:
            with suppress(UnknownName):
                return _of(find(kind, name))
    if (file := prompt_files().get(name)) is not None:
        return [Prompts(file)]
    find("protocols", name)
    raise UnknownName(f"Nothing called {name!r} says anything to agents.")


def _of(found: Any) -> list[Prompts]:
    if isinstance(found, type):
        return list(prompts_of(found))
    if isinstance(found, Comparison):
        protocols = [condition.protocol for condition in found.conditions.values()]
    else:
        protocols = [found.protocol] if isinstance(found, AnyScenario) and hasattr(found, "protocol") else []
    every = [prompts for protocol in protocols for prompts in prompts_of(type(protocol))]
    every += [Prompts(prompt_files()["coaching"])] if isinstance(found, Coaching) else []
    return list({prompts.name: prompts for prompts in every}.values())
