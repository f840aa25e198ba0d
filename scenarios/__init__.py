"""Part of Arena (arena-protocols): scenarios ready to run, each a short script to copy and change."""

SCENARIOS = {
    "debate": "scenarios.debate:scenario",
    "kuhn": "scenarios.kuhn:scenario",
    "overconfidence": "scenarios.overconfidence:scenario",
    "oversight": "scenarios.oversight:scenario",
    "tictactoe": "scenarios.tictactoe:scenario",
}
