"""The work of ``--dry-run``: it prints what a run would use.

It asks no model, sends nothing and keeps nothing.
"""

from __future__ import annotations

import asyncio

from arena.core.console import err, out, print_json
from arena.designs.building import Source, build
from arena.results.usage_table import usage_notes, usage_table
from arena.running.rehearsal import REPLY_TOKENS, rehearse
from arena.spending.limits import Caps
from arena.spending.prices import Prices


def show_rehearsal(
    source: Source, concurrency: int, caps: Caps | None, prices: Prices | None, *, as_json: bool
) -> None:
    """Rehearse the run that `source` describes, and print the tokens and the cost to expect."""
    scenario = build(source)
    try:
        rehearsal = asyncio.run(rehearse(scenario, concurrency=concurrency, caps=caps, prices=prices))
    except KeyboardInterrupt:
        err.print("Stopped. No model was asked, and nothing was kept.", markup=False)
        raise SystemExit(130) from None
    if as_json:
        cap = rehearsal.reached and str(rehearsal.reached)
        ended = {ending.value: count for ending, count in rehearsal.ended.items()}
        print_json({"event": "dry run", "ended": ended, "usage": rehearsal.spending.record(), "reached": cap})
        return
    out.print(f"Dry run of {sum(rehearsal.ended.values()):,} episodes: no model was asked.", markup=False)
    if not rehearsal.spending.parts:
        out.print("No model takes part, so it costs nothing.", markup=False)
        return
    out.print(
        f"Expected usage, in tokens, if each reply takes {REPLY_TOKENS} and no provider's cache serves any:"
    )
    out.print(usage_table(rehearsal.spending, expected=True))
    if scenario.tools:
        out.print("Note: no model called a tool. Each call makes one request more.", markup=False)
    for note in usage_notes(rehearsal.spending.total):
        out.print(f"Note: {note}", markup=False)
    if rehearsal.reached is not None:
        out.print(f"{rehearsal.reached} The run would stop there.", markup=False)
