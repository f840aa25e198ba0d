"""Published systems: debate and oversight."""

from __future__ import annotations

from scenarios.systems._system import StatedFigure, System

OVERSIGHT_SYSTEMS: tuple[System, ...] = (
    System(
        name="two-llms-debate",
        paper='Prasad and Nguyen 2025, "When two LLMs debate, both think they\'ll win"',
        command='arena run two-llms-debate --agents "ann=scenarios.bettors:Bettor?bets=61,72,83" '
        '"bob=scenarios.bettors:Bettor?bets=67,74,78" --episodes 1 --out runs/bets',
        figure=StatedFigure("Escalation of confidence", "cross-model", 0.165),
        differs="A bet out of 0 to 100 is asked for again, where the code clamps it. Briefs and stage briefs "
        "are our own words. The jury is `arena judge runs/bets --judge ... --samples 2 --no-swap`, and its "
        "tied votes are counted apart. `overconfidence` is our own order of the same study.",
    ),
)
