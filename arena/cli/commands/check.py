"""``arena check``: what of a run's journal is whole; and how other commands say what is not."""

from __future__ import annotations

from arena.cli.options import Json, RunArgument


def check(run: RunArgument, /, *, json: Json = False) -> None:
    """Say what of a run's journal is whole and what is damaged; exit with 1 if anything is damaged."""
    from arena.core.console import out, plain, print_json, run_folder
    from arena.journal import StoredRun

    folder = run_folder(run)
    with StoredRun(folder) as stored:
        damage = stored.leave_out_damaged()
        structure = stored.structure()
    sentences = (*damage.sentences, *structure)
    whole = damage.count - len(damage.episodes)
    if json:
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
        raise SystemExit(1)
