"""Part of Arena (arena-protocols): scenarios ready to run, each a short script to copy and change."""

from importlib import import_module
from typing import Any

# verifiers finds an environment in the package that lists its classes here. They need the extra `verifiers`.
__all__ = ["ScenarioEnv", "ScenarioHarness", "ScenarioTaskset"]

SCENARIOS = {
    "act-jepa": "scenarios.grid_walk:act_jepa",
    "anyprefer": "scenarios.anyprefer:scenario",
    "b-star": "scenarios.b_star:scenario",
    "bargain": "scenarios.bargain:scenario",
    "bias-detector": "scenarios.bias_detector:scenario",
    "claims": "scenarios.claims:scenario",
    "coached-bargain": "scenarios.coached_bargain:scenario",
    "cot-monitor": "scenarios.cot_monitor:scenario",
    "confidence-critique": "scenarios.confidence_critique:scenario",
    "critique": "scenarios.self_correction:critique",
    "debate": "scenarios.debate:scenario",
    "epo": "scenarios.epo:scenario",
    "epo-self-play": "scenarios.epo:self_play",
    "disguised": "scenarios.disguised:scenario",
    "fair-learning": "scenarios.fair_learning:scenario",
    "four-habits": "scenarios.four_habits:scenario",
    "guess-my-city": "scenarios.archer:guess_my_city",
    "iterative-deepening": "scenarios.iterative_deepening:scenario",
    "j1": "scenarios.j1:scenario",
    "judgebench": "scenarios.judgebench:scenario",
    "gpt-bargaining": "scenarios.gpt_bargaining:scenario",
    "gpt-bargaining-diamond": "scenarios.gpt_bargaining:diamond",
    "internal-consistency": "scenarios.consistency:scenario",
    "judging-bias": "scenarios.judging_bias:scenario",
    "kuhn": "scenarios.kuhn:scenario",
    "long-horizon": "scenarios.long_horizon:scenario",
    "linco": "scenarios.linco:scenario",
    "long-short": "scenarios.long_short:scenario",
    "mad": "scenarios.mad:scenario",
    "mad-levels": "scenarios.mad:levels",
    "mind2web": "scenarios.mind2web:scenario",
    "objexmt": "scenarios.objexmt:scenario",
    "multi-critique": "scenarios.multi_critique:scenario",
    "mini-o3": "scenarios.mini_o3:scenario",
    "multi-role": "scenarios.multi_role:scenario",
    "overconfidence": "scenarios.overconfidence:scenario",
    "next-item": "scenarios.next_item:scenario",
    "looking-inward": "scenarios.looking_inward:scenario",
    "oversight": "scenarios.oversight:scenario",
    "oversight-closed": "scenarios.oversight:closed",
    "persona-eval": "scenarios.persona_eval:scenario",
    "refuel": "scenarios.refuel:scenario",
    "refuel-win-rate": "scenarios.refuel_wins:scenario",
    "revise": "scenarios.revise:scenario",
    "rlhs": "scenarios.rlhs:scenario",
    "rlhs-no-prices": "scenarios.rlhs:no_prices",
    "rlhs-prices": "scenarios.rlhs:prices",
    "s3c-math": "scenarios.s3c_math:scenario",
    "self-correction": "scenarios.self_correction:scenario",
    "self-rationalisation": "scenarios.self_rationalisation:scenario",
    "slim": "scenarios.slim:scenario",
    "self-preference": "scenarios.self_preference:scenario",
    "self-reward": "scenarios.self_reward:scenario",
    "sneaky-critic": "scenarios.sneaky_critic:scenario",
    "spiral-kuhn": "scenarios.spiral_kuhn:scenario",
    "spiral": "scenarios.spiral:scenario",
    "spr": "scenarios.grid_walk:spr",
    "step-critic": "scenarios.step_critic:scenario",
    "thinking-out-loud": "scenarios.thinking_out_loud:scenario",
    "thought-crime": "scenarios.thought_crime:scenario",
    "supercorrect": "scenarios.supercorrect:scenario",
    "think-tuning": "scenarios.think_tuning:scenario",
    "tictactoe": "scenarios.tictactoe:scenario",
    "trade": "scenarios.trade:scenario",
    "transitions": "scenarios.next_item:rock_paper_scissors",
    "twenty-questions": "scenarios.archer:twenty_questions",
    "two-llms-debate": "scenarios.two_llms_debate:scenario",
    "wafer": "scenarios.wafer:scenario",
    "web": "scenarios.web_evolver:scenario",
    "web-lookahead": "scenarios.web_evolver:lookahead",
    "web-synthetic": "scenarios.web_evolver:synthetic",
    "wrong-steps": "scenarios.step_critic:wrong_steps",
}


def __getattr__(name: str) -> Any:
    """Return one of the classes that make our scenarios an environment of verifiers."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("arena.training.environments.verifiers"), name)
