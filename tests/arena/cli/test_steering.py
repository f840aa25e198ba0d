"""What is typed to change a run."""

from __future__ import annotations

import pytest

from arena.cli.option_records import PlayOptions
from arena.cli.steering import resuming_act
from arena.core.errors import UsageError


@pytest.mark.parametrize(
    ("typed", "old", "new"),
    [
        ("gpt=haiku=anthropic:claude?temperature=0", "gpt", "haiku=anthropic:claude?temperature=0"),
        ("slow:random?seconds=0.6=z=random", "slow:random?seconds=0.6", "z=random"),
        ("local:m?a=1&b=2=best-of:random?n=4", "local:m?a=1&b=2", "best-of:random?n=4"),
    ],
)
def test_an_agent_is_replaced_by_its_name_also_if_that_has_settings(typed: str, old: str, new: str) -> None:
    assert resuming_act({}, [typed], False, PlayOptions()).replace == {old: new}


@pytest.mark.parametrize("typed", ["gpt", "gpt=", "=random", "slow:random?seconds=0.6", ""])
def test_a_replacement_without_both_agents_is_refused(typed: str) -> None:
    with pytest.raises(UsageError, match="is written OLD=NEW"):
        resuming_act({}, [typed], False, PlayOptions())
