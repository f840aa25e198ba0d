"""Planning a judging: the episodes and sides that can be judged, and the verdicts to ask for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from arena.core.complaints import first_problem
from arena.core.errors import UsageError
from arena.designs.perturbing import perturbation
from arena.designs.scenario import AnyScenario
from arena.journal import StoredRun, VerdictKey
from arena.journal.resuming import IMPORTED
from arena.judging._criterion import OF_SPEAKERS, Asks, Criterion
from arena.judging._options import JudgingOptions
from arena.judging._own_judge import OwnProtocols, is_about_answers, own_questions
from arena.judging._surveying import survey_sides, unfinished
from arena.judging._work import Work

_LOOKED_AT = 100
"""At most so many episodes are looked at for what the run's own judge was asked."""


def criterion_for(folder: Path, given: Mapping[str, Any]) -> Criterion:
    """Return the criterion of some settings, for the run in a folder.

    If they do not say what judges are asked, and it does not follow from one of them, judges are asked for
    the answer if the run's own judge was, and else which side did better.

    Raises:
        UsageError: if a setting is not valid.
    """
    settings = dict(given)
    if not {"asks", "method", "rubric", *OF_SPEAKERS} & settings.keys() and _asked_for_answers(folder):
        settings["asks"] = Asks.ANSWER
    try:
        return Criterion.model_validate(settings)
    except ValidationError as invalid:
        raise UsageError(f"These settings of judging are not valid: {first_problem(invalid)}.") from None


def _asked_for_answers(folder: Path) -> bool:
    """Return whether the run's own judge was asked for an answer."""
    with StoredRun(folder) as stored:
        players = tuple(stored.header()["config"]["players"])
        return any(
            is_about_answers(episode, question)
            for episode in islice(stored.episodes(events=False), _LOOKED_AT)
            for question in own_questions(episode, players).values()
        )


def survey(
    folder: Path,
    judges: Sequence[str],
    criterion: Criterion,
    options: JudgingOptions,
    scenario: AnyScenario | None = None,
) -> Work:
    """Read a stored run and return the verdicts to ask for.

    Args:
        folder: the folder of the run.
        judges: the names of the judges.
        criterion: what the judges are asked.
        options: how often and in which orders each judge is asked, and whether the run is trusted.
        scenario: the run's scenario, if the caller has it.

    Raises:
        UnknownName: if there is no such perturbation.
        UsageError: if no episode can be judged, or if a task lacks what the criterion needs.
    """
    with StoredRun(folder) as stored:
        header = stored.header()
        config = header["config"]
        players = tuple(config["players"])
        work = Work(criterion.sides or players, config["seed"], models=stored.models(), players=players)
        work.lacks_outcomes = stored.lacks_outcomes()
        work.perturbation = perturbation(criterion.perturb) if criterion.perturb else None
        work.key = criterion.key_in(stored.criteria())
        work.rule = stored.rules().get(work.key)
        # The protocol of an imported run is not ours, so its judge's question cannot be put again.
        asks_again = criterion.asks is Asks.ANSWER and config["kind"] != IMPORTED
        orders = _own_orders(stored, work, criterion) if asks_again else {}
        if orders:
            work.protocols = OwnProtocols(
                config,
                criterion.prompts,
                criterion.probabilities,
                scenario,
                options.trust,
                header.get("source"),
                header.get("code", {}),
            )
            work.episodes = list(orders)
        else:
            survey_sides(folder, stored, work, criterion)
        finished = {key for key in stored.verdict_keys(finished=True) if key.criterion == work.key}
    is_answer = criterion.asks is Asks.ANSWER
    shown = range((2 if is_answer else len(work.sides)) if options.swap or options.swap is None else 1)
    subjects = work.sides if criterion.is_of_one else ("",)
    work.keys = [
        VerdictKey(judge, work.key, episode, subject, order, sample)
        for episode in work.episodes
        for judge in judges
        for subject in subjects
        for order in _orders(orders.get(episode), options.swap, shown)
        for sample in range(options.samples)
    ]
    work.finished = {key for key in finished if key.judge in judges}
    work.panel = {*judges, *(key.judge for key in finished)}
    return work


def _orders(own: Sequence[int] | None, swap: bool | None, shown: Sequence[int]) -> Sequence[int]:
    """Return the orders in which to ask, of which `own` are those of the run's own judge, if it had any."""
    return shown if own is None or swap is not None else own


def _own_orders(stored: StoredRun, work: Work, criterion: Criterion) -> dict[int, Sequence[int]]:
    """Return the orders in which the run's own judge was asked in each episode that can be judged.

    The others are counted as left out. It is empty if no judge was asked in any episode.
    """
    found: dict[int, Sequence[int]] = {}
    left_out: Counter[str] = Counter()
    for episode in stored.episodes(events=False):
        questions = own_questions(episode, work.players, criterion.view)
        if episode.offered:
            left_out["with tools, whose calls are not made again"] += 1
        elif questions and episode.played is not None:
            found[episode.number] = sorted(questions)
        else:
            left_out[unfinished(episode) or "without a question to a judge"] += 1
    if found:
        work.left_out = left_out
    return found
