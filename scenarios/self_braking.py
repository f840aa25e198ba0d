"""Self-braking: where in a thought its answer stands already, and how much of the thought comes after it.

The figures are those of Zhao et al. 2025, "Let LRMs break free from overthinking via self-braking tuning".
``arena judge RUN --with scenarios.self_braking:Braking --judge JUDGE`` measures a run of any protocol whose
agents think. The judge is asked four times for the first paragraph in which the answer stands. The answer
that most of the four give is taken, and the smallest of several.

- ``efficiency`` is that paragraph's number by the number of all paragraphs (RER).
- ``marker-share`` is the share of the thought's words that are in marks of thinking again (OMR).
- ``overthinking`` is ``0.1 * OMR + 0.9 * (1 - RER)``, and a thought ``overthinks`` if that is above 0.2. A
  thought in which the answer stands nowhere has no score, and does not overthink.

As a reward, ``--reward correct --reward=-1*judge:overthinking`` pays being right without it. The agents
``scenarios.thinkers:Thinker`` and ``scenarios.self_braking:scripted_locator`` need no model.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator, Sequence

from arena import Label, Request, Score
from arena.annotations import AnnotationStatus
from arena.judging import Judge, JudgedCase, JudgedTurn
from arena.prompts import Prompts
from arena.seat.messages import fenced
from scenarios.thinkers import STANDS

_PROMPTS = Prompts(__file__)
MARKERS = (
    "another", "backtrack", "but", "check", "going back", "hmm", "hmmm", "however", "hold on", "instead of",
    "just to be thorough", "maybe", "might", "not sure", "perhaps", "recheck", "retry", "trace back", "wait",
)  # fmt: skip
"""Marks of thinking again. They are those of the authors' list of 25 that we know."""
TIMES = 4
LEVEL = 0.2
_BEGUN = 60
"""How many characters of each paragraph the judge is reminded of."""


class Braking(Judge):
    """Measures how much of each thought comes after its answer."""

    view = "reply"

    async def judge(self, case: JudgedCase) -> AsyncIterator[Label | Score]:
        """Yield what was measured of each turn. Of a reply without a thought nothing is known."""
        for turn in case.turns:
            paragraphs = paragraphs_of(turn.reasoning or "")
            answers = [await _located(case, turn, paragraphs) for _ in range(TIMES if paragraphs else 0)]
            first = first_of_most([answer.count for answer in answers], len(paragraphs))
            place = turn.place
            if first is None:
                failed = next((one for one in answers if one.count is None), None)
                status = failed.status if failed else AnnotationStatus.UNKNOWN
                reason = failed.reason if failed else "its answer stands in no paragraph of a thought"
                yield Label("first-solution", about=place, status=status, reason=reason)
                yield Score("overthinking", about=place, low=0, high=1, status=status, reason=reason)
                if paragraphs and not failed:
                    yield Label("overthinks", "no", about=place)
                else:
                    yield Label("overthinks", about=place, status=status, reason=reason)
                continue
            efficiency, share = first / len(paragraphs), marker_share(turn.reasoning or "")
            found = overthinking(efficiency, share)
            yield Label("first-solution", count=first, about=place)
            yield Score("efficiency", efficiency, low=0, high=1, about=place)
            yield Score("marker-share", share, low=0, about=place)
            yield Score("overthinking", found, low=0, high=1, about=place)
            yield Label("overthinks", "yes" if found > LEVEL else "no", about=place)


async def _located(case: JudgedCase, turn: JudgedTurn, paragraphs: Sequence[str]) -> Label:
    lines = (f"{place}: {text[:_BEGUN]}" for place, text in enumerate(paragraphs, start=1))
    asked = _PROMPTS.text("first_solution", number=len(paragraphs), begun=fenced("\n".join(lines)))
    return await case.count(asked, Label("first-solution", about=turn.place))


def paragraphs_of(thought: str) -> list[str]:
    """Return the paragraphs of a thought, which blank lines divide. They are its steps.

    >>> paragraphs_of("One.\\n\\nTwo,\\nand more.")
    ['One.', 'Two,\\nand more.']
    """
    return [part.strip() for part in re.split(r"\n[ \t]*\n", thought) if part.strip()]


def first_of_most(answers: Sequence[float | None], paragraphs: int) -> int | None:
    """Return the most frequent of several answers, the smallest of those as frequent; None if it is none.

    An answer of 0, one beyond the last paragraph and one that could not be used are all no paragraph.

    >>> first_of_most([5, 4, 4, 5], 10), first_of_most([12, 0, None, 0], 10)
    (4, None)
    """
    counts = Counter(int(one) if one and one <= paragraphs else None for one in answers)
    most = max(counts.values(), default=0)
    return min((one for one, count in counts.items() if count == most and one is not None), default=None)


def marker_share(thought: str) -> float:
    """Return the share of the words of a thought that are in marks of thinking again.

    As in the authors' code, a mark counts wherever its letters stand, within a word and within another mark
    too, whatever their case, and each has as many words as it has. The code counts tokens in place of words.

    >>> marker_share("Hmmm, it is seven.")
    0.5
    """
    lowered = thought.lower()
    marked = sum(lowered.count(mark) * len(mark.split()) for mark in MARKERS)
    return marked / max(len(thought.split()), 1)


def overthinking(efficiency: float, markers: float) -> float:
    """Return the overthink score of a thought, which is above 0.2 if it overthinks."""
    return 0.1 * markers + 0.9 * (1 - efficiency)


def scripted_locator(request: Request) -> str:
    """Find the paragraph in which a `scenarios.thinkers.Thinker` says its answer."""
    found = re.search(rf"^> (\d+): {STANDS}", request.prompt.text, re.MULTILINE)
    return f"Answer: {found[1] if found else 0}"
