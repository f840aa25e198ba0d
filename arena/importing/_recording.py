"""Writing an imported episode into a journal: its plan, its events, its annotations and its outcome.

The annotations and the details are those of debate, consultancy and the direct answer, so the same figures
can be computed. There are no calls, because Arena asked no agent, so an imported run cannot be resumed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from statistics import fmean
from typing import Any, NamedTuple

from arena.annotations import Annotation, Label, Place
from arena.core.text import storable
from arena.episode import annotation_rows
from arena.episode.outcome import Ending, Outcome
from arena.episode.plan import Plan, Played
from arena.forms import Status
from arena.importing._finding import belief_found, decision_found, verdict_found
from arena.importing._record import JUDGE, BeliefPart, ImportedEpisode, VerdictPart
from arena.journal import Journal
from arena.judging.tally import ballot
from arena.seat.transcript import NOBODY, Event, EventKind, encode
from arena.votes.rulings import TIE, Ballot, Ruling, RulingStatus, majority, two_game


class _Step(NamedTuple):
    """The events of one step, and what they find out."""

    events: Sequence[Event]
    found: Sequence[Annotation] = ()


def record(journal: Journal, number: int, episode: ImportedEpisode) -> None:
    """Write an episode into a journal."""
    task = episode.task.task()
    plan = Plan(number, task, episode.seats, number, match=number, condition=episode.condition)
    journal.begin(plan, dict.fromkeys(episode.seats, ""))
    position = turns = 0
    found: list[Annotation] = []
    for step, (events, own) in enumerate(_steps(episode)):
        journal.events(number, step, position, events)
        position += len(events)
        turns += sum(event.kind is not EventKind.TOLD for event in events)
        found += [_placed(one, step) for one in own]
    journal.annotations(number, 0, annotation_rows(number, task.truth, episode.seats, found))
    journal.end(Played(plan, outcome(episode), turns, 0.0))


def _placed(found: Annotation, step: int) -> Annotation:
    """Return an annotation with the step in which its author, if that is a seat, said it."""
    return replace(found, about=Place(found.author, step), said=step) if found.author else found


def _steps(episode: ImportedEpisode) -> Iterator[_Step]:
    everyone = frozenset(episode.seats)
    if everyone <= set(episode.players):  # or the source would be public, which only the players read
        everyone |= {JUDGE}
    if episode.task.source and episode.players:
        source = f"The source:\n\n{episode.task.source}"
        yield _Step([Event(EventKind.TOLD, None, frozenset(episode.players), source)])
    if episode.defends:
        stated = "\n".join(f"{seat} defends the answer: {answer}" for seat, answer in episode.defends.items())
        sides = [Label("defends", answer, about=Place(seat)) for seat, answer in episode.defends.items()]
        yield _Step(
            [Event(EventKind.TOLD, None, everyone, stated, encode({"defended": episode.defends}))], sides
        )
    beliefs = list(episode.beliefs)
    believed = partial(_believed, beliefs, everyone, episode)
    yield from believed(lambda one: one.moment == "before")
    in_order = sorted(episode.speeches, key=lambda speech: speech.round)
    for number, speeches in groupby(in_order, key=lambda speech: speech.round):
        said = [
            Event(EventKind.SAID, one.seat, everyone, one.text, encode({"speech": one.text}))
            for one in speeches
        ]
        yield from map(_Step, [said] if episode.simultaneous else ([event] for event in said))
        yield from believed(partial(_is_after, number))
    yield from believed(lambda one: one.moment == "round")
    yield from _verdicts(episode, everyone)
    yield from believed(lambda one: True)


def _is_after(number: int, belief: BeliefPart) -> bool:
    return belief.moment == "round" and belief.round == number


def _verdicts(episode: ImportedEpisode, everyone: frozenset[str]) -> Iterator[_Step]:
    """Yield a step for each verdict and, if there are any, one that says what was decided."""
    asked: dict[str, list[tuple[str, ...]]] = {}
    for verdict in episode.verdicts:
        orders, shown = asked.setdefault(verdict.judge, []), tuple(verdict.order or ())
        order = list(dict.fromkeys((*orders, shown))).index(shown)
        found = verdict_found(verdict, episode, _one(verdict, episode), order, orders.count(shown))
        orders.append(shown)
        yield _Step([_decided(verdict, episode)], [found])
    if episode.verdicts:
        combined = _combined(episode)
        chosen = combined and combined["choice"]
        stated = f"The judge decides for {'no answer' if chosen is None else f'the answer: {chosen}'}"
        told = Event(EventKind.TOLD, None, everyone, stated, encode({"decided": chosen}))
        yield _Step([told], [decision_found(episode, combined)])


def _believed(
    beliefs: list[BeliefPart],
    everyone: frozenset[str],
    episode: ImportedEpisode,
    when: Callable[[BeliefPart], bool],
) -> Iterator[_Step]:
    """Remove the beliefs of one moment from `beliefs`, and yield their events as one step."""
    now = [belief for belief in beliefs if when(belief)]
    beliefs[:] = [belief for belief in beliefs if not when(belief)]
    if now:
        yield _Step([_belief(one, everyone) for one in now], [belief_found(one, episode) for one in now])


def _belief(belief: BeliefPart, everyone: frozenset[str]) -> Event:
    audience = everyone if belief.public else NOBODY
    if belief.probability is None:
        return _failure(belief.seat, belief.reason)
    fields = {"probability": belief.probability, "reasons": belief.reasons}
    if belief.public:
        del fields["reasons"]
    return Event(EventKind.SAID, belief.seat, audience, f"{100 * belief.probability:.15g}%", encode(fields))


def _decided(verdict: VerdictPart, episode: ImportedEpisode) -> Event:
    tied = episode.tied(verdict)
    if verdict.choice is None and not tied:
        return _failure(verdict.judge, verdict.reason)
    choice, tie = (None, {"tie": True}) if tied else (verdict.choice, {})
    fields = {"choice": choice, "confidence": verdict.confidence, "reasons": verdict.reasons, **tie}
    said = "a tie" if tied else verdict.choice
    return Event(EventKind.SAID, verdict.judge, NOBODY, f"Verdict: {said}", encode(fields))


def _failure(seat: str, reason: str) -> Event:
    fields = {"status": Status.UNPARSEABLE, "reason": reason or "it came to nothing"}
    return Event(EventKind.FAILED, seat, NOBODY, "", encode(fields))


def outcome(episode: ImportedEpisode) -> Outcome:
    """Return how the episode ended. It failed if it has verdicts and none of them is usable."""
    verdict = _combined(episode)
    details = {
        "answers": list(episode.answers),
        "defended": dict(episode.defends),
        "verdict": verdict,
        "verdicts": [_one(one, episode) for one in episode.verdicts],
        "beliefs": [_believed_record(one, episode) for one in episode.beliefs],
    }
    if verdict is None and episode.verdicts:
        judges = tuple(dict.fromkeys(one.judge for one in episode.verdicts if _vote(one, episode) is None))
        reasons = [one.reason for one in episode.verdicts if one.reason]
        why = f" ({storable(reasons[0])})" if reasons else ""
        return Outcome(Ending.FAILED, {}, judges, f"there was no usable verdict{why}", details)
    shares = verdict["shares"] if verdict else {}
    returns = {seat: shares[answer] for seat, answer in episode.defends.items()} if verdict else {}
    return Outcome.completed(returns, **details)


def _vote(verdict: VerdictPart, episode: ImportedEpisode) -> str | None:
    """Return the place of the chosen answer. Its name is not used, because it might be the word for a tie."""
    if episode.tied(verdict):
        return TIE
    return None if verdict.choice is None else str(episode.answers.index(verdict.choice))


def _probabilities(verdict: VerdictPart, episode: ImportedEpisode) -> dict[str, float] | None:
    decided = verdict.choice is not None and not episode.tied(verdict)
    if not decided or verdict.probabilities is not None or verdict.confidence is None:
        return verdict.probabilities
    other = (1 - verdict.confidence) / (len(episode.answers) - 1)
    return {answer: verdict.confidence if answer == verdict.choice else other for answer in episode.answers}


def _one(verdict: VerdictPart, episode: ImportedEpisode) -> dict[str, Any]:
    tied = episode.tied(verdict)
    usable = tied or verdict.choice is not None
    return {
        "judge": verdict.judge,
        "order": verdict.order,
        "choice": None if tied else verdict.choice,
        "confidence": verdict.confidence,
        "probabilities": _probabilities(verdict, episode),
        "reasons": verdict.reasons,
        "status": Status.OK if usable else Status.UNPARSEABLE,
        "reason": "" if usable else verdict.reason or "it came to nothing",
        **({"tie": True} if tied else {}),
    }


def _combined(episode: ImportedEpisode) -> dict[str, Any] | None:
    """Return the combined verdict: each judge's ruling over all orders, and the majority of the judges."""
    judges: dict[str, dict[tuple[str, ...], list[Ballot]]] = {}
    for one in episode.verdicts:
        orders = judges.setdefault(one.judge, {})
        orders.setdefault(tuple(one.order or ()), []).append(Ballot(_vote(one, episode)))
    if not judges:
        return None
    rulings = [two_game([ballot(samples) for samples in orders.values()]) for orders in judges.values()]
    ruling = rulings[0] if len(rulings) == 1 else majority(ruling.vote for ruling in rulings)
    if ruling.how is RulingStatus.MISSING:
        return None
    usable = [one for one in episode.verdicts if _vote(one, episode) is not None]
    stated = [known for known in (_probabilities(one, episode) for one in usable) if known is not None]
    means = None
    if len(stated) == len(usable):
        means = {answer: fmean(known[answer] for known in stated) for answer in episode.answers}
    choice = None if ruling.choice is None else episode.answers[int(ruling.choice)]
    repeated = any(len(samples) > 1 for orders in judges.values() for samples in orders.values())
    return {
        "choice": choice,
        "confidence": means[choice] if means and choice is not None else None,
        "probabilities": means,
        "shares": _shares(ruling, episode.answers),
        "agreed": len({_vote(one, episode) for one in episode.verdicts}) == 1,
        "combination": "majority" if repeated or len(judges) > 1 else "two-game",
    }


def _shares(ruling: Ruling, answers: Sequence[str]) -> dict[str, float]:
    """Return each answer's share of the win.

    The answers with the most votes share it, or all if that is a tie.
    """
    if ruling.how is RulingStatus.UNDECIDED:
        return dict.fromkeys(answers, 0.0)
    most = max(ruling.shares.values())
    leaders = {label for label, share in ruling.shares.items() if share == most}
    places = map(str, range(len(answers)))
    winners = [TIE in leaders or place in leaders for place in places]
    return {answer: won / sum(winners) for answer, won in zip(answers, winners, strict=True)}


def _believed_record(belief: BeliefPart, episode: ImportedEpisode) -> dict[str, Any]:
    usable = belief.probability is not None
    return {
        "seat": belief.seat,
        "moment": belief.moment,
        "round": belief.round,
        "method": belief.method,
        "kind": belief.kind,
        "about": belief.about or episode.defends[belief.seat],
        "probability": belief.probability,
        "reasons": belief.reasons,
        "status": Status.OK if usable else Status.UNPARSEABLE,
        "reason": "" if usable else belief.reason or "it came to nothing",
        "votes": None,
    }
