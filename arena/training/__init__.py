"""What agents learn from: exports, rewards, environments and self-play."""

from arena.training.self_play import Learner, SelfPlay

__all__ = ["Learner", "SelfPlay"]
