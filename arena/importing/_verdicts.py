"""What the verdicts of an imported episode come to together, as the details of a debate's outcome say it."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean
from typing import Any

from arena.forms import Status
from arena.importing._parts import VerdictPart
from arena.importing._record import ImportedEpisode
from arena.judging.tally import ballot
from arena.votes.rulings import TIE, Ballot, Ruling, RulingStatus, majority, two_game


def vote(verdict: VerdictPart, episode: ImportedEpisode) -> str | None:
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


def verdict_record(verdict: VerdictPart, episode: ImportedEpisode) -> dict[str, Any]:
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


def combined_verdict(episode: ImportedEpisode) -> dict[str, Any] | None:
    """Return the combined verdict: each judge's ruling over all orders, and the majority of the judges."""
    judges: dict[str, dict[tuple[str, ...], list[Ballot]]] = {}
    for one in episode.verdicts:
        orders = judges.setdefault(one.judge, {})
        orders.setdefault(tuple(one.order or ()), []).append(Ballot(vote(one, episode)))
    if not judges:
        return None
    rulings = [two_game([ballot(samples) for samples in orders.values()]) for orders in judges.values()]
    ruling = rulings[0] if len(rulings) == 1 else majority(ruling.vote for ruling in rulings)
    if ruling.how is RulingStatus.MISSING:
        return None
    usable = [one for one in episode.verdicts if vote(one, episode) is not None]
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
        "agreed": len({vote(one, episode) for one in episode.verdicts}) == 1,
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
