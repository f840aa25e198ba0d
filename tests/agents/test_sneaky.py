"""The sneaky generator and the exact critic, by themselves."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.exact_critic import ExactCritic
from agents.sneaky import CALCULATION, Sneaky, miscalculated
from arena.forms import Form, Verdict
from arena.registry import make_agent
from arena.seat.agent import Request
from arena.seat.transcript import Event, EventKind, View, encode
from arena.tasks import worked_solutions
from arena.tasks.arithmetic import equations, without_marks
from protocols.shared.steps import CRITIQUE, ErrorType
from protocols.sneaky_critic import ALTERATION
from tests.shared.examples import some


def request(form: Form[Any], fields: Mapping[str, Any]) -> Request:
    prompt = Event(EventKind.ASKED, "seat", frozenset(("seat",)), "Well?", encode(fields))
    return Request("seat", "", View([], 0), prompt, form, 0, 7)


class TestSneaky:
    @some
    @given(st.integers(0, 500), st.integers(0, 3), st.booleans(), st.randoms(use_true_random=False))
    def test_changes_one_result_to_a_wrong_one(
        self, seed: int, place: int, marks: bool, rng: random.Random
    ) -> None:
        steps = worked_solutions(1, seed)[0].data["steps"]
        step = steps[place % len(steps)]
        step = step if marks else without_marks(step)
        altered, reasons = miscalculated(step, rng)
        assert equations(altered)
        assert not any(equation.holds for equation in equations(altered))
        assert len({equation.right for equation in equations(altered)}) == 1
        assert [one.left for one in equations(altered)] == [one.left for one in equations(step)]
        assert " became " in reasons

    def test_numbers_keep_their_commas(self) -> None:
        altered, _ = miscalculated("It is 400 * 3 = $<<400*3=1200>>1,200.", random.Random(1))
        marked, prose = equations(altered)
        assert marked.right == prose.right != 1200
        assert f"{int(prose.right):,}." in altered

    def test_a_step_without_an_equation_is_not_its_trade(self) -> None:
        with pytest.raises(ValueError, match="no equation"):
            miscalculated("Nothing is computed here.", random.Random(0))

    async def test_answers_in_the_form_that_it_is_asked_for(self) -> None:
        asked = {"asks": "alter", "before": [], "step": "So 2 + 3 = 5."}
        reply = await make_agent("sneaky").reply(request(ALTERATION, asked))
        found = ALTERATION.parse(reply.text)
        assert found.error_type is ErrorType(CALCULATION)
        assert not equations(found.step)[0].holds

    async def test_anything_else_is_refused(self) -> None:
        with pytest.raises(ValueError, match="alters steps"):
            await Sneaky().reply(request(ALTERATION, {"asks": "critique", "step": "1 + 1 = 2"}))


class TestExactCritic:
    @pytest.mark.parametrize(
        ("step", "choice", "confidence"),
        [
            ("So 2 + 3 = 5.", "Correct", 1.0),
            ("So 2 + 3 = 6.", "Incorrect", 1.0),
            ("So 2 + 3 = 5 and 1 + 1 = 3.", "Incorrect", 1.0),
            ("So there are <<2+3=6>>6.", "Incorrect", 1.0),
            ("There is nothing to compute.", "Correct", 0.5),
            ("Verdict: Incorrect\nConfidence: 3", "Correct", 0.5),
        ],
    )
    async def test_says_what_arithmetic_says(self, step: str, choice: str, confidence: float) -> None:
        asked = {"asks": "critique", "before": ["1 + 1 = 3"], "step": step}
        reply = await make_agent("exact-critic").reply(request(CRITIQUE, asked))
        found = CRITIQUE.parse(reply.text)
        assert (found.choice, found.confidence) == (choice, confidence)
        assert found.reasons

    async def test_anything_else_is_refused(self) -> None:
        with pytest.raises(ValueError, match="critic of steps"):
            await ExactCritic().reply(request(Verdict(("a", "b")), {"asks": "verdict"}))
