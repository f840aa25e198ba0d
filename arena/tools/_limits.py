"""What bounds the calls of tools."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

from arena.core.checked import Checked
from arena.core.ranges import Seconds


class ToolLimits(Checked):
    """What bounds the calls of tools in one turn of a seat.

    Args:
        calls: The most calls in a turn. A call beyond them is refused, and the seat must answer without.
        seconds: The most seconds of a call.
        result_bytes: The most bytes of what a tool returns, in UTF-8. The rest is left out, with a note.
        argument_bytes: The most bytes of a call's arguments, in UTF-8.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    calls: Annotated[int, Field(ge=1, le=1_000)] = 8
    seconds: Seconds = 30.0
    result_bytes: Annotated[int, Field(ge=1, le=1_000_000)] = 16_384
    argument_bytes: Annotated[int, Field(ge=2, le=1_000_000)] = 16_384
