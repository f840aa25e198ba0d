"""The work of ``--dry-run``: it prints what a run would use.

It asks no model, sends nothing and keeps nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from arena.core.console import err, out, print_json
from arena.core.errors import ArenaError
from arena.designs.building import Source, build
from arena.designs.scenario import AnyScenario
from arena.registry import address
from arena.results.usage_table import usage_notes, usage_table
from arena.running.rehearsal import Range, Rehearsal, rehearse
from arena.spending.limits import Caps, in_dollars
from arena.spending.prices import Prices

_PATIENCE = 10.0
"""For how many seconds a run by a local model waits until its time is worked out."""


def show_rehearsal(
    source: Source, concurrency: int, caps: Caps | None, prices: Prices | None, *, as_json: bool
) -> None:
    """Rehearse the run that `source` describes, and print the tokens, the cost and the time to expect."""
    scenario = build(source)
    try:
        rehearsal = asyncio.run(rehearse(scenario, concurrency=concurrency, caps=caps, prices=prices))
    except KeyboardInterrupt:
        err.print("Stopped. No model was asked, and nothing was kept.", markup=False)
        raise SystemExit(130) from None
    if as_json:
        _print_json(rehearsal)
        return
    out.print(f"Dry run of {sum(rehearsal.ended.values()):,} episodes: no model was asked.", markup=False)
    if not rehearsal.spending.parts:
        out.print("No model takes part, so it costs nothing.", markup=False)
        return
    out.print("Expected usage, in tokens, if no provider's cache serves any:")
    out.print(usage_table(rehearsal.spending, expected=True))
    for line in _ranges(rehearsal):
        out.print(line, markup=False)
    if scenario.tools:
        out.print("Note: no model called a tool. Each call makes one request more.", markup=False)
    for note in usage_notes(rehearsal.spending.total):
        out.print(f"Note: {note}", markup=False)
    if rehearsal.reached is not None:
        out.print(f"{rehearsal.reached} The run would stop there.", markup=False)


def say_time(scenario: AnyScenario, concurrency: int) -> None:
    """Say how long a run takes if models on this machine play in it; nothing if that cannot be said soon."""
    if not any(address(agent).startswith("local") for agent in scenario.cast().values()):
        return
    try:
        rehearsal = asyncio.run(
            asyncio.wait_for(rehearse(scenario, concurrency=concurrency, measure=True), _PATIENCE)
        )
    except (TimeoutError, ArenaError):  # What is wrong is said by the run itself.
        return
    if rehearsal.minutes is not None:
        how = _learnt(rehearsal) if rehearsal.learnt_from else "as measured just now"
        err.print(
            f"By a model on this machine, this takes {_minutes(rehearsal.minutes)}, {how}.", markup=False
        )


def _ranges(rehearsal: Rehearsal) -> Iterator[str]:
    """Yield sentences about the tokens that are written, the cost, and the time."""
    written = rehearsal.written
    how = _learnt(rehearsal) if rehearsal.learnt_from else "by what is asked for, as no earlier run is here"
    yield (
        f"Written: about {written.expected:,.0f} tokens, likely between {written.low:,.0f} and "
        f"{written.high:,.0f}, {how}. A model that thinks before it answers may write more."
    )
    if rehearsal.dollars is not None and rehearsal.dollars.high > 0:
        low, expected, high = map(in_dollars, rehearsal.dollars)
        yield f"Cost: about {expected}, likely between {low} and {high}."
    if rehearsal.minutes is None:
        yield "Time: not known, as no earlier run says how fast the models are."
    else:
        yield f"Time: {_minutes(rehearsal.minutes)}."


def _learnt(rehearsal: Rehearsal) -> str:
    first, *others = rehearsal.learnt_from
    return f"as in {first}" + (f" and {len(others):,} more earlier runs" if others else "")


def _minutes(minutes: Range) -> str:
    if minutes.high < 1:
        return "less than a minute"
    return f"about {minutes.expected:,.0f} minutes, likely between {minutes.low:,.0f} and {minutes.high:,.0f}"


def _print_json(rehearsal: Rehearsal) -> None:
    ranges = {name: getattr(rehearsal, name) for name in ("written", "dollars", "minutes")}
    print_json(
        {
            "event": "dry run",
            "ended": {ending.value: count for ending, count in rehearsal.ended.items()},
            "usage": rehearsal.spending.record(),
            "reached": rehearsal.reached and str(rehearsal.reached),
            **{name: found and found._asdict() for name, found in ranges.items()},
            "learnt_from": list(rehearsal.learnt_from),
        }
    )
