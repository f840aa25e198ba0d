"""The work of ``arena play``: a person plays, and is told how it ended."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import urlencode

from arena.cli.option_records import PlayOptions, SeatOptions
from arena.cli.options import given
from arena.cli.running import conduct, say_code
from arena.core.console import out
from arena.core.python_files import saying_code
from arena.core.text import one_line
from arena.designs.building import build
from arena.designs.folders import found_from
from arena.designs.taking_seats import with_people
from arena.designs.typed_settings import read_settings
from arena.episode.outcome import Ending
from arena.episode.plan import Played
from arena.journal import StoredRun


@saying_code(say_code)
def take_seats(name: str, options: SeatOptions) -> None:
    """Build what `name` stands for, with the person in some of its seats, play it, and exit."""
    settings = read_settings(options.settings) | given(seed=options.seed)
    # Somebody who plays twice is dealt other cards, unless the seed is given.
    settings.setdefault("seed", time.time_ns() % 1_000_000)
    person = f"{options.name}=human{':web' if options.web else ''}"
    if asked := given(seconds=options.seconds, consent=options.consent):
        person += f"?{urlencode(asked)}"
    folders = (str(Path.cwd()),)
    with found_from({"folders": folders}):
        source = with_people(
            name,
            person,
            options.seats,
            against=options.against,
            settings=settings,
            episodes=options.episodes,
        ).model_copy(update={"folders": folders})
        scenario = build(source)
        conduct(
            scenario,
            options.out,
            PlayOptions(),
            source=source.model_dump(),
            show=lambda folder: _show_end(folder, options.name),
        )


def _show_end(folder: Path, person: str) -> None:
    """Print how each episode ended for the person, and what can be done with the record."""
    with StoredRun(folder) as run:
        for played in run.finished():
            out.print(_ended(played, person), markup=False)
    out.print()
    out.print(f"Thank you for playing! All of it is in {folder}.", markup=False)
    out.print(f"To see an episode as nobody saw it while it was played: arena show {folder} 0", markup=False)
    out.print(f"To blank what you wrote: arena forget {folder} --person {person}", markup=False)


_TIMEOUT = "TimeoutError: "


def _ended(played: Played, person: str) -> str:
    outcome, seats = played.outcome, played.plan.seats
    number = played.plan.number
    if outcome.ending not in (Ending.COMPLETED, Ending.FORFEITED):
        return (
            f"Episode {number} was not played to its end: {one_line(outcome.reason.removeprefix(_TIMEOUT))}"
        )
    got = [
        f"{'you' if seats[seat] == person else f'{seats[seat]} ({seat})'} got {amount:+g}"
        for seat, amount in sorted(outcome.returns.items(), key=lambda one: seats[one[0]] != person)
    ]
    forfeited = f" {', '.join(outcome.offenders)} forfeited." if outcome.offenders else ""
    truth = played.plan.task.truth
    right = f" The right answer was: {one_line(str(truth))}." if truth is not None else ""
    return f"Episode {number}: {one_line(', '.join(got)) or 'it has ended'}.{forfeited}{right}"
