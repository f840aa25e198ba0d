"""What is typed to begin a run, together with the study that is named: the options of the command win."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from arena.cli.option_records import StartOptions
from arena.cli.options import given
from arena.core.console import err
from arena.core.errors import UsageError
from arena.designs.ablation import read_wordings
from arena.designs.building import Source
from arena.designs.league import League, game_key
from arena.designs.study_files import StudyFile, StudyOptions, is_study, read_study
from arena.designs.typed_settings import read_settings
from arena.designs.wording import STANDARD
from arena.prompts import Wording
from arena.spending.prices import Prices


def typed_study(
    name: str | tuple[str, ...],
    options: StartOptions,
    changed: Mapping[str, object],
    *,
    tournament: bool = False,
    each: Sequence[str] = (),
) -> StudyFile:
    """Return what is to be run: the study or the name, changed by the options.

    Args:
        name: the name or the file of a scenario, protocol, game or tournament, or the file of a study.
            Several are the games of a league.
        options: who plays which tasks, how often, and into which folder.
        changed: the values of the command's own options, by the paths of the settings that they change. A
            value of None means that the option was not typed.
        tournament: whether `name` is to be run as a tournament.
        each: the agents that are compared.
    """
    study = _named(name, options.agents)
    typed = {**read_settings(options.settings), **given(**changed, **options.changed())}
    own = study.source
    changes = {
        "tournament": tournament or own.tournament,
        "agents": options.agents or own.agents,
        "settings": {**own.settings, **typed},
        "prompts": _wordings(options.prompts) or own.prompts,
        "each": tuple(each) or own.each,
        "past": options.past or own.past,
    }
    return StudyFile(
        own.model_copy(update=changes), _together(study.options, options), options.prompts or study.prompts
    )


def _named(name: str | tuple[str, ...], agents: Sequence[str]) -> StudyFile:
    """Return the study that a name stands for, or the league of several games."""
    folders = (str(Path.cwd()),)
    names = (name,) if isinstance(name, str) else name
    if len(names) == 1:
        (one,) = names
        return read_study(Path(one)) if is_study(one) else StudyFile(Source(name=one, folders=folders))
    if twice := next((one for place, one in enumerate(names) if one in names[:place]), None):
        raise UsageError(f"{twice} is named twice; name each game of a league once.")
    if not agents:
        raise UsageError(f"Say who plays: arena tournament {' '.join(names)} --agents NAME NAME ...")
    games = {f"games.{game_key(one)}.protocol": one for one in names}
    return StudyFile(Source(name="", kind=League.kind, settings=games, folders=folders))


def _together(own: StudyOptions, typed: StartOptions) -> StudyOptions:
    """Return how a study is played, with what was typed in place of what stands in the study."""
    play, caps = typed.play, typed.play.spending.caps_and_prices()[0]
    changes = given(
        concurrency=play.concurrency, cache=play.cache, prices=play.spending.prices, out=typed.out
    )
    return own.model_copy(update={**changes, "caps": own.caps.changed_by(caps)})


def how_to_run(study: StudyFile) -> dict[str, Any]:
    """Return the keyword arguments of `arena.run` that say how a study is played."""
    own = study.options
    prices = Prices.from_file(own.prices) if own.prices else None
    return {"caps": own.caps, **given(concurrency=own.concurrency, cache=own.cache, prices=prices)}


def _wordings(places: Sequence[str]) -> dict[str, Wording]:
    """Return the wordings, and say so where a folder says what the standard wording says."""
    read = read_wordings(places)
    for name, words in read.items():
        if not words and name != STANDARD:
            err.print(f"The prompts of {name} are the standard ones; nothing is changed there.")
    return read
