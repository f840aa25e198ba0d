"""The allowed ranges of settings. A larger value is a typing error, and would wait or grow without end."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

Rounds = Annotated[int, Field(ge=1, le=1_000)]
"""Repetitions, within an episode, of something that every seat takes part in."""

Hands = Annotated[int, Field(ge=1, le=10_000)]
"""Hands of a game in an episode."""

Samples = Annotated[int, Field(ge=1, le=1_000)]
"""Samples of one agent's answer to the same request."""

Retries = Annotated[int, Field(ge=0, le=100)]
"""Retries of a request whose reply cannot be read."""

Words = Annotated[int, Field(ge=1, le=100_000)]
"""The length of a reply, in words."""

Episodes = Annotated[int, Field(ge=1, le=10_000_000)]
"""Repetitions of a task, or a number of tasks or games."""

Iterations = Annotated[int, Field(ge=1, le=1_000_000)]
"""Iterations of a solver."""

TokenCount = Annotated[int, Field(ge=1, le=10_000_000)]
"""Tokens that a model reads or writes in one request."""

TokensOrCalls = Annotated[int, Field(ge=1, le=10**15)]
"""A total of tokens or calls."""

Seconds = Annotated[float, Field(gt=0, le=10_000_000, allow_inf_nan=False)]
"""A duration in seconds, at most a third of a year."""

Waits = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)]
"""A deliberate wait in seconds, at most a day."""

Dollars = Annotated[float, Field(gt=0, le=1e12, allow_inf_nan=False)]
"""A total in dollars."""

Onlookers = Annotated[int, Field(ge=0, le=100)]
"""Spectators, who do not take part."""
