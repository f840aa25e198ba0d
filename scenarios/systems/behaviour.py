"""Published systems: behaviour of reasoning, and deception."""

from __future__ import annotations

from scenarios.systems._system import StatedFigure, System

BEHAVIOUR_SYSTEMS: tuple[System, ...] = (
    System(
        name="four-habits",
        paper='Gandhi et al. 2025, "Cognitive behaviors that enable self-improving reasoners, or, four '
        'habits of highly effective STaRs"',
        command="arena run four-habits --agents scenarios.four_habits:scripted_solver --tasks 4 "
        "--out runs/four-habits && arena judge runs/four-habits "
        "--judge scenarios.four_habits:scripted_counter --label verification "
        "--label backtracking --label subgoal-setting --label backward-chaining "
        "--set view=reasoning",
        figure=StatedFigure(
            "Mean count, unusable as 0",
            "plain: scenarios.four_habits:scripted_counter, afterwards, verification, turn 1",
            1.25,
        ),
        differs="A reply without a usable count is left out of the mean count; the line that is shown takes "
        "it as 0, as the authors' code does. Models are asked for habits, where the paper primes them by "
        "training.",
    ),
)
