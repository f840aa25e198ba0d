"""Reading runs into the rows that metrics need, with one episode in memory at a time.

A protocol is recognised by the names in its outcomes' details: ``answers``, ``defended``, ``verdict``,
``verdicts`` and ``beliefs`` for debate, consultancy and the direct answer; ``answer`` or ``majority`` for
protocols that end in an answer, if the task lists the possible answers; and kinds of details with figures of
their own, such as ``negotiation``. Episodes without any of these, such as games, are counted and have no
rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from arena.journal import PanelRule, StoredRun, StoredVerdict
from arena.judging import Tally, tally
from arena.results.columns._conditions import conditions
from arena.results.columns._episode import JUDGE, ReadEpisode
from arena.results.columns._rows import DETAILS, PANEL, Columns, DetailsRow, EpisodeKey, EpisodeRow
from arena.results.columns._scores import Scores
from arena.seat.transcript import Event, EventKind


def read_columns(runs: Sequence[tuple[str, StoredRun]]) -> Columns:
    """Return the rows of all finished episodes of some runs, and of the verdicts given afterwards.

    Args:
        runs: the runs, each with a name that is used if nothing else tells it from the others.
    """
    columns = Columns(tuple(conditions([(name, run.header()["config"]) for name, run in runs])))
    for place, (_, run) in enumerate(runs):
        _read(columns, place, run)
    return columns


def _read(columns: Columns, place: int, run: StoredRun) -> None:
    later = _Later(run)
    decides: list[EpisodeRow] = []
    unclear: list[EpisodeRow] = []
    broke: list[DetailsRow] = []
    judged: set[str] = set()
    for played in run.finished():
        condition = _condition(columns, place, played.plan.condition)
        columns.endings.setdefault(condition, Counter())[played.outcome.ending] += 1
        number = played.plan.number
        episode = ReadEpisode(played, EpisodeKey(place, number), condition)
        if episode.decides is None:
            unclear.append(episode.row())
            judged |= {condition} if JUDGE in played.plan.seats else set()
        elif episode.decides:
            decides.append(episode.row())
        columns.asks += [*episode.asks(), *episode.later_asks(later.verdicts.get(number, ()))]
        columns.beliefs += episode.beliefs(later.answers(number, episode.defended))
        if episode.defended:
            columns.sides += episode.sides(_words(run, number, episode))
        for kind in DETAILS:
            if kind in episode.details:
                columns.details[kind].append(episode.details_row(kind))
        if not episode.details and not played.outcome.is_result:
            broke.append(episode.details_row(""))
        columns.rulings += episode.rulings()
        columns.rulings += [episode.ruling(*ruling) for ruling in later.rulings(number)]
        columns.scores += later.scores.rows(episode)
    # Those that broke at once belong to the figures if something is decided under their condition at all.
    deciding = {row.condition for row in decides} | judged
    columns.episodes += sorted(decides + [row for row in unclear if row.condition in deciding])
    for rows in columns.details.values():
        has_some = {row.condition for row in rows}
        rows += [row for row in broke if row.condition in has_some]


def _condition(columns: Columns, place: int, own: str) -> str:
    """Return what an episode is compared as, `own` being what its run calls it if it compares several."""
    run = columns.conditions[place]
    if not own:
        return run
    return own if len(set(columns.conditions)) == 1 else f"{run}: {own}"


class _Later:
    """The verdicts on sides by judges outside the episodes, by episode, without their reasons."""

    def __init__(self, run: StoredRun) -> None:
        self.scores = Scores()
        self.verdicts: dict[int, list[StoredVerdict]] = {}
        by_criterion: dict[str, list[StoredVerdict]] = {}
        for verdict in run.verdicts(calls=False):
            if verdict.key.subject:
                self.scores.add(verdict)
            else:
                light = replace(verdict, found=verdict.found._replace(reasons=""))
                self.verdicts.setdefault(verdict.key.episode, []).append(light)
                by_criterion.setdefault(verdict.key.criterion, []).append(light)
        rules = run.rules()
        self._tallies: dict[str, Tally] = {}
        for criterion, found in by_criterion.items():
            rule = rules.get(criterion, PanelRule())
            self._tallies[_named(criterion, rule)] = tally(found, (), rule)

    def answers(self, number: int, defended: Mapping[str, str]) -> dict[str, str | None]:
        """Return the answer with the majority of the judges, by criterion."""
        found = {name: tallied.panel.get(number) for name, tallied in self._tallies.items()}
        return {name: defended.get(ruling.choice or "") for name, ruling in found.items() if ruling}

    def rulings(self, number: int) -> Iterable[tuple[str, str, str | None]]:
        """Yield criterion, judge and vote of each judge and, if there are several, of the majority."""
        for criterion, tallied in self._tallies.items():
            for name, judge in tallied.judges.items():
                if number in judge.rulings:
                    yield criterion, name, judge.rulings[number].vote
            if len(tallied.judges) > 1 and number in tallied.panel:
                yield criterion, PANEL, tallied.panel[number].vote


def _named(criterion: str, rule: PanelRule) -> str:
    """Return what those are told apart by who judged by a criterion, its verdicts being read by a rule."""
    quorum = f"quorum {rule.quorum}" if rule.quorum else ""
    return ", ".join(filter(None, (criterion, rule.combine, quorum)))


def _words(run: StoredRun, number: int, episode: ReadEpisode) -> Mapping[str, int]:
    """Return how many words each speaker said to everyone, bets not counted."""
    everyone = frozenset(episode.played.plan.seats)
    words = dict.fromkeys(episode.defended, 0)
    for step in run.steps(number):
        for event in step:
            if event.kind is EventKind.SAID and event.seat in words and event.audience >= everyone:
                words[event.seat] += _length(event)
    return words


def _length(event: Event) -> int:
    fields = event.data
    is_bet = isinstance(fields, dict) and "probability" in fields
    return 0 if is_bet else len(event.text.split())
