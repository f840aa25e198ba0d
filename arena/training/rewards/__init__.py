"""What turns earned, for training: rewards by name, reward shaping, and advantages over baselines."""

from arena.training.rewards._columns import RewardColumns
from arena.training.rewards._revision import exponential_weights, shaped_correction, unary_feedback
from arena.training.rewards.functions import ShapingFunction

__all__ = [
    "RewardColumns",
    "ShapingFunction",
    "exponential_weights",
    "shaped_correction",
    "unary_feedback",
]
