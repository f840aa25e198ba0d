"""``arena fork``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from arena.cli.option_records import PlayOptions
from arena.cli.options import Count, Out, RunArgument, Seed, Strings, Trust, Whole, option, record, whole


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ForkOptions:
    """The options of ``arena fork``."""

    episodes: Annotated[
        tuple[Whole, ...],
        option(
            "The number of an episode to branch. By default, all episodes that have ended are "
            "branched. Repeatable.",
            "--episode",
        ),
    ] = ()
    turn: Annotated[
        Whole | None,
        whole(0),
        option("The number of the turn that is played again. By default, a turn is picked at random."),
    ] = None
    seat: Annotated[str | None, option("Pick the turn at random from this seat's turns.", value="SEAT")] = (
        None
    )
    at_label: Annotated[
        str | None,
        option("Branch each episode at the turn that the protocol gave this label.", value="LABEL"),
    ] = None
    siblings: Annotated[
        Count | None, option("Play each episode N times from the turn on. By default, 2 times.", "-n")
    ] = None
    seats: Annotated[
        Strings,
        option(
            "The agent that plays a seat from the turn on, such as pro=random. Repeatable.",
            "--with",
            value="SEAT=[NAME=]AGENT",
        ),
    ] = ()
    replies: Annotated[
        Strings,
        option(
            "A reply to put at the turn. The episode is played on once for each reply. Repeatable.",
            "--reply",
            value="TEXT",
            allow_leading_hyphen=True,
        ),
    ] = ()
    seed: Seed = None
    out: Out = None
    trust: Trust = False
    play: PlayOptions = field(default_factory=PlayOptions)


_DEFAULTS = ForkOptions()


def fork(run: RunArgument, /, *, options: ForkOptions = _DEFAULTS) -> None:
    """Branch a run's episodes at a turn, and play on from there.

    What was asked before it is not asked again.
    """
    from arena.cli.running import conduct, say_code
    from arena.core.console import run_folder
    from arena.core.errors import UsageError
    from arena.core.python_files import saying_code
    from arena.designs.building import ForkSource, build_fork, source_of
    from arena.journal.resuming import check_ours

    if sum(one is not None for one in (options.turn, options.seat, options.at_label)) > 1:
        raise UsageError(
            "Use either --turn, which names the turn, or --seat, which picks one at random, or --at-label, "
            "which finds the one that has a label."
        )
    folder = run_folder(run)
    check_ours(folder)
    at = _turns(folder, options)
    if not at:
        whose = f" of {options.seat}" if options.seat else ""
        whose = f" with the label {options.at_label}" if options.at_label else whose
        raise UsageError(f"The run in {folder} has no turn{whose} at which an episode can be branched.")
    source = ForkSource(
        parent=source_of(folder, options.trust),
        at=at,
        seats=_by_seat(options.seats),
        replies=options.replies,
        siblings=options.siblings,
        seed=options.seed,
    )
    with saying_code(say_code):
        conduct(build_fork(source, folder), options.out, options.play, source=source.model_dump(mode="json"))


def _turns(folder: Path, options: ForkOptions) -> dict[int, int]:
    """Return the turn at which each episode is branched, by the episode's number."""
    from arena.designs.fork import labelled_turns, pick_turns
    from arena.journal import StoredRun

    episodes = options.episodes or None
    with StoredRun(folder) as stored:
        if options.turn is not None:
            return dict.fromkeys(episodes or sorted(stored.numbers(finished=True)), options.turn)
        if options.at_label is not None:
            return labelled_turns(stored, options.at_label, episodes)
        return dict(pick_turns(stored, episodes, seat=options.seat, seed=options.seed or 0))


def _by_seat(typed: Sequence[str]) -> dict[str, str]:
    from arena.core.errors import UsageError

    found = {}
    for one in typed:
        seat, equals, agent = one.partition("=")
        if not equals or not seat or not agent:
            raise UsageError(f"--with takes seat=agent, such as pro=random, not {one!r}.")
        found[seat] = agent
    return found
