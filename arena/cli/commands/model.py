"""``arena model``: the files of models on this machine."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from arena.cli.options import USUALLY

ModelArgument = Annotated[str, Parameter(name="MODEL", help="The name of a model, such as qwen2.5-0.5b.")]

model = App(
    name="model",
    help="Model files for the agent `local`: list them, pull one, say where it is.",
    **USUALLY,
)


@model.command(name="list")
def list_models() -> None:
    """List the models that have a name, and which of them are on this machine."""
    from arena.cli.models import show_models

    show_models()


@model.command(name="pull")
def pull_model(name: ModelArgument, /) -> None:
    """Fetch a model's file; one that is not exactly what its makers published is refused."""
    from arena.cli.models import pull_model as pull

    pull(name)


@model.command(name="path")
def model_path(name: ModelArgument, /) -> None:
    """Print where a model's file is."""
    from arena.cli.models import show_path

    show_path(name)
