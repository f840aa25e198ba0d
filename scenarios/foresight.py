"""Foresight: were the predictions of a world model right, and how far ahead?

``arena judge RUN --with scenarios.foresight:Foresight`` scores what the agent ``lookahead`` had predicted in
a run of any protocol, and asks nobody. The k-th line of a prediction is compared with the k-th reply of the
others that followed. ``exact, horizon k`` is 1 if they differ in case and white space at most, and
``overlap, horizon k`` is the F1 of their words. What did not come any more, because the episode ended, has
no score; Schwarzer et al. 2021 (SPR) count it as no loss. If several answers were tried, the prediction
after the one that was given counts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence

from agents.lookahead import foreseen
from arena import Score
from arena.judging import Judge, JudgedCase, JudgedTurn


class Foresight(Judge):
    """Scores the predictions before each turn by their horizon."""

    view = "reply"

    async def judge(self, case: JudgedCase) -> AsyncIterator[Score]:
        """Yield the scores of each turn that had a prediction."""
        for turn in case.turns:
            said = _prediction(turn)
            came = _following(case.turns, turn)
            for number, (guess, text) in enumerate(zip(said, came, strict=False), start=1):
                for name, value in (("exact", float(same(guess, text))), ("overlap", overlap(guess, text))):
                    yield Score(f"{name}, horizon {number}", value, low=0, high=1, about=turn.place)


def _prediction(turn: JudgedTurn) -> Sequence[str]:
    """Return the replies that were predicted after a turn; none if nothing was predicted."""
    known = foreseen(turn.record)
    return next((one.replies for one in known if not one.option or same(one.option, turn.text)), ())


def _following(turns: Sequence[JudgedTurn], turn: JudgedTurn) -> Iterator[str]:
    """Yield the replies of the others from a turn on, those at the same time included."""
    for other in turns:
        if other.seat != turn.seat and (other.place.step or 0) >= (turn.place.step or 0):
            yield other.text


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def same(said: str, text: str) -> bool:
    """Return whether two texts differ in case and white space at most.

    >>> same("Call", " call"), same("call", "fold")
    (True, False)
    """
    return " ".join(said.casefold().split()) == " ".join(text.casefold().split())


def overlap(said: str, text: str) -> float:
    """Return the F1 of the words of two texts, from 0 to 1.

    >>> overlap("I offer 5 coins", "I offer 6"), overlap("", "")
    (0.5714285714285714, 1.0)
    """
    one, two = Counter(_words(said)), Counter(_words(text))
    both, total = (one & two).total(), one.total() + two.total()
    return 2 * both / total if total else 1.0
