"""The answer of an episode, which its page shows first: the decision, each order's verdict, and returns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from markupsafe import Markup
from pydantic_core import from_json

from arena.annotations import AnnotationRow, Answer, Verdict
from arena.episode.outcome import Ending
from arena.journal import StoredEpisode, StoredVerdict
from arena.results.findings import ShownFinding, reasons_in, shown_later
from arena.results.study import DECISION
from arena.seat.transcript import EventKind
from arena.web.rendering import field_by_field, percent
from arena.web.words import cited_in, cut, unmarked_text

_LONGEST_LINE = 300


class ShownAsking(NamedTuple):
    """One asking of a judge: in which order, what it chose, how sure it is, and why."""

    title: str
    choice: str
    sure: str
    reasons: Markup


class ShownDecision(NamedTuple):
    """What an episode came to. `judged` is ``right``, ``wrong`` or empty."""

    title: str
    choice: str
    note: str
    judged: str
    truth: str
    askings: tuple[ShownAsking, ...]
    returns: tuple[tuple[str, str], ...]
    ending: str


def cited(episode: StoredEpisode) -> tuple[str, ...]:
    """Return the words of speeches that the reasons of verdicts cite."""
    reasons = reasons_in(episode)
    own = [reasons.get((row.author, row.said), "") for row in _asked(episode) if row.said is not None]
    heard = (event for event in episode.events if event.kind is EventKind.SAID and len(event.audience) > 1)
    return cited_in(own, [unmarked_text(event) for event in heard])


def decision(episode: StoredEpisode, phrases: Sequence[str]) -> ShownDecision:
    """Return what an episode came to so far.

    Args:
        episode: the episode.
        phrases: the cited words, which are marked in the reasons.
    """
    played, truth = episode.played, episode.plan.task.truth
    decided = next((row for row in episode.annotations if _decides(row)), None)
    returns = tuple((seat, f"{value:+g}") for seat, value in played.outcome.returns.items()) if played else ()
    title, choice, note, judged = "Result", "", "", ""
    if decided is not None:
        title = "Verdict"
        choice = decided.text if decided.text is not None else "undecided"
        sure = f"{percent(decided.confidence)} sure" if decided.confidence is not None else ""
        note = ", ".join(filter(None, (sure, decided.reason, _agreement(episode))))
        judged = {1.0: "right", 0.0: "wrong"}.get(-1.0 if decided.correct is None else decided.correct, "")
    elif played is None:
        title = "No verdict yet" if any(True for _ in _asked(episode)) else "Not ended yet"
    reasons = reasons_in(episode)
    askings = tuple(
        _asking(row, _order(row, episode), reasons.get((row.author, row.said or 0), ""), phrases)
        for row in _asked(episode)
    )
    ending = "The episode is in play." if played is None else _ending(episode)
    if played is not None and decided is None and played.outcome.ending == Ending.COMPLETED:
        ending = f"{ending} {_last_told(episode)}".rstrip()
    return ShownDecision(title, choice, note, judged, _told(truth), askings, returns, ending)


def later(verdicts: Iterable[StoredVerdict]) -> list[ShownFinding]:
    """Return what judges found out after the episode."""
    return [found for verdict in verdicts for found in shown_later(verdict)]


def _decides(row: AnnotationRow) -> bool:
    return row.name == DECISION and row.kind in (Verdict.kind, Answer.kind)


def _asked(episode: StoredEpisode) -> list[AnnotationRow]:
    return [row for row in episode.annotations if row.kind == Verdict.kind and row.name != DECISION]


def _agreement(episode: StoredEpisode) -> str:
    chosen = [row.text for row in _asked(episode) if row.ordering is not None]
    if len(chosen) < 2 or None in chosen:
        return ""
    return "both orders agree" if len(set(chosen)) == 1 and len(chosen) == 2 else ""


def _order(row: AnnotationRow, episode: StoredEpisode) -> str:
    """Return between what was chosen, in the order shown: seats, or answers of the task by their places."""
    answers = episode.plan.task.data.get("answers", ())
    among = from_json(row.more).get("among", []) if row.more else []
    shown = []
    for _, place in among:
        seat, unit = place[0], place[3]
        if seat:
            shown.append(str(seat))
        elif unit is not None and unit < len(answers):
            shown.append(str(answers[unit]))
    return ", then ".join(shown)


def _asking(row: AnnotationRow, order: str, reasons: str, phrases: Sequence[str]) -> ShownAsking:
    asked = f"asked with {order}" if order else "asked"
    repeat = "" if not row.repeat else f", repetition {row.repeat + 1}"
    sure = f"{percent(row.confidence)} sure" if row.confidence is not None else ""
    choice = row.text if row.text is not None else ": ".join(filter(None, (row.status, row.reason)))
    return ShownAsking(f"{row.author}, {asked}{repeat}", choice, sure, cut(reasons, phrases))


def _last_told(episode: StoredEpisode) -> str:
    """Return the first line of what everybody was told last, such as who won a game; "" if nothing was."""
    everyone = set(episode.plan.seats)
    told = (one for one in reversed(episode.events) if one.kind is EventKind.TOLD)
    last = next((one.text for one in told if one.audience >= everyone), "")
    return last.strip().partition("\n")[0][:_LONGEST_LINE]


def _told(truth: object) -> str:
    if truth is None:
        return ""
    return field_by_field(truth, "; ") if isinstance(truth, dict) else str(truth)


def _ending(episode: StoredEpisode) -> str:
    assert episode.played is not None
    outcome = episode.played.outcome
    who = f" by {' and '.join(outcome.offenders)}" if outcome.offenders else ""
    why = f": {outcome.reason}" if outcome.reason else ""
    return f"{outcome.ending.capitalize()}{who}{why}."
