"""``arena rank``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from arena.cli.options import Count, Json, RunArguments, Strings, option, record


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class RankOptions:
    """The options of ``arena rank``."""

    alias: Annotated[
        Strings,
        option(
            "Call an agent of one run by another name, as in first:random=noise. Repeatable.",
            value="RUN:NAME=NEW",
        ),
    ] = ()
    ratings: Annotated[str, option("The model that rates the agents: bradley-terry or plackett-luce.")] = (
        "bradley-terry"
    )
    samples: Annotated[Count, option("Compute each interval from N resamples.")] = 1000
    out: Annotated[
        Path | None, option("Also write the leaderboard to this HTML file, to share.", value="FILE")
    ] = None
    json: Json = False


_DEFAULTS = RankOptions()


def rank(*runs: RunArguments, options: RankOptions = _DEFAULTS) -> None:
    """Rank the agents of runs of the same configuration together. Imported runs can be among them."""
    from arena.core.console import err, out, print_json, run_folder
    from arena.core.errors import UsageError
    from arena.core.files import check_writable
    from arena.results.ranking import rank as ranked
    from arena.results.report import write_leaderboard
    from arena.results.showing import say_damage
    from arena.results.standings_table import show_boards

    aliases = {}
    for typed in options.alias:
        place, equals, name = typed.rpartition("=")
        if not equals:
            raise UsageError(f"An alias is written RUN:NAME=NEW, not {typed}.")
        aliases[place] = name
    if options.out is not None:
        check_writable(options.out)
    folders = [run_folder(run) for run in runs]
    ranking = ranked(folders, aliases=aliases, ratings=options.ratings, samples=options.samples)
    if options.out is not None:
        write_leaderboard(ranking, options.out)
        err.print(f"Wrote the leaderboard to {options.out}", markup=False)
    if options.json:
        print_json({"event": "ranking", **ranking.record()})
    else:
        show_boards([ranking.board, *ranking.games], named=bool(ranking.games))
        for note in ranking.notes:
            out.print(f"Note: {note}", markup=False)
    say_damage([(run.name, run.damaged) for run in ranking.runs])
