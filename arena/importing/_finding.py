"""What an imported episode finds out, as the annotations that a debate of ours writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from arena.annotations import AnnotationStatus, Belief, Place, Verdict
from arena.importing._parts import BeliefPart, VerdictPart
from arena.importing._record import ImportedEpisode
from arena.votes.rulings import TIE

NOTHING = "it came to nothing"
"""Why something is missing whose line does not say why."""


def belief_found(belief: BeliefPart, episode: ImportedEpisode) -> Belief:
    """Return the annotation of a belief, which has the status ``unparseable`` if no probability was given."""
    known = belief.probability is not None
    return Belief(
        belief.kind,
        belief.probability,
        of=belief.about or episode.defends[belief.seat],
        method=belief.method,
        moment=belief.moment,
        turn=belief.round if belief.moment == "round" else None,
        author=belief.seat,
        status=AnnotationStatus.OK if known else AnnotationStatus.UNPARSEABLE,
        reason="" if known else belief.reason or NOTHING,
    )


def verdict_found(
    verdict: VerdictPart, episode: ImportedEpisode, read: Mapping[str, Any], order: int, repeat: int
) -> Verdict:
    """Return the annotation of one verdict.

    Args:
        verdict: the verdict of the line.
        episode: its episode.
        read: its record in the details of the outcome.
        order: the number of its order of the answers among those of its judge, from 0.
        repeat: how often its judge was shown that order before.
    """
    choice = TIE if episode.tied(verdict) else verdict.choice
    shown = verdict.order or ()
    return Verdict(
        "verdict",
        choice,
        confidence=verdict.confidence,
        probabilities=verdict.probabilities,
        among=tuple((None, Place(unit=episode.answers.index(answer))) for answer in shown),
        order=order,
        repeat=repeat,
        author=verdict.judge,
        status=AnnotationStatus.UNPARSEABLE if choice is None else AnnotationStatus.OK,
        reason=read["reason"],
    )


def decision_found(episode: ImportedEpisode, combined: Mapping[str, Any] | None) -> Verdict:
    """Return the annotation of the decision that the verdicts make together, or of why they make none.

    Args:
        episode: the episode.
        combined: the combined verdict in the details of the outcome; None if there is none.
    """
    if combined is None:
        reasons = [one.reason for one in episode.verdicts if one.reason]
        reason = reasons[0] if reasons else NOTHING
        return Verdict("decision", status=AnnotationStatus.UNPARSEABLE, reason=reason)
    known = {"confidence": combined["confidence"], "probabilities": combined["probabilities"]}
    if combined["choice"] is None and not any(combined["shares"].values()):
        return Verdict("decision", status=AnnotationStatus.UNKNOWN, reason="the verdicts disagree", **known)
    return Verdict("decision", combined["choice"] or TIE, **known)
