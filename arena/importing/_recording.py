"""Writing an imported episode into a journal: its plan, its events, its annotations and its outcome.

The annotations and the details are those of debate, consultancy and the direct answer, so the same figures
can be computed. There are no calls, because Arena asked no agent, so an imported run cannot be resumed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import Any

from arena.annotations import Annotation, Label, Place
from arena.core.text import storable
from arena.episode import annotation_rows
from arena.episode.outcome import Ending, Outcome
from arena.episode.plan import Plan, Played
from arena.forms import Status
from arena.importing._asking import CallMaker, offered
from arena.importing._dealing import deal_found, scores_found
from arena.importing._finding import belief_found, decision_found, verdict_found
from arena.importing._parts import JUDGE, BeliefPart, VerdictPart
from arena.importing._record import ImportedEpisode
from arena.importing._speaking import Step, asked_and_said, in_order, spoken
from arena.importing._verdicts import combined_verdict, verdict_record, vote
from arena.journal import Journal
from arena.seat.agent import Reply
from arena.seat.transcript import NOBODY, Event, EventKind, encode


def record(journal: Journal, number: int, episode: ImportedEpisode) -> None:
    """Write an episode into a journal."""
    task = episode.made_task()
    plan = Plan(number, task, episode.seats, number, match=number, condition=episode.condition)
    journal.begin(plan, episode.system_messages(), offered(episode))
    position = turns = 0
    found: list[Annotation] = []
    began: dict[str, int] = {}
    made = CallMaker(episode)
    for step, one in enumerate(_steps(episode)):
        for call in made.calls(step, one):
            journal.call(number, call)
            if not call.sample:
                began[call.seat] = step
        journal.events(number, step, position, one.events)
        position += len(one.events)
        turns += sum(event.kind not in _NO_TURN for event in one.events)
        found += [_placed(each, step) for each in one.found]
        found += [_of_turn(each, step, began) for each in one.of_turns]
    found += [*scores_found(episode.scores), *deal_found(episode.deal)]
    journal.annotations(number, 0, annotation_rows(number, task.truth, episode.seats, found))
    journal.end(Played(plan, outcome(episode), turns, 0.0))


_NO_TURN = EventKind.TOLD, EventKind.ASKED, EventKind.CALLED, EventKind.RETURNED


def _placed(found: Annotation, step: int) -> Annotation:
    """Return an annotation with the step in which its author, if that is a seat, said it."""
    return replace(found, about=Place(found.author, step), said=step) if found.author else found


def _of_turn(found: Annotation, step: int, began: dict[str, int]) -> Annotation:
    """Return an annotation of a turn with its step, which is that of the first of several samples."""
    about = found.about
    return replace(found, about=about._replace(step=began.get(about.seat, step) if about.sample else step))


def _steps(episode: ImportedEpisode) -> Iterator[Step]:
    everyone = frozenset(episode.seats)
    if everyone <= set(episode.players):  # or the source would be public, which only the players read
        everyone |= {JUDGE}
    if episode.task.source and episode.players:
        source = f"The source:\n\n{episode.task.source}"
        yield Step([Event(EventKind.TOLD, None, frozenset(episode.players), source)])
    if episode.defends:
        stated = "\n".join(f"{seat} defends the answer: {answer}" for seat, answer in episode.defends.items())
        sides = [Label("defends", answer, about=Place(seat)) for seat, answer in episode.defends.items()]
        told = everyone if episode.announced else everyone - set(episode.defends)
        yield Step([Event(EventKind.TOLD, None, told, stated, encode({"defended": episode.defends}))], sides)
    beliefs = list(episode.beliefs)
    believed = partial(_believed, beliefs, everyone, episode)
    yield from believed(lambda one: one.moment == "before")
    for number, speeches in groupby(in_order(episode), key=lambda speech: speech.round):
        yield from spoken(episode, list(speeches), everyone)
        yield from believed(partial(_is_after, number))
    yield from believed(lambda one: one.moment == "round")
    yield from _verdicts(episode, everyone)
    yield from believed(lambda one: True)


def _is_after(number: int, belief: BeliefPart) -> bool:
    return belief.moment == "round" and belief.round == number


def _verdicts(episode: ImportedEpisode, everyone: frozenset[str]) -> Iterator[Step]:
    """Yield a step for each verdict and, if there are any, one that says what was decided."""
    asked: dict[str, list[tuple[str, ...]]] = {}
    for verdict in episode.verdicts:
        orders, shown = asked.setdefault(verdict.judge, []), tuple(verdict.order or ())
        order = list(dict.fromkeys((*orders, shown))).index(shown)
        found = verdict_found(verdict, episode, verdict_record(verdict, episode), order, orders.count(shown))
        orders.append(shown)
        yield _judged(verdict, episode, found)
    if episode.verdicts:
        combined = combined_verdict(episode)
        chosen = combined and combined["choice"]
        stated = f"The judge decides for {'no answer' if chosen is None else f'the answer: {chosen}'}"
        told = Event(EventKind.TOLD, None, everyone, stated, encode({"decided": chosen}))
        yield Step([told], [decision_found(episode, combined)])


def _believed(
    beliefs: list[BeliefPart],
    everyone: frozenset[str],
    episode: ImportedEpisode,
    when: Callable[[BeliefPart], bool],
) -> Iterator[Step]:
    """Remove the beliefs of one moment from `beliefs`, and yield their events as one step."""
    now = [belief for belief in beliefs if when(belief)]
    beliefs[:] = [belief for belief in beliefs if not when(belief)]
    if now:
        yield Step([_belief(one, everyone) for one in now], [belief_found(one, episode) for one in now])


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


def _judged(verdict: VerdictPart, episode: ImportedEpisode, found: Annotation) -> Step:
    """Return the step of a verdict. It is a reply if the judge's words are known and wanted."""
    decided = _decided(verdict, episode)
    if verdict.whole is None or verdict.judge not in episode.replies:
        return Step([decided], [found])
    step = asked_and_said(verdict.judge, verdict.asked, decided, Reply(verdict.whole))
    return replace(step, found=[found])


def _failure(seat: str, reason: str) -> Event:
    fields = {"status": Status.UNPARSEABLE, "reason": reason or "it came to nothing"}
    return Event(EventKind.FAILED, seat, NOBODY, "", encode(fields))


def outcome(episode: ImportedEpisode) -> Outcome:
    """Return how the episode ended, as the file says it.

    If it does not say it, the episode failed if it has verdicts and none of them is usable.
    """
    verdict = combined_verdict(episode)
    details = {
        "answers": list(episode.answers),
        "defended": dict(episode.defends),
        "verdict": verdict,
        "verdicts": [verdict_record(one, episode) for one in episode.verdicts],
        "beliefs": [_believed_record(one, episode) for one in episode.beliefs],
    }
    if episode.ending is not None:
        offenders, reason = tuple(episode.offenders), storable(episode.reason)
        is_result = episode.ending in (Ending.COMPLETED, Ending.FORFEITED)
        returns = _returns(episode, verdict) if is_result else {}
        return Outcome(episode.ending, returns, offenders, reason, details)
    if verdict is None and episode.verdicts and not episode.returns:
        judges = tuple(dict.fromkeys(one.judge for one in episode.verdicts if vote(one, episode) is None))
        reasons = [one.reason for one in episode.verdicts if one.reason]
        why = f" ({storable(reasons[0])})" if reasons else ""
        return Outcome(Ending.FAILED, {}, judges, f"there was no usable verdict{why}", details)
    return Outcome.completed(_returns(episode, verdict), **details)


def _returns(episode: ImportedEpisode, verdict: dict[str, Any] | None) -> dict[str, float]:
    """Return what each seat got: what the file says, or else what the verdicts or the deal come to."""
    if episode.returns:
        return {seat: amount for seat, amount in episode.returns.items() if amount is not None}
    if verdict:
        return {seat: verdict["shares"][answer] for seat, answer in episode.defends.items()}
    return episode.deal.gains if episode.deal is not None else {}


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
