"""An episode to be read: what everyone heard and, marked, what only some or nobody did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from arena.journal import StoredEpisode, StoredVerdict
from arena.results.report.html import folded, table, text
from arena.seat.transcript import Event, EventKind


def transcript(episode: StoredEpisode, verdicts: Iterable[StoredVerdict]) -> str:
    """Return an episode, folded, with what judges said of it afterwards."""
    task = episode.plan.task
    everyone = frozenset(episode.plan.seats)
    details = episode.played.outcome.details if episode.played else {}
    seats = "; ".join(f"{seat}: {agent}" for seat, agent in episode.plan.seats.items())
    parts = [
        f'<p class="said">{text(task.text)}</p>\n' if task.text else "",
        f'<p class="note">{text(seats)}</p>\n',
        f'<p class="note">True answer: {text(task.truth)}</p>\n' if task.truth is not None else "",
        _briefs(episode.briefs),
        *(_event(event, everyone) for event in episode.events),
        _verdicts(details.get("verdicts") or ()),
        _later(verdicts),
        _beliefs(details.get("beliefs") or ()),
        f"<p><strong>{text(_ending(episode))}</strong></p>\n",
    ]
    place = [f"Episode {episode.number}", episode.plan.condition, task.id, _short_ending(episode)]
    summary = " · ".join(filter(None, place))
    return folded(text(summary), "".join(parts))


def _ending(episode: StoredEpisode) -> str:
    return str(episode.played.outcome) if episode.played else "Not ended yet."


def _short_ending(episode: StoredEpisode) -> str:
    if episode.played is None:
        return "not ended"
    outcome = episode.played.outcome
    verdict = outcome.details.get("verdict")
    if not isinstance(verdict, dict):
        return outcome.ending.value
    choice = verdict.get("choice")
    if choice is None:
        return f"{outcome.ending.value}, undecided"
    truth = episode.plan.task.truth
    judged = "" if truth is None else ", right" if choice == truth else ", wrong"
    return f"{outcome.ending.value}, decided for {choice}{judged}"


def _briefs(briefs: Mapping[str, str]) -> str:
    told = [
        [text(seat), f'<span class="said">{text(brief)}</span>'] for seat, brief in briefs.items() if brief
    ]
    return (
        folded("Briefs " + _mark("each for its seat alone"), table(("seat", "brief"), told)) if told else ""
    )


def _event(event: Event, everyone: frozenset[str]) -> str:
    public = event.audience == everyone
    classes = ["event", event.kind.value] + ([] if public else ["private"])
    who = {
        EventKind.TOLD: "",
        EventKind.ASKED: f"{event.seat} is asked",
        EventKind.SAID: event.seat or "",
        EventKind.FAILED: f"{event.seat} gives an unusable reply",
    }[event.kind]
    said = event.text
    if event.kind is EventKind.FAILED:
        said = f"{said}\n({event.data['status']}: {event.data['reason']})"
    marked = "" if public else f" {_mark(_readers(event, everyone))}"
    head = f'<span class="who">{text(who)}</span>{marked}' if who or marked else ""
    shown = f'<div class="said">{text(said)}</div>'
    inside = folded(head, shown) if event.kind is EventKind.ASKED else f"{head}\n{shown}"
    return f'<div class="{" ".join(classes)}">{inside}</div>\n'


def _readers(event: Event, everyone: frozenset[str]) -> str:
    """Return who can read an event that is not for everyone."""
    if not event.audience:
        return "private: nobody hears it"
    missing = everyone - event.audience
    if len(missing) == 1 and len(event.audience) > 1:
        return f"private: not for {next(iter(missing))}"
    return f"private: only {', '.join(sorted(event.audience))}"


def _mark(said: str) -> str:
    return f'<span class="mark">{text(said)}</span>'


def _percent(probability: float | None) -> str:
    return '<span class="faint">none</span>' if probability is None else f"{probability:.1%}"


def _verdicts(verdicts: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        [
            text(", then ".join(one["order"] or ["unknown"])),
            text(_chosen(one)),
            _percent(one["confidence"]),
            f'<span class="said">{text(one["reasons"])}</span>',
        ]
        for one in verdicts
    ]
    heads = ("order of the answers", "choice", "confidence", "reasons")
    return f"<h3>Verdicts of the judge</h3>\n{table(heads, rows)}" if rows else ""


def _chosen(verdict: Mapping[str, Any]) -> str:
    if verdict["choice"] is not None:
        return str(verdict["choice"])
    return "a tie" if verdict.get("tie") else f"{verdict['status']}: {verdict['reason']}"


def _later(verdicts: Iterable[StoredVerdict]) -> str:
    rows = [
        [
            text(f"{one.key.judge}, {one.key.criterion}"),
            text(one.key.subject or ", then ".join(one.speakers)),
            text(_found(one)),
            _percent(one.found.confidence),
            f'<span class="said">{text(one.found.reasons)}</span>',
        ]
        for one in verdicts
    ]
    heads = ("judge", "about", "verdict", "confidence", "reasons")
    return f"<h3>Judged afterwards</h3>\n{table(heads, rows)}" if rows else ""


def _found(verdict: StoredVerdict) -> str:
    if not verdict.ok:
        return f"{verdict.status.value}: {verdict.reason}"
    found = verdict.found
    return found.choice if found.choice is not None else f"{found.score:g}" if found.score is not None else ""


def _beliefs(beliefs: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        [
            text(held["seat"]),
            text(f"{held['moment']} {held['round']}" if held["moment"] == "round" else held["moment"]),
            text(f"{held['about']} {'wins' if held['kind'] == 'wins' else 'is right'}"),
            _percent(held["probability"]) if held["status"] == "ok" else text(held["status"]),
            f'<span class="said">{text(held["reasons"])}</span>',
        ]
        for held in beliefs
    ]
    heads = ("seat", "when", "what", "belief", "reasons")
    title = f"<h3>Beliefs {_mark('private: the reasons, and what was not said to everyone')}</h3>\n"
    return f"{title}{table(heads, rows)}" if rows else ""
