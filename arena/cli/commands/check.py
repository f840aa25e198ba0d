"""``arena check``."""

from __future__ import annotations

from arena.cli.options import Json, RunArgument


def check(run: RunArgument, /, *, json: Json = False) -> None:
    """Check a run's journal and say what is damaged. The exit code is 1 if anything is damaged."""
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
                f"{damage.old:,} episodes have no checksums, because an older Arena recorded them. So "
                "it cannot "
                "be checked whether they are damaged.",
                markup=False,
            )
        for sentence in sentences:
            out.print(plain(sentence))
    if sentences:
        raise SystemExit(1)
