"""AutoThink: an agent that thinks before some answers and not before others, and what each way earns.

The study is that of Tu et al. 2025, "Learning when to think: shaping adaptive reasoning in R1-style models
via multi-stage RL". ``arena judge RUN --with scenarios.autothink:Mode`` labels each reply of a run of any
protocol ``think`` or ``no-think``, and asks nobody. The report has the share of each, and the accuracy by it.
``arena export RUN --reward think-or-not`` pays as the paper does: ``?balance=1`` in its second stage, and
``?balance=1&length=0.05`` in its third.

The paper opens the thought of its model with an ellipsis, which the model may close at once. Here a reply
thinks if it came with a reasoning, however the model was brought to it. The agent
``scenarios.thinkers:Thinker`` needs no model.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from arena import Label
from arena.judging import Judge, JudgedCase


class Mode(Judge):
    """Labels whether each reply came with a thought."""

    view = "reply"

    async def judge(self, case: JudgedCase) -> AsyncIterator[Label]:
        """Yield the label of each turn."""
        for turn in case.turns:
            yield Label("mode", "no-think" if turn.is_empty else "think", about=turn.place)
