"""The work of ``arena model list``, ``pull`` and ``path``."""

from __future__ import annotations

import sys

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
from rich.table import Table

from arena.cli.interrupting import INTERRUPTED
from arena.core.console import err, out, plain
from arena.core.errors import UsageError
from arena.models import MODELS, NamedModel, Store, locate
from arena.models.pulling import pull
from arena.models.store import named_model


def show_models() -> None:
    """Print the models that can be pulled by name, and whether each is on this machine."""
    store = Store()
    grid = Table("model", "size", "here", "what", box=None, header_style="bold", pad_edge=False)
    for name, model in MODELS.items():
        grid.add_row(name, _size(model.size), "yes" if store.has(model) else "no", plain(model.about))
    out.print(grid)
    out.print(f"Models are kept in {store.folder}", markup=False)


def pull_by_name(name: str) -> None:
    """Download a model if it is missing, show the progress, and print the path of its file."""
    model, store = named_model(name), Store()
    if not store.has(model):
        try:
            _pull(model, store)
        except KeyboardInterrupt:
            err.print(
                f"Stopped. The part that was downloaded is kept; continue with: arena model pull {name}",
                markup=False,
            )
            sys.exit(INTERRUPTED)
        except OSError as error:
            raise UsageError(f"{store.folder} cannot hold {name}: {error.strerror}.") from error
    show_path(name)


def show_path(name: str) -> None:
    """Print the path of the file of a model that has been pulled."""
    out.print(str(locate(name)), markup=False)


def _pull(model: NamedModel, store: Store) -> None:
    say = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*say, console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task(model.name, total=model.size)

        def advance(size: int) -> None:
            progress.update(task, completed=size)
            if not err.is_terminal:
                err.print(f"{model.name}: {_size(size)} of {_size(model.size)}", markup=False)

        pull(model, store, say=lambda line: err.print(line, markup=False), advance=advance)


def _size(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"
