"""Settling which answer each speaker defends: by chance, by choice, or by the order of the answers."""

from __future__ import annotations

from collections.abc import Sequence

from arena.annotations import Place, Verdict
from arena.episode.episode import Episode
from arena.forms import Choice
from arena.prompts import Prompts
from arena.seat.transcript import NOBODY
from protocols.shared.questions import Question, Sides, labelled, listed, shuffled

_PROMPTS = Prompts(__file__)


async def choose_sides(
    episode: Episode, speakers: Sequence[str], question: Question, order: Sequence[str], sides: Sides
) -> dict[str, str]:
    """Return the answer that each speaker defends.

    Chance always deals the answers, even if speakers choose. So what follows has the same chance.
    """
    dealt = shuffled(episode, question.answers)
    choosers = {Sides.CHOSEN: speakers, Sides.FIRST_CHOOSES: speakers[:1]}.get(sides, ())
    chosen = await _choices(episode, choosers, order)
    given = order if sides is Sides.LISTED else dealt
    left = [answer for answer in given if answer not in chosen.values()] or given
    rest = [seat for seat in speakers if seat not in chosen]
    assigned = {seat: left[number % len(left)] for number, seat in enumerate(rest)}
    return {seat: (chosen | assigned)[seat] for seat in speakers}


async def ask_choice(episode: Episode, speaker: str, question: Question, order: Sequence[str]) -> None:
    """Ask a speaker aside which answer it holds for right, and record it as the verdict ``choice``.

    The speaker's later views do not hold this request. `order` is that in which the answers are shown.
    """
    answers = labelled(tuple(order))
    among = tuple((None, Place(unit=question.answers.index(answer))) for answer in order)
    await episode.ask(
        speaker,
        Choice(tuple(answers)),
        _PROMPTS.text("right", question=question.text, answers=listed(tuple(order))),
        audience=NOBODY,
        remember=False,
        fields={"asks": "choice", "answers": answers},
        finds=Verdict("choice", means=answers, moment="before", among=among),
    )


async def _choices(episode: Episode, seats: Sequence[str], order: Sequence[str]) -> dict[str, str]:
    if not seats:
        return {}
    answers = labelled(tuple(order))
    asked = _PROMPTS.text("choose", answers=listed(tuple(order)))
    chosen = await episode.together(
        seats, Choice(tuple(answers)), asked, audience=NOBODY, fields={"asks": "side", "answers": answers}
    )
    return {seat: answers[answer.value] for seat, answer in chosen.items()}
