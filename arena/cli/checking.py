"""``arena check``: what of a run's journal is whole; and how other commands say what is not."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from arena.cli.console import err, out, plain, print_json, run_folder
from arena.journal import Run

_SAID = 20
"""How many sentences about one run's damage a command says that is about something else."""


def check_run(run: str, as_json: bool) -> None:
    """Print what of a run's journal is whole; exit with 1 if anything is damaged."""
    folder = run_folder(run)
    with Run(folder) as stored:
        damage = stored.leave_out_damaged()
        structure = stored.structure()
    sentences = (*damage.sentences, *structure)
    whole = damage.count - len(damage.episodes)
    if as_json:
        told = {"episodes": damage.count, "whole": whole, "unchecked": damage.old, "damaged": list(sentences)}
        print_json({"event": "check", "folder": str(folder), **told})
    else:
        out.print(f"{folder}: {whole:,} of {damage.count:,} episodes are whole.", markup=False)
        if damage.old:
            out.print(
                f"{damage.old:,} episodes were begun before Arena kept checksums, so that nobody can tell "
                "whether they are what was written.",
                markup=False,
            )
        for sentence in sentences:
            out.print(plain(sentence))
    if sentences:
        raise typer.Exit(1)


def say_damage(runs: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Say on standard error what is damaged of the runs, by name, and then exit with 1; or return."""
    for name, sentences in runs:
        for sentence in sentences[:_SAID]:
            err.print(plain(f"{name}: {sentence} It is left out."))
        if (more := len(sentences) - _SAID) > 0:
            err.print(plain(f"{name}: {more:,} more are left out; `arena check` names them."))
    if any(sentences for _, sentences in runs):
        raise typer.Exit(1)
