"""Writing an imported episode into a journal: its plan, its events and its outcome with details.

The details are those of debate, consultancy and the direct answer, so the same figures can be computed. There
are no calls, because Arena asked no agent, so an imported run cannot be resumed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from statistics import fmean
from typing import Any

from arena.core.text import storable
from arena.episode.outcome import Ending, Outcome
from arena.episode.plan import Plan, Played
from arena.forms import Status
from arena.importing._record import BeliefPart, ImportedEpisode, VerdictPart
from arena.journal import Journal
from arena.judging.tally import ballot
from arena.seat.transcript import NOBODY, Event, EventKind, encode
from arena.votes.rulings import TIE, Ballot, Ruling, RulingStatus, majority, two_game


def record(journal: Journal, number: int, episode: ImportedEpisode) -> None:
    """Write an episode into a journal."""
    plan = Plan(number, episode.task.task(), episode.seats, number, match=number, condition=episode.condition)
    journal.begin(plan, dict.fromkeys(episode.seats, ""))
    position = turns = 0
    for step, events in enumerate(_steps(episode)):
        journal.events(number, step, position, events)
        position += len(events)
        turns += sum(event.kind is not EventKind.TOLD for event in events)
    journal.end(Played(plan, outcome(episode), turns, 0.0))


def _steps(episode: ImportedEpisode) -> Iterator[Sequence[Event]]:
    everyone = frozenset(episode.seats)
    if episode.task.source and episode.players:
        source = f"The source:\n\n{episode.task.source}"
        yield [Event(EventKind.TOLD, None, frozenset(episode.players), source)]
    if episode.defends:
        stated = "\n".join(f"{seat} defends the answer: {answer}" for seat, answer in episode.defends.items())
        yield [Event(EventKind.TOLD, None, everyone, stated, encode({"defended": episode.defends}))]
    beliefs = list(episode.beliefs)
    yield from _believed(beliefs, everyone, lambda one: one.moment == "before")
    in_order = sorted(episode.speeches, key=lambda speech: speech.round)
    for number, speeches in groupby(in_order, key=lambda speech: speech.round):
        said = [
            Event(EventKind.SAID, one.seat, everyone, one.text, encode({"speech": one.text}))
            for one in speeches
        ]
        yield from [said] if episode.simultaneous else ([event] for event in said)
        yield from _believed(
            beliefs, everyone, lambda one, at=number: one.moment == "round" and one.round == at
        )
    yield from _believed(beliefs, everyone, lambda one: one.moment == "round")
    for verdict in episode.verdicts:
        yield [_decided(verdict, episode)]
    if episode.verdicts:
        choice = outcome(episode).details["verdict"]
        chosen = choice and choice["choice"]
        stated = f"The judge decides for {'no answer' if chosen is None else f'the answer: {chosen}'}"
        yield [Event(EventKind.TOLD, None, everyone, stated, encode({"decided": chosen}))]
    yield from _believed(beliefs, everyone, lambda one: True)


def _believed(beliefs: list[BeliefPart], everyone: frozenset[str], when: Any) -> Iterator[Sequence[Event]]:
    """Remove the beliefs of one moment from `beliefs`, and yield their events as one step."""
    now = [belief for belief in beliefs if when(belief)]
    beliefs[:] = [belief for belief in beliefs if not when(belief)]
    if now:
        yield [_belief(belief, everyone) for belief in now]


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
