"""``arena model``."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from arena.cli.options import USUALLY

ModelArgument = Annotated[str, Parameter(name="MODEL", help="The name of a model, such as qwen2.5-0.5b.")]

model = App(
    name="model",
    help="List, download and locate the model files that the agent `local` uses.",
    **USUALLY,
)


@model.command(name="list")
def list_models() -> None:
    """List the models that can be pulled by name, and whether each is on this machine."""
    from arena.cli.models import show_models

    show_models()


@model.command(name="pull")
def pull_model(name: ModelArgument, /) -> None:
    """Download a model's file. It is refused if it differs from the file that its makers published."""
    from arena.cli.models import pull_by_name

    pull_by_name(name)


@model.command(name="path")
def model_path(name: ModelArgument, /) -> None:
    """Print the path of a model's file."""
    from arena.cli.models import show_path

    show_path(name)
