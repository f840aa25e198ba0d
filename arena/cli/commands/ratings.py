"""``arena ratings``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter

from arena.cli.options import Count, Json, Strings, Whole, option, record


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class RatingsOptions:
    """The options of ``arena ratings``."""

    columns: Annotated[
        Strings,
        option(
            "Say which column of the table holds what, such as player_1=White,player_2=Black,result=Result. "
            "Repeatable.",
            value="PART=COLUMN",
        ),
    ] = ()
    skip_bad: Annotated[bool, option("Leave out rows that cannot be read, and say how many.")] = False
    ratings: Annotated[str, option("The model that rates the players: bradley-terry or plackett-luce.")] = (
        "bradley-terry"
    )
    samples: Annotated[Count, option("Compute each interval from N resamples.")] = 1000
    seed: Annotated[Whole, option("The seed of the resamples.")] = 0
    json: Json = False


_DEFAULTS = RatingsOptions()


def ratings(
    file: Annotated[
        str,
        Parameter(
            name="FILE",
            help="A table of results in CSV, TSV, JSON Lines, JSON or PGN, packed by gzip or not; - is "
            "standard input.",
            allow_leading_hyphen=True,
        ),
    ],
    /,
    *,
    options: RatingsOptions = _DEFAULTS,
) -> None:
    """Rate the players of a table of results, such as a CSV file of matches or a PGN file."""
    from dataclasses import asdict

    from arena.cli.tasks import read_columns
    from arena.core.console import err, out, print_json
    from arena.importing.tables import read_results
    from arena.ratings import disagreements, standings, warnings
    from arena.results.standings_table import standings_table

    typed = read_columns(options.columns).items()
    columns = {part: column if isinstance(column, str) else "+".join(column) for part, column in typed}
    table = read_results(file, columns, skip_bad=options.skip_bad)
    ranked = standings(table.results, model=options.ratings, samples=options.samples, seed=options.seed)
    notes = [*disagreements(ranked), *warnings(table.results)]
    if options.json:
        read = {"file": file, "columns": dict(table.columns), "rows": table.rows, "left_out": list(table.bad)}
        print_json(
            {"event": "ratings", **read, "standings": [asdict(one) for one in ranked], "warnings": notes}
        )
        return
    used = ", ".join(f"{part}={column}" for part, column in table.columns.items())
    err.print(f"Read {table.rows:,} rows: {used}", markup=False)
    for said in table.bad[:20]:
        err.print(f"Left out, {said}", markup=False)
    if len(table.bad) > 20:
        err.print(f"Left out: {len(table.bad) - 20:,} more rows.", markup=False)
    out.print(standings_table(ranked))
    for note in notes:
        out.print(f"Note: {note}", markup=False)
