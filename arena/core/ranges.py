"""How large a setting may be. What is beyond is a slip of the hand, and would wait or grow without end."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

Rounds = Annotated[int, Field(ge=1, le=1_000)]
"""How often something that takes everyone's time is done within an episode."""

Hands = Annotated[int, Field(ge=1, le=10_000)]
"""How many hands of a game an episode has."""

Samples = Annotated[int, Field(ge=1, le=1_000)]
"""How often one agent is asked the same."""

Retries = Annotated[int, Field(ge=0, le=100)]
"""How often a seat is asked again for a reply that can be read."""

Words = Annotated[int, Field(ge=1, le=100_000)]
"""How long a reply may be, in words."""

Episodes = Annotated[int, Field(ge=1, le=10_000_000)]
"""How often a task is played, or how many tasks or games there are."""

Iterations = Annotated[int, Field(ge=1, le=1_000_000)]
"""How many steps a solver makes."""

Tokens = Annotated[int, Field(ge=1, le=10_000_000)]
"""How many tokens a model may read or write in one request."""

Amount = Annotated[int, Field(ge=1, le=10**15)]
"""How much may be spent in all, in tokens or calls."""

Seconds = Annotated[float, Field(gt=0, le=10_000_000, allow_inf_nan=False)]
"""How long something may take: a third of a year at most."""

Waits = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)]
"""How long something waits on purpose, in seconds: a day at most."""

Dollars = Annotated[float, Field(gt=0, le=1e12, allow_inf_nan=False)]
"""How much may be spent in all, in dollars."""

Onlookers = Annotated[int, Field(ge=0, le=100)]
"""How many look on who do not take part."""
