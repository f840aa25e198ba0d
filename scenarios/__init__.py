"""Part of Arena (arena-protocols): scenarios ready to run, each a short script to copy and change."""

SCENARIOS = {
    "kuhn": "scenarios.kuhn:scenario",
    "tictactoe": "scenarios.tictactoe:scenario",
}
