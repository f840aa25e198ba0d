"""``arena forget``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from arena.cli.options import RunArgument, option, record


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetOptions:
    """The options of ``arena forget``."""

    person: Annotated[
        str, option("The person's name in the run: what `arena show RUN` calls them.", value="NAME")
    ]


def forget(run: RunArgument, /, *, options: ForgetOptions) -> None:
    """Blank a person's words everywhere in a run, for good, and mark their episodes."""
    from arena.core.console import out, run_folder
    from arena.journal.forgetting import forget_person

    folder = run_folder(run)
    done = forget_person(folder, options.person)
    played = f"{len(done.episodes):,} episode{'s' * (len(done.episodes) != 1)} that they played"
    judged = f" and {len(done.judged):,} that they judged" if done.judged else ""
    out.print(
        f"Blanked what {done.person} wrote, and quotes of it, in {played}{judged}: {done.rows:,} rows of the "
        "journal, and the log. What they chose, and their name, stay.",
        markup=False,
    )
    for file in done.elsewhere:
        out.print(f"Not changed, and may hold their words: {file}", markup=False)
    out.print(
        "Files that were written elsewhere (reports, exports, forks of this run, caches of replies) are as "
        "they were; remove them or write them again.",
        markup=False,
    )
