"""What an agent itself thought is told from the record of an agent that wraps others."""

from __future__ import annotations

import json

import pytest

from arena.seat.drafts import own_reasoning


@pytest.mark.parametrize(
    ("record", "thought"),
    [
        ({"picked": 2, "drafts": [{"reasoning": "a"}, {"reasoning": "b"}]}, "b"),
        ({"picked": None, "drafts": [{"reasoning": "a"}]}, ""),
        ({"picked": 9, "drafts": [{"reasoning": "a"}]}, ""),
        ({"tries": [], "reasoning": "Hm."}, "Hm."),
        ({"advice": {"text": "Bet."}, "reasoning": ""}, ""),
    ],
)
def test_the_record_of_a_wrapper_is_no_thought(record: dict[str, object], thought: str) -> None:
    assert own_reasoning(json.dumps(record)) == thought


@pytest.mark.parametrize("thought", ["Hm.", "{a set}", '{"reasoning": "x"}', '{"a": 1}', ""])
def test_a_models_own_thought_stays_as_it_is(thought: str) -> None:
    assert own_reasoning(thought) == thought
