"""Evaluating one's own answer: by how many samples agree with it, or by a stated confidence.

They are two of the signals in Liang et al. 2024, "Internal consistency and self-feedback in large language
models: a survey". A critique is another one, which is feedback of the answerer itself.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from arena.annotations import Belief
from arena.episode.episode import Episode
from arena.forms import Probability
from arena.prompts import Prompts
from arena.seat.messages import fenced
from arena.seat.transcript import NOBODY
from protocols.shared.answers import ArguedAnswer
from protocols.shared.feedback import RevisionTurn

_PROMPTS = Prompts(__file__)


class Evaluation(StrEnum):
    """How likely an answer is held to be right, as its own answerer finds out."""

    NONE = "none"
    AGREEMENT = "agreement"
    """The share of the turn's samples that give the answer. One that is not usable gives another."""
    CONFIDENCE = "confidence"
    """A number that the answerer states aside. Its later views do not hold it."""

    async def of(
        self, episode: Episode, seat: str, form: ArguedAnswer, turn: RevisionTurn, number: int
    ) -> float | None:
        """Return how likely the answer of a turn is held to be right, and record it as the belief ``right``.

        It is None if the turn has no answer, or if the answerer states no usable number.
        """
        if self is Evaluation.NONE or turn.kept is None or turn.argued is None:
            return None
        kept = turn.samples[turn.kept].answer
        came_true = None if turn.is_right is None else float(turn.is_right)
        belief = Belief("right", turn=number, moment="round", about=kept.place, came_true=came_true)
        if self is Evaluation.AGREEMENT:
            keys = [form.key(one.answer.value.answer) if one.answer.ok else None for one in turn.samples]
            share = keys.count(form.key(turn.argued.answer)) / len(keys)
            found = replace(belief, probability=share, method=self.value, author=seat, said=kept.place.step)
            episode.annotate(found)
            return share
        said = await episode.ask(
            seat,
            Probability(_PROMPTS.text("right")),
            _PROMPTS.text("evaluate", answer=fenced(form.publish(turn.argued))),
            audience=NOBODY,
            remember=False,
            fields={"asks": "evaluation", "answer": turn.argued.answer},
            finds=replace(belief, method="verbalised-100"),
        )
        return said.value if said.ok else None
