"""Published systems: ideas that are borrowed from other fields."""

from __future__ import annotations

from scenarios.systems._system import StatedFigure, System

_WALKER = "walker=scenarios.grid_walk:Walker?says="

BORROWED_SYSTEMS: tuple[System, ...] = (
    System(
        name="fair-learning",
        paper='Bechavod and Roth 2023, "Individually fair learning with one-sided feedback"',
        command="arena run fair-learning --tasks 1 "
        '--set "seats.learner=scenarios.fair_learning:StatedChances?chances=90/20" --out runs/fair',
        figure=StatedFigure("Mean score", "fair-learning: objection", 2 / 3),
        differs="People have one feature, and two come in a round. The learners are a threshold that may "
        "explore and stated chances; learning algorithms are left out. A run tells the violations at any "
        "gamma by the share of auditors who object, which is unknown if a report cannot be used.",
    ),
    System(
        name="slim",
        paper='Emukpere et al. 2024, "SLIM: skill learning with multiple critics"',
        command="arena run slim --agents scenarios.slim:Skilled --out runs/slim",
        figure=StatedFigure("Variance explained, normalised", "skills: reach", 0.5),
        differs="`arena export` normalises rewards over all its replies, with `--reward annotation:reach "
        "--reward annotation:safe --combine z-score`, and the paper the advantages of a batch. A reply that "
        "lacks one of them is left out. No weights are trained, and equal weights are our choice.",
    ),
    System(
        name="spr",
        paper='Schwarzer et al. 2021, "Data-efficient reinforcement learning with self-predictive '
        'representations"',
        command=f'arena run spr --tasks 1 --agents "{_WALKER}D0/1,R3/0" --out runs/spr',
        figure=StatedFigure("Mean score", "grid-walk: spr-loss, of walker", 0.4),
        differs="What is predicted is the place on a grid, whose coordinates stand for the latent state. "
        "There is no encoder and no training. A place that a chunk lacks counts as opposite, and a chunk "
        "that cannot be used is unknown.",
    ),
    System(
        name="act-jepa",
        paper='Vujinović and Kovačević 2025, "ACT-JEPA: joint-embedding predictive architecture improves '
        'policy representation learning"',
        command=f'arena run act-jepa --tasks 1 --agents "{_WALKER}R1/0,D1/1,D1/2" --out runs/act-jepa',
        figure=StatedFigure("Mean score", "grid-walk: rmse, of walker", 0.816496581),
        differs="An agent says a chunk of moves and places in one reply, and `--set protocol.chunk=1` asks "
        "after each move. There is no training, and none of the paper's tables is computed again.",
    ),
    System(
        name="mqsa-ted",
        paper='Zhu et al. 2024, "Collaboration and transition: distilling item transitions into multi-query '
        'self-attention ..."',
        command='arena run next-item --agents "transitions?alpha=1" --out runs/next-item',
        figure=StatedFigure("Mean score", "next-item: NDCG@5", 0.5),
        differs="The agent predicts by the counts that the paper distils, without attention or training. "
        "What was seen before may come again. Counts are those of the sequence itself, and not of others.",
    ),
)
