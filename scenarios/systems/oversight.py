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
    System(
        name="scalable-oversight",
        paper='Kenton et al. 2024, "On scalable oversight with weak LLMs judging strong LLMs"',
        command='arena run oversight --agents "scenarios.overseers:Advocate?knows=1110" '
        "--judge scenarios.overseers:Overseer --tasks 8 --out runs/oversight",
        figure=StatedFigure("Open accuracy", "consultancy", 0.75),
        differs="Questions are about generated passages; images are left out. A speaker is asked for its own "
        "choice in each episode, where the paper asks once. The words of each seat are ours. Best-of-4 "
        "debaters are `best-of:MODEL?n=4`.",
    ),
)
